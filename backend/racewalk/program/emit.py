"""What the lowering writes into: the list of instructions, registers, call frames and regions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import Never

from racewalk.lang import toplevel, tree
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.limits import INSTRUCTIONS, LOWERING_DEPTH, LOWERING_VISITS
from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked, FunctionInfo, LocalSymbol
from racewalk.lang.types import Type
from racewalk.program.code import Branch, Caller, Enter, Instr, Jump, Region, Set, Site, Target
from racewalk.program.layout import Layout
from racewalk.program.omission import NOTHING, Omission
from racewalk.program.values import Const, Content, Register, Value
from racewalk.record import record, value_record

CONSTANTS_SHOWN = 64
"""Locals with a fixed value that people see at once; those of the innermost calls are left out."""


class Stop(Exception):
    """The text cannot be lowered; the diagnostic has been given."""


@value_record
class Alias:
    """A pointer parameter that was given `&local`: `*parameter` is the caller's local itself."""

    register: Register


Binding = Register | Const | Alias


@record
class Frame:
    """One inlined call, or the body of an actor (`info` is None)."""

    function: str
    info: FunctionInfo | None
    stack: tuple[Caller, ...]
    callers: tuple[str, ...] = ()  # the functions that are being inlined around it
    shown_as: Site | None = None  # of a `static inline` function: the call
    bindings: dict[LocalSymbol, Binding] = field(default_factory=dict)
    open: list[Register] = field(default_factory=list)  # registers in scope, to be closed with their block
    labels: dict[str, Target] = field(default_factory=dict)
    breaks: list[Target] = field(default_factory=list)
    continues: list[Target] = field(default_factory=list)
    result: Register | None = None
    end: Target = field(default_factory=Target)


@record
class ConstantLocal:
    """A local whose value the text fixes: shown to people, but in no register."""

    name: str
    type: Type
    function: str
    value: Content
    first: int
    last: int = 0


@record
class Ground:
    """What all code of one program is lowered with, and what it uses up together."""

    checked: Checked
    layout: Layout
    sink: Diagnostics
    cut_fuses: bool
    omission: Omission = NOTHING
    """What is left out of the text."""
    constants: dict[str, Value] = field(default_factory=dict)
    """Every #define that is used."""
    callbacks: dict[str, int] = field(default_factory=dict)
    """Function -> its number among the RCU callbacks, from 1."""
    pointed: set[str] = field(default_factory=set)
    """Keys of the places, other than objects, whose address is taken."""
    with_label: dict[tree.Stmt, bool] = field(default_factory=dict)
    """Whether a goto may lead into a statement."""
    acting: dict[tree.Expr | tree.InitList, bool] = field(default_factory=dict)
    """Whether there is an assignment or a call in an expression."""
    one_exit: dict[toplevel.Function, bool] = field(default_factory=dict)
    """Whether a function returns in its last line and nowhere else."""
    instructions: int = 0
    visits: int = 0


