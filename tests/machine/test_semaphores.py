"""Semaphores and completions, state by state: nobody owns them, and what is given may be taken by anybody."""

from __future__ import annotations

from typing import Any

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.search import search
from racewalk.model import Move, State

from tests.program.texts import codes, complaints, model, walk

SIGNALS = "struct semaphore two = { .count = 2 }, none; struct completion done; u8 x;\n"


def shown(race: ScenarioModel, state: State, name: str) -> Any:
    cell = race.describe(state)[name]
    assert isinstance(cell, dict)
    return cell["lock"]


def blocked(race: ScenarioModel, state: State, actor: int) -> str | None:
    return next(option.blocked for option in race.moves(state) if option.move.actor == actor)


def test_a_semaphore_is_taken_as_often_as_it_counts() -> None:
    race = model(SIGNALS + 'CPU(0, "a") { down(&two); down(&two); down(&two); }\nCPU(1, "b") { up(&two); x = 1; }\n')

    state, _ = walk(race, "aa")

    assert blocked(race, state, 0) == "waits for two, of which none is left"
    assert shown(race, state, "two") == {"state": "held", "says": "0 left", "holders": [], "waiters": ["a"]}
    assert walk(race, "aaba")[1] == []


def test_whoever_waits_for_a_semaphore_may_get_it() -> None:
    race = model(
        SIGNALS + 'CPU(0, "a") { down(&none); }\nCPU(1, "b") { down(&none); }\nCPU(2, "c") { up(&none); up(&none); }\n'
    )

    given, _ = walk(race, "c")

    assert blocked(race, given, 0) is None
    assert blocked(race, given, 1) is None
    assert {found.kind for found in search(race).found} == set()


def test_the_kernels_result_of_down_trylock_is_0_when_it_was_taken() -> None:
    race = model(
        SIGNALS + 'int got, missed;\nCPU(0, "a") { got = down_trylock(&two); missed = down_trylock(&none); x; }\n'
    )

    state, _ = walk(race, "aa")

    world = race.describe(state)
    assert (world["got"], world["missed"]) == (0, 1)
    assert shown(race, state, "two")["says"] == "1 left"


def test_nobody_owns_a_semaphore() -> None:
    race = model(SIGNALS + 'CPU(0, "a") { down(&two); }\nCPU(1, "b") { up(&two); up(&two); }\n')

    state, found = walk(race, "abb")

    assert found == []
    assert shown(race, state, "two")["says"] == "3 left"


def test_a_completion_waits_for_whoever_completes_it_and_is_used_up() -> None:
    race = model(
        SIGNALS
        + 'CPU(0, "a") { wait_for_completion(&done); wait_for_completion(&done); }\nCPU(1, "b") { complete(&done); }\n'
    )

    assert blocked(race, race.initial(), 0) == "waits for done to be completed"
    assert shown(race, walk(race, "b")[0], "done")["says"] == "complete"
    assert blocked(race, walk(race, "ba")[0], 0) == "waits for done to be completed"
    assert [found.kind for found in search(race).found] == ["deadlock"]


def test_what_is_complete_for_all_stays_so_until_it_is_made_incomplete() -> None:
    race = model(
        SIGNALS + "bool got[3];\nvoid look(u8 at) { got[at] = try_wait_for_completion(&done); }\n"
        'CPU(0, "a") { complete_all(&done); complete(&done); look(0); look(1); reinit_completion(&done); look(2); }\n'
    )

    state, found = walk(race, "aaaaaa")

    world = race.describe(state)
    assert found == []
    assert [world[f"got[{i}]"] for i in range(3)] == [True, True, False]
    assert shown(race, walk(race, "aa")[0], "done")["says"] == "complete for all"


@pytest.mark.parametrize(
    ("body", "letters"),
    [
        ("rcu_read_lock(); down(&two);", "aa"),
        ("local_irq_disable(); wait_for_completion(&done);", "aa"),
        ("rcu_read_lock(); if (down_trylock(&two)) x = 1;", "aa"),
        ("rcu_read_lock(); up(&two); complete(&done);", "aaa"),
    ],
)
def test_only_what_waits_may_not_stand_in_atomic_context(body: str, letters: str) -> None:
    race = model(SIGNALS + f'CPU(0, "a") {{ setup {{ complete(&done); }} {body} wait_until(0); }}\n')

    waits = "down(" in body or "wait_for" in body
    assert [finding.kind for finding in walk(race, letters)[1]] == (["sleep-in-atomic"] if waits else [])


@pytest.mark.parametrize(("give", "kept"), [("up(&two);", "255 left"), ("complete(&done);", "complete 254 times")])
def test_a_count_ends_where_its_byte_does_and_that_is_reported(give: str, kept: str) -> None:
    race = model(SIGNALS + f'CPU(0, "a") {{ for (;;) {give} }}\n')

    result = search(race)
    state = race.initial()
    for _ in range(300):
        state = race.step(state, Move(0)).state

    assert "overflow" in {found.kind for found in result.found}
    assert result.exhaustive
    assert shown(race, state, give[give.index("&") + 1 : -2])["says"] == kept


def test_a_semaphore_in_an_array_a_struct_or_a_new_object_starts_with_its_count() -> None:
    race = model(
        "struct gate { u8 a; struct semaphore free; };\n"
        "struct semaphore forks[2] = { { .count = 1 }, { .count = 3 } };\n"
        'struct gate fixed = { .free = { .count = 4 } };\nPOOL(struct gate, 1, "G");\n'
        'CPU(0, "a") { struct gate *g = kmalloc(struct gate, .free = { .count = 5 }); down(&g->free); }\n'
    )

    state, _ = walk(race, "a")

    says = [shown(race, state, name)["says"] for name in ("forks[0]", "forks[1]", "fixed.free", "G0.free")]
    assert says == ["1 left", "3 left", "4 left", "5 left"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("struct semaphore s = { .count = 300 };", "overflow"),
        ("struct semaphore s = { .value = 1 };", "unknown-field"),
        ("struct completion c = { .done = 1 };", "bad-initialiser"),
        ("struct semaphore s = 3;", "type-mismatch"),
        ("semaphore s;", "unknown-type"),
    ],
)
def test_what_no_semaphore_starts_with_is_refused(text: str, code: str) -> None:
    if code == "overflow":
        with pytest.raises(Exception, match="setup"):
            model(text + '\nCPU(0, "a") { down(&s); }\n')
    else:
        assert code in codes(text + '\nCPU(0, "a") { }\n')


def test_each_takes_its_own_kind() -> None:
    text = SIGNALS + 'CPU(0, "a") { down(&done); complete(two); }\n'

    said = complaints(text)

    assert "down takes a struct semaphore *" in said
    assert "take its address: &two" in said
