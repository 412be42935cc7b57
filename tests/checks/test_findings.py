"""Every kind of finding: a text that must be reported, and one that looks alike and must not."""

from __future__ import annotations

import pytest
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult

from tests.program.texts import model

BOX = 'struct box { u8 data; spinlock_t lock; struct rcu_head rcu; };\nPOOL(struct box, 2, "B");\nstruct box *shared;\n'
FREE = "void free_box(struct rcu_head *head) { kfree(container_of(head, struct box, rcu)); }\n"


def findings(text: str) -> SearchResult:
    """All schedules of a text; CPU 0 gets a first step, so that what it does is part of the race."""
    lead = 'spinlock_t lead;\nCPU(0, "a") { spin_lock(&lead); spin_unlock(&lead);'
    return search(model(text.replace('CPU(0, "a") {', lead)))


# kind, text that has it, look-alike that has it not
CASES = {
    "null-dereference": (
        BOX + 'CPU(0, "a") { shared->data = 1; }',
        BOX + 'CPU(0, "a") { if (shared) shared->data = 1; }',
    ),
    "use-after-free": (
        BOX + 'CPU(0, "a") { struct box *b = kmalloc(struct box); kfree(b); b->data = 1; }',
        BOX + 'CPU(0, "a") { struct box *b = kmalloc(struct box); b->data = 1; kfree(b); }',
    ),
    "double-free": (
        BOX + 'CPU(0, "a") { struct box *b = kmalloc(struct box); kfree(b); kfree(b); }',
        BOX + 'CPU(0, "a") { struct box *b = kmalloc(struct box); kfree(b); b = kmalloc(struct box); kfree(b); }',
    ),
    "bad-free": (
        BOX + 'struct box fixed;\nCPU(0, "a") { kfree(&fixed); }',
        BOX + 'struct box fixed;\nCPU(0, "a") { kfree(shared); fixed.data = 1; }',
    ),
    "wild-access": (
        BOX
        + "struct rcu_holder { struct rcu_head head; } loose;\n"
        + 'CPU(0, "a") { struct box *b = container_of(&loose.head, struct box, rcu); b->data = 1; }',
        BOX
        + "struct box fixed;\n"
        + 'CPU(0, "a") { struct box *b = container_of(&fixed.rcu, struct box, rcu); b->data = 1; }',
    ),
    "index-out-of-range": (
        'u8 t[2];\nu8 i = 2;\nCPU(0, "a") { t[i] = 1; }',
        'u8 t[2];\nu8 i = 1;\nCPU(0, "a") { t[i] = 1; }',
    ),
    "overflow": (
        'u8 x = 255;\nCPU(0, "a") { x = x + 1; }',
        'wrapping u8 x = 255;\nCPU(0, "a") { x = x + 1; }',
    ),
    "division-by-zero": (
        'u8 x;\nu8 y;\nCPU(0, "a") { y = 4 / x; }',
        'u8 x = 2;\nu8 y;\nCPU(0, "a") { y = 4 / x; }',
    ),
    "recursive-locking": (
        'spinlock_t l;\nCPU(0, "a") { spin_lock(&l); spin_lock(&l); }',
        'spinlock_t l;\nCPU(0, "a") { spin_lock(&l); if (spin_trylock(&l)) cover("twice"); spin_unlock(&l); }',
    ),
    "bad-unlock": (
        'spinlock_t l;\nCPU(0, "a") { spin_lock(&l); wait_until(finished(1)); }\nCPU(1, "b") { spin_unlock(&l); }',
        (
            'bit_lock_t l;\nCPU(0, "a") { bit_lock(&l); wait_until(finished(1)); }\n'
            'CPU(1, "b") { wait_until(!finished(0)); bit_trylock(&l); bit_unlock(&l); }'
        ),
    ),
    "sleep-in-atomic": (
        (
            "spinlock_t l;\nstruct rw_semaphore s;\n"
            'CPU(0, "a") { spin_lock(&l); down_read(&s); up_read(&s); spin_unlock(&l); }'
        ),
        (
            "spinlock_t l;\nstruct rw_semaphore s;\n"
            'CPU(0, "a") { spin_lock(&l); if (down_read_trylock(&s)) up_read(&s); spin_unlock(&l); }'
        ),
    ),
    "pool-exhausted": (
        BOX + 'CPU(0, "a") { kmalloc(struct box); kmalloc(struct box); kmalloc(struct box); }',
        BOX
        + 'CPU(0, "a") { kmalloc(struct box); struct box *b = kmalloc(struct box); kfree(b); kmalloc(struct box); }',
    ),
    "rcu-freed-early": (
        BOX + FREE + 'CPU(0, "a") { struct box *b = kmalloc(struct box); call_rcu(&b->rcu, free_box); kfree(b); }',
        BOX
        + FREE
        + 'CPU(0, "a") { struct box *b = kmalloc(struct box); struct box *c = kmalloc(struct box);'
        + " call_rcu(&b->rcu, free_box); kfree(c); }",
    ),
    "double-call-rcu": (
        BOX + FREE + 'CPU(0, "a") { struct box *b = kmalloc(struct box); rcu_read_lock();'
        " call_rcu(&b->rcu, free_box); call_rcu(&b->rcu, free_box); rcu_read_unlock(); }",
        BOX + FREE + 'CPU(0, "a") { struct box *b = kmalloc(struct box); struct box *c = kmalloc(struct box);'
        " call_rcu(&b->rcu, free_box); call_rcu(&c->rcu, free_box); }",
    ),
    "unbalanced": (
        'CPU(0, "a") { rcu_read_lock(); }',
        'CPU(0, "a") { rcu_read_lock(); rcu_read_lock(); rcu_read_unlock(); rcu_read_unlock(); }',
    ),
    "lock-order": (
        (
            "struct s { spinlock_t outer, inner; } s;\nlock_order { s.outer; s.inner; }\n"
            'CPU(0, "a") { spin_lock(&s.inner); spin_lock(&s.outer); spin_unlock(&s.outer); spin_unlock(&s.inner); }'
        ),
        (
            "struct s { spinlock_t outer, inner; } s;\nlock_order { s.outer; s.inner; }\n"
            'CPU(0, "a") { spin_lock(&s.inner); if (spin_trylock(&s.outer)) spin_unlock(&s.outer);'
            " spin_unlock(&s.inner); }"
        ),
    ),
    "endless-step": (
        'u8 x;\nCPU(0, "a") { u8 mine = 0; x = 1; while (mine == 0) ; }\nCPU(1, "b") { x = 2; }',
        'u8 x;\nCPU(0, "a") { u8 mine = 0; x = 1; while (mine < 100) mine++; }\nCPU(1, "b") { x = 2; }',
    ),
    "bug-on": (
        'u8 x = 1;\nCPU(0, "a") { BUG_ON(x == 1); }',
        'u8 x = 1;\nCPU(0, "a") { BUG_ON(x == 2); }',
    ),
    "warn-on": (
        'u8 x = 1;\nCPU(0, "a") { WARN_ON(x == 1); }',
        'u8 x = 1;\nCPU(0, "a") { WARN_ON(x == 2); }',
    ),
    "mine": (
        'u8 x;\nCPU(0, "a") { x = 1; assert(x == 2, "mine: x is %d", x); }',
        'u8 x;\nCPU(0, "a") { x = 1; assert(x == 1, "mine: x is %d", x); }',
    ),
    "seen": (
        'u8 x;\nCPU(0, "a") { x = 1; if (x) report("seen: x is set"); }',
        'u8 x;\nCPU(0, "a") { x = 1; if (!x) report("seen: x is set"); }',
    ),
    "never": (
        'u8 x;\nnever("x is one", x == 1);\nCPU(0, "a") { x = 1; x = 0; }\nCPU(1, "b") { x; }',
        'u8 x;\nnever("x is two", x == 2);\nCPU(0, "a") { x = 1; x = 0; }\nCPU(1, "b") { x; }',
    ),
    "always": (
        'u8 x;\nalways("x is 0", x == 0);\nCPU(0, "a") { x = 1; }\nCPU(1, "b") { x; }',
        'u8 x;\nalways("x is small", x < 2);\nCPU(0, "a") { x = 1; }\nCPU(1, "b") { x; }',
    ),
    "finally": (
        'u8 x;\nfinally("x is 2", x == 2);\nCPU(0, "a") { x = 2; x = 1; }',
        'u8 x;\nfinally("x is 1", x == 1);\nCPU(0, "a") { x = 2; x = 1; }',
    ),
    "deadlock": (
        (
            'spinlock_t l, m;\nCPU(0, "a") { spin_lock(&l); spin_lock(&m); spin_unlock(&m); spin_unlock(&l); }\n'
            'CPU(1, "b") { spin_lock(&m); spin_lock(&l); spin_unlock(&l); spin_unlock(&m); }'
        ),
        (
            'spinlock_t l, m;\nCPU(0, "a") { spin_lock(&l); spin_lock(&m); spin_unlock(&m); spin_unlock(&l); }\n'
            'CPU(1, "b") { spin_lock(&l); spin_lock(&m); spin_unlock(&m); spin_unlock(&l); }'
        ),
    ),
}