class Emitter:
    """The growing code of one actor. Subclasses add expressions, calls and statements."""

    def __init__(self, ground: Ground, title: str) -> None:
        self.ground = ground
        self.checked = ground.checked
        self.layout = ground.layout
        self.sink = ground.sink
        self.code: list[Instr] = []
        self.registers: list[Register] = []
        self.constants: list[ConstantLocal] = []
        self.frame = Frame(title, None, ())
        self.region: Region | None = None
        self.observing = False
        self.anybody = False  # a property: who holds a lock is asked of everybody
        self.rests: list[Target] = []  # heads of the actor's own endless loops
        self._open_constants: list[ConstantLocal] = []
        self._depth = 0

    # -- limits ---------------------------------------------------------------------------------

    def enter(self, span: Span) -> None:
        """One more statement or expression is being lowered, inside those that are; `leave` ends it."""
        self._depth += 1
        self.ground.visits += 1
        if self._depth > LOWERING_DEPTH:
            self.fail(
                "limit-depth",
                span,
                f"with every call inlined, blocks and expressions are nested deeper than {LOWERING_DEPTH} "
                "(limit LOWERING_DEPTH)",
                "call fewer functions inside each other",
            )
        if self.ground.visits > LOWERING_VISITS:
            self.fail(
                "limit-lowering",
                span,
                f"with every call inlined there are more than {LOWERING_VISITS:,} statements and expressions "
                "(limit LOWERING_VISITS)",
                "call fewer functions, or smaller ones",
            )

    def leave(self) -> None:
        self._depth -= 1

    # -- instructions ---------------------------------------------------------------------------

    def site(self, span: Span) -> Site:
        """Where an instruction from this text is shown."""
        return self.frame.shown_as or Site(self.frame.function, span, self.frame.stack)

    def emit(self, instr: Instr) -> None:
        instr.region = self.region
        instr.observe = self.observing
        self.code.append(instr)
        self.ground.instructions += 1
        if self.ground.instructions > INSTRUCTIONS:
            self.fail(
                "too-many-steps",
                instr.site.span,
                f"with every call inlined there are more than {INSTRUCTIONS:,} instructions (limit INSTRUCTIONS)",
                "call fewer functions, or smaller ones",
            )

    def put(self, target: Target) -> None:
        """The next instruction is where `target` leads."""
        target.index = len(self.code)

    def jump(self, span: Span, to: Target) -> None:
        self.emit(Jump(self.site(span), to))

    def branch_on(self, span: Span, test: Value, then: Target, other: Target) -> None:
        self.emit(Branch(self.site(span), test, then, other))

    # -- registers ------------------------------------------------------------------------------

    def temporary(self, t: Type) -> Register:
        register = Register("", t, self.frame.function, temporary=True, first=len(self.code))
        self.registers.append(register)
        return register

    def declare(self, name: str, t: Type) -> Register:
        """A named local, in scope from the next instruction to the end of the block."""
        register = Register(name, t, self.frame.function, temporary=False, first=len(self.code))
        self.registers.append(register)
        self.frame.open.append(register)
        return register

    def declare_constant(self, name: str, t: Type, value: Content) -> None:
        if len(self._open_constants) >= CONSTANTS_SHOWN:
            return
        local = ConstantLocal(name, t, self.frame.function, value, len(self.code))
        self.constants.append(local)
        self._open_constants.append(local)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A block: what is declared in it ends with it."""
        registers, constants = len(self.frame.open), len(self._open_constants)
        yield
        for register in self.frame.open[registers:]:
            register.last = len(self.code)
        for local in self._open_constants[constants:]:
            local.last = len(self.code)
        del self.frame.open[registers:]
        del self._open_constants[constants:]

    def copy(self, span: Span, value: Value, t: Type) -> Register:
        """The value as it is now, whatever is assigned later."""
        register = self.temporary(t)
        self.emit(Set(self.site(span), register, value))
        return register

    # -- regions --------------------------------------------------------------------------------

    @contextmanager
    def one_step(self, kind: str, span: Span, text: str | None = None) -> Iterator[None]:
        """What is emitted inside is one step. Fuses vanish when they are cut, or inside another region."""
        if kind == "fuse" and (self.ground.cut_fuses or self.region is not None):
            yield
            return
        assert kind in ("atomic", "fuse", "wait")
        outer = self.region
        self.region = Region(kind, self.site(span), outer, text)  # type: ignore[arg-type]
        self.emit(Enter(self.site(span)))
        try:
            yield
        finally:
            self.region = outer

    @contextmanager
    def observe(self) -> Iterator[None]:
        """What is emitted inside belongs to a check: it only looks."""
        before, self.observing = self.observing, True
        try:
            yield
        finally:
            self.observing = before

    # -- diagnostics ----------------------------------------------------------------------------

    def error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        self.sink.error(code, message, span, hint)

    def fail(self, code: str, span: Span, message: str, hint: str | None = None) -> Never:
        self.error(code, span, message, hint)
        raise Stop
