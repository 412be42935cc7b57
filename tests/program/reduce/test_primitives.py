"""Every reduction keeps every verdict of programs with everything that blocks, wakes or interrupts."""

from __future__ import annotations

import pytest

from tests.machine.test_two_witnesses import PROGRAMS
from tests.program.reduce.verdicts import assert_kept
from tests.program.texts import model, program

LOCKS = "spinlock_t l; rwlock_t rw; struct mutex m; u8 x, y;\nvoid sleep(void) { mutex_lock(&m); mutex_unlock(&m); }\n"

SECTIONS = {
    "a softirq in a critical section": """
CPU(0, "a") { spin_lock(&l); spin_unlock(&l); }
SOFTIRQ(0, "s") { spin_lock(&l); spin_unlock(&l); }
""",
    "a softirq that sleeps": """
CPU(0, "a") { x = 1; sleep(); }
SOFTIRQ(0, "s") { sleep(); }
""",
    "a rwlock that RCU waits for": """
CPU(0, "a") { read_lock(&rw); y = x; read_unlock(&rw); }
CPU(1, "b") { x = 1; synchronize_rcu(); x = 2; }
finally("late: the reader saw it", y != 2);
""",
    "sleeping under a rwlock": """
CPU(0, "a") { write_lock(&rw); sleep(); write_unlock(&rw); }
CPU(1, "b") { read_lock(&rw); x = 1; read_unlock(&rw); }
""",
    "counting under a mutex": """
CPU(0, "a") { mutex_lock(&m); x++; mutex_unlock(&m); }
CPU(1, "b") { mutex_lock(&m); x++; mutex_unlock(&m); }
finally("lost-update: both count", x == 2);
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_blocks_wakes_or_interrupts_has_the_same_verdicts_reduced(name: str) -> None:
    assert_kept(model(PROGRAMS[name]).program)


@pytest.mark.parametrize("name", SECTIONS)
def test_sections_are_the_same_reduced(name: str) -> None:
    assert_kept(program(LOCKS + SECTIONS[name]))
