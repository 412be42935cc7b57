"""Search and plain explorer agree on programs with every primitive that blocks, wakes or interrupts."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult

from tests.machine.test_classics import BY_RWLOCK, BY_SEMAPHORES, HANDOVER, READERS, buffer, philosophers
from tests.program.texts import model

DOWNS = "spinlock_t l, k; struct mutex m; wait_queue_head_t q, r; bool go; u8 x, y;\n"

PROGRAMS = {
    "a buffer that deadlocks": buffer(1, 1, 2),
    "a buffer that does not": buffer(2, 2, 2),
    "a buffer where everybody is woken": buffer(1, 2, 1, wake="wake_up_all"),
    "philosophers with mutexes": philosophers(4, "struct mutex", "mutex_lock", "mutex_unlock"),
    "readers with semaphores": READERS.format(**BY_SEMAPHORES),
    "readers with a rwlock": READERS.format(**BY_RWLOCK),
    "a producer with completions": HANDOVER.format(wait="wait_for_completion(&empty);"),
    "a producer that does not wait": HANDOVER.format(wait=""),
    "sleepers on two queues": DOWNS + "void pass_on(void) { wait_event_exclusive(q, go); wake_up(&r); }\n"
    'CPU(0, "a") { pass_on(); }\nCPU(1, "b") { pass_on(); }\n'
    'CPU(2, "c") { prepare_to_wait(&r); prepare_to_wait_exclusive(&q); schedule(); finish_wait(&q); }\n'
    'CPU(3, "d") { go = true; wake_up(&q); }\n',
    "softirqs of two CPUs": DOWNS
    + 'CPU(0, "a") { spin_lock_bh(&l); x++; spin_unlock_bh(&l); spin_lock_irq(&k); y++; spin_unlock_irq(&k); }\n'
    'CPU(1, "b") { spin_lock(&l); spin_lock(&k); x++; spin_unlock(&k); spin_unlock(&l); }\n'
    'SOFTIRQ(0, "s") { for (;;) { wait_until(x); spin_lock(&l); x = 0; spin_unlock(&l); } }\n'
    'SOFTIRQ(0, "t") { spin_lock(&k); y++; spin_unlock(&k); }\nSOFTIRQ(1, "u") { spin_lock(&k); spin_unlock(&k); }\n',
    "a softirq that RCU waits for": DOWNS + 'CPU(0, "a") { x = 1; synchronize_rcu(); x = 2; }\n'
    'CPU(1, "b") { local_bh_disable(); y = x; local_bh_enable(); }\n'
    'SOFTIRQ(1, "s") { for (;;) { wait_until(x); y = 3; y = x; } }\n',
}


def told(result: SearchResult) -> set[tuple[str, str, int]]:
    return {(found.kind, found.verdict, len(found.schedule)) for found in result.found}


@pytest.mark.parametrize("name", PROGRAMS)
def test_search_and_plain_explorer_agree(name: str) -> None:
    race = model(PROGRAMS[name])

    fast = search(race, Query(bounds=Bounds()))
    plain = explore_naively(race, Bounds())

    assert fast.exhaustive
    assert plain.exhaustive
    assert (fast.states, fast.transitions) == (plain.states, plain.transitions)
    assert told(fast) == told(plain)
    assert set(fast.covers) == set(plain.covers)
