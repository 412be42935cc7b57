"""The lowering: a checked unit becomes a `Program`.

globals   -> layout, and stores in the setup code
actors    -> instructions (every call inlined) -> steps
call_rcu  -> one more actor, RCU, with the callbacks' code
properties, finally -> code of their own that runs on a copy of the state
"""

from __future__ import annotations

import hashlib

from racewalk.lang import tree
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.limits import STATE_BYTES, STEPS
from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked, FunctionInfo
from racewalk.lang.types import NUMBER, RCU_HEAD, PointerType, WordType
from racewalk.model import ActorInfo, ActorKind
from racewalk.program.calls import split_kind
from racewalk.program.code import (
    Acquire,
    Allocate,
    Await,
    Branch,
    Const,
    Cover,
    End,
    Enter,
    GracePeriod,
    Instr,
    Place,
    Region,
    Store,
    SynchronizeRcu,
    Target,
    Update,
)
from racewalk.program.dump import dump
from racewalk.program.emit import Frame, Stop
from racewalk.program.fold import operate
from racewalk.program.layout import Layout
from racewalk.program.program import ActorCode, Code, Probe, Program
from racewalk.program.reach import outermost, reachable
from racewalk.program.shared import Sharing, mark_visible
from racewalk.program.statements import Statements
from racewalk.program.steps import form_steps

