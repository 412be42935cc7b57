"""Each primitive of the machine: texts whose assertions hold in every schedule, and the covers that they reach."""

from __future__ import annotations

import pytest
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult

from tests.program.texts import model

NODE = """\
struct node { u8 data; struct rcu_head rcu; };
POOL(struct node, 2, "N");
void free_node(struct rcu_head *head) { kfree(container_of(head, struct node, rcu)); }
"""

# name: (text, covers that some schedule must reach)
HOLDS = {
    "a spinlock lets one in": (
        (
            "spinlock_t l; u8 in;\n"
            'void enter(void) { spin_lock(&l); in++; assert(in == 1, "two: in"); in--; spin_unlock(&l); }\n'
            'CPU(0, "a") { enter(); } CPU(1, "b") { enter(); }'
        ),
        (),
    ),
    "a trylock fails while somebody else holds the lock, and never waits": (
        (
            "spinlock_t l;\n"
            'CPU(0, "a") { spin_lock(&l); spin_unlock(&l); }\n'
            'CPU(1, "b") { if (spin_trylock(&l)) { cover("got it"); spin_unlock(&l); } else cover("failed"); }'
        ),
        ("got it", "failed"),
    ),
    "readers share, writers exclude": (
        (
            "struct rw_semaphore s; u8 readers, writers;\n"
            'void read(void) { down_read(&s); atomic_inc(&readers); assert(writers == 0, "mixed: read");'
            ' if (readers == 2) cover("both read"); atomic_dec(&readers); up_read(&s); }\n'
            'CPU(0, "a") { read(); } CPU(1, "b") { read(); }\n'
            'CPU(2, "w") { down_write(&s); writers = 1; assert(readers == 0, "mixed: write"); writers = 0;'
            " up_write(&s); }"
        ),
        ("both read",),
    ),
    "downgrading lets readers in and keeps writers out": (
        (
            "struct rw_semaphore s; u8 x;\n"
            'CPU(0, "a") { down_write(&s); x = 1; downgrade_write(&s); assert(x == 1, "lost: x"); up_read(&s); }\n'
            'CPU(1, "r") { down_read(&s); if (x == 1 && !finished(0)) cover("in beside it"); up_read(&s); }\n'
            'CPU(2, "w") { down_write(&s); x = 2; up_write(&s); }'
        ),
        ("in beside it",),
    ),
    "a bit lock may be released by somebody else": (
        (
            "bit_lock_t l; bool taken;\n"
            'CPU(0, "a") { bit_lock(&l); taken = true; }\n'
            'CPU(1, "b") { wait_until(taken); bit_unlock(&l); if (bit_trylock(&l)) cover("free again"); }'
        ),
        ("free again",),
    ),
    "a grace period waits for readers that were there": (
        NODE + "struct node *p;\nsetup { p = kmalloc(struct node, .data = 7); }\n"
        'CPU(0, "w") { struct node *old = xchg(&p, NULL); call_rcu(&old->rcu, free_node); }\n'
        'CPU(1, "r") { struct node *seen; rcu_read_lock(); seen = p; if (seen) { assert(seen->data == 7, "gone: it");'
        ' cover("read it"); } rcu_read_unlock(); }\nfinally("freed", !is_live(&N0));',
        ("read it",),
    ),
    "a held spinlock and interrupts off are read sections": (
        NODE + "struct node *p; spinlock_t l;\nsetup { p = kmalloc(struct node, .data = 7); }\n"
        'CPU(0, "w") { struct node *old = xchg(&p, NULL); call_rcu(&old->rcu, free_node); }\n'
        'CPU(1, "s") { struct node *seen; spin_lock(&l); seen = p; if (seen && seen->data) cover("s");'
        " spin_unlock(&l); }\n"
        'CPU(2, "i") { struct node *seen; local_irq_disable(); seen = p; if (seen && seen->data) cover("i");'
        " local_irq_enable(); }",
        ("s", "i"),
    ),
    "synchronize_rcu waits for readers that were there": (
        NODE + "struct node *p;\nsetup { p = kmalloc(struct node, .data = 7); }\n"
        'CPU(0, "w") { struct node *old = xchg(&p, NULL); synchronize_rcu(); kfree(old); }\n'
        'CPU(1, "r") { struct node *seen; rcu_read_lock(); seen = p; if (seen && seen->data) cover("read it");'
        " rcu_read_unlock(); }",
        ("read it",),
    ),
    "read sections nest": (
        NODE + "struct node *p;\nsetup { p = kmalloc(struct node, .data = 7); }\n"
        'CPU(0, "w") { struct node *old = xchg(&p, NULL); call_rcu(&old->rcu, free_node); }\n'
        'CPU(1, "r") { struct node *seen; rcu_read_lock(); rcu_read_lock(); seen = p; rcu_read_unlock();'
        ' if (seen && seen->data) cover("still there"); rcu_read_unlock(); }',
        ("still there",),
    ),
    "never-used objects come first, freed ones after them": (
        NODE
        + 'CPU(0, "a") { struct node *a = kmalloc(struct node); struct node *b; kfree(a); b = kmalloc(struct node);'
        ' assert(b == &N1, "order: %s", b); a = kmalloc(struct node); assert(a == &N0, "order: %s", a); }',
        (),
    ),
    "kmalloc zeroes and initialises": (
        NODE + 'CPU(0, "a") { struct node *a = kmalloc(struct node, .data = 9); kfree(a); a = kmalloc(struct node);'
        '  kfree(a); a = kmalloc(struct node); assert(a == &N0, "order: %s", a);'
        ' assert(a->data == 0, "dirty: %d", a->data); }',
        (),
    ),
    "kmalloc_freed waits for a freed object": (
        NODE + 'CPU(0, "a") { struct node *a = kmalloc(struct node); kfree(a); }\n'
        'EVENT("reuse") { struct node *a = kmalloc_freed(struct node, .data = 3); assert(a == &N0, "other: %s", a);'
        ' cover("reused"); }',
        ("reused",),
    ),
    "pointers compare by address, whatever their generation": (
        NODE + 'CPU(0, "a") { struct node *a = kmalloc(struct node); struct node *b; kfree(a);'
        ' kfree(kmalloc(struct node)); b = kmalloc(struct node); assert(a == b, "aba: differ");'
        ' assert(!is_live(a), "live: a"); assert(is_live(b), "dead: b"); }',
        (),
    ),
    "for_each_object visits the live ones": (
        NODE + "u8 count;\n"
        'CPU(0, "a") { struct node *a = kmalloc(struct node); kmalloc(struct node); kfree(a);'
        ' struct node *n; for_each_object (n, struct node) { count++; assert(n == &N1, "other: %s", n); }'
        ' assert(count == 1, "count: %d", count); }',
        (),
    ),
    "compare-and-exchange stores only over what was expected, and tells what was there": (
        'u8 x = 3;\nCPU(0, "a") { assert(cmpxchg(&x, 2, 9) == 3, "was: x"); }\n'.replace(
            'assert(cmpxchg(&x, 2, 9) == 3, "was: x");',
            'u8 was = cmpxchg(&x, 2, 9); assert(was == 3 && x == 3, "was: %d", was);'
            ' was = cmpxchg(&x, 3, 9); assert(was == 3 && x == 9, "was: %d", was);'
            ' was = xchg(&x, 1); assert(was == 9 && x == 1, "was: %d", was);',
        ),
        (),
    ),
    "the atomics count": (
        (
            "u8 x = 1;\n"
            'CPU(0, "a") { bool r; atomic_add(&x, 4); atomic_or(&x, 8); assert(x == 13, "x: %d", x); atomic_dec(&x);'
            ' x = 1; r = atomic_dec_and_test(&x); assert(r && x == 0, "test: %d", x);'
            ' r = atomic_inc_not_zero(&x); assert(!r && x == 0, "zero: %d", x); }'
        ),
        (),
    ),
    "a wrapping number keeps its low bits": (
        (
            'wrapping u8 x = 250;\nCPU(0, "a") { x += 10; assert(x == 4, "x: %d", x); x -= 5;'
            ' assert(x == 255, "x: %d", x); }'
        ),
        (),
    ),
    "a word is copied whole, and a field of the copy is its own": (
        (
            "typedef struct { u8 a; bool b; } w_t;\nw_t w = { .a = 5 };\n"
            'CPU(0, "a") { w_t c = w; c.a = 6; c.b = true; assert(w.a == 5, "w: %d", w.a); w = c;'
            ' assert(w == c && w.a == 6 && w.b, "w: %s", w); }'
        ),
        (),
    ),
    "out-parameters are the caller's locals": (
        (
            "u8 x;\n"
            "void two(u8 *first, u8 *second) { *first = 1; *second = *first + 1; }\n"
            'CPU(0, "a") { u8 p; u8 q; two(&p, &q); x = 0; assert(p == 1 && q == 2, "out: %d %d", p, q); }'
        ),
        (),
    ),
    "locals keep their values over steps in loops, switches and jumps": (
        (
            "u8 x;\n"
            "u8 work(u8 n) { u8 sum = 0; for (u8 i = 0; i < n; i++) { u8 twice = 2 * i; x = i; if (i == 2) continue;"
            " switch (i) { case 1: x = 9; sum += twice; break; default: sum += 1; } } return sum; }\n"
            'CPU(0, "a") { u8 r; u8 tries = 0; again: r = work(4); x = r; tries++; if (tries < 2) goto again;'
            ' assert(r == 4, "r: %d", r); assert(tries == 2, "tries: %d", tries); }\n'
            'CPU(1, "b") { x; }'
        ),
        (),
    ),
    "choose goes every way": (
        (
            'u8 x;\nCPU(0, "a") { switch (choose(3)) { case 0: cover("0"); break; case 1: cover("1"); break; '
            'default: cover("2"); } }'
        ),
        ("0", "1", "2"),
    ),
    "an atomic block cannot be seen half done": (
        (
            'u8 x; u8 y;\nCPU(0, "a") { atomic { x = 1; y = 1; } }\n'
            'CPU(1, "b") { atomic { assert(x == y, "torn: %d %d", x, y); x; y; } }'
        ),
        (),
    ),
    "interrupts can be waited for": (
        (
            'bool off;\nCPU(0, "a") { local_irq_disable(); off = true; local_irq_enable(); }\n'
            'CPU(1, "b") { wait_until(off); wait_until(irqs_enabled(0)); cover("on again"); }'
        ),
        ("on again",),
    ),
}


