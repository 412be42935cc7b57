"""What a search found out: a verdict for every kind of finding, over all schedules.

A *complete* schedule ends where nothing is left to do: in a final state, at a fatal finding, or
where no actor can go. A kind is

    always     every complete schedule has it
    sometimes  some schedule has it
    never      no schedule has it, and all were searched
    unknown    none of those searched has it, and the search was bounded

Infinite schedules count for nothing; where all are infinite, there is no end, and *never* says
nothing about ends. Warnings get a verdict too, but decide none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from racewalk.explore.query import Mode
from racewalk.model import Finding, Move
from racewalk.record import value_record

Verdict = Literal["always", "sometimes", "never", "unknown"]


@value_record
class Found:
    """One kind of finding that a search met, with the first of the shortest schedules to it."""

    finding: Finding
    verdict: Verdict
    schedule: tuple[Move, ...]

    @property
    def kind(self) -> str:
        return self.finding.kind


@value_record
class SearchResult:
    """`found` and `covers` are in the order of their shortest schedules."""

    found: tuple[Found, ...]
    covers: Mapping[str, int]  # words of a cover -> steps of the shortest schedule to it
    states: int
    transitions: int
    ends: int  # of schedules: final states, fatal findings, states where nobody can go
    depth: int  # of the deepest state expanded
    bounds: tuple[str, ...]  # which bound ended it, in words; empty: all states were searched
    elapsed_s: float
    mode: Mode = "prove"
    reached: tuple[Move, ...] | None = None  # the schedule to the goal of `shortest` and `switches`, if it was met
    omission: float = 0.0  # probability that hash compaction left out any state; 0 where states were kept whole
    memory_bytes: int = 0  # taken by states and graph, estimated
    reductions: tuple[str, ...] = ()  # the static reductions that were applied

    @property
    def exhaustive(self) -> bool:
        """All schedules were searched; a search that met its goal first has not done that."""
        return not self.bounds and self.reached is None

    def get(self, kind: str) -> Found | None:
        """The finding of a kind, if the search met one."""
        return next((found for found in self.found if found.kind == kind), None)

    def verdict(self, kind: str) -> Verdict:
        """The verdict for any kind, met or not."""
        found = self.get(kind)
        if found is not None:
            return found.verdict
        return "never" if self.exhaustive else "unknown"
