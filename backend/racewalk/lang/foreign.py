"""What C, or the kernel, has and the dialect has not: each with what to write instead."""

from __future__ import annotations

SCALARS = {
    "char": "u8",
    "signed char": "s8",
    "unsigned char": "u8",
    "short": "s16",
    "unsigned short": "u16",
    "signed": "int",
    "unsigned": "u16",
    "unsigned int": "u16",
    "long": "int",
    "long long": "int",
    "unsigned long long": "unsigned long",
    "float": "int",
    "double": "int",
    "u32": "u16",
    "u64": "unsigned long",
    "s32": "int",
    "s64": "int",
    "__u8": "u8",
    "__u16": "u16",
    "__u32": "u16",
    "__u64": "unsigned long",
    "uint8_t": "u8",
    "uint16_t": "u16",
    "uint32_t": "u16",
    "uint64_t": "unsigned long",
    "int8_t": "s8",
    "int16_t": "s16",
    "int32_t": "int",
    "int64_t": "int",
    "size_t": "unsigned long",
    "ssize_t": "int",
    "uintptr_t": "unsigned long",
    "pgoff_t": "unsigned long",
    "_Bool": "bool",
    "atomic_t": "int",
    "atomic_long_t": "int",
    "refcount_t": "u16",
}
"""Types of numbers by other names, and the dialect's nearest one; 16 bits are the widest."""

TYPE_WORDS = {
    "const": "leave it out; a constant is a #define or an enum",
    "volatile": "leave it out; READ_ONCE() and WRITE_ONCE() say it at the access",
    "register": "leave it out",
    "restrict": "leave it out",
    "auto": "leave it out, and name the type",
    "extern": "leave the declaration out: the order of files and of what is in them never matters",
}
"""Words beside a type that the dialect has not."""

ANNOTATIONS = frozenset(
    "__init __exit __user __rcu __iomem __percpu __force __always_inline __maybe_unused __always_unused __must_check "
    "__read_mostly __cold __hot __pure __sched __latent_entropy noinline __inline __cacheline_aligned "
    "__cacheline_aligned_in_smp __packed __aligned __used __visible asmlinkage __attribute__ __acquires __releases "
    "__must_hold __randomize_layout __ro_after_init".split()
)
"""Marks for the compiler or sparse: they mean nothing here."""

NOT_YET_TYPES = {
    "seqlock_t": "seqlocks",
    "seqcount_t": "seqlocks",
}

FOREIGN_NAMES = {
    "current": "there are no tasks but the actors: smp_processor_id() is the number of one's own CPU",
    "jiffies": "there is no clock but the schedule: wait_until(condition) waits",
    "GFP_KERNEL": "leave it out: kmalloc(struct name) takes the type alone",
    "GFP_ATOMIC": "leave it out: kmalloc(struct name) takes the type alone",
    **{
        name: f"write enum {{ {name} = {number} }};"
        for name, number in {
            "EPERM": 1,
            "ENOENT": 2,
            "EINTR": 4,
            "EAGAIN": 11,
            "ENOMEM": 12,
            "EFAULT": 14,
            "EBUSY": 16,
            "EEXIST": 17,
            "EINVAL": 22,
        }.items()
    },
}
"""Variables and constants of the kernel that a text may bring along."""

LEFT_OUT_TYPES = {
    "wait_queue_entry_t": "leave it out: the actor itself stands in the queue",
}
"""Types of the kernel that nothing here needs."""

_WEAK = "weak memory (memory is sequentially consistent, so nothing needs a barrier)"

INSTEAD = {
    "seqlocks": "a spinlock_t",
    _WEAK: "leave a barrier out; write READ_ONCE() or WRITE_ONCE() for a load or a store that has one",
}
"""What serves meanwhile for what is not supported yet."""

NOT_YET_CALLS = {
    **dict.fromkeys(
        ("smp_mb", "smp_rmb", "smp_wmb", "smp_store_release", "smp_load_acquire", "smp_store_mb"),
        _WEAK,
    ),
}
"""Names that a later version gives a meaning; nobody may define them, so that no text changes its meaning then."""

