"""Whoever writes the kernel's word where the dialect has another is told that other word."""

import pytest
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle
from racewalk.lang.check import check
from racewalk.lang.diagnostics import Diagnostic

HINTS = {
    'CPU(0, "a") { if (unlikely(x)) x = 1; }': "leave it out",
    'CPU(0, "a") { p = rcu_dereference(p); }': "READ_ONCE",
    'CPU(0, "a") { local_irq_save(flags); }': "local_irq_disable()",
    'CPU(0, "a") { spin_lock_irqsave(&l, flags); }': "write spin_lock_irq(&lock)",
    'CPU(0, "a") { read_lock_bh(&l); }': "local_bh_disable()",
    'CPU(0, "a") { raise_softirq(3); }': "wait_until(flag)",
    'CPU(0, "a") { printk("x"); }': "cover",
    'CPU(0, "a") { malloc(3); }': "write kmalloc(",
    'CPU(0, "a") { check(x == 1); }': "write assert(condition",
    'CPU(0, "a") { get_user(x, p); }': "x = READ_ONCE(place)",
    'CPU(0, "a") { copy_from_user(p, &x, 1); }': "field by field",
    'CPU(0, "a") { x = EINVAL; }': "enum { EINVAL = 22 };",
    'CPU(0, "a") { mdelay(3); }': "leave it out",
    'CPU(0, "a") { p = 0; }': "NULL",
    'CPU(0, "a") { if (p == 0) x = 1; }': "NULL",
    "DEFINE_SPINLOCK(m);": "spinlock_t m;",
    "static DEFINE_SPINLOCK(m);": "spinlock_t m;",
    "module_init(start);": "setup { ... }",
    "int main(void) { return 0; }": 'CPU(0, "main")',
    'CPU(0, "a") { kfree_rcu(p, rcu); }': "call_rcu(&p->rcu, f)",
    "static DEFINE_MUTEX(m);": "struct mutex m;",
    "DEFINE_SEMAPHORE(s, 1);": "struct semaphore s = { .count = n };",
    'CPU(0, "a") { sema_init(&s, 1); }': "{ .count = n }",
    'CPU(0, "a") { down_interruptible(&s); }': "write down(&s)",
    "DECLARE_COMPLETION(done);": "struct completion done;",
    'CPU(0, "a") { DEFINE_WAIT(wait); }': "the actor itself",
    "wait_queue_entry_t wait;": "the actor itself",
    'CPU(0, "a") { wait_event_interruptible(q, x); }': "write wait_event(",
    "DECLARE_WAIT_QUEUE_HEAD(q);": "wait_queue_head_t q;",
    "DEFINE_RWLOCK(m);": "rwlock_t m;",
    'CPU(0, "a") { mutex_init(&l); }': "a lock starts free",
    'CPU(0, "a") { mutex_lock(l); }': "take its address: &l",
    "lock_order(l, x);": "lock_order { struct.field;",
    "lock_order { l; }": "put the lock into a struct",
    'THREAD(1, "b") { }': "CPU(0,",
}


def complaints(text: str) -> list[Diagnostic]:
    unit, sink = assemble(Bundle.of([("x.c", text)]), "x.c", None, lambda path: None)
    if not sink.has_errors:
        check(unit, sink)
    return list(sink)


@pytest.mark.parametrize("line", HINTS)
def test_the_hint_names_what_the_dialect_has_instead(line: str) -> None:
    found = complaints(f"u8 x;\nu8 *p;\nspinlock_t l;\n{line}\n")

    assert HINTS[line] in (found[0].hint or "")


def test_a_scenario_may_define_a_function_of_the_kernels_name() -> None:
    text = 'u8 x;\nvoid cond_resched(void) { wait_until(x); }\nCPU(0, "a") { cond_resched(); }\nEVENT("b") { x = 1; }\n'

    assert complaints(text) == []
