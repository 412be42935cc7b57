"""A shorter schedule with the same finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from racewalk.explore.bounds import SearchCancelled
from racewalk.explore.minimise import By, Cost, Effort, Minimised, NotFailing, minimise
from racewalk.model import Model, Move, NotEnabled
from racewalk.session.history import History
from racewalk.session.schedule import parse_schedule

from tests.explore.tables import Table, runs, tables
from tests.explore.toys import (
    Op,
    Toy,
    actors,
    assign,
    backing_off,
    find,
    jump,
    locked_update,
    lost_update,
    philosophers,
)

SEARCHLESS = Effort(proof=None)


def moves(text: str) -> tuple[Move, ...]:
    return tuple(Move("abcdefgh".index(entry.letter), entry.choice) for entry in parse_schedule(text))


def checked(model: Model, schedule: tuple[Move, ...], told: Minimised) -> Minimised:
    """The result can be followed, ends with the finding and not before, and costs what it says and no more."""
    history = History(model)
    kinds = [finding.kind for finding in history.cursor.findings]
    for move in told.schedule:
        assert told.finding.kind not in kinds
        kinds = [finding.kind for finding in history.step(move).findings]
    assert told.finding in history.cursor.findings
    switches = [node.switch for node in history.cursor.path() if node.switch is not None]
    assert told.after == Cost(sum(s.preemption for s in switches), len(switches), len(told.schedule))
    assert told.before.steps <= len(schedule)
    return told


def shorter(model: Model, text: str, kind: str | None = None, by: By = "steps") -> Minimised:
    schedule = moves(text)
    return checked(model, schedule, minimise(model, schedule, kind, by, SEARCHLESS))


def detours() -> Toy:
    """CPU 1 may poll as often as it likes; the bug needs only that CPU 0 stores before CPU 2 looks."""
    poll = [jump("poll", 0, lambda v: v["x"] < 2), Op("polled")]
    programs = [[assign("x", "x", lambda v: 1), Op("more")], poll, [Op("begin"), find("bug", lambda v: v["x"] == 1)]]
    return Toy(actors("cpu", "cpu", "cpu"), programs, {"x": 0})


def test_steps_that_do_not_matter_are_dropped() -> None:
    told = shorter(detours(), "1.b3c1b2a1b4a1b1c1")

    assert len(told.schedule) == 3
    assert told.before.steps == 14


def test_runs_of_an_actor_are_merged() -> None:
    told = shorter(detours(), "1.b3c1b2a1b4a1b1c1", by="switches")

    assert told.schedule == moves("1.a2c2")
    assert told.after == Cost(0, 1, 4)


def test_an_actor_may_go_on_to_its_end_where_leaving_it_would_be_a_preemption() -> None:
    programs = [[assign("x", "x", lambda v: 1), Op("more"), Op("last")], [find("bug", lambda v: v["x"] == 1)]]
    toy = Toy(actors("cpu", "cpu"), programs, {"x": 0})

    assert shorter(toy, "1.a1b1", by="steps").schedule == moves("1.a1b1")
    assert shorter(toy, "1.a1b1", by="switches").schedule == moves("1.a3b1")


def test_what_comes_after_the_finding_is_cut_off() -> None:
    told = shorter(detours(), "1.a1c2b3a1")

    assert told.before.steps == 3


def test_a_finding_at_the_end_of_a_run_keeps_what_the_end_needs() -> None:
    told = shorter(lost_update(), "1.a1b1a1b1", "lost-update")

    assert told.after.steps == 4


def test_a_deadlock_is_brought_down_to_one_preemption() -> None:
    told = shorter(philosophers(3), "1.a1b1c1", by="switches")

    assert told.finding.kind == "deadlock"
    assert told.after == Cost(1, 2, 3)


def test_retries_that_change_nothing_are_dropped() -> None:
    toy = backing_off()
    programs = [[*toy.programs[0], find("bug", lambda v: True)], toy.programs[1]]
    toy = Toy(toy.actors, programs, toy.variables)
    told = shorter(toy, "1.a1b1a1b1a2b2a1b1a1b1a2b2a6")

    assert told.schedule == moves("1.a6")


def test_a_search_that_fits_proves_the_minimum() -> None:
    told = minimise(detours(), moves("1.b3c1b2a1b4a1b1c1"), "bug")

    assert told.minimum
    assert told.after.steps == 3


def test_without_a_search_nothing_is_claimed() -> None:
    assert not shorter(detours(), "1.a1c2").minimum


def test_a_schedule_without_the_finding_has_nothing_to_keep() -> None:
    with pytest.raises(NotFailing, match="no lost-update"):
        minimise(locked_update(), moves("1.a4b4"), "lost-update")
    with pytest.raises(NotFailing, match="no finding"):
        minimise(locked_update(), moves("1.a4b4"))


def test_a_schedule_that_ends_with_another_finding_says_so() -> None:
    toy = Toy(actors("cpu"), [[find("first", lambda v: True, fatal=True)]], {})

    with pytest.raises(NotFailing, match="ends after step 1 with another finding: first was seen"):
        minimise(toy, moves("1.a2"), "second")


def test_a_schedule_that_cannot_be_followed_is_refused() -> None:
    with pytest.raises(NotEnabled):
        minimise(locked_update(), moves("1.a1b1"))


def test_effort_that_is_spent_leaves_the_best_so_far() -> None:
    schedule = moves("1.b3c1b2a1b4a1b1c1")
    told = checked(detours(), schedule, minimise(detours(), schedule, effort=Effort(seconds=0, proof=None)))

    assert told.bound == "0 seconds"
    assert told.after == told.before


def test_minimising_can_be_cancelled() -> None:
    with pytest.raises(SearchCancelled):
        minimise(detours(), moves("1.a1c2"), cancelled=lambda: True)


@given(tables(acyclic=True), st.sampled_from(["steps", "switches"]))
def test_the_result_fails_likewise_and_costs_no_more(table: Table, by: By) -> None:
    failing = [schedule for schedule, kinds in runs(table) if "bug" in kinds]
    for schedule in failing[:5]:
        told = checked(table, schedule, minimise(table, schedule, "bug", by, SEARCHLESS))
        again = minimise(table, told.schedule, "bug", by, SEARCHLESS)

        before, after = told.before, told.after
        assert (after.steps <= before.steps) if by == "steps" else (after <= before)
        assert again.after == after


@given(tables(acyclic=True))
def test_with_the_search_the_steps_are_the_fewest_of_all_runs(table: Table) -> None:
    failing = [schedule for schedule, kinds in runs(table) if "bug" in kinds]
    costs = [minimise(table, schedule, "bug", effort=SEARCHLESS).before.steps for schedule in failing]
    for schedule in failing[:3]:
        told = minimise(table, schedule, "bug")

        assert told.minimum
        assert told.after.steps == min(costs)
