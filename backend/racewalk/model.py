"""The small interface between what a program means and whoever walks it.

`session`, `explore` and the tools above them see a scenario only as a `Model`: an initial state,
moves that are enabled or say why not, and a step from state to state. They never see a lock. What
implements it is `racewalk.checks.ScenarioModel`; tests implement it with toys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from racewalk.record import value_record

State = bytes
"""One fixed-length value that is the whole machine: memory, locks, locals, program counters."""

ActorKind = Literal["cpu", "softirq", "device", "event", "rcu"]

Value = int | bool | str | None | dict[str, "Value"] | list["Value"]
"""What a cell shows: JSON as the page gets it (see `racewalk.api.snapshot`)."""

World = dict[str, Value]
"""A state in words: cell id -> value. Two worlds differ where the state changed, and nowhere else."""


@value_record
class ActorInfo:
    """Who can be scheduled. Only a CPU must finish; the others are daemons and may stop anywhere."""

    letter: str  # "a", "b", ...: its name in a schedule text
    name: str  # "khugepaged"
    title: str  # "CPU 0", "softirq of CPU 0", "device", "RCU"
    kind: ActorKind
    endless: bool = False  # its text has no way to an end: it is meant to go on for ever

    @property
    def daemon(self) -> bool:
        return self.kind != "cpu"


class Move(NamedTuple):
    """One entry of a schedule: who moves and, where its step offers a choice, which one (from 0)."""

    actor: int
    choice: int | None = None


class Option(NamedTuple):
    """A move that an unfinished actor has in a state; `blocked` is None, or the sentence why it cannot go."""

    move: Move
    label: str
    blocked: str | None = None


@value_record
class Finding:
    """What went wrong. `fatal`: the path ends here. `warning`: listed, but no verdict counts it."""

    kind: str  # "lost-pte", "use-after-free", "deadlock", ...
    message: str  # one sentence, in the kernel's words where the kernel has words
    fatal: bool = False
    warning: bool = False
    actor: int | None = None
    label: str | None = None  # of the step that caused it
    details: tuple[str, ...] = ()  # further lines: the deadlock's cycle, the object, the lock chain
    thing: str | None = None  # the object whose life it is about, by the name that `Access` has for it


class Access(NamedTuple):
    """One touch of shared memory in a step. `cell` is an id of the `World`."""

    mode: Literal["read", "write", "lock", "unlock", "alloc", "free"]
    cell: str


class Taking(NamedTuple):
    """A lock of the class `inner` is taken while one of `outer` is held; `words` tell who does it with which."""

    outer: str
    inner: str
    words: str


@value_record
class Event:
    """What a step did, in words and cells; made only when somebody asks (`Model.observe`)."""

    label: str
    words: str  # "cleared the PMD of A", "took ptl of T0"
    accesses: tuple[Access, ...] = ()


@value_record
class Outcome:
    """The result of one step. With a fatal finding `state` is the last good state plus what was done."""

    state: State
    findings: tuple[Finding, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def fatal(self) -> bool:
        return any(f.fatal for f in self.findings)


class NotEnabled(Exception):
    """A move that this state does not offer. `reason` is the sentence for a person."""

    def __init__(self, move: Move, reason: str) -> None:
        super().__init__(reason)
        self.move = move
        self.reason = reason


class Model(Protocol):
    """A scenario in one variant, as a transition system. All methods are pure."""

    @property
    def actors(self) -> Sequence[ActorInfo]: ...

    def initial(self) -> State:
        """The state after setup."""
        ...

    def moves(self, state: State) -> Sequence[Option]:
        """All moves of all unfinished actors, by actor and choice, enabled or with the reason why not."""
        ...

    def step(self, state: State, move: Move) -> Outcome:
        """Do one move. Raises NotEnabled."""
        ...

    def expand(self, state: State) -> Sequence[tuple[Move, Outcome]]:
        """All enabled moves with their outcomes: what an explorer asks for."""
        ...

    def finished(self, state: State, actor: int) -> bool:
        """True when the actor has run to its end."""
        ...

    def is_final(self, state: State) -> bool:
        """Every CPU has finished and every daemon is at rest: here `finally` is judged."""
        ...

    def final_findings(self, state: State) -> tuple[Finding, ...]:
        """What `finally` says of a final state; empty for other states."""
        ...

    def stuck_findings(self, state: State) -> tuple[Finding, ...]:
        """The deadlock with its cycle: some CPU is unfinished and no CPU can ever run again."""
        ...

    def initial_findings(self, state: State) -> tuple[Finding, ...]:
        """What the properties say of the initial state."""
        ...

    def position(self, state: State, actor: int) -> int | None:
        """Index of the actor's next step in its step table; None when it has finished or rests."""
        ...

    def label(self, state: State, actor: int) -> str | None:
        """The label of the actor's next step; None when it has finished or rests."""
        ...

    def observe(self, state: State, move: Move) -> Event:
        """What `step(state, move)` does, for people. Raises NotEnabled."""
        ...

    def describe(self, state: State) -> World:
        """The state in words."""
        ...


# -- what a search must know beyond that to be fast ------------------------------------------------


class Slot(NamedTuple):
    """A part of the state that is read and written as a whole: some bytes, or a single bit of one.

    `bits` is a guess of how many bits tell its contents apart; with `exact` they always do.
    """

    address: int
    size_bytes: int
    bit: int | None  # of the byte at `address`; None: all bytes
    bits: int
    exact: bool = False


class Report(NamedTuple):
    """A finding without its words: what a verdict needs."""

    kind: str
    fatal: bool
    warning: bool


class Branch(NamedTuple):
    """One way in which a step can go, and all that it does."""

    choice: int | None
    writes: tuple[tuple[int, int], ...]  # slot -> its content afterwards, of every slot written
    reports: tuple[Report, ...]
    covers: tuple[str, ...]


class Lesson(NamedTuple):
    """What one look at an actor's next step taught: in every state that has the same contents in the slots `reads`,
    the step does the same. No branches: it cannot go."""

    reads: tuple[int, ...]  # slots, in order of the first look at each
    branches: tuple[Branch, ...]


class Ending(NamedTuple):
    """The same for a state in which every CPU has finished: whether it is final, and what `finally` says."""

    reads: tuple[int, ...]
    final: bool
    reports: tuple[Report, ...]


class PackedModel(Model, Protocol):
    """A model that can be learned: a step's effect depends on few slots, and it tells which."""

    @property
    def slots(self) -> Sequence[Slot]:
        """They cover all of the state that can ever change, and do not overlap."""
        ...

    @property
    def pc_slots(self) -> Sequence[int]:
        """Of each actor the slot that says where it stands."""
        ...

    @property
    def end_positions(self) -> Sequence[int]:
        """Of each actor the content of that slot when it has finished."""
        ...

    def content(self, state: State, slot: int) -> int:
        """What a slot holds."""
        ...

    def with_contents(self, contents: Sequence[tuple[int, int]]) -> State:
        """The initial state with some slots set to other contents."""
        ...

    def learn(self, state: State, actor: int) -> Lesson:
        """The next step of an unfinished actor in a state."""
        ...

    def learn_end(self, state: State) -> Ending:
        """A state in which every CPU has finished."""
        ...

    def acyclic(self) -> bool:
        """No CPU has a loop with a step in it, so that no CPU can run for ever."""
        ...