FATAL = {
    "null-dereference",
    "double-free",
    "bad-free",
    "wild-access",
    "index-out-of-range",
    "division-by-zero",
    "recursive-locking",
    "pool-exhausted",
    "endless-step",
    "bug-on",
    "deadlock",
}


@pytest.mark.parametrize("kind", CASES)
def test_the_text_that_has_it_is_reported(kind: str) -> None:
    found = findings(CASES[kind][0]).get(kind)

    assert found is not None
    assert found.finding.message
    assert found.finding.fatal == (kind in FATAL)


@pytest.mark.parametrize("kind", CASES)
def test_the_look_alike_is_not_reported(kind: str) -> None:
    assert findings(CASES[kind][1]).found == ()


def test_a_stale_access_is_reported_and_goes_on_with_what_is_there_now() -> None:
    text = (
        BOX + 'u8 seen;\nCPU(0, "a") { struct box *b = kmalloc(struct box, .data = 1); kfree(b);'
        " struct box *c = kmalloc(struct box); struct box *d = kmalloc(struct box, .data = 7);"
        ' seen = b->data; assert(seen == 7, "other: %d", seen); assert(b == d, "aba: the same address"); }'
    )

    kinds = [found.kind for found in findings(text).found]

    assert kinds == ["use-after-free"]


