"""The plain search, on models whose answers are known."""

import pytest
from racewalk.explore.bounds import Bounds, Progress, SearchCancelled
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.model import Finding, Model, Move
from racewalk.session.history import History

from tests.explore.toys import (
    Effects,
    Op,
    Toy,
    Vars,
    actors,
    assign,
    chosen_by_device,
    cover,
    find,
    locked_update,
    lost_update,
    philosophers,
    wait,
)


def replays(model: Model, result: SearchResult, kind: str) -> bool:
    """The schedule found for a kind does lead to it, at its very end."""
    found = result.get(kind)
    assert found is not None
    history = History(model)
    for move in found.schedule:
        history.step(move)
    return kind in [finding.kind for finding in history.cursor.findings]


def test_a_lost_update_is_sometimes_found_with_a_shortest_schedule() -> None:
    result = search(lost_update())

    found = result.get("lost-update")
    assert found is not None
    assert found.verdict == "sometimes"
    assert len(found.schedule) == 4
    assert found.finding.message == "the counter is 1, not 2"
    assert replays(lost_update(), result, "lost-update")
    assert result.exhaustive


def test_a_locked_update_is_never_lost_and_every_state_is_counted() -> None:
    result = search(locked_update())

    assert result.found == ()
    assert result.verdict("lost-update") == "never"
    # by hand: whoever takes the lock first does four steps, then the other does four; the ends differ in the locals
    assert result.states == 17
    assert result.transitions == 16


def test_the_ends_of_schedules_are_counted_final_ones_and_fatal_ones() -> None:
    assert search(locked_update()).ends == 2
    assert search(Toy(actors("cpu"), [[find("bug", lambda v: True, fatal=True)]], {})).ends == 1
    assert search(lost_update(), Query(bounds=Bounds(states=3))).ends == 0


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_philosophers_deadlock_when_each_has_taken_one_fork(count: int) -> None:
    result = search(philosophers(count))

    found = result.get("deadlock")
    assert found is not None
    assert found.verdict == "sometimes"
    assert len(found.schedule) == count
    assert replays(philosophers(count), result, "deadlock")


def test_philosophers_have_the_known_numbers_of_states() -> None:
    assert [search(philosophers(n)).states for n in (2, 3, 4, 5)] == [19, 87, 391, 1743]


def test_a_finding_on_every_complete_schedule_is_always() -> None:
    toy = Toy(actors("cpu", "cpu"), [[Op("a"), find("bug", lambda v: True)], [Op("b")]], {})

    result = search(toy)

    assert result.verdict("bug") == "always"
    assert result.transitions > 0


def test_a_final_finding_on_every_end_is_always_and_on_some_end_sometimes() -> None:
    programs = [[assign("a", "x", lambda v: 1)], [assign("b", "x", lambda v: 2)]]

    def ends(v: Vars) -> tuple[Finding, ...]:
        every = (Finding("written", "x was written"),)
        return (*every, Finding("a-last", "a came last")) if v["x"] == 1 else every

    result = search(Toy(actors("cpu", "cpu"), programs, {"x": 0}, ends))

    assert result.verdict("written") == "always"
    assert result.verdict("a-last") == "sometimes"


def test_another_fatal_finding_that_ends_the_run_first_makes_a_finding_avoidable() -> None:
    programs = [
        [find("first", lambda v: v["x"] == 1, fatal=True), find("second", lambda v: True)],
        [assign("b", "x", lambda v: 1)],
    ]

    result = search(Toy(actors("cpu", "cpu"), programs, {"x": 0}))

    assert result.verdict("first") == "sometimes"
    assert result.verdict("second") == "sometimes"


def test_a_fatal_finding_has_no_successors() -> None:
    result = search(Toy(actors("cpu"), [[find("bug", lambda v: True, fatal=True), Op("after")]], {}))

    assert result.states == 1
    assert result.transitions == 1
    assert result.verdict("bug") == "always"


def test_a_finding_of_the_initial_state_is_always() -> None:
    class Wrong(Toy):
        def initial_findings(self, state: bytes) -> tuple[Finding, ...]:
            return (Finding("property", "x is 0"),)

    result = search(Wrong(actors("cpu"), [[Op("a")]], {}))

    assert result.verdict("property") == "always"
    assert result.found[0].schedule == ()


def test_a_finding_in_a_loop_without_end_is_only_sometimes() -> None:
    def again(v: Vars, effects: Effects, choice: int) -> None:
        effects.jump = 0
        effects.findings.append(Finding("turn", "it went round"))

    result = search(Toy(actors("cpu"), [[Op("spin", again)]], {}))

    assert result.verdict("turn") == "sometimes"


