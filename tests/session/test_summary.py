"""The summary of a schedule says what its history would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from racewalk.model import Move
from racewalk.session.history import History
from racewalk.session.summary import Summary, summary_of

from tests.explore.toys import chosen_by_device


@given(st.lists(st.integers(0, 5), max_size=30))
def test_the_summary_of_any_run_agrees_with_its_history(picks: list[int]) -> None:
    model = chosen_by_device()
    history = History(model)
    for pick in picks:
        ready = [option.move for option in history.options(history.cursor) if option.blocked is None]
        if ready:
            history.step(ready[pick % len(ready)])
    end, path = history.cursor, history.cursor.path()
    switches = [node.switch for node in path if node.switch is not None]

    summary = summary_of(model, [node.move for node in path if node.move is not None])

    assert summary == Summary(
        text=history.schedule(end),
        steps=end.number,
        switches=len(switches),
        preemptions=sum(switch.preemption for switch in switches),
        last_step=end.step,
    )


def test_the_empty_schedule_has_no_last_step() -> None:
    moves: list[Move] = []

    assert summary_of(chosen_by_device(), moves) == Summary("1.", 0, 0, 0, None)