KINDS: dict[str, ActorKind] = {"CPU": "cpu", "DEVICE": "device", "EVENT": "event"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def lower(checked: Checked, sink: Diagnostics, cut_fuses: bool = False) -> Program | None:
    """The program of a unit without errors; None after a diagnostic.

    `cut_fuses` makes every `fuse` an ordinary block: proofs must agree with and without.
    """
    try:
        program = _Lowering(checked, sink, cut_fuses).run()
    except Stop:
        return None
    return None if sink.has_errors else program


class _Lowering:
    def __init__(self, checked: Checked, sink: Diagnostics, cut_fuses: bool) -> None:
        self.checked = checked
        self.sink = sink
        self.cut_fuses = cut_fuses
        self.actors = sorted(checked.unit.actors, key=self._order)
        self.callbacks: dict[str, int] = {}
        self.with_rcu = False
        self.layout = Layout(len(self.actors) + 1)

    def _order(self, actor: tree.Actor) -> tuple[int, int]:
        """CPUs by number, then the others in order of the text."""
        number = next((n for n, a in self.checked.cpus.items() if a is actor), None)
        return (0, number) if number is not None else (1, actor.span.start)

    def run(self) -> Program:
        checked, layout = self.checked, self.layout
        for symbol in checked.globals.values():
            layout.place(symbol.name, symbol.type, symbol.pool, symbol.ghost)
        if layout.memory_end > STATE_BYTES:
            self._too_large(layout.memory_end)
        setups = [self._initial_memory(), *(self._block(s.body, "setup") for s in checked.unit.setups)]
        lowered = [self._actor(i, a) for i, a in enumerate(self.actors)]
        if self.callbacks:
            lowered.append(self._rcu(len(lowered)))
        layout.actors = len(lowered)
        actors = [actor for actor, _ in lowered]
        sharing = Sharing(checked, [a.instrs for a in actors])
        layout.size = layout.memory_end or layout.header(layout.actors + 1)
        for actor, emitter in lowered:
            mark_visible(actor.instrs, sharing)
            self._check_regions(actor.instrs)
            form_steps(actor, emitter, layout, sharing)
        if layout.size > STATE_BYTES:
            self._too_large(layout.size)
        total = sum(len(a.steps) for a in actors)
        if total > STEPS:
            self.sink.error(
                "too-many-steps",
                f"the actors have {total:,} steps; {STEPS:,} are allowed (limit STEPS)",
                Span(checked.unit.main, 0, 0),
                "call fewer functions, or fuse what need not be told apart",
            )
        finals = [self._block(f.body, "finally") for f in checked.unit.finals]
        probes = [self._probe(p) for p in checked.unit.properties]
        program = Program(
            checked=checked,
            layout=layout,
            actors=actors,
            setups=setups,
            probes=probes,
            finals=finals,
            callbacks=list(self.callbacks),
            lock_rank=self._lock_order(),
            covers=self._covers(actors, probes),
        )
        program.model_hash = _hash(program)
        return program

    # -- pieces ---------------------------------------------------------------------------------

    def _emitter(self, title: str) -> Statements:
        emitter = Statements(self.checked, self.layout, self.sink, title, self.cut_fuses)
        emitter.callbacks = self.callbacks
        return emitter

    def _initial_memory(self) -> Code:
        """The initialisers of globals, as stores."""
        emitter = self._emitter("setup")
        by_name = {thing.id: thing for thing in self.layout.objects}
        for symbol in self.checked.globals.values():
            if symbol.init is None:
                continue
            thing = by_name[symbol.name]
            for offset, t, value in emitter.scalars(symbol.init, symbol.type):
                place = Place(thing.address + offset, 0, (), t, symbol.name, symbol.name)
                emitter.emit(Store(emitter.site(symbol.init.span), place, value))
        emitter.emit(End(emitter.site(Span(self.checked.unit.main, 0, 0))))
        return Code(emitter.code)

    def _block(self, block: tree.Block, title: str) -> Code:
        emitter = self._emitter(title)
        with emitter.one_step("atomic", block.span):
            emitter.body(block)
        emitter.put(emitter.frame.end)
        emitter.emit(End(emitter.site(block.span)))
        return Code(emitter.code)

    def _actor(self, index: int, actor: tree.Actor) -> tuple[ActorCode, Statements]:
        number = next((n for n, a in self.checked.cpus.items() if a is actor), None)
        kind = KINDS[actor.kind]
        title = f"CPU {number}" if number is not None else actor.kind.lower()
        info = ActorInfo(LETTERS[index], actor.title, title, kind)
        setup = None
        if actor.setup is not None:
            setup = self._block(actor.setup, actor.title)
        emitter = self._emitter(actor.title)
        emitter.number = number if number is not None else -1
        emitter.daemon = info.daemon
        emitter.body(actor.body)
        emitter.put(emitter.frame.end)
        emitter.emit(End(emitter.site(actor.span)))
        code = ActorCode(index, info, number, emitter.code, setup, actor.title_span)
        return code, emitter

    def _rcu(self, index: int) -> tuple[ActorCode, Statements]:
        """The actor that runs callbacks: take one up whose readers have left, run it, again."""
        span = next(iter(self.checked.functions[name].decl.name_span for name in self.callbacks))
        emitter = self._emitter("RCU")
        emitter.number = -1
        emitter.daemon = True
        head, rest = Target(), Target()
        emitter.put(head)
        emitter.rests.append(head)
        pointer = emitter.declare("head", self.checked.pointers.to(RCU_HEAD))
        which = emitter.temporary(NUMBER)
        emitter.emit(GracePeriod(emitter.site(span), pointer, which))
        names = list(self.callbacks)
        done = 0
        while done < len(names):
            function = self.checked.functions[names[done]]
            done += 1
            mine, following = Target(), Target()
            test = operate("==", which, Const(done))
            emitter.emit(Branch(emitter.site(span), test, mine, following))
            emitter.put(mine)
            self._callback(emitter, function, pointer)
            emitter.jump(span, rest)
            emitter.put(following)
            names = list(self.callbacks)  # a callback may queue another function
        emitter.put(rest)
        pointer.last = len(emitter.code)
        emitter.jump(span, head)
        info = ActorInfo(LETTERS[index], "grace periods", "RCU", "rcu")
        return ActorCode(index, info, None, emitter.code, None, span), emitter

    def _callback(self, emitter: Statements, function: FunctionInfo, head: object) -> None:
        outer = emitter.frame
        frame = Frame(function.decl.name, function, ())
        emitter.frame = frame
        frame.bindings[function.params[0]] = head  # type: ignore[assignment]
        emitter.body(function.decl.body)
        emitter.put(frame.end)
        emitter.frame = outer

    def _probe(self, prop: tree.Property) -> Probe:
        emitter = self._emitter(prop.kind)
        with emitter.observe(), emitter.one_step("atomic", prop.span):
            value = emitter.value(prop.expr)
            fixed = emitter.copy(prop.span, value, NUMBER) if not isinstance(value, Const) else value
        emitter.emit(End(emitter.site(prop.span)))
        kind, text = split_kind(prop.text, prop.kind)
        self._only_looks(emitter.code)
        return Probe(prop.kind, kind, text, Code(emitter.code), fixed, prop.span)

    def _only_looks(self, code: list[Instr]) -> None:
        """A property may read, nothing else."""
        for instr in code:
            if isinstance(instr, Store | Update | Acquire) or type(instr).__name__ in EFFECTS:
                self.sink.error("property-acts", "a property only looks: this changes something", instr.site.span, None)
                return

    def _check_regions(self, code: list[Instr]) -> None:
        """An atomic block has at most one blocking condition, and it comes first; a check only looks."""
        touched: set[Region] = set()
        for at in sorted(reachable(code)):
            instr = code[at]
            if instr.observe and (isinstance(instr, Store | Update | Acquire) or type(instr).__name__ in EFFECTS):
                self.sink.error(
                    "check-acts",
                    "a check only looks, and this is a step",
                    instr.site.span,
                    "do it before the check, into a local",
                )
            region = outermost(instr.region)
            if region is None or region.kind != "atomic" or isinstance(instr, Enter):
                continue
            blocks = (
                (isinstance(instr, Acquire) and not instr.attempt)
                or (isinstance(instr, Allocate) and instr.reuse)
                or isinstance(instr, Await | SynchronizeRcu)
            )
            if blocks and region in touched:
                self.sink.error(
                    "late-blocking",
                    "an atomic block may block only at its start: here something was done already",
                    instr.site.span,
                    "move it to the front, or use fuse { } where only clicks are to be spared",
                )
            if isinstance(instr, Store | Update | Acquire | Await) or type(instr).__name__ in EFFECTS:
                touched.add(region)

    def _lock_order(self) -> dict[str, int]:
        rank: dict[str, int] = {}
        for order in self.checked.unit.lock_orders:
            for item in order.classes:
                rank.setdefault(f"{item.struct}.{item.field}", len(rank))
        return rank

    def _covers(self, actors: list[ActorCode], probes: list[Probe]) -> tuple[str, ...]:
        found = [
            instr.text
            for actor in actors
            for at in sorted(reachable(actor.instrs))
            if isinstance(instr := actor.instrs[at], Cover)
        ]
        found += [probe.text for probe in probes if probe.kind == "sometimes"]
        return tuple(dict.fromkeys(found))

    def _too_large(self, size: int) -> None:
        largest = sorted(self.layout.objects, key=lambda o: -o.cell.size)[:3]
        named = ", ".join(f"{o.id} {o.cell.size}" for o in largest)
        self.sink.error(
            "state-too-large",
            f"a state takes {size:,} bytes; {STATE_BYTES:,} are allowed (limit STATE_BYTES)",
            Span(self.checked.unit.main, 0, 0),
            f"smaller pools or arrays, narrower types; the largest objects: {named}",
        )
        raise Stop


EFFECTS = frozenset(
    {
        "Release",
        "Downgrade",
        "RcuReadLock",
        "RcuReadUnlock",
        "CallRcu",
        "SynchronizeRcu",
        "SetIrqs",
        "Allocate",
        "Free",
        "Choose",
    }
)
"""Instructions that change something besides Store, Update and Acquire."""


def _hash(program: Program) -> str:
    """A short digest of the layout and the lowered steps: equal models behave equally."""
    digest = hashlib.sha256()
    for thing in program.layout.objects:
        digest.update(f"{thing.id} {_shape(thing.type)} {thing.address}\n".encode())
    for actor in program.actors:
        digest.update(f"{actor.info.letter} {actor.info.name}\n".encode())
        digest.update(dump(actor.instrs).encode())
        for step in actor.steps:
            digest.update(f"{step.at} {step.label}\n".encode())
    for code in [*program.setups, *(p.code for p in program.probes), *program.finals]:
        digest.update(dump(code.instrs).encode())
    return digest.hexdigest()[:12]


def _shape(t: object) -> str:
    if isinstance(t, WordType):
        return f"{t.name}{{{', '.join(f'{n}:{_shape(f)}' for n, f in t.fields.items())}}}"
    return str(t) if not isinstance(t, PointerType) else f"{t.target} *"
