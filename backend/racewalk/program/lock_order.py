"""The lock order: which locks must be taken before which.

Each `lock_order { a; b; c; }` says a before b before c. Several together are one order: what follows
from two of them holds as well, and they may not contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.lang import toplevel
from racewalk.lang.diagnostics import Diagnostics


def outer_locks(orders: Sequence[toplevel.LockOrder], sink: Diagnostics) -> dict[str, frozenset[str]]:
    """Lock class ("mm_struct.mmap_lock") -> the classes that stand above it."""
    above: dict[str, set[str]] = {}
    for order in orders:
        earlier: list[str] = []
        for item in order.classes:
            name = f"{item.struct}.{item.field}"
            known = above.setdefault(name, set())
            for outer in earlier:
                if outer == name or name in above[outer]:
                    sink.error("lock-order-circle", f"{name} stands both above and below {outer}", item.span)
                    return {}
            new = {outer for one in earlier for outer in (one, *above[one])}
            known |= new
            for others in above.values():
                if name in others:
                    others |= new
            earlier.append(name)
    return {name: frozenset(others) for name, others in above.items()}
