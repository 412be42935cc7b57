"""The lowering: a checked unit becomes a `Program`.

globals   -> layout, and stores in the setup code
actors    -> instructions (every call inlined) -> steps
call_rcu  -> one more actor, RCU, with the callbacks' code
properties, finally -> code of their own that runs on a copy of the state
"""

from __future__ import annotations

from typing import NoReturn

from racewalk.lang import toplevel, tree
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.limits import PROPERTIES, STATE_BYTES, STEPS
from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked, FunctionInfo
from racewalk.lang.types import NUMBER, RCU_HEAD
from racewalk.model import ActorInfo, ActorKind
from racewalk.program.calls import split_kind
from racewalk.program.code import Cover, End, GracePeriod, Store, Target
from racewalk.program.emit import Frame, Ground, Stop
from racewalk.program.fold import operate
from racewalk.program.layout import Layout, size_of
from racewalk.program.lock_order import outer_locks
from racewalk.program.omission import NOTHING, Omission
from racewalk.program.program import ActorCode, Code, Probe, Program
from racewalk.program.reach import reachable
from racewalk.program.regions import check_property, check_regions
from racewalk.program.shared import Sharing, mark_visible
from racewalk.program.statements import Statements
from racewalk.program.steps import form_steps, give_frame
from racewalk.program.values import Const, Place, Register
from racewalk.program.work import measure

