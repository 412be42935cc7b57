"""Softirqs: when one may begin, what stands still meanwhile, and how a CPU can deadlock with its own."""

from __future__ import annotations

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.search import search
from racewalk.model import Finding, State

from tests.program.texts import codes, complaints, labels, model, walk

SHARED = "spinlock_t l, k; rwlock_t rw; struct mutex m; u8 x, y, raised; bool go;\n"


def blocked(race: ScenarioModel, state: State, actor: int) -> str | None:
    return next(option.blocked for option in race.moves(state) if option.move.actor == actor)


def kinds(race: ScenarioModel) -> set[str]:
    result = search(race)
    assert result.exhaustive
    return {found.kind for found in result.found}


def found(race: ScenarioModel, kind: str) -> Finding:
    return next(f.finding for f in search(race).found if f.kind == kind)


def test_while_a_softirq_is_in_a_round_its_cpu_stands_still_and_others_go_on() -> None:
    race = model(
        SHARED + 'CPU(0, "a") { x = 1; }\nCPU(1, "b") { x = 2; }\nSOFTIRQ(0, "timer") { for (;;) { y = 1; y = 2; } }\n'
        'CPU(2, "look") { y; x; }\n'
    )

    inside, _ = walk(race, "d")
    outside, _ = walk(race, "dd")

    assert blocked(race, inside, 0) == 'runs its softirq "timer"'
    assert blocked(race, inside, 1) is None
    assert blocked(race, outside, 0) is None
    assert race.actors[3].title == "softirq of CPU 0"


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("local_irq_disable();", "waits for CPU 0 to switch interrupts on"),
        ("local_bh_disable();", "waits for CPU 0 to switch softirqs on"),
        ("spin_lock_bh(&l);", "waits for CPU 0 to switch softirqs on"),
        ("spin_lock_irq(&l);", "waits for CPU 0 to switch interrupts on"),
        ("spin_lock(&l);", None),
        ("rcu_read_lock();", None),
    ],
)
def test_a_softirq_begins_only_where_its_cpu_lets_it(before: str, reason: str | None) -> None:
    race = model(SHARED + f'CPU(0, "a") {{ {before} x = 1; }}\nSOFTIRQ(0, "s") {{ x = 2; }}\n')

    state, _ = walk(race, "a")

    assert blocked(race, state, 1) == reason


def test_softirqs_off_nest() -> None:
    race = model(
        SHARED
        + 'CPU(0, "a") { local_bh_disable(); local_bh_disable(); local_bh_enable(); local_bh_enable(); x = 1; }\n'
        'SOFTIRQ(0, "s") { x = 2; }\n'
    )

    assert blocked(race, walk(race, "aaa")[0], 1) == "waits for CPU 0 to switch softirqs on"
    assert blocked(race, walk(race, "aaaa")[0], 1) is None


def test_switching_softirqs_off_does_not_stop_a_round_that_is_under_way_elsewhere() -> None:
    race = model(
        SHARED + 'CPU(0, "a") { x = 1; }\nCPU(1, "b") { local_bh_disable(); x = 2; local_bh_enable(); }\n'
        'SOFTIRQ(0, "s") { x = 3; x = 4; }\n'
    )

    assert blocked(race, walk(race, "cb")[0], 2) is None


def test_two_softirqs_of_one_cpu_run_one_after_the_other_and_those_of_two_at_once() -> None:
    race = model(
        SHARED
        + 'CPU(0, "a") { }\nCPU(1, "b") { }\nSOFTIRQ(0, "s") { x = 1; x = 2; }\nSOFTIRQ(0, "t") { x = 3; x = 4; }\n'
        'SOFTIRQ(1, "u") { x = 5; x = 6; }\n'
    )

    state, _ = walk(race, "c")

    assert blocked(race, state, 3) == "waits for softirq of CPU 0 to end"
    assert blocked(race, state, 4) is None
    assert blocked(race, walk(race, "cc")[0], 3) is None


