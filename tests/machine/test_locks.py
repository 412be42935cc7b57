"""Locks, state by state: who holds them, who waits, and what is reported."""

from typing import Any

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.model import Move, State

from tests.program.texts import model, walk

LOCKS = "spinlock_t spin; bit_lock_t bit; struct rw_semaphore sem; rwlock_t rw; struct mutex mutex; u8 x;\n"


def lock(race: ScenarioModel, state: State, name: str) -> Any:
    shown = race.describe(state)[name]
    assert isinstance(shown, dict)
    return shown["lock"]


def holders(race: ScenarioModel, state: State, name: str) -> list[tuple[str, str]]:
    return [(holder["actor"], holder["mode"]) for holder in lock(race, state, name)["holders"]]


def blocked(race: ScenarioModel, state: State, actor: int) -> str | None:
    return next(option.blocked for option in race.moves(state) if option.move.actor == actor)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("spin_lock(&spin);", "spin_lock(&spin);", "waits for spin, held by CPU 0"),
        ("bit_lock(&bit);", "bit_lock(&bit);", "waits for bit, held by CPU 0"),
        ("down_read(&sem);", "down_write(&sem);", "waits for sem, held by CPU 0 (reading)"),
        ("down_write(&sem);", "down_read(&sem);", "waits for sem, held by CPU 0 (writing)"),
        ("down_write(&sem);", "down_write(&sem);", "waits for sem, held by CPU 0 (writing)"),
        ("down_read(&sem);", "down_read(&sem);", None),
        ("mutex_lock(&mutex);", "mutex_lock(&mutex);", "waits for mutex, held by CPU 0"),
        ("read_lock(&rw);", "write_lock(&rw);", "waits for rw, held by CPU 0 (reading)"),
        ("write_lock(&rw);", "read_lock(&rw);", "waits for rw, held by CPU 0 (writing)"),
        ("read_lock(&rw);", "read_lock(&rw);", None),
        ("mutex_lock(&mutex);", "mutex_trylock(&mutex);", None),
        ("spin_lock(&spin);", "spin_trylock(&spin);", None),
        ("down_write(&sem);", "down_read_trylock(&sem);", None),
    ],
)
def test_who_must_wait_is_told_for_whom(first: str, second: str, reason: str | None) -> None:
    race = model(LOCKS + f'CPU(0, "a") {{ {first} x = 1; }}\nCPU(1, "b") {{ {second} x = 2; }}\n')

    state, _ = walk(race, "a")

    assert blocked(race, state, 1) == reason


def test_a_waiting_actor_is_shown_at_its_lock() -> None:
    race = model(LOCKS + 'CPU(0, "a") { spin_lock(&spin); x = 1; }\nCPU(1, "b") { spin_lock(&spin); x = 2; }\n')

    state, _ = walk(race, "a")

    assert lock(race, state, "spin") == {
        "state": "held",
        "says": None,
        "holders": [{"actor": "a", "mode": "held", "since": None}],
        "waiters": ["b"],
    }


def test_readers_hold_together_and_a_downgraded_writer_becomes_one() -> None:
    race = model(
        LOCKS
        + 'CPU(0, "a") { down_write(&sem); downgrade_write(&sem); x = 1; up_read(&sem); }\n'
        + 'CPU(1, "b") { down_read(&sem); x = 2; up_read(&sem); }\n'
    )

    assert holders(race, walk(race, "a")[0], "sem") == [("a", "write")]
    assert holders(race, walk(race, "aa")[0], "sem") == [("a", "read")]
    assert holders(race, walk(race, "aab")[0], "sem") == [("a", "read"), ("b", "read")]
    assert holders(race, walk(race, "aabbb")[0], "sem") == [("a", "read")]


