"""How far a search may go, and what it says while it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Bounds:
    """A search ends at the first of these; the verdict then says which."""

    states: int = 1_000_000
    seconds: float = 60.0
    memory_bytes: int = 1 << 30  # estimated, not measured; a worker's hard limit is the system's


class Progress(NamedTuple):
    """Where a search is."""

    states: int  # distinct states seen
    frontier: int  # of them not yet expanded
    depth: int  # steps from the initial state to those being expanded
    elapsed_s: float


Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class SearchCancelled(Exception):
    """The search was asked to stop; it has no verdict."""
