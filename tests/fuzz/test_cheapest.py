"""Brute force for the cheapest schedules, on models whose answers are known, and the search beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.fuzz.cheapest import Cost, Start, cheapest, play
from racewalk.fuzz.modes import compare_modes
from racewalk.model import Model, Move
from racewalk.session.history import History

from tests.explore.toys import chosen_by_device, lost_update, philosophers
from tests.scenario.test_philosophers import philosophers as dining


def test_a_lost_update_takes_one_preemption_and_two_switches() -> None:
    """One CPU loads, the other does both of its steps, and the first stores."""
    model = lost_update()

    assert cheapest(model)[Goal("finding", "lost-update")] == Cost(1, 2, 4)
    assert cheapest(model)[Goal("finding")] == Cost(1, 2, 4)
    assert cheapest(model, steps_only=True)[Goal("finding", "lost-update")] == Cost(0, 0, 4)
    assert cheapest(model)[Goal("label", "store by 1")] == Cost(0, 0, 1)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_philosophers_deadlock_after_one_preemption(count: int) -> None:
    """Where one is preempted with a fork in hand, his neighbours block one after the other, the nearest first."""
    model = philosophers(count)

    assert cheapest(model)[Goal("finding", "deadlock")] == Cost(1, count - 1, count)


def test_a_device_switches_and_never_preempts() -> None:
    model = chosen_by_device()

    assert cheapest(model)[Goal("finding", "disliked")] == Cost(0, 1, 3)


def test_going_on_with_another_than_the_last_actor_is_a_switch() -> None:
    model = lost_update()
    start = model.step(model.initial(), Move(0)).state

    lost = Goal("finding", "lost-update")
    assert cheapest(model, Start(start, 0))[lost] == Cost(1, 2, 3)
    assert cheapest(model, Start(start, 1))[lost] == Cost(0, 1, 3)
    assert cheapest(model, Start(start))[lost] == Cost(0, 1, 3)


def test_what_a_schedule_costs_is_what_a_session_says_of_it() -> None:
    model = philosophers(3)
    found = explore_naively(model).get("deadlock")
    assert found is not None
    history = History(model)

    for move in found.schedule:
        history.step(move)
    switches = [node.switch for node in history.cursor.path() if node.switch is not None]
    cost, met = play(model, Start(), found.schedule)

    assert cost == Cost(sum(switch.preemption for switch in switches), len(switches), len(found.schedule))
    assert {Goal("finding", "deadlock"), Goal("finding")} <= met


def test_a_mode_that_finds_a_dearer_schedule_is_noticed() -> None:
    def shortest(model: Model, query: Query) -> SearchResult:
        """A search that takes every mode for `shortest`."""
        return search(model, replace(query, mode="shortest"))

    told = list(compare_modes(dining(3), Bounds(), shortest))

    assert "shortest is not the cheapest" not in [one.sort for one in told]
    assert (
        "finding 'deadlock': 2 preemptions, 2 switches, 3 steps; brute force has 1 preemptions, 2 switches, 3 steps",
    ) in [one.details for one in told if one.sort == "switches is not the cheapest"]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_search_finds_schedules_as_cheap_as_brute_force_does(count: int) -> None:
    assert list(compare_modes(dining(count), Bounds())) == []