@pytest.mark.parametrize(
    ("take", "trylock", "got"),
    [
        ("down_read(&sem);", "down_read_trylock(&sem)", 1),
        ("down_read(&sem);", "down_write_trylock(&sem)", 0),
        ("down_write(&sem);", "down_read_trylock(&sem)", 0),
        ("bit_lock(&bit);", "bit_trylock(&bit)", 0),
        ("x = 0;", "bit_trylock(&bit)", 1),
        ("x = 0;", "down_write_trylock(&sem)", 1),
        ("x = 0;", "mutex_trylock(&mutex)", 1),
        ("mutex_lock(&mutex);", "mutex_trylock(&mutex)", 0),
        ("read_lock(&rw);", "read_trylock(&rw)", 1),
        ("read_lock(&rw);", "write_trylock(&rw)", 0),
        ("write_lock(&rw);", "read_trylock(&rw)", 0),
        ("x = 0;", "write_trylock(&rw)", 1),
    ],
)
def test_a_trylock_tells_whether_it_was_taken(take: str, trylock: str, got: int) -> None:
    race = model(LOCKS + f'bool got;\nCPU(0, "a") {{ {take} x = 1; }}\nCPU(1, "b") {{ got = {trylock}; x = 2; }}\n')

    state, _ = walk(race, "ab")

    assert race.describe(state)["got"] == bool(got)


@pytest.mark.parametrize(
    "body",
    [
        "down_read(&sem); down_read(&sem);",
        "down_write(&sem); down_read(&sem);",
        "mutex_lock(&mutex); mutex_lock_nested(&mutex, 1);",
        "write_lock(&rw); read_lock(&rw);",
        "read_lock(&rw); write_lock(&rw);",
    ],
)
def test_waiting_for_what_oneself_holds_ends_the_run(body: str) -> None:
    race = model(LOCKS + f'CPU(0, "a") {{ {body} }}\n')

    outcome = race.step(walk(race, "a")[0], Move(0))

    assert [(finding.kind, finding.fatal) for finding in outcome.findings] == [("recursive-locking", True)]


@pytest.mark.parametrize(
    "unlock",
    [
        "spin_unlock(&spin);",
        "up_read(&sem);",
        "up_write(&sem);",
        "bit_unlock(&bit);",
        "mutex_unlock(&mutex);",
        "read_unlock(&rw);",
        "write_unlock(&rw);",
    ],
)
def test_releasing_what_nobody_holds_is_reported(unlock: str) -> None:
    race = model(LOCKS + f'CPU(0, "a") {{ {unlock} }}\n')

    assert [finding.kind for finding in walk(race, "a")[1]] == ["bad-unlock"]


def test_preemption_stays_off_until_its_own_unlock_though_a_stranger_released_the_spinlock() -> None:
    race = model(
        LOCKS
        + 'CPU(0, "a") { spin_lock(&spin); spin_unlock(&spin); }\n'
        + 'CPU(1, "b") { spin_unlock(&spin); synchronize_rcu(); }\n'
    )

    state, found = walk(race, "abb")

    assert [finding.kind for finding in found] == ["bad-unlock"]
    assert [o.blocked for o in race.moves(state) if o.move.actor == 1] == [
        "waits for CPU 0 to leave the RCU read section"
    ]
    assert race.finished(walk(race, "abbab")[0], 1)


def test_a_bit_lock_is_handed_over_but_an_actor_may_not_end_with_another_lock() -> None:
    handed = model(LOCKS + 'CPU(0, "a") { bit_lock(&bit); }\nCPU(1, "b") { bit_unlock(&bit); }\n')

    assert walk(handed, "ab")[1] == []
    for take in ("down_read(&sem);", "mutex_lock(&mutex);", "read_lock(&rw);", "write_lock(&rw);"):
        kept = model(LOCKS + f'CPU(0, "a") {{ {take} }}\n')
        assert [finding.kind for finding in walk(kept, "a")[1]] == ["unbalanced"]


