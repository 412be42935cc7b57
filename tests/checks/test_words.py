"""The sentences of findings and events, where they differ by more than a name."""

import pytest
from racewalk.checks.events import past
from racewalk.explore.search import search
from racewalk.model import Move

from tests.program.texts import model, walk

LEAD = "spinlock_t l; struct rw_semaphore s; u8 x;\n"


def message(text: str, kind: str) -> str:
    found = search(model(LEAD + text)).get(kind)
    assert found is not None
    return found.finding.message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("spin_lock(&l);", "CPU 0 ends with l held"),
        ("down_read(&s);", "CPU 0 ends with s held"),
        ("down_read(&s); spin_lock(&l);", "CPU 0 ends with l and s held"),
        ("rcu_read_lock();", "CPU 0 ends in an RCU read section"),
        ("local_irq_disable();", "CPU 0 ends with interrupts off"),
        ("spin_lock(&l); rcu_read_lock();", "CPU 0 ends with l held and in an RCU read section"),
        ("rcu_read_unlock();", "CPU 0 leaves an RCU read section that it is not in"),
        ("local_irq_enable();", "CPU 0 switches interrupts on, and they are already"),
        (
            "local_irq_disable(); local_irq_disable(); local_irq_enable();",
            "CPU 0 switches interrupts off, and they are already",
        ),
    ],
)
def test_an_imbalance_says_what_is_left_or_done_twice(body: str, said: str) -> None:
    assert message(f'CPU(0, "a") {{ {body} }}', "unbalanced") == said


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("spin_lock(&l); might_sleep(); spin_unlock(&l);", "holding a spinlock"),
        ("rcu_read_lock(); down_read(&s); up_read(&s); rcu_read_unlock();", "in an RCU read section"),
        ("local_irq_disable(); synchronize_rcu(); local_irq_enable();", "with interrupts off"),
    ],
)
def test_sleeping_where_one_must_not_says_why_one_must_not(body: str, why: str) -> None:
    assert message(f'CPU(0, "a") {{ {body} }}', "sleep-in-atomic").endswith(why)


def test_a_finally_that_waits_for_a_lock_is_a_deadlock_and_names_the_holder() -> None:
    found = message('CPU(0, "a") { down_write(&s); x = 1; }\nfinally { down_read(&s); up_read(&s); }', "deadlock")

    assert found == "the end of the run waits for s, held by CPU 0 (writing)"


def test_what_finally_finds_on_its_copy_does_not_end_the_run() -> None:
    text = """\
u8 *p;
u8 x;
CPU(0, "a") { x = 1; }
EVENT("e") { x = 2; }
finally { *p = 1; }
sometimes("the event comes after the end", finished(0) && x == 2);
"""

    result = search(model(text))

    assert result.get("null-dereference") is not None
    assert "the event comes after the end" in result.covers


def test_a_circle_is_found_where_only_one_of_several_readers_closes_it() -> None:
    text = """\
struct rw_semaphore s;
spinlock_t l;
bool never_set;
CPU(0, "a") { spin_lock(&l); down_write(&s); }
CPU(1, "b") { down_read(&s); wait_until(never_set); }
CPU(2, "c") { down_read(&s); spin_lock(&l); }
"""
    race = model(text)

    (found,) = race.stuck_findings(walk(race, "bca")[0])

    assert "CPU 0 -> CPU 2 -> CPU 0" in found.message
    assert "CPU 1 waits until never_set" in found.details


def test_events_tell_parts_of_a_step_in_the_past_tense_and_leave_arguments_alone() -> None:
    assert past("wait until f(free, take), read x") == "waited until f(free, take), read x"
    assert past("end a grace period and take up its callback") == "ended a grace period and take up its callback"


def test_the_event_of_a_block_tells_what_it_changed() -> None:
    race = model('u8 x; u8 y;\nCPU(0, "a") { atomic { x = 1; y = x + 1; } }\nCPU(1, "b") { x = 3; y = 4; }\n')

    assert race.observe(race.initial(), Move(0)).words == "set x to 1; set y to 2"


def test_an_endless_step_names_the_loop_and_its_line() -> None:
    text = 'CPU(0, "a") {\n\tu8 y = 0;\n\n\tspin_lock(&l);\n\twhile (y < 3)\n\t\ty = 0;\n}\n'

    said = message(text, "endless-step")

    assert said.startswith("CPU 0 never gets to its next step: `")
    assert said.endswith("loops on local data (limit STEP_WORK)")