def test_a_softirq_may_run_on_a_cpu_that_has_finished_or_never() -> None:
    text = SHARED + 'CPU(0, "a") { }\nSOFTIRQ(0, "s") { for (;;) { wait_until(raised); x = 1; raised = 0; } }\n'

    assert kinds(model(text + 'CPU(1, "b") { raised = 1; wait_until(x); }\n')) == set()
    assert kinds(model(text + 'CPU(1, "b") { wait_until(x); }\n')) == {"deadlock"}


SELF = 'CPU(0, "a") {{ {take} x++; {release} }}\nSOFTIRQ(0, "timer") {{ {again} x++; {back} }}\n'


@pytest.mark.parametrize(
    ("take", "release", "again", "back", "expected"),
    [
        ("spin_lock(&l);", "spin_unlock(&l);", "spin_lock(&l);", "spin_unlock(&l);", {"deadlock"}),
        ("spin_lock_bh(&l);", "spin_unlock_bh(&l);", "spin_lock(&l);", "spin_unlock(&l);", set()),
        ("spin_lock_irq(&l);", "spin_unlock_irq(&l);", "spin_lock(&l);", "spin_unlock(&l);", set()),
        ("spin_lock(&l);", "spin_unlock(&l);", "spin_lock(&k);", "spin_unlock(&k);", set()),
        ("read_lock(&rw);", "read_unlock(&rw);", "read_lock(&rw);", "read_unlock(&rw);", set()),
        ("read_lock(&rw);", "read_unlock(&rw);", "write_lock(&rw);", "write_unlock(&rw);", {"deadlock"}),
        ("write_lock(&rw);", "write_unlock(&rw);", "read_lock(&rw);", "read_unlock(&rw);", {"deadlock"}),
    ],
)
def test_a_softirq_that_waits_for_what_its_cpu_holds_is_a_deadlock(
    take: str, release: str, again: str, back: str, expected: set[str]
) -> None:
    race = model(SHARED + SELF.format(take=take, release=release, again=again, back=back))

    assert kinds(race) == expected


def test_the_deadlock_with_ones_own_softirq_is_named_and_found_whatever_other_cpus_do() -> None:
    text = SHARED + SELF.format(
        take="spin_lock(&l);", release="spin_unlock(&l);", again="spin_lock(&l);", back="spin_unlock(&l);"
    )
    race = model(text + 'CPU(1, "for ever") { for (;;) { y = 1; y = 2; } }\nCPU(2, "reader") { y; }\n')

    finding = found(race, "deadlock")

    assert finding.message == (
        "inconsistent lock state: softirq of CPU 0 spins on l, "
        "which CPU 0 holds and cannot release while its softirq runs"
    )
    assert finding.fatal


def test_a_circle_through_a_softirq_and_another_cpu_is_told() -> None:
    race = model(
        SHARED + 'CPU(0, "a") { spin_lock(&l); x = 1; spin_unlock(&l); }\n'
        'CPU(1, "b") { spin_lock(&k); spin_lock(&l); spin_unlock(&l); spin_unlock(&k); }\n'
        'SOFTIRQ(0, "s") { spin_lock(&k); spin_unlock(&k); }\n'
        'SOFTIRQ(0, "early") { x = 2; spin_lock(&k); spin_unlock(&k); }\n'
    )

    finding = found(race, "deadlock")

    assert finding.message == "CPU 0 -> softirq of CPU 0 -> CPU 1 -> CPU 0 wait for each other"
    assert 'CPU 0 runs its softirq "early"' in finding.details
    assert "softirq of CPU 0 waits for k, held by CPU 1" in finding.details


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('CPU(0, "a") { }\nSOFTIRQ(0, "s") { mutex_lock(&m); mutex_unlock(&m); }', {"sleep-in-atomic"}),
        ('CPU(0, "a") { }\nSOFTIRQ(0, "s") { if (mutex_trylock(&m)) mutex_unlock(&m); }', set()),
        (
            'CPU(0, "a") { local_bh_disable(); mutex_lock(&m); mutex_unlock(&m); local_bh_enable(); }',
            {"sleep-in-atomic"},
        ),
        ('CPU(0, "a") { local_bh_disable(); local_bh_enable(); mutex_lock(&m); mutex_unlock(&m); }', set()),
        ('CPU(0, "a") { local_bh_disable(); }', {"unbalanced"}),
        ('CPU(0, "a") { local_bh_enable(); }', {"unbalanced"}),
        ('CPU(0, "a") { spin_lock_bh(&l); spin_unlock(&l); }', {"unbalanced"}),
        ('CPU(0, "a") { }\nSOFTIRQ(0, "s") { spin_lock(&l); }', {"unbalanced"}),
    ],
)
def test_what_may_not_be_done_without_or_in_a_softirq_is_reported(text: str, expected: set[str]) -> None:
    assert kinds(model(SHARED + text)) == expected