@pytest.mark.parametrize(
    ("section", "kinds"),
    [
        ("spin_lock(&spin); mutex_lock(&mutex);", ["sleep-in-atomic"]),
        ("read_lock(&rw); mutex_lock(&mutex);", ["sleep-in-atomic"]),
        ("write_lock(&rw); mutex_lock(&mutex);", ["sleep-in-atomic"]),
        ("read_lock(&rw); mutex_trylock(&mutex);", []),
        ("mutex_lock(&mutex); write_lock(&rw);", []),
        ("mutex_lock(&mutex); down_read(&sem);", []),
    ],
)
def test_a_mutex_sleeps_and_a_reader_writer_spinlock_forbids_it(section: str, kinds: list[str]) -> None:
    race = model(LOCKS + f'CPU(0, "a") {{ {section} wait_until(0); }}\n')

    assert [finding.kind for finding in walk(race, "aa")[1]] == kinds


@pytest.mark.parametrize(("take", "release"), [("read_lock", "read_unlock"), ("write_lock", "write_unlock")])
def test_who_holds_a_reader_writer_spinlock_is_an_rcu_reader(take: str, release: str) -> None:
    race = model(
        LOCKS + f'CPU(0, "a") {{ {take}(&rw); {release}(&rw); }}\nCPU(1, "b") {{ synchronize_rcu(); x = 1; }}\n'
    )

    inside, _ = walk(race, "ab")
    outside, _ = walk(race, "aba")

    assert blocked(race, inside, 1) == "waits for CPU 0 to leave the RCU read section"
    assert blocked(race, outside, 1) is None


def test_a_lock_taken_in_an_actors_setup_is_its_own() -> None:
    race = model(LOCKS + 'CPU(0, "a") { setup { down_write(&sem); } up_write(&sem); }\n')

    assert holders(race, race.initial(), "sem") == [("a", "write")]
    assert walk(race, "a")[1] == []


def test_locks_are_told_apart_by_the_pointer_that_leads_to_them() -> None:
    race = model(
        "spinlock_t l[2]; u8 i = 1; spinlock_t *p = &l[1];\n"
        'CPU(0, "a") { spin_lock(&l[i]); spin_lock(&l[0]); spin_unlock(p); spin_unlock(&l[0]); }\n'
    )

    state, found = walk(race, "aaa")

    assert found == []
    assert holders(race, state, "l[0]") == [("a", "held")]
    assert holders(race, state, "l[1]") == []


ORDERED = "struct s { spinlock_t one, two, three; bit_lock_t bit; spinlock_t many[2]; } A, B;\n"


@pytest.mark.parametrize(
    ("orders", "body", "kinds"),
    [
        ("{ s.one; s.two; }", "spin_lock(&A.one); spin_lock(&A.two);", []),
        ("{ s.one; s.two; }", "spin_lock(&A.two); spin_lock(&B.one);", ["lock-order"]),
        ("{ s.one; s.two; }", "spin_lock(&A.two); spin_lock(&B.two);", []),
        ("{ s.one; s.two; }", "spin_lock(&A.two); spin_trylock(&A.one);", []),
        ("{ s.many; s.two; }", "spin_lock(&A.two); spin_lock(&A.many[1]);", ["lock-order"]),
        ("{ s.many; s.two; }", "spin_lock(&A.many[1]); spin_lock(&A.many[0]);", []),
        ("{ s.one; s.two; }", "spin_lock(&A.three); spin_lock(&A.one);", []),
        (
            "{ s.one; s.two; }\nlock_order { s.two; s.three; }",
            "spin_lock(&A.three); spin_lock(&A.one);",
            ["lock-order"],
        ),
        (
            "{ s.two; s.three; }\nlock_order { s.one; s.two; }",
            "spin_lock(&A.three); spin_lock(&A.one);",
            ["lock-order"],
        ),
        ("{ s.one; s.two; }\nlock_order { s.three; s.bit; }", "spin_lock(&A.three); spin_lock(&A.one);", []),
    ],
)
def test_taking_what_stands_above_something_held_is_reported(orders: str, body: str, kinds: list[str]) -> None:
    race = model(ORDERED + f'lock_order {orders}\nCPU(0, "a") {{ {body} wait_until(0); }}\n')

    assert [finding.kind for finding in walk(race, "aa")[1]] == kinds


