"""What the machine notices while it executes: raw facts, which `checks` puts into words."""

from __future__ import annotations

from typing import Literal

from racewalk.lang.types import Type
from racewalk.program.code import Check, Instr
from racewalk.program.values import Content
from racewalk.record import value_record

IncidentKind = Literal[
    "null-dereference",
    "use-after-free",
    "wild-access",
    "index-out-of-range",
    "overflow",
    "division-by-zero",
    "recursive-locking",
    "bad-unlock",
    "sleep-in-atomic",
    "nested-sleep",
    "double-free",
    "bad-free",
    "pool-exhausted",
    "double-call-rcu",
    "rcu-freed-early",
    "unbalanced",
    "lock-order",
    "deadlock",
    "endless-step",
    "check",
]

FATAL: frozenset[IncidentKind] = frozenset(
    {
        "null-dereference",
        "wild-access",
        "index-out-of-range",
        "division-by-zero",
        "recursive-locking",
        "deadlock",
        "double-free",
        "bad-free",
        "pool-exhausted",
        "endless-step",
    }
)
"""After these a run cannot go on. A failed check is fatal when its instruction says so (BUG_ON)."""


@value_record
class Block:
    """Why a step cannot go.

    lock      `address` is held in a mode that excludes the one wanted
    count     `address` is a semaphore or a completion of which nothing is left
    sleep     nobody has woken the sleeping actor (`mask`)
    softirq   a softirq (`mask`) runs on the actor's CPU
    masked    a softirq cannot begin: it waits for `mask` `text`
    await     the condition `text` does not hold
    readers   RCU readers (`mask`) have not left
    pool      no object of the pool `text` has been freed
    idle      RCU has nothing to do
    """

    kind: Literal["lock", "count", "sleep", "softirq", "masked", "await", "readers", "pool", "idle"]
    address: int | None = None
    mode: str = ""
    text: str = ""
    mask: int = 0

    @property
    def waits_for(self) -> int | None:
        """The address of the lock, semaphore ... that it waits for."""
        return self.address if self.kind in ("lock", "count") else None


@value_record
class Incident:
    """`address`: what it happened to. `other`: a second address, or a count; `values`: a check's arguments."""

    kind: IncidentKind
    instr: Instr
    address: int | None = None
    other: int | None = None
    type: Type | None = None
    values: tuple[tuple[Content, Type], ...] = ()
    held: tuple[int, ...] = ()  # addresses of locks
    block: Block | None = None  # of a deadlock: what `finally` waits for

    @property
    def fatal(self) -> bool:
        return self.kind in FATAL or (isinstance(self.instr, Check) and self.kind == "check" and self.instr.fatal)


class Blocked(Exception):
    """Raised inside an execution; never leaves the machine."""

    def __init__(self, block: Block) -> None:
        super().__init__(block.kind)
        self.block = block
