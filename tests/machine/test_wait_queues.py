"""Wait queues, state by state: who sleeps, who is woken, and which wake-ups are lost."""

from __future__ import annotations

from typing import Any

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.search import search
from racewalk.model import Move, State

from tests.program.texts import codes, complaints, labels, model, walk

QUEUE = "wait_queue_head_t q, r; bool go; u8 x;\nstruct mutex m;\n"


def queue(race: ScenarioModel, state: State, name: str = "q") -> Any:
    cell = race.describe(state)[name]
    assert isinstance(cell, dict)
    return cell["lock"]


def blocked(race: ScenarioModel, state: State, actor: int) -> str | None:
    return next(option.blocked for option in race.moves(state) if option.move.actor == actor)


def kinds(race: ScenarioModel) -> set[str]:
    result = search(race)
    assert result.exhaustive
    return {found.kind for found in result.found}


def test_wait_event_takes_the_steps_of_the_kernels_macro() -> None:
    text = QUEUE + 'CPU(0, "a") { wait_event(q, go); }\nCPU(1, "b") { go = true; wake_up(&q); }\n'

    assert labels(text) == [
        "a: go",
        "a: wait_event(q, go): prepare_to_wait",
        "a: go @2",
        "a: wait_event(q, go): schedule",
        "a: wait_event(q, go): finish_wait",
    ]
    assert kinds(model(text)) == set()


def test_who_waits_is_shown_in_the_queue_until_it_is_woken() -> None:
    race = model(QUEUE + 'CPU(0, "a") { wait_event(q, go); }\nCPU(1, "b") { go = true; wake_up(&q); }\n')

    asleep, _ = walk(race, "aaa")
    woken, _ = walk(race, "aaabb")

    assert queue(race, asleep) == {"state": "free", "says": "1 waits", "holders": [], "waiters": ["a"]}
    assert blocked(race, asleep, 0) == "sleeps on q until it is woken"
    actor = race.describe(asleep)["actor:a"]
    assert isinstance(actor, dict)
    assert (actor["status"], actor["waits_for"]) == ("blocked", "q")
    assert queue(race, woken)["waiters"] == []
    assert blocked(race, woken, 0) is None


def test_a_waker_between_the_look_and_the_sleep_wakes_nobody_if_the_sleeper_did_not_prepare() -> None:
    hasty = "if (!go) { prepare_to_wait(&q); schedule(); finish_wait(&q); }"
    careful = "prepare_to_wait(&q); if (!go) schedule(); finish_wait(&q);"
    waker = '}\nCPU(1, "b") { go = true; wake_up(&q); }\n'

    assert kinds(model(QUEUE + 'CPU(0, "a") {' + hasty + waker)) == {"deadlock"}
    assert kinds(model(QUEUE + 'CPU(0, "a") {' + careful + waker)) == set()


def test_schedule_alone_goes_on_at_once() -> None:
    race = model(QUEUE + 'CPU(0, "a") { schedule(); prepare_to_wait(&q); finish_wait(&q); schedule(); }\n')

    assert kinds(race) == set()


THREE = (
    QUEUE + 'CPU(0, "a") { prepare_to_wait_exclusive(&q); schedule(); finish_wait(&q); }\n'
    'CPU(1, "b") { prepare_to_wait_exclusive(&q); schedule(); finish_wait(&q); }\n'
    'CPU(2, "c") { prepare_to_wait(&q); schedule(); finish_wait(&q); }\n'
)


def test_wake_up_wakes_all_who_do_not_wait_exclusively_and_one_who_does() -> None:
    race = model(THREE + 'CPU(3, "w") { wake_up(&q); wake_up(&q); }\n')

    state, _ = walk(race, "abc")

    assert queue(race, state)["says"] == "3 wait, 2 of them exclusively"
    assert [option.move for option in race.moves(state) if option.move.actor == 3] == [Move(3, 0), Move(3, 1)]
    actor = race.describe(state)["actor:d"]
    assert isinstance(actor, dict)
    assert actor["choices"] == [{"choice": 0, "label": "CPU 0"}, {"choice": 1, "label": "CPU 1"}]
    assert queue(race, walk(race, "abcd0")[0])["waiters"] == ["b"]
    assert queue(race, walk(race, "abcd1")[0])["waiters"] == ["a"]
    assert [option.move for option in race.moves(walk(race, "abcd1")[0]) if option.move.actor == 3] == [Move(3)]
    assert queue(race, walk(race, "abcd1d")[0])["waiters"] == []


