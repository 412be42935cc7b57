"""RCU and interrupts, state by state: whom a grace period waits for."""

from typing import Any

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.model import Move, State

from tests.program.texts import model, walk

NODE = """\
struct node { u8 v; struct rcu_head rcu; };
POOL(struct node, 3, "N");
spinlock_t l; u8 x;
void gone(struct rcu_head *head) { kfree(container_of(head, struct node, rcu)); }
"""
WRITER = 'CPU(0, "w") { setup { kmalloc(struct node); kmalloc(struct node); } call_rcu(&N0.rcu, gone); x = 1; }\n'


def waits_for(race: ScenarioModel, state: State, head: str = "N0.rcu") -> Any:
    shown = race.describe(state)[head]
    assert isinstance(shown, dict)
    return shown["rcu"]


@pytest.mark.parametrize(
    ("enter", "leave"),
    [
        ("rcu_read_lock();", "rcu_read_unlock();"),
        ("spin_lock(&l);", "spin_unlock(&l);"),
        ("local_irq_disable();", "local_irq_enable();"),
    ],
)
def test_a_callback_waits_for_who_is_a_reader_when_it_is_queued(enter: str, leave: str) -> None:
    race = model(NODE + WRITER + f'CPU(1, "r") {{ {enter} x = 2; {leave} }}\n')

    before, _ = walk(race, "ab")
    assert waits_for(race, before) == []

    state, _ = walk(race, "ba")
    assert waits_for(race, state) == ["b"]
    assert race.describe(state)["rcu:"] == {"pending": [{"object": "N0", "function": "gone", "waits_for": ["b"]}]}

    state, _ = walk(race, "babb")
    assert waits_for(race, state) == []


def test_a_reader_in_two_sections_has_left_when_it_has_left_both() -> None:
    race = model(
        NODE + WRITER + 'CPU(1, "r") { rcu_read_lock(); spin_lock(&l); rcu_read_unlock(); spin_unlock(&l); x = 2; }\n'
    )

    assert waits_for(race, walk(race, "bbab")[0]) == ["b"]
    assert waits_for(race, walk(race, "bbabb")[0]) == []


def test_nested_sections_count() -> None:
    race = model(
        NODE
        + WRITER
        + 'CPU(1, "r") { rcu_read_lock(); rcu_read_lock(); rcu_read_unlock(); x = 2; rcu_read_unlock(); }\n'
    )

    state, _ = walk(race, "bbab")

    assert waits_for(race, state) == ["b"]


def test_a_writer_that_is_itself_a_reader_is_waited_for() -> None:
    text = (
        'CPU(0, "w") { setup { kmalloc(struct node); } rcu_read_lock(); call_rcu(&N0.rcu, gone); rcu_read_unlock(); }\n'
    )
    race = model(NODE + text)

    assert waits_for(race, walk(race, "aa")[0]) == ["a"]
    assert waits_for(race, walk(race, "aaa")[0]) == []


def test_a_callback_that_waits_names_its_readers() -> None:
    race = model(NODE + WRITER + 'CPU(1, "r") { rcu_read_lock(); x = 2; rcu_read_unlock(); }\n')
    state, _ = walk(race, "ba")

    (rcu,) = [option for option in race.moves(state) if option.move.actor == 2]

    assert rcu.blocked == "waits for CPU 1 to leave the RCU read section"


def test_every_ready_callback_is_a_choice() -> None:
    race = model(
        NODE
        + 'CPU(0, "w") { setup { kmalloc(struct node); kmalloc(struct node); }\n'
        + "call_rcu(&N1.rcu, gone); call_rcu(&N0.rcu, gone); x = 1; }\n"
        + 'CPU(1, "r") { rcu_read_lock(); x = 2; rcu_read_unlock(); }\n'
    )

    one, _ = walk(race, "aba")
    both, _ = walk(race, "aa")

    assert [option.move for option in race.moves(one) if option.move.actor == 2] == [Move(2)]
    assert [option.move for option in race.moves(both) if option.move.actor == 2] == [Move(2, 0), Move(2, 1)]
    first, _ = walk(race, "aac1c")
    assert (race.describe(first)["object:N0"], race.describe(first)["object:N1"]) == ("live", "freed")


def test_a_callback_may_queue_another_function() -> None:
    race = model(
        NODE
        + "void again(struct rcu_head *head) { call_rcu(head, gone); }\n"
        + 'CPU(0, "w") { setup { kmalloc(struct node); } call_rcu(&N0.rcu, again); }\n'
    )

    state, _ = walk(race, "abbbb")

    assert race.describe(state)["object:N0"] == "freed"
    assert race.is_final(state)


def test_synchronize_rcu_waits_for_readers_that_were_there_and_for_no_later_one() -> None:
    race = model(
        NODE
        + 'CPU(0, "w") { synchronize_rcu(); x = 1; }\n'
        + 'CPU(1, "r") { rcu_read_lock(); x = 2; rcu_read_unlock(); rcu_read_lock(); x = 3; rcu_read_unlock(); }\n'
    )
    waiting, _ = walk(race, "ba")
    (option,) = [option for option in race.moves(waiting) if option.move.actor == 0]

    assert option.blocked == "waits for CPU 1 to leave the RCU read section"
    assert race.describe(walk(race, "babbba")[0])["x"] == 2  # although CPU 1 is a reader again


def test_interrupts_are_a_switch() -> None:
    race = model(NODE + 'CPU(0, "a") { local_irq_disable(); x = 1; local_irq_disable(); local_irq_enable(); }\n')

    state, found = walk(race, "aa")
    shown = race.describe(state)["actor:a"]

    assert isinstance(shown, dict)
    assert shown["irqs_off"] is True
    assert [finding.kind for finding in found] == ["unbalanced"]


def test_a_cpu_that_does_not_exist_cannot_be_asked() -> None:
    race = model(NODE + 'u8 n = 7;\nCPU(0, "a") { wait_until(irqs_enabled(n)); }\n')

    assert [(finding.kind, finding.fatal) for finding in walk(race, "a")[1]] == [("index-out-of-range", True)]


def test_preemption_stays_off_though_the_object_with_the_spinlock_is_given_out_anew() -> None:
    race = model(
        """\
struct box { spinlock_t lock; };
POOL(struct box, 1, "B");
CPU(0, "a") { struct box *b = kmalloc(struct box); spin_lock(&b->lock); kfree(b); kmalloc(struct box); wait_until(0); }
CPU(1, "b") { synchronize_rcu(); }
"""
    )

    state, _ = walk(race, "aabaa")

    assert not race.finished(state, 1)
    assert [option.blocked for option in race.moves(state) if option.move.actor == 1] == [
        "waits for CPU 0 to leave the RCU read section"
    ]