KINDS: dict[str, ActorKind] = {"CPU": "cpu", "SOFTIRQ": "softirq", "DEVICE": "device", "EVENT": "event"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def lower(checked: Checked, sink: Diagnostics, cut_fuses: bool = False, omission: Omission = NOTHING) -> Program | None:
    """The program of a unit without errors; None after a diagnostic.

    `cut_fuses` makes every `fuse` an ordinary block: proofs must agree with and without. `omission` is left out.
    """
    try:
        program = _Lowering(checked, sink, cut_fuses, omission).run()
    except Stop:
        return None
    return None if sink.has_errors else program


class _Lowering:
    def __init__(self, checked: Checked, sink: Diagnostics, cut_fuses: bool, omission: Omission) -> None:
        self.checked = checked
        self.sink = sink
        numbers = {actor: number for number, actor in checked.cpus.items()}
        cpus = sorted(numbers, key=lambda actor: numbers[actor])
        self.actors = [*cpus, *(actor for actor in checked.unit.actors if actor not in numbers)]
        self.numbers = numbers
        self.layout = Layout(len(self.actors) + 1)
        self.ground = Ground(checked, self.layout, sink, cut_fuses, omission)

    def run(self) -> Program:
        checked, layout, unit = self.checked, self.layout, self.checked.unit
        self._constants()
        self._memory()
        setups = [self._initial_memory(), *(self._block(s.body, "setup") for s in unit.setups)]
        lowered = [self._actor(i, a) for i, a in enumerate(self.actors)]
        if self.ground.callbacks:
            lowered.append(self._rcu(len(lowered)))
        layout.actors = len(lowered)
        actors = [actor for actor, _ in lowered]
        finals = [self._block(f.body, "finally") for f in unit.finals]
        probes = [self._probe(p) for p in unit.properties]
        if len(finals) + len(probes) > PROPERTIES:
            message = f"there are {len(finals) + len(probes)} properties; {PROPERTIES} are allowed (limit PROPERTIES)"
            self.sink.error("too-many-properties", message, Span(unit.main, 0, 0))
            raise Stop
        self._steps(lowered)
        own = [actor.setup for actor in actors if actor.setup is not None]
        codes = [code.instrs for code in (*setups, *own, *finals, *(probe.code for probe in probes))]
        for instrs in [*codes, *(actor.instrs for actor in actors)]:
            measure(instrs, layout)
        return Program(
            checked=checked,
            layout=layout,
            actors=actors,
            setups=setups,
            probes=probes,
            finals=finals,
            callbacks=list(self.ground.callbacks),
            outer_locks=outer_locks(unit.lock_orders, self.sink),
            covers=self._covers(actors, probes),
            lenient=bool(self.ground.omission.taken),
        )

    # -- pieces ---------------------------------------------------------------------------------

    def _emitter(self, title: str, number: int = -1, daemon: bool = False) -> Statements:
        emitter = Statements(self.ground, title)
        emitter.number = number
        emitter.daemon = daemon
        return emitter

    def _constants(self) -> None:
        """The values of the #defines that are used."""
        emitter = self._emitter("#define")
        for name, expr in self.checked.defines.items():
            value = emitter.value(expr)
            if not isinstance(value, Const):
                emitter.fail("not-constant", expr.span, f"'{name}' does not fit its type")
            self.ground.constants[name] = value

    def _memory(self) -> None:
        """Give every global and pool object its place, if there is room for them."""
        layout, symbols = self.layout, list(self.checked.globals.values())
        layout.memory_end = layout.header(layout.actors + 1)
        size = layout.memory_end + sum(size_of(s.type) + (s.pool is not None) for s in symbols)
        if size > STATE_BYTES:
            self._too_large(size)
        for symbol in symbols:
            layout.place(symbol.name, symbol.type, symbol.pool, symbol.ghost)
        layout.size = layout.memory_end

    def _steps(self, lowered: list[tuple[ActorCode, Statements]]) -> None:
        """Find the steps of all actors, and room for what lives across them."""
        sharing = Sharing(self.checked, [actor.instrs for actor, _ in lowered], self.ground.pointed)
        total = 0
        for actor, _ in lowered:
            mark_visible(actor.instrs, sharing)
            total += sum(1 for instr in actor.instrs if instr.visible)
            check_regions(actor.instrs, self.sink)
        if total > STEPS:
            self.sink.error(
                "too-many-steps",
                f"the actors have {total:,} steps; {STEPS:,} are allowed (limit STEPS)",
                Span(self.checked.unit.main, 0, 0),
                "call fewer functions, or fuse what need not be told apart",
            )
            raise Stop
        for actor, emitter in lowered:
            give_frame(actor, emitter, self.layout)
            if self.layout.size > STATE_BYTES:
                self._too_large(self.layout.size)
        for actor, emitter in lowered:
            form_steps(actor, emitter, self.layout, sharing)

    def _initial_memory(self) -> Code:
        """The initialisers of globals, as stores."""
        emitter = self._emitter("setup")
        for symbol in self.checked.globals.values():
            if symbol.init is None:
                continue
            thing = self.layout.named[symbol.name]
            for offset, t, value in emitter.scalars(symbol.init, symbol.type):
                place = Place(thing.address + offset, 0, (), t, symbol.name, symbol.init.span)
                emitter.emit(Store(emitter.site(symbol.init.span), place, value))
        start = Span(self.checked.unit.main, 0, 0)
        emitter.emit(End(emitter.site(start)))
        return Code(emitter.code, start)

    def _block(self, block: tree.Block, title: str, number: int = -1) -> Code:
        emitter = self._emitter(title, number)
        with emitter.one_step("atomic", block.span):
            emitter.body(block)
        emitter.put(emitter.frame.end)
        emitter.emit(End(emitter.site(block.span)))
        return Code(emitter.code, block.span)

    def _actor(self, index: int, actor: toplevel.Actor) -> tuple[ActorCode, Statements]:
        number = self.numbers.get(actor)
        runs_on = self.checked.softirqs.get(actor)
        title = f"CPU {number}" if number is not None else actor.kind.lower()
        if runs_on is not None:
            title += f" of CPU {runs_on}"
        info = ActorInfo(LETTERS[index], actor.title, title, KINDS[actor.kind])
        as_cpu = next((n for n in (number, runs_on) if n is not None), -1)
        setup = self._block(actor.setup, actor.title, as_cpu) if actor.setup is not None else None
        emitter = self._emitter(actor.title, as_cpu, info.daemon)
        emitter.body(actor.body)
        emitter.put(emitter.frame.end)
        emitter.emit(End(emitter.site(actor.span)))
        code = ActorCode(index, info, number, emitter.code, setup, actor.title_span)
        if runs_on is not None:
            code.cpu = self.actors.index(self.checked.cpus[runs_on])
        code.softirqs = tuple(i for i, a in enumerate(self.actors) if self.checked.softirqs.get(a, -1) == number)
        return code, emitter

    def _rcu(self, index: int) -> tuple[ActorCode, Statements]:
        """The actor that runs callbacks: take one up whose readers have left, run it, again."""
        callbacks = self.ground.callbacks
        span = self.checked.functions[next(iter(callbacks))].decl.name_span
        emitter = self._emitter("RCU", daemon=True)
        head, rest = Target(), Target()
        emitter.put(head)
        emitter.rests.append(head)
        pointer = emitter.declare("head", self.checked.pointers.to(RCU_HEAD))
        which = emitter.temporary(NUMBER)
        emitter.emit(GracePeriod(emitter.site(span), pointer, which))
        pointer.first = len(emitter.code)  # it has no value before
        done = 0
        while done < len(callbacks):  # a callback may queue another function
            function = self.checked.functions[list(callbacks)[done]]
            done += 1
            mine, following = Target(), Target()
            emitter.branch_on(span, operate("==", which, Const(done)), mine, following)
            emitter.put(mine)
            self._callback(emitter, function, pointer)
            emitter.jump(span, rest)
            emitter.put(following)
        emitter.put(rest)
        pointer.last = len(emitter.code)
        emitter.jump(span, head)
        info = ActorInfo(LETTERS[index], "grace periods", "RCU", "rcu")
        return ActorCode(index, info, None, emitter.code, None, span), emitter

    def _callback(self, emitter: Statements, function: FunctionInfo, head: Register) -> None:
        outer = emitter.frame
        emitter.frame = Frame(function.decl.name, function, (), (function.decl.name,))
        emitter.frame.bindings[function.params[0]] = head
        emitter.body(function.decl.body)
        emitter.put(emitter.frame.end)
        emitter.frame = outer

    def _probe(self, prop: toplevel.Property) -> Probe:
        emitter = self._emitter(prop.kind)
        emitter.anybody = True
        with emitter.observe(), emitter.one_step("atomic", prop.span):
            value = emitter.value(prop.expr)
            fixed = emitter.copy(prop.span, value, NUMBER) if not isinstance(value, Const) else value
        emitter.emit(End(emitter.site(prop.span)))
        kind, text = split_kind(prop.text, prop.kind)
        check_property(emitter.code, self.sink)
        return Probe(prop.kind, kind, text, Code(emitter.code, prop.span), fixed)

    def _covers(self, actors: list[ActorCode], probes: list[Probe]) -> tuple[str, ...]:
        found = [
            instr.text
            for actor in actors
            for at in sorted(reachable(actor.instrs))
            if isinstance(instr := actor.instrs[at], Cover)
        ]
        found += [probe.text for probe in probes if probe.kind == "sometimes"]
        return tuple(dict.fromkeys(found))

    def _too_large(self, size: int) -> NoReturn:
        symbols = sorted(self.checked.globals.values(), key=lambda symbol: -size_of(symbol.type))
        named = ", ".join(f"{symbol.name} {size_of(symbol.type):,}" for symbol in symbols[:3])
        locals_ = self.layout.size - self.layout.memory_end if self.layout.size else 0
        self.sink.error(
            "state-too-large",
            f"a state takes {size:,} bytes; {STATE_BYTES:,} are allowed (limit STATE_BYTES)",
            Span(self.checked.unit.main, 0, 0),
            f"smaller pools or arrays, narrower types; the largest objects: {named}; locals take {locals_:,}",
        )
        raise Stop
