"""How far a search may go, and what it says while it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from racewalk.record import value_record


@value_record
class Bounds:
    """A search ends at the first of these; the verdict then says which."""

    states: int = 1_000_000
    seconds: float = 60.0
    memory_bytes: int = 1 << 30  # estimated, not measured; a worker's hard limit is the system's
    preemptions: int | None = None  # schedules with more of them are not looked at; None: no bound


class Progress(NamedTuple):
    """Where a search is."""

    states: int  # distinct states seen
    frontier: int  # of them not yet expanded
    depth: int  # steps from the initial state to those being expanded
    elapsed_s: float
    memory_bytes: int = 0  # taken by states and graph, estimated
    bound: str = ""  # the bound that the search is nearest to, in words: "61 % of 2,000,000 states"

    @property
    def states_per_s(self) -> float:
        return self.states / self.elapsed_s if self.elapsed_s else 0.0


Report = Callable[[Progress], None]
Count = Callable[[int, int], None]
"""So many are done, of so many."""
Cancelled = Callable[[], bool]


class SearchCancelled(Exception):
    """The search was asked to stop; it has no verdict."""