def test_a_deadlock_names_the_circle_and_what_each_waits_for() -> None:
    found = findings(CASES["deadlock"][0]).get("deadlock")

    assert found is not None
    assert "CPU 0 -> CPU 1 -> CPU 0" in found.finding.message
    assert any("CPU 0 waits for m, held by CPU 1" in line for line in found.finding.details)
    assert any("CPU 1 waits for l, held by CPU 0" in line for line in found.finding.details)


def test_it_is_no_deadlock_while_a_device_can_still_help() -> None:
    text = 'u8 go;\nCPU(0, "a") { wait_until(go == 1); }\nDEVICE("d") { go = 1; }'

    assert findings(text).found == ()


def test_it_is_a_deadlock_when_no_device_can_help_any_more() -> None:
    text = 'u8 go;\nCPU(0, "a") { wait_until(go == 2); }\nDEVICE("d") { go = 1; }'

    found = findings(text).get("deadlock")

    assert found is not None
    assert "CPU 0" in found.finding.message


@pytest.mark.parametrize(("size", "words"), [(1, "the only object of pool B is"), (2, "all 2 objects of pool B are")])
def test_an_empty_pool_says_how_many_objects_are_in_use(size: int, words: str) -> None:
    text = BOX.replace("2,", f"{size},") + 'CPU(0, "a") { ' + "kmalloc(struct box); " * (size + 1) + "}"

    found = findings(text).get("pool-exhausted")

    assert found is not None
    assert found.finding.message == f"out of memory in a: {words} in use"


def test_a_warning_is_marked_as_one() -> None:
    found = findings('u8 x;\nCPU(0, "a") { x = 1; warn(x == 2, "odd: x is %d", x); }').get("odd")

    assert found is not None
    assert found.finding.warning
    assert found.finding.message == "x is 1"


def test_finally_waits_until_pending_callbacks_have_run() -> None:
    text = BOX + FREE + 'CPU(0, "a") { struct box *b = kmalloc(struct box); call_rcu(&b->rcu, free_box); }\n'

    assert findings(text + 'finally("freed", !is_live(&B0));').found == ()


def test_an_event_need_not_happen_before_the_end() -> None:
    text = 'u8 x;\nCPU(0, "a") { x; }\nEVENT("e") { x = 1; }\nfinally("it happened", x == 1);'

    found = findings(text).get("finally")

    assert found is not None
    assert found.verdict == "sometimes"