FOREIGN_CALLS = {
    **dict.fromkeys(("likely", "unlikely"), "leave it out: write the condition alone"),
    **dict.fromkeys(("rcu_dereference", "rcu_access_pointer"), "write READ_ONCE(...)"),
    **dict.fromkeys(("rcu_assign_pointer", "RCU_INIT_POINTER"), "write WRITE_ONCE(place, value)"),
    **dict.fromkeys(("atomic_read", "refcount_read"), "a counter is a plain number: read it, or write READ_ONCE(x)"),
    **dict.fromkeys(("atomic_set", "refcount_set"), "a counter is a plain number: write WRITE_ONCE(x, value)"),
    "refcount_inc": "write atomic_inc(&x)",
    "refcount_inc_not_zero": "write atomic_inc_not_zero(&x)",
    "refcount_dec_and_test": "write atomic_dec_and_test(&x)",
    "atomic_sub": "write atomic_add(&x, -n)",
    "kfree_rcu": "write call_rcu(&p->rcu, f), with void f(struct rcu_head *head), which frees container_of(head, ...)",
    **dict.fromkeys(
        ("get_user", "__get_user"), "user memory is a variable that another CPU may write: write x = READ_ONCE(place)"
    ),
    **dict.fromkeys(("put_user", "__put_user"), "user memory is a variable: write WRITE_ONCE(place, x)"),
    **dict.fromkeys(
        ("copy_from_user", "copy_to_user", "memdup_user"),
        "user memory is a variable that another CPU may write: copy it field by field, each a step",
    ),
    **dict.fromkeys(
        ("kzalloc", "kcalloc", "kmalloc_array", "kmem_cache_alloc", "alloc_page"),
        "write kmalloc(struct name, .field = value)",
    ),
    "kmem_cache_free": "write kfree(p)",
    "local_irq_save": "write local_irq_disable()",
    "local_irq_restore": "write local_irq_enable()",
    "spin_lock_irqsave": "write spin_lock_irq(&lock)",
    "spin_unlock_irqrestore": "write spin_unlock_irq(&lock)",
    **dict.fromkeys(
        ("read_lock_bh", "write_lock_bh", "read_lock_irq", "write_lock_irq"),
        "local_bh_disable() or local_irq_disable(), then read_lock() or write_lock()",
    ),
    **dict.fromkeys(
        ("read_unlock_bh", "write_unlock_bh", "read_unlock_irq", "write_unlock_irq"),
        "read_unlock() or write_unlock(), then local_bh_enable() or local_irq_enable()",
    ),
    **dict.fromkeys(("raise_softirq", "tasklet_schedule"), "set a flag for which the SOFTIRQ does wait_until(flag)"),
    **dict.fromkeys(("open_softirq", "tasklet_init", "timer_setup"), 'write SOFTIRQ(0, "name") { ... }'),
    **dict.fromkeys(("spin_lock_init", "rwlock_init", "mutex_init", "init_rwsem"), "leave it out: a lock starts free"),
    "init_waitqueue_head": "leave it out: a wait queue starts empty",
    **dict.fromkeys(
        ("DEFINE_WAIT", "DECLARE_WAITQUEUE", "init_wait"), "leave it out: the actor itself stands in the queue"
    ),
    **dict.fromkeys(
        ("wait_event_interruptible", "wait_event_killable", "wait_event_timeout", "wait_event_interruptible_timeout"),
        "there are neither signals nor time: write wait_event(queue, condition)",
    ),
    **dict.fromkeys(
        ("wait_event_interruptible_exclusive", "wait_event_exclusive_cmd"),
        "write wait_event_exclusive(queue, condition)",
    ),
    **dict.fromkeys(("wake_up_interruptible", "wake_up_process"), "write wake_up(&queue)"),
    "wake_up_interruptible_all": "write wake_up_all(&queue)",
    "set_current_state": "prepare_to_wait(&queue) does it",
    "init_completion": "leave it out: a completion starts incomplete",
    "sema_init": "write struct semaphore s = { .count = n };",
    **dict.fromkeys(("down_interruptible", "down_killable"), "there are no signals: write down(&s)"),
    **dict.fromkeys(("mutex_lock_interruptible", "mutex_lock_killable"), "there are no signals: write mutex_lock(&m)"),
    **dict.fromkeys(
        ("wait_for_completion_interruptible", "wait_for_completion_killable", "wait_for_completion_timeout"),
        "there are neither signals nor time: write wait_for_completion(&done)",
    ),
    **dict.fromkeys(("cpu_relax", "cond_resched", "msleep", "udelay"), "wait_until(condition) waits"),
    **dict.fromkeys(("printk", "pr_info", "pr_warn", "pr_err", "printf"), 'cover("words") notes that a run came by'),
    **dict.fromkeys(
        ("mdelay", "usleep_range", "schedule_timeout"), "leave it out: every step may wait as long as it likes"
    ),
    **dict.fromkeys(("malloc", "calloc"), "write kmalloc(struct type), of a struct that has a POOL"),
    "free": "write kfree(pointer)",
    "check": 'write assert(condition, "kind: words") or, for the end of a run, finally("kind: words", condition)',
    "barrier": "leave it out: nothing is reordered",
    **dict.fromkeys(
        ("guard", "scoped_guard", "scoped_cond_guard"),
        "nothing is released at the end of a scope: write spin_lock(&lock), and spin_unlock(&lock) on every way out",
    ),
    **dict.fromkeys(
        ("list_for_each_entry", "list_for_each_entry_safe", "list_for_each_entry_rcu", "hlist_for_each_entry"),
        "there are no lists: follow a pointer, for (p = first; p; p = p->next)",
    ),
}
"""Functions of the kernel that the dialect writes otherwise; a scenario may define them for itself."""

