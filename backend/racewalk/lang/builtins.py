"""The built-in functions: their names, what they take and what they give.

An argument kind is one of
  lock      a pointer to a lock, a semaphore ... of the kind that `lock` names
  held      a pointer to a lock of any kind; `lockdep_..._read` takes one that has readers
  queue     a wait queue itself, as wait_event() takes it
  rcu       a pointer to a struct rcu_head
  function  the name of a function (only call_rcu takes one)
  place     something that can be stored to (READ_ONCE, WRITE_ONCE)
  counter   a pointer to an integer in memory
  cell      a pointer to a scalar or a word in memory
  pointer   any pointer
  value     a value of the type of the first argument's target
  int       an integer
  truth     a condition
  text      a string literal; `rest` allows format arguments after it
"""

from __future__ import annotations

from typing import Literal

from racewalk.lang.types import LockKind, SignalKind
from racewalk.record import value_record

ArgKind = Literal[
    "lock", "held", "queue", "rcu", "function", "place", "counter", "cell", "pointer", "value", "int", "truth", "text"
]
Result = Literal["void", "bool", "int", "first", "target"]


@value_record
class Builtin:
    """`first`: the result has the type of the first argument; `target`: of what it points to."""

    name: str
    args: tuple[ArgKind, ...]
    result: Result = "void"
    lock: LockKind | SignalKind | None = None
    optional: int = 0  # how many of the last arguments may be left out
    rest: bool = False


def _locks(kind: LockKind | SignalKind, *names: str, result: Result = "void") -> list[Builtin]:
    return [Builtin(name, ("lock",), result, lock=kind) for name in names]


BUILTINS: dict[str, Builtin] = {
    b.name: b
    for b in [
        *_locks("spinlock", "spin_lock", "spin_unlock"),
        *_locks("spinlock", "spin_trylock", result="bool"),
        Builtin("spin_lock_nested", ("lock", "int"), lock="spinlock"),
        *_locks("rwlock", "read_lock", "read_unlock", "write_lock", "write_unlock"),
        *_locks("rwlock", "read_trylock", "write_trylock", result="bool"),
        *_locks("mutex", "mutex_lock", "mutex_unlock"),
        *_locks("mutex", "mutex_trylock", result="bool"),
        Builtin("mutex_lock_nested", ("lock", "int"), lock="mutex"),
        *_locks("rw_semaphore", "down_read", "up_read", "down_write", "up_write", "downgrade_write"),
        *_locks("rw_semaphore", "down_read_trylock", "down_write_trylock", result="bool"),
        *_locks("bit_lock", "bit_lock", "bit_unlock"),
        *_locks("bit_lock", "bit_trylock", result="bool"),
        *_locks("semaphore", "down", "up"),
        *_locks("semaphore", "down_trylock", result="int"),
        *_locks("completion", "wait_for_completion", "complete", "complete_all", "reinit_completion"),
        *_locks("completion", "try_wait_for_completion", result="bool"),
        Builtin("wait_event", ("queue", "truth")),
        Builtin("wait_event_exclusive", ("queue", "truth")),
        *_locks("wait_queue", "prepare_to_wait", "prepare_to_wait_exclusive", "finish_wait", "wake_up", "wake_up_all"),
        Builtin("schedule", ()),
        Builtin("rcu_read_lock", ()),
        Builtin("rcu_read_unlock", ()),
        Builtin("call_rcu", ("rcu", "function")),
        Builtin("synchronize_rcu", ()),
        Builtin("local_irq_disable", ()),
        Builtin("local_irq_enable", ()),
        Builtin("local_bh_disable", ()),
        Builtin("local_bh_enable", ()),
        *_locks("spinlock", "spin_lock_irq", "spin_unlock_irq", "spin_lock_bh", "spin_unlock_bh"),
        Builtin("READ_ONCE", ("place",), "first"),
        Builtin("WRITE_ONCE", ("place", "value")),
        Builtin("atomic_inc", ("counter",)),
        Builtin("atomic_dec", ("counter",)),
        Builtin("atomic_add", ("counter", "int")),
        Builtin("atomic_or", ("counter", "int")),
        Builtin("atomic_inc_not_zero", ("counter",), "bool"),
        Builtin("atomic_dec_and_test", ("counter",), "bool"),
        Builtin("cmpxchg", ("cell", "value", "value"), "target"),
        Builtin("xchg", ("cell", "value"), "target"),
        Builtin("wait_until", ("truth",)),
        Builtin("irqs_enabled", ("int",), "bool"),
        Builtin("finished", ("int",), "bool"),
        Builtin("smp_processor_id", (), "int"),
        Builtin("choose", ("int",), "int"),
        Builtin("kfree", ("pointer",)),
        Builtin("is_live", ("pointer",), "bool"),
        Builtin("might_sleep", ()),
        *(Builtin(name, ("held",), "bool") for name in ("lockdep_is_held", "lockdep_is_held_write")),
        Builtin("lockdep_assert_held", ("held",)),
        Builtin("lockdep_assert_held_write", ("held",)),
        Builtin("lockdep_assert_held_read", ("held",)),
        Builtin("BUG_ON", ("truth",)),
        Builtin("WARN_ON", ("truth",)),
        Builtin("assert", ("truth", "text"), optional=1, rest=True),
        Builtin("warn", ("truth", "text"), rest=True),
        Builtin("report", ("text",), rest=True),
        Builtin("cover", ("text",)),
    ]
}

CONSTANTS = ("NR_CPUS",)
"""Names that stand for a number which the scenario itself fixes."""
