"""Many programs, one after another or several at once, and what came of them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from racewalk.explore.bounds import Bounds
from racewalk.fuzz.compare import Disagreement
from racewalk.fuzz.generate import generate
from racewalk.fuzz.shrink import shrink
from racewalk.fuzz.tree import text_of
from racewalk.fuzz.trial import LIMITS, Trial, compare
from racewalk.fuzz.witness import Asked, witnesses

SHRINK_SECONDS = 120.0
CHUNK = 8  # programs that a process is given at once


@dataclass(slots=True)
class Tally:
    """What came of the programs so far."""

    programs: int = 0
    too_large: int = 0
    states: int = 0
    disagreeing: int = 0

    def count(self, trial: Trial) -> None:
        self.programs += 1
        self.too_large += trial.too_large
        self.states += trial.states
        self.disagreeing += bool(trial.disagreements)


def campaign(
    seeds: Iterable[int], against: tuple[str, ...], limits: Bounds = LIMITS, jobs: int = 1
) -> Iterator[tuple[int, Trial]]:
    """Try the program of each seed, in their order. With several jobs, each is a process."""
    work = partial(trial_of, against=against, limits=limits)
    seeds = list(seeds)
    if jobs == 1:
        yield from ((seed, work(seed)) for seed in seeds)
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield from zip(seeds, pool.map(work, seeds, chunksize=CHUNK), strict=True)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def trial_of(seed: int, against: tuple[str, ...], limits: Bounds) -> Trial:
    return compare(text_of(generate(seed)), witnesses(against), limits)


def minimised(
    seed: int,
    disagreement: Disagreement,
    asked: tuple[Asked, ...],
    limits: Bounds = LIMITS,
    seconds: float = SHRINK_SECONDS,
) -> str:
    """The text of a seed's program, made as small as it gets while they disagree in the same way."""
    return text_of(shrink(generate(seed), same_disagreement(disagreement.sort, asked, limits), seconds))


def same_disagreement(sort: str, asked: tuple[Asked, ...], limits: Bounds) -> Callable[[str], bool]:
    """Whether a text has a disagreement of this sort."""
    return lambda text: any(one.sort == sort for one in compare(text, asked, limits).disagreements)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
