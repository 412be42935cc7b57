"""The tree of a session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from racewalk.model import Finding, Move, NotEnabled
from racewalk.session.history import History, HistoryFull, UnknownNode
from racewalk.session.replay import drain, replay
from racewalk.session.schedule import MAX_STEPS, parse_schedule

from tests.explore.toys import Effects, Op, Toy, Vars, actors, chosen_by_device, find, lost_update, philosophers, wait

A, B = Move(0), Move(1)


def walk(history: History, *moves: Move) -> None:
    for move in moves:
        history.step(move)


def test_undo_goes_back_and_redo_to_the_child_visited_last() -> None:
    history = History(lost_update())
    walk(history, A, A)
    history.undo()
    history.undo()
    walk(history, B)
    history.undo()

    assert history.redo().move == B
    history.seek(1)
    history.undo()
    assert history.redo().move == A
    assert history.redo().number == 2


def test_undo_at_the_root_and_redo_at_a_leaf_stay() -> None:
    history = History(lost_update())

    assert history.undo() is history.root
    assert history.redo() is history.root


def test_a_new_step_keeps_the_old_branch() -> None:
    history = History(lost_update())
    walk(history, A, A)
    first = history.cursor
    history.undo()
    walk(history, B)

    assert [node.number for node in history.leaves()] == [2, 2]
    assert history.seek(first.id) is first
    assert history.tip is first


def test_stepping_where_the_session_has_been_makes_no_new_node() -> None:
    history = History(lost_update())
    walk(history, A, B)
    history.seek(0)
    walk(history, A, B)

    assert len(history.nodes) == 3


def test_seek_leads_redo_from_every_ancestor_towards_the_node() -> None:
    history = History(lost_update())
    walk(history, A, A, B)
    deep = history.cursor
    history.seek(0)
    walk(history, B)
    history.seek(deep.id)
    history.seek(0)
    history.seek(deep.id)
    for _ in range(3):
        history.undo()

    assert history.tip is deep


def test_a_blocked_move_says_why_and_changes_nothing() -> None:
    history = History(philosophers(3))
    walk(history, A)

    with pytest.raises(NotEnabled, match="no such actor"):
        history.step(Move(5))
    walk(history, B)
    with pytest.raises(NotEnabled) as caught:
        history.step(A)

    assert caught.value.reason == "CPU 0 waits for fork1, held by CPU 1"
    assert len(history.nodes) == 3


def test_a_deadlock_is_a_finding_of_the_step_that_closes_it_and_ends_the_run() -> None:
    history = History(philosophers(2))
    walk(history, A, B)

    assert [finding.kind for finding in history.cursor.findings] == ["deadlock"]
    assert history.options(history.cursor) == ()
    with pytest.raises(NotEnabled, match="the run ended here"):
        history.step(A)


def test_final_findings_belong_to_the_last_step() -> None:
    history = History(lost_update())
    walk(history, A, B, A, B)

    assert [finding.kind for finding in history.cursor.findings] == ["lost-update"]
    assert history.nodes[3].findings == ()


def test_a_fatal_finding_ends_the_run_there() -> None:
    toy = Toy(actors("cpu"), [[find("bug", lambda v: True, fatal=True), Op("never done")]], {})
    history = History(toy)
    walk(history, A)

    with pytest.raises(NotEnabled, match="bug was seen"):
        history.step(A)


def test_findings_of_the_initial_state_are_the_roots() -> None:
    class Wrong(Toy):
        def initial_findings(self, state: bytes) -> tuple[Finding, ...]:
            return (Finding("always", "x is 0"),)

    history = History(Wrong(actors("cpu"), [[Op("a")]], {}))

    assert [finding.kind for finding in history.root.findings] == ["always"]


def test_a_switch_from_a_cpu_that_could_go_on_is_a_preemption() -> None:
    history = History(lost_update())
    walk(history, A, B)

    switch = history.cursor.switch
    assert switch is not None
    assert switch.preemption
    assert switch.reason == "chosen"
    assert history.nodes[1].switch is None


def test_a_switch_from_a_finished_or_a_blocked_cpu_is_no_preemption_and_says_why() -> None:
    history = History(lost_update())
    walk(history, A, A, B)
    blocked = History(philosophers(2))
    walk(blocked, A, A)
    blocked.seek(1)
    waiting = Toy(
        actors("cpu", "cpu"),
        [[Op("a"), wait("for b", lambda v: v["x"] == 1)], [Op("b")]],
        {"x": 0},
    )
    stopped = History(waiting)
    walk(stopped, A, B)

    assert history.cursor.switch is not None
    assert history.cursor.switch.reason == "CPU 0 had finished"
    assert not history.cursor.switch.preemption
    assert stopped.cursor.switch is not None
    assert stopped.cursor.switch.reason == "CPU 0 waits for b"
    assert not stopped.cursor.switch.preemption


def test_devices_make_switches_but_never_preemptions() -> None:
    toy = Toy(actors("cpu", "device"), [[Op("a"), Op("a2")], [Op("d"), Op("d2")]], {})
    history = History(toy)
    walk(history, A, B, A)

    switches = [node.switch for node in history.nodes[1:]]
    assert [switch is not None for switch in switches] == [False, True, True]
    assert not any(switch.preemption for switch in switches if switch)


def test_a_session_that_is_full_says_so() -> None:
    history = History(lost_update(), max_nodes=2)
    walk(history, A)

    with pytest.raises(HistoryFull, match="2 steps"):
        history.step(A)


def test_an_unknown_node_is_refused() -> None:
    history = History(lost_update())

    for node in (-1, 1):
        with pytest.raises(UnknownNode):
            history.seek(node)


def test_a_run_longer_than_a_schedule_may_be_is_refused() -> None:
    def again(v: Vars, effects: Effects, choice: int) -> None:
        effects.jump = 0

    history = History(Toy(actors("cpu"), [[Op("spin", again)]], {}))

    for _ in range(MAX_STEPS):
        history.step(A)

    with pytest.raises(HistoryFull, match="limit of a schedule"):
        history.step(A)


@given(st.lists(st.integers(0, 5), max_size=30))
def test_the_schedule_of_any_run_replays_to_the_same_run(picks: list[int]) -> None:
    model = chosen_by_device()
    history = History(model)
    for pick in picks:
        ready = [option.move for option in history.options(history.cursor) if option.blocked is None]
        if ready:
            history.step(ready[pick % len(ready)])
    text = history.schedule(history.cursor)

    again = History(model)
    _, stop = drain(replay(again, parse_schedule(text)))

    assert stop is None
    assert [n.state for n in again.cursor.path()] == [n.state for n in history.cursor.path()]
    assert again.schedule(again.cursor) == text
