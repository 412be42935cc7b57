"""What a long analysis says of itself while it goes on: the phase that it is in, and how far it has come.

{"phase": "states", "states": 1200, "frontier": 300, ...}    a search, as `progress_json`
{"phase": "walks", "done": 400, "of": 10000}                 what can be counted
{"phase": "compare"}                                         what takes a moment at most
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from racewalk.explore.bounds import Count, Progress, Report

Json = dict[str, Any]

EVERY_S = 0.1


class Telling:
    """`send` gets JSON; what is counted is told now and then."""

    def __init__(self, send: Callable[[Json], None] = lambda told: None) -> None:
        self._send = send
        self._counted = 0.0

    def enter(self, phase: str) -> None:
        self._send({"phase": phase})

    def searching(self, phase: str) -> Report:
        self.enter(phase)
        return lambda progress: self._send({"phase": phase, **progress_json(progress)})

    def counting(self, phase: str) -> Count:
        def count(done: int, of: int) -> None:
            if done == 1 or monotonic() - self._counted >= EVERY_S:
                self._counted = monotonic()
                self._send({"phase": phase, "done": done, "of": of})

        return count


SILENT = Telling()


def progress_json(progress: Progress) -> Json:
    return {**progress._asdict(), "states_per_s": round(progress.states_per_s)}
