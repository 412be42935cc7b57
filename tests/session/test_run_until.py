"""Several steps of one actor in one go."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from racewalk.model import Move, NotEnabled
from racewalk.session.history import History
from racewalk.session.replay import drain
from racewalk.session.run_until import StepFact, Until, run_until

from tests.explore.toys import (
    Effects,
    Op,
    Toy,
    Vars,
    actors,
    assign,
    chosen_by_device,
    find,
    locked_update,
    philosophers,
    release,
    take,
    wait,
)


def run(history: History, actor: int, until: Until, max_steps: int = 100) -> tuple[int, str]:
    """Steps done, and why it ended."""
    toy = history.model
    assert isinstance(toy, Toy)

    def facts(actor: int, position: int) -> StepFact:
        op = toy.programs[actor][position]
        return StepFact(op.kind, op.frames, op.line)

    nodes, stopped = drain(run_until(history, actor, until, facts, max_steps))
    return len(nodes), stopped


def alone(ops: Sequence[Op]) -> History:
    return History(Toy(actors("cpu"), [ops], {"x": 0}))


def test_until_blocked_ends_where_the_actor_cannot_go_on_and_says_why() -> None:
    history = History(locked_update())
    history.step(Move(0))
    history.seek(0)
    history.step(Move(1))

    with pytest.raises(NotEnabled, match="held by CPU 1"):
        run(history, 0, "blocked")
    assert run(history, 1, "blocked") == (3, "CPU 1 has finished")


def test_until_blocked_stops_at_a_taken_lock() -> None:
    toy = Toy(actors("cpu", "cpu"), [[Op("a"), take("l", 0)], [take("l", 1), Op("b")]], {"l": 0})
    history = History(toy)
    history.step(Move(1))

    assert run(history, 0, "blocked") == (1, "CPU 0 waits for l, held by CPU 1")


def test_until_lock_stops_before_the_next_lock_operation() -> None:
    history = alone([take("x", 0), Op("work"), Op("more"), release("x"), Op("rest")])

    assert run(history, 0, "lock") == (3, "before a lock operation")
    assert run(history, 0, "lock") == (2, "CPU 0 has finished")


def test_until_switch_stops_when_somebodys_wait_ends() -> None:
    toy = Toy(
        actors("cpu", "cpu"),
        [[Op("a"), assign("set x", "x", lambda v: 1), Op("b")], [wait("for x", lambda v: v["x"] == 1)]],
        {"x": 0},
    )

    assert run(History(toy), 0, "switch") == (2, "CPU 1 no longer waits")


def test_until_return_stops_in_the_caller_and_goes_through_inner_calls() -> None:
    history = alone(
        [
            Op("1", frames=("main", "f")),
            Op("2", frames=("main", "f", "g")),
            Op("3", frames=("main", "f")),
            Op("4", frames=("main",)),
            Op("5", frames=("main",)),
        ]
    )

    assert run(history, 0, "return") == (3, "the function has returned")
    assert run(history, 0, "return") == (2, "CPU 0 has finished")


def test_until_line_stops_on_another_line() -> None:
    history = alone([Op("1", line=7), Op("2", line=7), Op("3", line=8)])

    assert run(history, 0, "line") == (2, "on the next line")


def test_step_over_runs_the_call_that_begins_now_to_its_return() -> None:
    history = alone(
        [
            Op("1", frames=("main",), line=1),
            Op("2", frames=("main", "f"), line=9),
            Op("3", frames=("main", "f", "g"), line=20),
            Op("4", frames=("main", "f"), line=10),
            Op("5", frames=("main",), line=3),
        ]
    )
    history.step(Move(0))

    assert run(history, 0, "over") == (3, "the call has returned")
    assert run(history, 0, "over") == (1, "CPU 0 has finished")


def test_step_over_inside_a_function_goes_to_its_next_line_through_the_calls_on_the_way() -> None:
    history = alone(
        [
            Op("1", frames=("main",), line=1),
            Op("2", frames=("main", "f"), line=9),
            Op("3", frames=("main",), line=1),
            Op("4", frames=("main",), line=2),
        ]
    )

    assert run(history, 0, "over") == (3, "on the next line")


def test_step_over_a_call_that_begins_inside_another_that_begins_runs_the_outer_one() -> None:
    history = alone(
        [
            Op("1", frames=("main",)),
            Op("2", frames=("main", "f", "g")),
            Op("3", frames=("main", "f")),
            Op("4", frames=("main",)),
        ]
    )
    history.step(Move(0))

    assert run(history, 0, "over") == (2, "the call has returned")


def test_step_over_from_the_last_line_of_a_call_ends_in_the_caller() -> None:
    ops = [Op("1", frames=("main", "f"), line=9), Op("2", frames=("main", "f"), line=10), Op("3", frames=("main",))]
    history = alone(ops)
    history.step(Move(0))

    assert run(history, 0, "over") == (1, "the function has returned")


def test_step_over_stops_where_the_call_is_blocked() -> None:
    taking = replace(take("l", 0), frames=("main", "f"))
    ops = [Op("before", frames=("main",)), Op("in", frames=("main", "f")), taking, Op("out", frames=("main",))]
    history = History(Toy(actors("cpu", "cpu"), [ops, [take("l", 1), Op("b")]], {"l": 0}))
    history.step(Move(1))
    history.step(Move(0))

    assert run(history, 0, "over") == (1, "CPU 0 waits for l, held by CPU 1")


def test_every_run_stops_at_a_finding_but_not_at_a_warning() -> None:
    ops = [find("race", lambda v: True, warning=True), find("lost", lambda v: True), Op("after")]

    assert run(alone(ops), 0, "blocked") == (2, "at a finding: lost was seen")
    assert run(alone(ops), 0, "finding") == (2, "at a finding: lost was seen")


def test_a_run_stops_at_a_choice() -> None:
    history = History(chosen_by_device())

    with pytest.raises(NotEnabled, match="device has a choice to make"):
        run(history, 1, "blocked")
    assert len(history.nodes) == 1


def test_a_run_stops_when_it_closes_a_deadlock() -> None:
    history = History(philosophers(2))
    history.step(Move(0))

    assert run(history, 1, "blocked") == (1, "at a finding: CPU 0, CPU 1 cannot run again")
    with pytest.raises(NotEnabled, match="ended"):
        run(history, 1, "blocked")


def test_a_run_that_never_ends_is_bounded() -> None:
    def again(v: Vars, effects: Effects, choice: int) -> None:
        effects.jump = 0

    steps, stopped = run(alone([Op("spin", again)]), 0, "return", max_steps=50)

    assert steps == 50
    assert stopped == "after 50 steps, the limit of a run"
