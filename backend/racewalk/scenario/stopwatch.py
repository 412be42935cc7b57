"""Whole processes against each other: wall-clock time and peak memory, taken in turns.

Two things are compared as A B A B ..., so that a busy machine is as hard on the one as on the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

RSS_BYTES = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in


class ProcessFailed(Exception):
    """A measured process refused, or could not be started."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`memory_mb` is the peak of the largest of the processes."""

    wall_s: float
    memory_mb: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.wall_s + other.wall_s, max(self.memory_mb, other.memory_mb))


Measure = Callable[[], Taken]


def run(command: Sequence[str], folder: Path | None = None, statuses: Sequence[int] = (0,)) -> Taken:
    """Run a process to its end. Raises ProcessFailed where its exit status is none of `statuses`."""
    started = monotonic()
    try:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise ProcessFailed(f"{command[0]} cannot be started: {error.strerror}") from None
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in statuses:
        raise ProcessFailed(f"{' '.join(command)} ended with status {process.returncode}")
    return Taken(wall_s, usage.ru_maxrss * RSS_BYTES / (1 << 20))


def in_turns(rounds: int, *measures: Measure) -> list[Taken]:
    """The medians of each, measured one after the other in every round."""
    taken: list[list[Taken]] = [[] for _ in measures]
    for _ in range(rounds):
        for own, measure in zip(taken, measures, strict=True):
            own.append(measure())
    return [Taken(median(t.wall_s for t in own), median(t.memory_mb for t in own)) for own in taken]