def test_why_one_may_not_sleep_is_told() -> None:
    softirq = model(SHARED + 'CPU(0, "a") { }\nSOFTIRQ(0, "s") { mutex_lock(&m); mutex_unlock(&m); }')
    section = model(SHARED + 'CPU(0, "a") { spin_lock_bh(&l); mutex_lock(&m); }')

    assert found(softirq, "sleep-in-atomic").message.endswith("mutex_lock(&m) in a softirq")
    assert found(section, "sleep-in-atomic").message.endswith("with softirqs off, holding a spinlock")


def test_rcu_waits_for_a_round_and_for_a_section_without_softirqs() -> None:
    race = model(
        SHARED
        + 'CPU(0, "a") { local_bh_disable(); x = 1; local_bh_enable(); }\nCPU(1, "b") { synchronize_rcu(); x = 2; }\n'
        'SOFTIRQ(0, "s") { for (;;) { x = 3; x = 4; } }\n'
    )

    assert blocked(race, walk(race, "ab")[0], 1) == "waits for CPU 0 to leave the RCU read section"
    assert blocked(race, walk(race, "abaa")[0], 1) is None
    assert blocked(race, walk(race, "cb")[0], 1) == "waits for softirq of CPU 0 to leave the RCU read section"
    assert blocked(race, walk(race, "cbc")[0], 1) is None


def test_a_softirq_knows_its_cpu_and_that_has_its_interrupts_off_where_the_softirq_has() -> None:
    race = model(
        SHARED + 'u8 cpu = 9;\nCPU(3, "a") { }\nCPU(1, "b") { wait_until(irqs_enabled(3)); cpu; x; }\n'
        'SOFTIRQ(3, "s") { cpu = smp_processor_id(); local_irq_disable(); x = 1; local_irq_enable(); }\n'
    )

    state, _ = walk(race, "cc")

    assert race.describe(state)["cpu"] == 3
    assert blocked(race, state, 0) == "waits until irqs_enabled(3)"
    assert blocked(race, walk(race, "cccc")[0], 0) is None


def test_a_lock_without_softirqs_is_two_steps() -> None:
    assert labels(SHARED + 'CPU(0, "a") { spin_lock_bh(&l); spin_unlock_bh(&l); }') == [
        "a: spin_lock_bh(&l): local_bh_disable",
        "a: spin_lock_bh(&l): spin_lock",
        "a: spin_unlock_bh(&l): spin_unlock",
        "a: spin_unlock_bh(&l): local_bh_enable",
    ]


def test_a_softirq_needs_a_cpu() -> None:
    assert codes('CPU(0, "a") { }\nSOFTIRQ(1, "s") { }\n') == ["cpu-number"]
    assert 'add CPU(1, "idle") { }' in complaints('CPU(0, "a") { }\nSOFTIRQ(1, "s") { }\n')
    assert 'write SOFTIRQ(0, "title")' in complaints('CPU(0, "a") { }\nSOFTIRQ("s") { }\n')