def test_a_deadlock_behind_a_daemon_that_still_moves_is_found() -> None:
    def turn(v: Vars, effects: Effects, choice: int) -> None:
        v["x"] = 1 - v["x"]
        effects.jump = 0

    toy = Toy(actors("cpu", "device"), [[wait("for 2", lambda v: v["x"] == 2)], [Op("turn", turn)]], {"x": 0})

    result = search(toy)

    assert result.verdict("deadlock") == "always"
    assert result.states == 1


def test_a_cpu_that_waits_for_a_daemon_is_no_deadlock() -> None:
    result = search(chosen_by_device())

    assert result.verdict("deadlock") == "never"
    assert result.verdict("disliked") == "sometimes"
    found = result.get("disliked")
    assert found is not None
    assert found.schedule == (Move(1, 2), Move(0), Move(0))


def test_a_final_state_is_an_end_even_where_a_daemon_can_still_move() -> None:
    def once(v: Vars, effects: Effects, choice: int) -> None:
        v["late"] = 1

    device = [Op("late", once, lambda v: None, rests=True)]
    toy = Toy(
        actors("cpu", "device"),
        [[Op("a")], device],
        {"late": 0},
        lambda v: (Finding("late", "too late"),) if v["late"] else (),
    )

    assert search(toy).verdict("late") == "sometimes"


def test_the_shortest_schedule_wins_between_a_step_and_an_end() -> None:
    """An end that is expanded after a sibling's step was seen may still be the shorter one."""
    chosen: list[Op] = [
        Op(
            "choose",
            lambda v, effects, choice: setattr(effects, "jump", 1 if choice == 0 else 3),
            choices=("far", "near"),
        ),
        Op("on"),
        find("bad", lambda v: True),
    ]
    toy = Toy(actors("cpu"), [chosen], {}, lambda v: (Finding("bad", "at the end"),))

    found = search(toy).get("bad")

    assert found is not None
    assert found.schedule == (Move(0, 1),)


def test_warnings_get_a_verdict_and_say_that_they_are_warnings() -> None:
    result = search(Toy(actors("cpu"), [[find("data-race", lambda v: True, warning=True)]], {}))

    assert result.found[0].finding.warning
    assert result.verdict("data-race") == "always"


def test_covers_are_told_with_their_shortest_length() -> None:
    result = search(Toy(actors("cpu", "cpu"), [[Op("a"), cover("half way")], [cover("at once")]], {}))

    assert dict(result.covers) == {"at once": 1, "half way": 2}


def test_a_bound_of_states_ends_the_search_and_leaves_what_was_not_seen_unknown() -> None:
    result = search(philosophers(5), Query(bounds=Bounds(states=100)))

    assert result.states == 100
    assert result.bounds == ("100 states",)
    assert not result.exhaustive
    assert result.verdict("never-seen") == "unknown"


def test_a_bound_that_is_just_enough_is_no_bound() -> None:
    assert search(philosophers(2), Query(bounds=Bounds(states=19))).exhaustive


def test_bounds_of_time_and_memory_say_which_ended_the_search() -> None:
    assert search(philosophers(3), Query(bounds=Bounds(seconds=0))).bounds == ("0 seconds",)
    assert search(philosophers(3), Query(bounds=Bounds(memory_bytes=1 << 20))).exhaustive
    assert search(philosophers(3), Query(bounds=Bounds(memory_bytes=0))).bounds == ("0 MiB of memory",)


def test_a_bounded_search_calls_nothing_always() -> None:
    toy = Toy(actors("cpu"), [[find("bug", lambda v: True), *[Op(f"op {i}") for i in range(50)]]], {})

    assert search(toy).verdict("bug") == "always"
    assert search(toy, Query(bounds=Bounds(states=10))).verdict("bug") == "sometimes"


def test_a_search_that_is_cancelled_stops() -> None:
    with pytest.raises(SearchCancelled):
        search(philosophers(5), cancelled=lambda: True)


def test_a_long_search_reports_its_progress() -> None:
    reports: list[Progress] = []

    search(philosophers(7), Query(bounds=Bounds(seconds=0.5)), reports.append)

    assert reports
    assert all(report.states >= report.frontier >= 0 for report in reports)
    assert [report.states for report in reports] == sorted(report.states for report in reports)


def test_two_searches_find_the_same_in_the_same_order() -> None:
    first, second = search(philosophers(4)), search(philosophers(4))

    assert first.found == second.found
    assert (first.states, first.transitions, first.covers) == (second.states, second.transitions, second.covers)
