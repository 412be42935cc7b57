"""Data races: which pairs of accesses KCSAN would report, and which it would not."""

from __future__ import annotations

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds
from racewalk.explore.every_state import every_state
from racewalk.explore.races import find_races
from racewalk.explore.search import engine_of
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import judge
from racewalk.scenario.question import ask, goal_named, start_after
from racewalk.session.summary import schedule_of

from tests.program.texts import model

MEMORY = "spinlock_t lock; rwlock_t rw; u8 x; u8 y; bool flag;\n"


def races(race: ScenarioModel, bounds: Bounds = Bounds()) -> list[str]:  # noqa: B008  (frozen)
    return [found.finding.message for found in find_races(every_state(engine_of(race), None, bounds), race)]


def between(first: str, second: str) -> list[str]:
    """The races of two CPUs, whatever stands around what they do."""
    return races(model(MEMORY + f'CPU(0, "a") {{ y = 1; {first} y = 2; }}\nCPU(1, "b") {{ y = 3; {second} y = 4; }}\n'))


@pytest.mark.parametrize(
    ("first", "second", "does"),
    [
        ("x = 1;", "x = 2;", "CPU 1 writes x, CPU 0 writes it"),
        ("x = 1;", 'if (x) cover("seen");', "CPU 0 writes x, CPU 1 reads it"),
        ("WRITE_ONCE(x, 1);", 'if (x) cover("seen");', "CPU 0 writes x (marked), CPU 1 reads it"),
        ("x = 1;", 'if (READ_ONCE(x)) cover("seen");', "CPU 0 writes x, CPU 1 reads it (marked)"),
        ("x = 1;", "atomic_inc(&x);", "CPU 0 writes x, CPU 1 reads it (marked)"),
        ("fuse { x = 1; }", "fuse { spin_lock(&lock); x = 2; spin_unlock(&lock); }", "CPU 1 writes x, CPU 0 writes it"),
        ("read_lock(&rw); x = 1; read_unlock(&rw);", "fuse { read_lock(&rw); x = 2; read_unlock(&rw); }", "writes x"),
    ],
)
def test_two_accesses_one_of_them_plain_and_one_a_write_that_may_come_beside_each_other_race(
    first: str, second: str, does: str
) -> None:
    assert any(does in message for message in between(first, second) if "y" not in message.split(": ")[-1])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("WRITE_ONCE(x, 1);", 'if (READ_ONCE(x)) cover("seen");'),
        ("WRITE_ONCE(x, 1);", "atomic_inc(&x);"),
        ("atomic { x = 1; }", "WRITE_ONCE(x, 2);"),
        ("spin_lock(&lock); x = 1; spin_unlock(&lock);", "spin_lock(&lock); x = 2; spin_unlock(&lock);"),
        ("fuse { spin_lock(&lock); x = 1; spin_unlock(&lock); }", "spin_lock(&lock); x = 2; spin_unlock(&lock);"),
        (
            "fuse { spin_lock(&lock); x = 1; spin_unlock(&lock); }",
            "fuse { spin_lock(&lock); x = 2; spin_unlock(&lock); }",
        ),
        ("write_lock(&rw); x = 1; write_unlock(&rw);", "fuse { read_lock(&rw); x = 2; read_unlock(&rw); }"),
        ("x = 1; WRITE_ONCE(flag, true);", "wait_until(flag); x = 2;"),
    ],
)
def test_marked_accesses_and_those_that_exclude_each_other_do_not_race(first: str, second: str) -> None:
    assert [message for message in between(first, second) if " x" in message] == []


def test_two_plain_reads_do_not_race() -> None:
    text = 'CPU(0, "a") { if (x) cover("a"); }\nCPU(1, "b") { if (x) cover("b"); }\n'
    text += 'CPU(2, "c") { wait_until(flag); x = 1; }\n'

    assert races(model(MEMORY + text)) == []


def test_the_hardware_is_marked_and_a_cpu_beside_it_need_not_be() -> None:
    device = 'CPU(0, "a") { %s }\nDEVICE("walker") { if (x) cover("walked"); }\n'

    assert races(model(MEMORY + device % "WRITE_ONCE(x, 1);")) == []
    assert races(model(MEMORY + device % "x = 1;")) == [
        "BUG: KCSAN: data-race in a / walker: CPU 0 writes x, device reads it (marked)"
    ]


def test_the_schedule_leads_to_where_both_steps_come_next() -> None:
    race = model(MEMORY + 'CPU(0, "a") { atomic_inc(&y); x = 1; }\nCPU(1, "b") { atomic_inc(&y); x = 2; }\n')

    (found,) = find_races(every_state(engine_of(race), None, Bounds()), race)

    assert schedule_of(race, found.schedule).startswith("1.a1")
    assert len(found.schedule) == 2
    assert found.finding.warning
    assert found.finding.details == ("CPU 1 is at: b: x = 2", "CPU 0 is at: a: x = 1")


def test_a_search_that_a_bound_ends_says_that_it_has_not_looked_everywhere() -> None:
    race = model(MEMORY + 'CPU(0, "a") { x = 1; x = 2; x = 3; }\nCPU(1, "b") { y = 1; y = 2; x = 4; }\n')

    assert "data races were looked for only within 3 states" in races(race, Bounds(states=3))


def test_the_second_look_of_v6_6_races_with_whoever_makes_the_anon_vma() -> None:
    bundle = shipped().bundle("uffd-copy")
    assert bundle is not None
    race = build("uffd-copy", bundle, "v6.6", shipped().library).model

    assert (
        "BUG: KCSAN: data-race in __anon_vma_prepare / retract_page_tables: CPU 1 writes VA.anon_vma, CPU 0 reads it"
        in races(race)
    )


def test_a_data_race_can_be_asked_for_from_here_on() -> None:
    text = 'u8 x; CPU(0, "a") { x = 1; } CPU(1, "b") { x = 2; }'
    one = build("own", Bundle.of([("own.c", text)]), None, lambda path: None)

    there = ask(one, goal_named(one, "data-race"))
    later = ask(one, goal_named(one, "data-race"), start=start_after(one.model, "1.a1"))

    assert there.moves == ()
    assert later.moves is None
    assert later.result.verdict("data-race") == "never"


def test_a_data_race_is_looked_for_where_that_is_asked_and_decides_nothing_unless_expected() -> None:
    text = '/*---\nvariants: {v: {%s}}\n---*/\nu8 x; CPU(0, "a") { x = 1; } CPU(1, "b") { x = 2; }'

    def judged(expect: str, data_races: bool) -> tuple[list[str], bool]:
        one = build("own", Bundle.of([("own.c", text % expect)]), "v", lambda path: None)
        judgement = judge(one, Bounds(), warn=("data-race",) if data_races else ())
        return [found.kind for found in judgement.result.found], judgement.as_expected

    assert judged("", data_races=False) == ([], True)
    assert judged("", data_races=True) == (["data-race"], True)
    assert judged("expect: {data-race: sometimes}", data_races=False) == (["data-race"], True)
    assert judged("expect: {data-race: never}", data_races=False) == (["data-race"], False)
