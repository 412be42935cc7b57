"""How probable a finding is where the graph does not fit: random walks, and the interval that their number allows.

The scheduler is that of `racewalk.explore.statistics`. A walk that is cut off counts as one without the finding, so
what is estimated is the probability of a finding within MOST_STEPS steps. The walks depend on the seed alone, and how
many of them there are on the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from time import monotonic

from racewalk.explore.bounds import Cancelled, Count, SearchCancelled
from racewalk.explore.ending import end_of
from racewalk.explore.probability import Probability
from racewalk.model import Finding, Model, Move, Outcome, State

MOST_STEPS = 10_000
REMEMBERED = 20_000  # states whose moves are kept, those first that are met first
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Sample:
    """`having` of `walks` random walks have the finding; `cut_off` were not at their end after MOST_STEPS steps."""

    walks: int
    having: int
    cut_off: int
    seed: int

    @property
    def probability(self) -> Probability:
        low, high = wilson(self.having, self.walks)
        return Probability(self.having / self.walks if self.walks else 0.5, low, high, "sampled")


def sample(
    model: Model,
    kind: str | None,
    start: State | None = None,
    walks: int = 10_000,
    seconds: float = 5.0,
    seed: int = 0,
    cancelled: Cancelled = lambda: False,
    walked: Count = lambda done, of: None,
) -> Sample:
    """Walk at random until there are enough walks or the time is up; at least one is made. Raises SearchCancelled."""
    walker = _Walker(model, kind, model.initial() if start is None else start, Random(seed))
    until = monotonic() + seconds
    done = having = cut_off = 0
    while done < walks and (not done or monotonic() < until):
        if cancelled():
            raise SearchCancelled
        found, ended = walker.walk()
        done, having, cut_off = done + 1, having + found, cut_off + (not found and not ended)
        walked(done, walks)
    return Sample(done, having, cut_off, seed)


def wilson(having: int, of: int) -> tuple[float, float]:
    """Wilson's interval with 95 % confidence for a proportion."""
    if not of:
        return 0.0, 1.0
    share, square = having / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z_95 / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (0.0 if having == 0 else max(0.0, middle - reach)), (1.0 if having == of else min(1.0, middle + reach))


@dataclass(frozen=True, slots=True)
class _Crossing:
    """What can be done in a state: moves, and to end, where a run may."""

    moves: Sequence[tuple[Move, Outcome]]
    is_end: bool
    ends_with: bool


class _Walker:
    def __init__(self, model: Model, kind: str | None, start: State, random: Random) -> None:
        self.model, self.kind, self.start, self.random = model, kind, start, random
        self.at_start = start == model.initial() and self._is_wanted(model.initial_findings(start))
        self.known: dict[State, _Crossing] = {}

    def walk(self) -> tuple[bool, bool]:
        """Whether a walk has the finding, and whether it came to an end."""
        if self.at_start:
            return True, True
        state = self.start
        for _ in range(MOST_STEPS):
            here = self._crossing(state)
            lot = self.random.randrange(len(here.moves) + here.is_end)
            if lot == len(here.moves):
                return here.ends_with, True
            outcome = here.moves[lot][1]
            if self._is_wanted(outcome.findings):
                return True, True
            if outcome.fatal:
                return False, True
            state = outcome.state
        return False, False

    def _crossing(self, state: State) -> _Crossing:
        known = self.known.get(state)
        if known is None:
            moves = self.model.expand(state)
            at_end, is_end = end_of(self.model, state, moves)
            if any(finding.fatal for finding in at_end):
                moves = ()
            known = _Crossing(moves, is_end, self._is_wanted(at_end))
            if len(self.known) < REMEMBERED:
                self.known[state] = known
        return known

    def _is_wanted(self, findings: Sequence[Finding]) -> bool:
        return any(one.kind == self.kind if self.kind is not None else not one.warning for one in findings)
