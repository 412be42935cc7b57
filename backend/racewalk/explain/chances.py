"""Statistics and lights as sentences: how often something happens, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from racewalk.amount import count
from racewalk.explore.light import Light
from racewalk.explore.probability import Probability

if TYPE_CHECKING:
    from racewalk.explore.statistics import Statistics  # with NumPy, which is slow to import

ANY = "a finding"

AHEAD = {
    Light.OUT_OF_REACH: "then {kind} is out of reach",
    Light.REACHABLE: "then {kind} can still be reached",
    Light.UNAVOIDABLE: "then {kind} is unavoidable",
    Light.ENDLESS: "then {kind} can still be reached, and no run comes to an end",
    Light.NOW: "{kind} happens now",
}


def ahead(light: Light, kind: str | None) -> str:
    """What a move leads to, as a clause."""
    return AHEAD[light].format(kind=kind or ANY)


def chances(told: Statistics) -> Iterator[str]:
    """The statistics as sentences."""
    kind = told.kind or ANY
    if told.schedules == 1:
        yield f"The only schedule has {kind}." if told.having else f"The only schedule is without {kind}."
        if not told.having:
            return
    elif told.schedules is not None and told.having == 0:
        yield f"None of {told.schedules:,} schedules has {kind}."
        return
    elif told.schedules is not None and told.having == told.schedules:
        yield f"All {told.schedules:,} schedules have {kind}."
    elif told.schedules is not None:
        yield f"{told.having:,} of {told.schedules:,} schedules {'has' if told.having == 1 else 'have'} {kind}."
    elif told.bound is None:
        yield "Its graph has cycles, so its schedules are not counted: there may be infinitely many."
    yield f"A scheduler that takes each possible move with the same probability meets {kind} {_odds(told.probability)}."
    if told.sample is not None:
        walks, having = told.sample.walks, told.sample.having
        cut = f"; {_cut_off(told.sample.cut_off)}" if told.sample.cut_off else ""
        share = f"{having:,} of {count(walks, 'random walk')}"
        yield f"That is a sample, as the graph does not fit within {told.bound}: {share}{cut}."
    elif told.fewest is not None:
        preemptions, switches = told.fewest
        least = f"at least {count(preemptions, 'preemption')}" if preemptions else "no preemption"
        yield f"It takes {least}, with {count(switches, 'switch', 'switches')}."


def percent(share: float) -> str:
    """A share in per cent, which is neither 0 nor 100 unless it is just that; the page has the same words."""
    hundred = 100 * share
    if hundred in (0, 100):
        return f"{hundred:.0f} %"
    if hundred < 0.001:
        return "less than 0.001 %"
    return "more than 99.9 %" if hundred > 99.9 else f"{hundred:.3g} %"


def _odds(probability: Probability) -> str:
    low, high = percent(probability.low), percent(probability.high)
    match probability.method:
        case "sampled":
            return f"in about {percent(probability.value)} of the runs ({low} to {high} with 95 % confidence)"
        case "iterated" if probability.high - probability.low > 1e-6:
            return f"in {low} to {high} of the runs (the iteration was ended by its time)"
    return f"in {percent(probability.value)} of the runs"


def _cut_off(walks: int) -> str:
    return f"{walks:,} {'was cut off before its end' if walks == 1 else 'were cut off before their end'}"
