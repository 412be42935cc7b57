"""The bounds of a running search: looked at now and then, with the cancel flag and the next report of progress."""

from __future__ import annotations

from time import monotonic

from racewalk.amount import count, seconds
from racewalk.explore.bounds import Bounds, Cancelled, Progress, Report, SearchCancelled

LOOK_EVERY_S = 0.02
REPORT_EVERY_S = 0.1


class Clock:
    """`ended` tells which bound was reached, in words; empty as long as none is."""

    def __init__(self, bounds: Bounds, report: Report, cancelled: Cancelled) -> None:
        self.bounds = bounds
        self.ended: tuple[str, ...] = ()
        self._report, self._cancelled = report, cancelled
        self._started = self._reported = monotonic()
        self._looked = 0.0

    @property
    def elapsed_s(self) -> float:
        return monotonic() - self._started

    def look(self, states: int, frontier: int, depth: int, memory_bytes: int) -> bool:
        """Call it often: True when the search must end. Raises SearchCancelled."""
        now = monotonic()
        if now - self._looked < LOOK_EVERY_S:
            return False
        self._looked = now
        if self._cancelled():
            raise SearchCancelled
        bounds, elapsed_s = self.bounds, now - self._started
        if now - self._reported >= REPORT_EVERY_S:
            self._reported = now
            bound = self._nearest(states, elapsed_s, memory_bytes)
            self._report(Progress(states, frontier, depth, elapsed_s, memory_bytes, bound))
        if elapsed_s >= bounds.seconds:
            self.ended = (_seconds(bounds),)
        elif memory_bytes >= bounds.memory_bytes:
            self.ended = (_memory(bounds),)
        return bool(self.ended)

    def full(self) -> bool:
        """The bound on states was reached; False, for whoever wants to say so at once."""
        self.ended = (_states(self.bounds),)
        return False

    def _nearest(self, states: int, elapsed_s: float, memory_bytes: int) -> str:
        bounds = self.bounds
        parts = (
            (states / bounds.states, _states(bounds)),
            (elapsed_s / bounds.seconds if bounds.seconds else 1.0, _seconds(bounds)),
            (memory_bytes / bounds.memory_bytes if bounds.memory_bytes else 1.0, _memory(bounds)),
        )
        part, words = max(parts)
        return f"{part:.0%} of {words}"


def _states(bounds: Bounds) -> str:
    return count(bounds.states, "state")


def _seconds(bounds: Bounds) -> str:
    return seconds(bounds.seconds)


def _memory(bounds: Bounds) -> str:
    return f"{bounds.memory_bytes / (1 << 20):,.0f} MiB of memory"
