"""Locks that are taken in a circle, over all schedules together."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.every_state import every_state
from racewalk.explore.lock_cycles import find_lock_cycles
from racewalk.explore.search import engine_of, search
from racewalk.explore.verdict import Found
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.judge import judge

from tests.program.texts import model

LOCKS = "struct mm { struct rw_semaphore mmap_lock; } A; struct page { bit_lock_t lock; } P;\n"
LOCKS += "spinlock_t x, y, z; spinlock_t row[2]; u8 done;\n"


def found(text: str) -> list[Found]:
    race = model(LOCKS + text)
    return find_lock_cycles(every_state(engine_of(race), None, Bounds()), race)


def test_two_orders_are_a_cycle_though_one_cpu_comes_long_after_the_other() -> None:
    text = 'CPU(0, "a") { bit_lock(&P.lock); down_read(&A.mmap_lock); up_read(&A.mmap_lock); bit_unlock(&P.lock);'
    text += ' done = 1; }\nCPU(1, "b") { wait_until(done); down_write(&A.mmap_lock); bit_lock(&P.lock);'
    text += " bit_unlock(&P.lock); up_write(&A.mmap_lock); }\n"

    (cycle,) = found(text)

    assert search(model(LOCKS + text)).found == ()
    assert cycle.finding.message == (
        "possible circular locking dependency: CPU 0 holds P.lock and takes A.mmap_lock;"
        " CPU 1 holds A.mmap_lock and takes P.lock"
    )
    assert cycle.finding.details == ("page.lock, then mm.mmap_lock", "mm.mmap_lock, then page.lock")
    assert cycle.finding.warning
    assert len(cycle.schedule) == 7, "where the circle closes: the step comes next"


def test_a_circle_of_three_is_told_as_three_chains() -> None:
    both = "spin_lock(&{0}); spin_lock(&{1}); spin_unlock(&{1}); spin_unlock(&{0});"
    cpus = [f'CPU({n}, "c{n}") {{ {both.format(*pair)} }}\n' for n, pair in enumerate(("xy", "yz", "zx"))]

    (cycle,) = found("".join(cpus))

    assert len(cycle.finding.details) == 3


@pytest.mark.parametrize(
    "text",
    [
        # the same order
        (
            'CPU(0, "a") { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); }\n'
            'CPU(1, "b") { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); }\n'
        ),
        # the other order, by a trylock
        (
            'CPU(0, "a") { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); }\n'
            'CPU(1, "b") { spin_lock(&y); if (spin_trylock(&x)) spin_unlock(&x); spin_unlock(&y); }\n'
        ),
        # one after the other
        (
            'CPU(0, "a") { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); }\n'
            'CPU(1, "b") { spin_lock(&y); spin_unlock(&y); spin_lock(&x); spin_unlock(&x); }\n'
        ),
        # of one class
        'CPU(0, "a") { spin_lock(&row[0]); spin_lock(&row[1]); spin_unlock(&row[1]); spin_unlock(&row[0]); }\n',
        # in a fuse, the same order
        (
            'CPU(0, "a") { fuse { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); } }\n'
            'CPU(1, "b") { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); }\n'
        ),
    ],
)
def test_one_order_and_trylocks_are_no_cycle(text: str) -> None:
    assert found(text) == []


def test_a_fuse_hides_no_cycle() -> None:
    assert found(
        'CPU(0, "a") { fuse { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); } }\n'
        'CPU(1, "b") { fuse { spin_lock(&y); spin_lock(&x); spin_unlock(&x); spin_unlock(&y); } }\n'
    )


def test_a_trylock_is_held_from_then_on() -> None:
    assert found(
        'CPU(0, "a") { if (spin_trylock(&x)) { spin_lock(&y); spin_unlock(&y); spin_unlock(&x); } }\n'
        'CPU(1, "b") { spin_lock(&y); spin_lock(&x); spin_unlock(&x); spin_unlock(&y); }\n'
    )


def test_a_variant_may_expect_a_lock_cycle() -> None:
    text = "/*---\nvariants: {v: {expect: {lock-cycle: sometimes, deadlock: sometimes}}}\n---*/\nspinlock_t x, y;\n"
    text += 'CPU(0, "a") { spin_lock(&x); spin_lock(&y); spin_unlock(&y); spin_unlock(&x); }\n'
    text += 'CPU(1, "b") { spin_lock(&y); spin_lock(&x); spin_unlock(&x); spin_unlock(&y); }\n'

    assert judge(build("own", Bundle.of([("own.c", text)]), "v", lambda path: None), Bounds()).as_expected
