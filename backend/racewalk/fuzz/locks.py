"""The kinds of locks that a generated program may have, and how each is used, rightly and wrongly."""

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
        (("spin_lock(", "spin_unlock("),),
        (("spin_trylock(", "spin_unlock("),),
        ("spin_lock(", "spin_unlock(", "spin_trylock("),
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
}
"""By type."""

LOCKS = tuple(FORMS)
