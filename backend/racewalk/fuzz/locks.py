"""The locks, semaphores, completions and wait queues of a generated program: how each is used, rightly and wrongly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LockForms:
    """Each entry is the begin of a call; the address of the lock follows."""

    name: str  # of a global of this type
    pairs: tuple[tuple[str, str], ...]  # taken and released
    tries: tuple[tuple[str, str], ...]  # likewise, where it may be refused
    alone: tuple[str, ...]  # what is mostly wrong when the other half is missing


FORMS = {
    "spinlock_t": LockForms(
        "spin",
        (
            *[("spin_lock(", "spin_unlock(")] * 3,
            ("spin_lock_bh(", "spin_unlock_bh("),
            ("spin_lock_irq(", "spin_unlock_irq("),
        ),
        (("spin_trylock(", "spin_unlock("),),
        ("spin_lock(", "spin_unlock(", "spin_trylock("),
    ),
    "rwlock_t": LockForms(
        "rwlock",
        (("read_lock(", "read_unlock("), ("write_lock(", "write_unlock(")),
        (("read_trylock(", "read_unlock("), ("write_trylock(", "write_unlock(")),
        ("read_lock(", "read_unlock(", "write_lock(", "write_unlock(", "read_trylock("),
    ),
    "struct mutex": LockForms(
        "mutex",
        (("mutex_lock(", "mutex_unlock("),),
        (("mutex_trylock(", "mutex_unlock("),),
        ("mutex_lock(", "mutex_unlock(", "mutex_trylock("),
    ),
    "struct rw_semaphore": LockForms(
        "sem",
        (("down_read(", "up_read("), ("down_write(", "up_write(")),
        (("down_read_trylock(", "up_read("), ("down_write_trylock(", "up_write(")),
        ("down_read(", "up_read(", "down_write(", "up_write(", "downgrade_write(", "down_read_trylock("),
    ),
    "bit_lock_t": LockForms(
        "bit",
        (("bit_lock(", "bit_unlock("),),
        (("bit_trylock(", "bit_unlock("),),
        ("bit_lock(", "bit_unlock(", "bit_trylock("),
    ),
    "struct semaphore": LockForms(
        "count",
        (("down(", "up("),),
        (("!down_trylock(", "up("),),  # 0 when it was taken
        ("down(", "up(", "down_trylock("),
    ),
}
"""By type."""

SEMAPHORE = "struct semaphore"
LOCKS = tuple(t for t in FORMS if t != SEMAPHORE)
"""What somebody owns, and a lock_order may name."""

SHARED = ("rwlock_t", "struct rw_semaphore")
"""Of these, those with readers."""

COMPLETION, QUEUE = "struct completion", "wait_queue_head_t"
OPAQUE = (*FORMS, COMPLETION, QUEUE)
"""What only built-ins touch."""

NESTED = {"spin_lock(": "spin_lock_nested(", "mutex_lock(": "mutex_lock_nested("}