FOREIGN_DECLARATIONS = {
    "DEFINE_SPINLOCK": "write spinlock_t {name};",
    "DECLARE_RWSEM": "write struct rw_semaphore {name};",
    "DEFINE_RWLOCK": "write rwlock_t {name};",
    "DEFINE_MUTEX": "write struct mutex {name};",
    "DECLARE_WAIT_QUEUE_HEAD": "write wait_queue_head_t {name};",
    "DEFINE_SEMAPHORE": "write struct semaphore {name} = {{ .count = n }};",
    **dict.fromkeys(
        ("DECLARE_COMPLETION", "DECLARE_COMPLETION_ONSTACK"), "write struct completion {name}; outside functions"
    ),
    **dict.fromkeys(("LIST_HEAD", "HLIST_HEAD"), "there are no lists; write a pointer, struct item *{name};"),
    **dict.fromkeys(("DEFINE_PER_CPU", "DECLARE_PER_CPU"), "write an array with an element for each CPU"),
    **dict.fromkeys(
        ("module_init", "module_exit"), 'no module is loaded; write setup {{ ... }}, or CPU(0, "name") {{ ... }}'
    ),
    **dict.fromkeys(
        ("MODULE_LICENSE", "MODULE_AUTHOR", "MODULE_DESCRIPTION", "EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL"), "leave it out"
    ),
    "lock_order": "write lock_order {{ struct.field; struct.field; }}",
    "SETUP": "write setup {{ ... }}",
    **dict.fromkeys(("THREAD", "PROC", "TASK", "ACTOR"), 'write CPU(0, "name") {{ ... }}'),
}
"""Likewise, outside functions; {name} is the first word in the parentheses."""

_HEADERS = {
    **dict.fromkeys(
        (f"{name}.h" for name in "spinlock spinlock_types rwlock rwsem mutex semaphore lockdep bit_spinlock".split()),
        "locks are built in",
    ),
    "completion.h": "completions are built in",
    "wait.h": "wait queues are built in",
    **dict.fromkeys(("rcupdate.h", "rculist.h"), "RCU is built in"),
    "slab.h": "kmalloc() and kfree() are built in",
    **dict.fromkeys(
        ("atomic.h", "refcount.h", "cmpxchg.h", "compiler.h"), "READ_ONCE() and atomic operations are built in"
    ),
    **dict.fromkeys(("types.h", "stdint.h", "stdbool.h", "stddef.h"), "types and NULL are built in"),
    **dict.fromkeys(("bug.h", "assert.h"), "BUG_ON(), WARN_ON() and assert() are built in"),
    **dict.fromkeys(("irqflags.h", "interrupt.h", "bottom_half.h", "smp.h"), "interrupts and CPUs are built in"),
    **dict.fromkeys(("kernel.h", "module.h", "init.h", "stdio.h", "stdlib.h", "printk.h"), "it has nothing for here"),
}


def built_in_header(path: str) -> str | None:
    """Why a well-known header need not be included; None for any other file."""
    return _HEADERS.get(path.rpartition("/")[2])


def not_yet(what: str) -> str:
    """The one wording for what is planned and not there."""
    return f"not supported yet: {what}"
