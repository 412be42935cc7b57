"""The instructions that the machine executes.

Each actor's text, all calls inlined, becomes one list of instructions. They compute with the
expressions of `racewalk.program.values`; memory is touched only by instructions, one access each. An
instruction is *visible* when it starts a step: the machine stops in front of it. What is not visible
runs as the tail of the step before.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from racewalk.lang.source import Span
from racewalk.lang.types import Type
from racewalk.program.values import Place, Register, Value
from racewalk.record import record, value_record

# -- where an instruction stands ------------------------------------------------------------------


@value_record
class Caller:
    """One call on the way to an instruction: the calling function, and the call's span."""

    function: str
    span: Span


@value_record
class Site:
    """The function and text that an instruction is shown as, and the calls that lead there."""

    function: str
    span: Span
    stack: tuple[Caller, ...]


@record
class Target:
    """A place to jump to; `index` is known once the list is complete."""

    index: int = -1


@record
class Region:
    """An `atomic {}`, `fuse {}` or wait_until: its instructions are one step.

    `top` is the outermost region around it, which makes the step; `atomic` the outermost `atomic` one.
    """

    kind: Literal["atomic", "fuse", "wait"]
    site: Site
    outer: Region | None
    text: str | None = None  # what to call it; None: the text of its span
    top: Region = field(init=False)
    atomic: Region | None = field(init=False)

    def __post_init__(self) -> None:
        self.top = self if self.outer is None else self.outer.top
        self.atomic = self.outer.atomic if self.outer is not None else None
        if self.atomic is None and self.kind == "atomic":
            self.atomic = self


# -- instructions ---------------------------------------------------------------------------------


@record
class Instr:
    """`observe`: part of a check, no access of the program. `visible` is decided by `shared`, `work` by `work`.

    `part`: which part this is of a call that is several steps.
    """

    site: Site
    region: Region | None = field(default=None, kw_only=True)
    observe: bool = field(default=False, kw_only=True)
    visible: bool = field(default=False, kw_only=True)
    work: int = field(default=1, kw_only=True)
    part: str | None = field(default=None, kw_only=True)


@record
class Set(Instr):
    """What the register's type cannot hold is reported."""

    target: Register
    value: Value


@record
class Jump(Instr):
    to: Target


@record
class Branch(Instr):
    test: Value
    then: Target
    other: Target


@record
class End(Instr):
    """The actor has run to its end."""


@record
class Enter(Instr):
    """The first instruction of a region."""


@record
class Load(Instr):
    """`marked`: by READ_ONCE."""

    target: Register
    place: Place
    marked: bool = field(default=False, kw_only=True)


@record
class Store(Instr):
    """`marked`: by WRITE_ONCE."""

    place: Place
    value: Value
    marked: bool = field(default=False, kw_only=True)


@record
class AddressOf(Instr):
    target: Register
    place: Place


@record
class ContainerOf(Instr):
    target: Register
    pointer: Value
    offset: int
    struct: str


@record
class Update(Instr):
    """A read-modify-write at once.

    add, or: store place op value.   inc_not_zero: only if it is not 0; the result says so.
    dec_and_test: the result is true when it became 0.   cmpxchg: store value if it was `expected`;
    the result is what was there.   xchg: likewise, always.
    """

    op: Literal["add", "or", "inc_not_zero", "dec_and_test", "cmpxchg", "xchg"]
    place: Place
    value: Value
    expected: Value | None = None
    target: Register | None = None


LockMode = Literal["spin", "mutex", "bit", "read", "write"]


@record
class Acquire(Instr):
    """`attempt`: a trylock; its result goes to `target` and it never blocks."""

    place: Place
    mode: LockMode
    attempt: bool = False
    nested: bool = False
    target: Register | None = None


@record
class Release(Instr):
    place: Place
    mode: LockMode


@record
class Downgrade(Instr):
    place: Place


@record
class Down(Instr):
    """Takes one of a semaphore or a completion, and waits while that is 0.

    A completion that is complete for all stays so. `attempt`: it never blocks, and `target` is what the
    kernel's function returns: of a semaphore 0 when it was taken, of a completion 1.
    """

    place: Place
    attempt: bool = False
    target: Register | None = None