LOOK = """
void look(void) {
	if (lockdep_is_held(&spin)) cover("spin");
	if (lockdep_is_held(&bit)) cover("bit");
	if (lockdep_is_held(&mutex)) cover("mutex");
	if (lockdep_is_held(&sem)) cover("sem");
	if (lockdep_is_held_write(&sem)) cover("sem for writing");
	if (lockdep_is_held(&rw)) cover("rw");
	if (lockdep_is_held_write(&rw)) cover("rw for writing");
}
"""


@pytest.mark.parametrize(
    ("taken", "seen"),
    [
        ("spin_lock(&spin);", ("spin",)),
        ("mutex_lock(&mutex);", ("mutex",)),
        ("bit_lock(&bit);", ("bit",)),
        ("down_read(&sem);", ("sem",)),
        ("down_write(&sem);", ("sem", "sem for writing")),
        ("read_lock(&rw);", ("rw",)),
        ("write_lock(&rw);", ("rw", "rw for writing")),
        ("spin_trylock(&spin);", ("spin",)),
    ],
)
def test_lockdep_knows_what_an_actor_holds_itself(taken: str, seen: tuple[str, ...]) -> None:
    race = model(LOCKS + LOOK + f'CPU(0, "a") {{ x = 1; {taken} look(); }}\nCPU(1, "b") {{ x = 2; look(); }}\n')

    state = walk(race, "a")[0]
    mine = race.step(state, Move(0))
    theirs = race.step(mine.state, Move(1))

    assert mine.covers == seen
    assert theirs.covers == ()


def test_a_downgraded_lock_is_held_for_reading() -> None:
    race = model(
        LOCKS + 'CPU(0, "a") { down_write(&sem); downgrade_write(&sem); lockdep_assert_held_read(&sem);'
        " lockdep_assert_held_write(&sem); up_read(&sem); }\n"
    )

    _, found = walk(race, "aa")

    assert [(f.kind, f.message, f.fatal) for f in found] == [
        ("lockdep-assert", "WARNING at a: lockdep_assert_held_write(&sem)", False)
    ]


def test_an_assertion_of_lockdep_reports_where_somebody_else_holds_the_lock() -> None:
    race = model(
        LOCKS + 'CPU(0, "a") { spin_lock(&spin); }\nCPU(1, "b") { x = 1; lockdep_assert_held(&spin); }\n'
        'CPU(2, "c") { x; spin_lock(&spin); lockdep_assert_held(&spin); }\n'
    )

    assert [f.kind for f in walk(race, "ab")[1] if f.kind != "unbalanced"] == ["lockdep-assert"]
    assert [f.kind for f in walk(race, "cc")[1]] == ["unbalanced"]


def test_a_property_asks_lockdep_whether_anybody_holds_the_lock() -> None:
    race = model(
        LOCKS + 'CPU(0, "a") { down_read(&sem); x = 1; }\nCPU(1, "b") { x = 2; }\n'
        'never("read", lockdep_is_held(&sem));\nnever("written", lockdep_is_held_write(&sem));'
    )

    assert [f.message for f in walk(race, "a")[1]] == ["it happened: read"]


def test_lockdep_has_no_objection_in_setup_and_finally() -> None:
    race = model(
        LOCKS + "void f(void) { lockdep_assert_held(&spin); lockdep_assert_held_write(&sem); }\n"
        'setup { f(); }\nCPU(0, "a") { spin_lock(&spin); spin_unlock(&spin); }\nfinally { f(); }\n'
    )

    state, found = walk(race, "aa")

    assert (found, race.final_findings(state)) == ([], ())


def test_a_question_to_lockdep_is_no_step_and_reads_no_shared_memory() -> None:
    race = model(
        "struct mm { spinlock_t ptl; } A, B; struct mm *mm;\nu8 x;\nsetup { mm = &A; }\n"
        'CPU(0, "a") { x = 3; if (lockdep_is_held(&mm->ptl)) x = 4; lockdep_assert_held(&mm->ptl); x = 1; }\n'
        'CPU(1, "b") { mm = &B; x = 2; spin_lock(&mm->ptl); }\n'
    )

    assert [step.label for step in race.program.actors[0].steps] == ["a: x = 3", "a: x = 4", "a: x = 1"]
