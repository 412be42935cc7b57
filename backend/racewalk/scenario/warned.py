"""Warnings for which all states are looked at a second time, so only where that is asked: see `kinds.ASKED_FOR`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds, Cancelled
from racewalk.explore.search import engine_of
from racewalk.explore.verdict import SearchResult
from racewalk.model import State
from racewalk.scenario.kinds import ASKED_FOR


def with_warnings(
    result: SearchResult,
    model: ScenarioModel,
    kinds: Collection[str | None],
    start: State | None,
    bounds: Bounds,
    cancelled: Cancelled,
) -> SearchResult:
    """The result with what is found of these kinds; without these, as it is. Raises SearchCancelled."""
    if not any(kind in ASKED_FOR for kind in kinds):
        return result
    from racewalk.explore.every_state import every_state  # seldom needed
    from racewalk.explore.lock_cycles import find_lock_cycles
    from racewalk.explore.races import find_races

    states = every_state(engine_of(model), start, bounds, cancelled)
    found = list(result.found)
    if "data-race" in kinds:
        found += find_races(states, model)
    if "lock-cycle" in kinds:
        found += find_lock_cycles(states, model)
    return replace(result, found=tuple(sorted(found, key=lambda one: len(one.schedule))))