@record
class Up(Instr):
    """Gives one to a semaphore or a completion; `all`: completes it for all, now and later."""

    place: Place
    all: bool = False


@record
class Reinit(Instr):
    """A completion is not complete any more."""

    place: Place


@record
class PrepareToWait(Instr):
    """The actor stands in the wait queue from now on, exclusively or not, and is asleep unless it is woken."""

    place: Place
    exclusive: bool


@record
class Schedule(Instr):
    """Waits while the actor is asleep."""


@record
class FinishWait(Instr):
    """The actor is awake, and stands in the queue no more."""

    place: Place


@record
class WakeUp(Instr):
    """Wakes those in the queue who are asleep, and takes them out: `all`, or every non-exclusive and one exclusive one.

    Which one is a choice, where several could be it.
    """

    place: Place
    all: bool


@record
class RcuReadLock(Instr):
    pass


@record
class RcuReadUnlock(Instr):
    pass


@record
class CallRcu(Instr):
    place: Place
    function: int  # number of the callback, from 1


@record
class SynchronizeRcu(Instr):
    """`begin` notes who reads now; the other waits until all of those have left."""

    begin: bool


@record
class GracePeriod(Instr):
    """RCU takes up one callback whose readers have all left; `which` is its function's number."""

    head: Register
    which: Register


@record
class SetIrqs(Instr):
    off: bool


@record
class SetBh(Instr):
    """local_bh_disable and local_bh_enable: no softirq begins on this CPU while it counts more of the former."""

    off: bool


@record
class Allocate(Instr):
    """`initial`: (offset in the object, type, value) of each initialised field."""

    target: Register
    pool: str
    initial: tuple[tuple[int, Type, Value], ...]
    reuse: bool


@record
class Free(Instr):
    pointer: Value
    struct: str


@record
class Await(Instr):
    test: Value
    span: Span  # of the condition


@record
class Choose(Instr):
    target: Register
    count: int


@record
class AskFinished(Instr):
    target: Register
    cpu: Value


@record
class AskIrqs(Instr):
    target: Register
    cpu: Value


@record
class AskLive(Instr):
    target: Register
    pointer: Value
    struct: str | None


@record
class AskHeld(Instr):
    """Whether the actor holds the lock at `place`: in any way, or so that it excludes others (write), or readers only.

    `anybody`: whether somebody holds it. Of what runs as nobody, such as `setup`, it is true.
    """

    target: Register
    place: Place
    how: Literal["any", "read", "write"]
    anybody: bool


@record
class NextObject(Instr):
    """The next live object of a type after `after` (None: the first), NULL when there is no more."""

    target: Register
    addresses: tuple[int, ...]
    after: Value | None


@record
class MightSleep(Instr):
    pass


@record
class Check(Instr):
    """A condition that must hold, else a finding of `kind` with `text` filled from `args`."""

    test: Value
    kind: str
    text: str
    args: tuple[tuple[Value, Type], ...] = ()
    fatal: bool = False
    warning: bool = False


@record
class Cover(Instr):
    text: str


MODULES = (__name__, Place.__module__)
"""Where instructions, and the places and values in them, are defined: who walks over one knows its parts by that."""

ACTS = (
    Store,
    Update,
    Acquire,
    Release,
    Downgrade,
    Down,
    Up,
    Reinit,
    PrepareToWait,
    Schedule,
    FinishWait,
    WakeUp,
    RcuReadLock,
    RcuReadUnlock,
    CallRcu,
    SynchronizeRcu,
    GracePeriod,
    SetIrqs,
    SetBh,
    Allocate,
    Free,
    Await,
    Choose,
)
"""Instructions that change memory or may block: a check has none of them."""


def may_block(instr: Instr) -> bool:
    """There are states in which the instruction cannot go."""
    match instr:
        case Acquire(attempt=attempt) | Down(attempt=attempt):
            return not attempt
        case Allocate(reuse=reuse):
            return reuse
    return isinstance(instr, Await | Schedule | SynchronizeRcu | GracePeriod)