def test_wake_up_all_wakes_everybody() -> None:
    race = model(THREE + 'CPU(3, "w") { wake_up_all(&q); }\n')

    state, _ = walk(race, "abcd")

    assert queue(race, state)["says"] == "nobody waits"
    assert [blocked(race, state, actor) for actor in range(3)] == [None, None, None]


def test_who_was_woken_elsewhere_is_passed_over() -> None:
    race = model(
        QUEUE + 'CPU(0, "a") { prepare_to_wait_exclusive(&q); prepare_to_wait_exclusive(&r); schedule();'
        " finish_wait(&q); finish_wait(&r); }\n"
        'CPU(1, "b") { prepare_to_wait_exclusive(&q); schedule(); finish_wait(&q); }\n'
        'CPU(2, "w") { wake_up(&r); wake_up(&q); }\n'
    )

    state, _ = walk(race, "aabcc")

    assert blocked(race, state, 0) is None
    assert blocked(race, state, 1) is None
    assert queue(race, state, "q")["waiters"] == ["a"]


def test_preparing_again_changes_how_one_waits() -> None:
    race = model(QUEUE + 'CPU(0, "a") { prepare_to_wait_exclusive(&q); prepare_to_wait(&q); finish_wait(&q); }\n')

    assert queue(race, walk(race, "a")[0])["says"] == "1 waits, 1 of them exclusively"
    assert queue(race, walk(race, "aa")[0])["says"] == "1 waits"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("rcu_read_lock(); wait_event(q, x == 0); rcu_read_unlock();", {"sleep-in-atomic"}),
        ("prepare_to_wait(&q); mutex_lock(&m); mutex_unlock(&m); finish_wait(&q);", {"nested-sleep"}),
        ("prepare_to_wait(&q); finish_wait(&q); mutex_lock(&m); mutex_unlock(&m);", set()),
        ("prepare_to_wait(&q);", {"unbalanced"}),
        ("prepare_to_wait(&q); schedule(); finish_wait(&q);", {"deadlock"}),
    ],
)
def test_what_a_waiter_does_wrong_is_reported(body: str, found: set[str]) -> None:
    assert kinds(model(QUEUE + f'CPU(0, "a") {{ {body} }}\n')) == found


def test_what_is_said_names_the_queue() -> None:
    left = model(QUEUE + 'CPU(0, "a") { prepare_to_wait(&q); }\n')
    stuck = model(QUEUE + 'CPU(0, "a") { wait_event(r, go); }\nEVENT("never") { go = true; }\n')

    assert [finding.message for finding in walk(left, "a")[1]] == ["CPU 0 ends in the wait queue q"]
    deadlock = next(found.finding for found in search(stuck).found)
    assert deadlock.details == ("CPU 0 sleeps on r until it is woken",)


@pytest.mark.parametrize(
    "body",
    [
        "atomic { wait_event(q, go); }",
        "fuse { prepare_to_wait(&q); schedule(); }",
        "atomic { wake_up(&q); }",
        "fuse { finish_wait(&q); x = 1; }",
    ],
)
def test_waiting_and_waking_one_are_steps_of_their_own(body: str) -> None:
    assert set(codes(QUEUE + f'CPU(0, "a") {{ {body} }}\n')) == {"blocking-in-atomic"}


def test_waking_everybody_may_be_part_of_a_step() -> None:
    race = model(QUEUE + 'CPU(0, "a") { wait_event(q, go); }\nCPU(1, "b") { atomic { go = true; wake_up_all(&q); } }\n')

    assert kinds(race) == set()


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("wait_event(&q, go);", "the queue itself: q"),
        ("wake_up(q);", "take its address: &q"),
        ("prepare_to_wait(&q, &x, 2);", "the actor itself stands in the queue"),
    ],
)
def test_wrong_arguments_are_explained(body: str, hint: str) -> None:
    assert hint in complaints(QUEUE + f'CPU(0, "a") {{ {body} }}\n')


def test_waiting_in_a_queue_of_an_object_follows_the_pointer_once() -> None:
    text = (
        "struct dev { wait_queue_head_t wait; bool ready; } D; struct dev *dev = &D;\n"
        'CPU(0, "a") { wait_event(dev->wait, dev->ready); }\n'
        'CPU(1, "b") { D.ready = true; wake_up(&D.wait); dev = &D; }\n'
    )

    assert labels(text)[0] == "a: dev"
    assert kinds(model(text)) == set()
