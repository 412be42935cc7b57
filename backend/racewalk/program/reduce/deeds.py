"""What a step can do that matters to interleaving: memory, locks, RCU, whether it may block or report.

A *location* is an address (of a cell, or of the life byte of an object), or a pair: ("end", actor) is whether an actor
has finished, ("irqs", actor) whether it has its interrupts off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from racewalk.program.code import LockMode

Location = int | tuple[str, int]
Mode = Literal["R", "W"]

BEFORE = -1
"""The index of what an actor does before its first step."""


class LockDeed(NamedTuple):
    """One thing done to one lock. `sure`: released, and certainly held before; `attempt`: a trylock."""

    what: Literal["take", "drop"]
    address: int
    mode: LockMode
    attempt: bool = False
    sure: bool = False

    def clashes(self, other: LockDeed) -> bool:
        """The two would exclude each other on the same lock."""
        return self.address == other.address and not (self.mode == other.mode == "read")


@dataclass(slots=True)
class Deeds:
    """Of one step, all that it can do in any state, up to the next step.

    work       instructions' work of the whole step, at most; None: there may be a loop
    blocks     there are states in which it cannot go, apart from the locks that it takes
    fixed      it allocates, frees, chooses or asks RCU for something: it is never moved
    reports    it may report something
    held       what it may report depends on which locks the actor holds
    """

    touches: dict[Location, set[Mode]] = field(default_factory=dict)
    locks: set[LockDeed] = field(default_factory=set)
    following: set[int] = field(default_factory=set)
    work: int | None = 0
    blocks: bool = False
    fixed: bool = False
    reports: bool = False
    held: bool = False
    becomes_reader: bool = False  # RCU has to wait for the actor from here on
    leaves_reader: bool = False

    def touch(self, mode: Mode, location: Location) -> None:
        self.touches.setdefault(location, set()).add(mode)

    def writes(self, location: Location) -> bool:
        return "W" in self.touches.get(location, ())