def searched(name: str) -> SearchResult:
    return search(model(HOLDS[name][0]))


@pytest.mark.parametrize("name", HOLDS)
def test_it_holds_in_every_schedule(name: str) -> None:
    result = searched(name)

    assert [f"{found.kind}: {found.finding.message}" for found in result.found] == []
    assert set(result.covers) >= set(HOLDS[name][1])
    assert result.exhaustive


def test_several_ready_callbacks_may_run_in_any_order() -> None:
    text = NODE + (
        'CPU(0, "a") { struct node *a = kmalloc(struct node); struct node *b = kmalloc(struct node);'
        " call_rcu(&a->rcu, free_node); call_rcu(&b->rcu, free_node); }\n"
        'sometimes("the second is freed first", is_live(&N0) && !is_live(&N1) && finished(0));\n'
        'sometimes("the first is freed first", !is_live(&N0) && is_live(&N1) && finished(0));'
    )

    result = search(model(text))

    assert set(result.covers) == {"the second is freed first", "the first is freed first"}


def test_without_the_grace_period_the_reader_touches_freed_memory() -> None:
    text = HOLDS["synchronize_rcu waits for readers that were there"][0]

    result = search(model(text.replace("synchronize_rcu();", "")))

    assert result.get("use-after-free") is not None
