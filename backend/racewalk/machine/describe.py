"""A state in words: the world that a page shows, and the sentences why somebody cannot go."""

from __future__ import annotations

from collections.abc import Iterator

from racewalk.lang.types import (
    BoolType,
    EnumType,
    IntType,
    LockType,
    PointerType,
    RcuHeadType,
    SignalType,
    Type,
    WordType,
)
from racewalk.machine.incident import Block
from racewalk.machine.machine import Machine
from racewalk.machine.memory import Memory
from racewalk.machine.signals import is_exclusive, waiters
from racewalk.model import Move, State, Value, World
from racewalk.program.emit import ConstantLocal
from racewalk.program.layout import FOR_ALL, Cell, Layout, completes
from racewalk.program.program import Program
from racewalk.program.values import ADDRESS_BITS, ADDRESS_MASK, Content, Register
from racewalk.program.words import plain


class Describer:
    """Turns states of one program into worlds. Keys and values are those of `racewalk.api.snapshot`."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.program: Program = machine.program
        self.layout: Layout = machine.layout

    def world(self, state: State) -> World:
        memory = Memory(self.layout, state)
        world: World = {}
        waits = self._waits(state)
        for thing in self.layout.objects:
            if thing.life is not None:
                used = memory.was_used(thing)
                world[f"object:{thing.id}"] = "live" if memory.is_live(thing) else ("freed" if used else "unused")
            for leaf in thing.cell.leaves():
                world[leaf.id] = self._leaf(leaf, memory, waits)
        for actor in range(self.layout.actors):
            world[f"actor:{self.program.actors[actor].info.letter}"] = self._actor(actor, state, memory, waits)
        if self.program.rcu is not None:
            world["rcu:"] = {"pending": list(self._pending(memory))}
        return world

    def _waits(self, state: State) -> dict[int, Block]:
        """Actor -> why its next step cannot go."""
        found = {}
        for actor in range(self.layout.actors):
            if not self.machine.finished(state, actor):
                ran = self.machine.step(state, Move(actor))
                if isinstance(ran, Block):
                    found[actor] = ran
        return found

    def letter(self, actor: int) -> str:
        return self.program.actors[actor].info.letter if actor < self.layout.actors else "setup"

    def letters(self, mask: int) -> list[str]:
        return [self.letter(a) for a in range(self.layout.actors) if mask >> a & 1]

    def title(self, actor: int) -> str:
        return self.program.actors[actor].info.title if actor < self.layout.actors else "setup"

    # -- values ---------------------------------------------------------------------------------

    def _leaf(self, leaf: Cell, memory: Memory, waits: dict[int, Block]) -> Value:
        if isinstance(leaf.type, LockType):
            return {"lock": self._lock(leaf, memory, waits)}
        if isinstance(leaf.type, SignalType):
            return {"lock": self._signal(leaf, leaf.type, memory, waits)}
        if isinstance(leaf.type, RcuHeadType):
            pending = bool(memory.byte(leaf.address))
            return {"rcu": list(self.letters(memory.mask(leaf.address + 1))) if pending else None}
        return self.value(memory.read(leaf.address, leaf.type), leaf.type, memory)

    def value(self, content: Content, t: Type, memory: Memory) -> Value:
        """A number, truth, member, pointer or word as the page gets it."""
        match t:
            case WordType(fields=fields):
                assert isinstance(content, tuple)
                parts = zip(content, fields.items(), strict=True)
                return {"fields": {name: self.value(v, f, memory) for v, (name, f) in parts}}
            case BoolType():
                return bool(content)
            case EnumType():
                assert isinstance(content, int)
                return t.name_of(content)
            case PointerType():
                assert isinstance(content, int)
                return self._pointer(content, t, memory)
            case IntType():
                return content if isinstance(content, int) else 0
        return str(content)

    def _pointer(self, content: int, t: PointerType, memory: Memory) -> Value:
        if not content:
            return {"to": None, "stale": False}
        owner = self.layout.owner_of.get(content & ADDRESS_MASK)
        stale = (
            owner is not None
            and owner.life is not None
            and not (memory.is_live(owner) and memory.generation(owner) == content >> ADDRESS_BITS)
        )
        return {"to": self.layout.pointee(content & ADDRESS_MASK, t.target), "stale": stale}

    def text(self, content: Content, t: Type, memory: Memory) -> str:
        """A value in a sentence: "P0", "PTE_PRESENT P0", "3"."""
        match t:
            case PointerType():
                assert isinstance(content, int)
                return self.layout.pointee(content & ADDRESS_MASK, t.target) if content else "NULL"
            case EnumType():
                assert isinstance(content, int)
                return t.name_of(content)
            case BoolType():
                return "true" if content else "false"
            case WordType(fields=fields):
                assert isinstance(content, tuple)
                shown = [
                    self.text(v, f, memory)
                    if not isinstance(f, BoolType | IntType)
                    else (f"{name} {int(v)}" if isinstance(f, IntType) else name)
                    for v, (name, f) in zip(content, fields.items(), strict=True)
                    if v or isinstance(f, EnumType)
                ]
                return " ".join(shown) or "0"
        return str(content)

    def _lock(self, leaf: Cell, memory: Memory, waits: dict[int, Block]) -> Value:
        assert isinstance(leaf.type, LockType)
        holders: list[Value] = []
        owner = memory.owner(leaf.address)
        state = "free"
        if owner is not None:
            mode = "write" if leaf.type.shared else "held"
            holders.append({"actor": self.letter(owner), "mode": mode, "since": None})
            state = "held"
        if leaf.type.shared and memory.readers(leaf.address):
            holders += [{"actor": a, "mode": "read", "since": None} for a in self.letters(memory.readers(leaf.address))]
            state = "read"
        return {"state": state, "says": None, "holders": holders, "waiters": self._waiting(leaf, waits)}

    def _signal(self, leaf: Cell, t: SignalType, memory: Memory, waits: dict[int, Block]) -> Value:
        """A semaphore, a completion or a wait queue, as a lock that nobody holds."""
        if t.kind == "wait_queue":
            queued = [self.letter(a) for a in waiters(memory, leaf.address)]
            alone = sum(1 for a in waiters(memory, leaf.address) if is_exclusive(memory, leaf.address, a))
            said = f"{len(queued)} wait{'s' if len(queued) == 1 else ''}" if queued else "nobody waits"
            says = f"{said}, {alone} of them exclusively" if alone else said
            return {"state": "free", "says": says, "holders": [], "waiters": list(queued)}
        count = memory.byte(leaf.address)
        if t.kind == "semaphore":
            says = f"{count} left"
        else:
            says = {0: "not complete", 1: "complete", FOR_ALL: "complete for all"}.get(count, f"complete {count} times")
        state = "free" if count else "held"
        return {"state": state, "says": says, "holders": [], "waiters": self._waiting(leaf, waits)}

    def _waiting(self, leaf: Cell, waits: dict[int, Block]) -> list[Value]:
        """Letters of those whose next step waits for it."""
        return [self.letter(a) for a, b in waits.items() if b.waits_for == leaf.address]

    # -- actors ---------------------------------------------------------------------------------

    def _actor(self, actor: int, state: State, memory: Memory, waits: dict[int, Block]) -> Value:
        code = self.program.actors[actor]
        pc = self.machine.pc(state, actor)
        finished = pc == code.end
        block = waits.get(actor)
        status = "finished" if finished else ("blocked" if block is not None else "ready")
        if status == "blocked" and code.info.daemon and block is not None and block.kind in ("idle", "pool"):
            status = "resting"
        held: list[Value] = [
            cell.id
            for cell in self.layout.locks
            if isinstance(cell.type, LockType) and memory.holds(actor, cell.address, cell.type)
        ]
        return {
            "status": status,
            "step": None if finished else pc,
            "why": self.reason(block, memory) if block is not None else None,
            "waits_for": self._waits_for(block, memory),
            "choices": [] if finished or block is not None else self._choices(actor, state),
            "holds": held,
            "rcu_depth": memory.rcu_depth(actor),
            "irqs_off": memory.irqs_off(actor),
            "bh_off": bool(memory.bh_depth(actor)),
            "locals": list(self._locals(actor, pc, memory)),
        }

    def _waits_for(self, block: Block | None, memory: Memory) -> str | None:
        """The cell that an actor waits for: of the queues that it sleeps on, the first."""
        if block is not None and block.kind == "sleep":
            return next(iter(self.queues_of(block.mask, memory)), None)
        return self.layout.name_at(block.waits_for) if block is not None and block.waits_for is not None else None

    def queues_of(self, mask: int, memory: Memory) -> list[str]:
        """The names of the wait queues that one of the actors stands in."""
        return [queue.id for queue in self.layout.queues if memory.mask(queue.address) & mask]

    def _choices(self, actor: int, state: State) -> list[Value]:
        count = self.machine.choices(state, actor)
        if count == 1:
            return []
        return [{"choice": k, "label": self.choice_label(actor, k, state)} for k in range(count)]

    def choice_label(self, actor: int, choice: int, state: State) -> str:
        """What a choice means: a number, whose callback RCU takes up, or who is woken."""
        memory = Memory(self.layout, state)
        if self.program.actors[actor].info.kind == "rcu":
            ready = self.machine.ready_callbacks(memory)
            if choice < len(ready):
                return self.layout.owner_of[ready[choice]].id
        wakeable = self.machine.wakeable(memory, actor)
        return self.title(wakeable[choice]) if choice < len(wakeable) else str(choice)

    def shown_locals(self, actor: int, pc: int) -> list[Register | ConstantLocal]:
        """The locals that a person sees where an actor stands, in their order."""
        code = self.program.actors[actor]
        if pc == code.end:
            return []
        step = code.steps[pc]
        return sorted([*step.in_scope, *step.constants], key=lambda local: local.first)

    def _locals(self, actor: int, pc: int, memory: Memory) -> Iterator[Value]:
        code = self.program.actors[actor]
        for local in self.shown_locals(actor, pc):
            name = local.name
            if isinstance(local, ConstantLocal):
                value = self.value(local.value, local.type, memory)
            else:
                value = self.value(memory.read(local.slot or 0, local.type), local.type, memory)
                if local.temporary:
                    # A value between two steps of one expression has no name but its text.
                    name = plain(code.instrs[local.first].site.span.text)
            yield self._local(local.function, name, local.type, value)

    @staticmethod
    def _local(function: str, name: str, t: Type, value: Value) -> Value:
        return {"function": function, "name": name, "type": str(t), "value": value}

    def _pending(self, memory: Memory) -> Iterator[Value]:
        for head in self.layout.rcu_heads:
            number = memory.byte(head.address)
            if number:
                yield {
                    "object": self.layout.owner_of[head.address].id,
                    "function": self.program.callbacks[number - 1],
                    "waits_for": list(self.letters(memory.mask(head.address + 1))),
                }

    # -- sentences ------------------------------------------------------------------------------

    def reason(self, block: Block, memory: Memory) -> str:
        """Why a step cannot go, as a sentence without its subject."""
        match block.kind:
            case "lock":
                assert block.address is not None
                return f"waits for {self.layout.name_at(block.address)}, held by {self.holders(block.address, memory)}"
            case "count":
                assert block.address is not None
                name = self.layout.name_at(block.address)
                completion = completes(self.layout.leaf_at[block.address].type)
                return f"waits for {name} to be completed" if completion else f"waits for {name}, of which none is left"
            case "sleep":
                queues = " and ".join(self.queues_of(block.mask, memory))
                return f"sleeps{' on ' if queues else ''}{queues} until it is woken"
            case "softirq":
                running = next(a for a in self.program.actors if block.mask >> a.index & 1)
                return f'runs its softirq "{running.info.name}"'
            case "masked":
                who = next(self.title(a) for a in range(self.layout.actors) if block.mask >> a & 1)
                return f"waits for {who} {block.text}"
            case "await":
                return f"waits until {block.text}"
            case "readers":
                names = " and ".join(self.title(a) for a in range(self.layout.actors) if block.mask >> a & 1)
                return f"waits for {names} to leave the RCU read section"
            case "pool":
                return f"waits for an object of pool {block.text} to be freed"
            case "idle":
                return "no callback is pending"

    def holders(self, address: int, memory: Memory) -> str:
        """Who holds a lock, and how: "CPU 0", "CPU 1 and CPU 2 (reading)"."""
        cell = self.layout.leaf_at[address]
        assert isinstance(cell.type, LockType)
        owner = memory.owner(address)
        if owner is not None:
            return self.title(owner) + (" (writing)" if cell.type.shared else "")
        mask = memory.readers(address) if cell.type.shared else 0
        names = [self.title(a) for a in range(self.layout.actors) if mask >> a & 1]
        return " and ".join(names) + " (reading)" if names else "nobody"
