"""A scenario in one variant, ready to run: layout, code of each actor, steps, properties.

Nothing in here changes while it runs; a state is meaningless without it.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked
from racewalk.model import ActorInfo
from racewalk.program.code import Caller, Instr, Site
from racewalk.program.emit import ConstantLocal
from racewalk.program.layout import Layout
from racewalk.program.values import Register, Value
from racewalk.record import record

StepKind = Literal[
    "load", "store", "update", "lock", "unlock", "rcu", "irq", "alloc", "free", "wait", "choose", "block"
]


@record
class Step:
    """One visible instruction: where an actor can stand.

    `footprint` says what the whole step may touch ("R mm_struct.pmd", "W pte_t", "L ptdesc.ptl");
    `blocks` is the condition, in words, under which it cannot go.
    """

    index: int
    at: int  # index of the instruction
    site: Site
    label: str
    text: str
    words: str
    caption: str | None
    kind: StepKind
    footprint: tuple[str, ...]
    blocks: str | None
    in_scope: tuple[Register, ...] = ()  # with slots, outermost first
    constants: tuple[ConstantLocal, ...] = ()
    clear: tuple[tuple[int, int], ...] = ()  # address ranges of the frame that are zero here

    @property
    def function(self) -> str:
        return self.site.function

    @property
    def span(self) -> Span:
        return self.site.span

    @property
    def stack(self) -> tuple[Caller, ...]:
        return self.site.stack


@record
class Code:
    """Instructions that run on their own: setup, finally, a property. `place` is what they were made of."""

    instrs: list[Instr]
    place: Span


@record
class ActorCode:
    """`step_at`: instruction index -> step; `rests`: steps where a daemon may stay for ever.

    `number` is a CPU's number, None for others. A finished actor's pc is `len(steps)`. A softirq knows the
    actor of its CPU, and that one knows them all.
    """

    index: int
    info: ActorInfo
    number: int | None
    instrs: list[Instr]
    setup: Code | None
    place: Span
    cpu: int | None = None
    softirqs: tuple[int, ...] = ()
    frame: tuple[int, int] = (0, 0)  # addresses
    steps: list[Step] = field(default_factory=list)
    step_at: dict[int, int] = field(default_factory=dict)
    rests: frozenset[int] = frozenset()

    @property
    def end(self) -> int:
        return len(self.steps)


@record
class Probe:
    """A property: code that computes `value` and changes nothing."""

    kind: Literal["always", "never", "sometimes", "finally"]
    finding: str  # the finding kind when it fails
    text: str
    code: Code
    value: Value


@record
class Program:
    checked: Checked
    layout: Layout
    actors: list[ActorCode]
    setups: list[Code]
    probes: list[Probe]
    finals: list[Code]
    callbacks: list[str]  # names of the RCU callbacks, number 1 first
    outer_locks: dict[str, frozenset[str]]
    """Lock class -> those that the lock order wants taken before it: "ptdesc.ptl" -> {"mm_struct.mmap_lock"}."""
    covers: tuple[str, ...]  # every cover and `sometimes` in the text that can be reached
    lenient: bool = False
    """Something is left out that would be taken (see `omission`): to release what one does not hold does nothing."""
    reductions: tuple[str, ...] = ()
    """What has been made of the program of the text, by name (see `reduce`)."""

    @property
    def rcu(self) -> ActorCode | None:
        return next((a for a in self.actors if a.info.kind == "rcu"), None)
