"""How often a finding happens, as the JSON object of `racewalk stats --json`; its keys are never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from racewalk import __version__
from racewalk.scenario.built import Built

if TYPE_CHECKING:
    from racewalk.explore.statistics import Statistics

Json = dict[str, Any]


def chances_report(built: Built, told: Statistics) -> Json:
    """Numbers of schedules are texts: they may have more digits than a reader's numbers hold."""
    sample, fewest, probability = told.sample, told.fewest, told.probability
    return {
        "scenario": built.name,
        "variant": built.variant.id,
        "kind": told.kind,
        "schedules": None if told.schedules is None else str(told.schedules),
        "having": None if told.having is None else str(told.having),
        "probability": probability.value,
        "probability_low": probability.low,
        "probability_high": probability.high,
        "method": probability.method,
        "preemptions": None if fewest is None else fewest.preemptions,
        "switches": None if fewest is None else fewest.switches,
        "states": told.states,
        "transitions": told.transitions,
        "bound": told.bound,
        "walks": None if sample is None else sample.walks,
        "walks_having": None if sample is None else sample.having,
        "walks_cut_off": None if sample is None else sample.cut_off,
        "seed": None if sample is None else sample.seed,
        "version": __version__,
    }
