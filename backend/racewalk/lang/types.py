"""The types of the dialect, as objects that the checker hands to every later stage.

Four families: *scalars* (bool, integers, enums, pointers), *words* (a `typedef struct`: a value that
is loaded, stored, compared and passed whole), *objects* (a `struct`: has an address, never a value),
and *primitives* (locks, semaphores, rcu_head: opaque, only built-ins touch them). Types are interned by their
`TypeTable`: two are the same type exactly when they are the same object.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from racewalk.record import frozen_record, record


@frozen_record
class IntType:
    """`bits` wide; `wrapping` keeps the low bits of a store where others report an overflow."""

    name: str
    bits: int
    signed: bool
    wrapping: bool = False

    @property
    def lowest(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << (self.bits - (1 if self.signed else 0))) - 1

    def holds(self, value: int) -> bool:
        if value < 0:
            return self.signed and ~value >> (self.bits - 1) == 0
        return value >> (self.bits - self.signed) == 0

    def wrap(self, value: int) -> int:
        """The value that a store leaves: the low bits, read back with the type's sign."""
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if value > self.highest else value

    def __str__(self) -> str:
        return ("wrapping " if self.wrapping else "") + self.name


@frozen_record
class BoolType:
    def __str__(self) -> str:
        return "bool"


@frozen_record
class VoidType:
    def __str__(self) -> str:
        return "void"


@frozen_record
class NullType:
    """The type of NULL before it meets a pointer."""

    def __str__(self) -> str:
        return "NULL"


@frozen_record
class TextType:
    """A string literal; only messages take one."""

    def __str__(self) -> str:
        return "string"


@record
class EnumType:
    """`members` maps name to value, in order of the text."""

    name: str
    members: dict[str, int] = field(default_factory=dict)

    def name_of(self, value: int) -> str:
        for name, number in self.members.items():
            if number == value:
                return name
        return str(value)

    def __str__(self) -> str:
        return f"enum {self.name}" if self.name else "enum"


@record
class WordType:
    """A value with named fields; `fields` is filled after all names are known."""

    name: str
    fields: dict[str, Type] = field(default_factory=dict)

    def index(self, name: str) -> int:
        return list(self.fields).index(name)

    def __str__(self) -> str:
        return self.name


@record
class StructType:
    """An object type; `fields` is filled after all names are known."""

    name: str
    fields: dict[str, Type] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"struct {self.name}"


@record
class PointerType:
    target: Type

    def __str__(self) -> str:
        inner = str(self.target)
        return inner + ("*" if inner.endswith("*") else " *")


@record
class ArrayType:
    element: Type
    length: int

    def __str__(self) -> str:
        return f"{self.element}[{self.length}]"


LockKind = Literal["spinlock", "rwlock", "mutex", "rw_semaphore", "bit_lock"]


@frozen_record
class LockType:
    """`spins`: preemption is off while it is held; others may only be waited for where sleeping is allowed.

    `shared`: has a read mode.
    """

    kind: LockKind
    name: str

    @property
    def spins(self) -> bool:
        return self.kind in ("spinlock", "rwlock")

    @property
    def shared(self) -> bool:
        return self.kind in ("rwlock", "rw_semaphore")

    def __str__(self) -> str:
        return self.name


SignalKind = Literal["semaphore", "completion", "wait_queue"]


@frozen_record
class SignalType:
    """What one actor waits for and another gives; nobody owns it. `fields`: what an initialiser may set."""

    kind: SignalKind
    name: str
    fields: dict[str, Type] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.name


@frozen_record
class RcuHeadType:
    def __str__(self) -> str:
        return "struct rcu_head"


Scalar = IntType | BoolType | EnumType | PointerType
Type = (
    IntType
    | BoolType
    | VoidType
    | NullType
    | TextType
    | EnumType
    | WordType
    | StructType
    | PointerType
    | ArrayType
    | LockType
    | SignalType
    | RcuHeadType
)

BOOL = BoolType()
VOID = VoidType()
NULL = NullType()
TEXT = TextType()
RCU_HEAD = RcuHeadType()
INT = IntType("int", 16, signed=True)
UNSIGNED = IntType("unsigned long", 16, signed=False)
NUMBER = IntType("number", 64, signed=True)
"""The type of a computed integer: arithmetic is exact, only a store has a width."""

INT_TYPES = {
    t.name: t
    for t in (
        IntType("u8", 8, signed=False),
        IntType("s8", 8, signed=True),
        IntType("u16", 16, signed=False),
        IntType("s16", 16, signed=True),
        INT,
        UNSIGNED,
    )
}

LOCK_TYPES = {
    "spinlock_t": LockType("spinlock", "spinlock_t"),
    "rwlock_t": LockType("rwlock", "rwlock_t"),
    "mutex": LockType("mutex", "struct mutex"),
    "rw_semaphore": LockType("rw_semaphore", "struct rw_semaphore"),
    "bit_lock_t": LockType("bit_lock", "bit_lock_t"),
}

SIGNAL_TYPES = {
    "semaphore": SignalType("semaphore", "struct semaphore", {"count": INT_TYPES["u8"]}),
    "completion": SignalType("completion", "struct completion"),
    "wait_queue_head_t": SignalType("wait_queue", "wait_queue_head_t"),
}

OPAQUE_TYPES: dict[str, LockType | SignalType] = {**LOCK_TYPES, **SIGNAL_TYPES}
"""What only built-ins touch, by the name without "struct"."""


class PointerTable:
    """Interns pointer and array types, so that type equality is identity."""

    def __init__(self) -> None:
        self._pointers: dict[int, PointerType] = {}
        self._arrays: dict[tuple[int, int], ArrayType] = {}
        self._wrapping: dict[str, IntType] = {}
        self._keep: list[Type] = []

    def to(self, target: Type) -> PointerType:
        """`target *`"""
        key = id(target)
        if key not in self._pointers:
            self._keep.append(target)
            self._pointers[key] = PointerType(target)
        return self._pointers[key]

    def array(self, element: Type, length: int) -> ArrayType:
        key = (id(element), length)
        if key not in self._arrays:
            self._keep.append(element)
            self._arrays[key] = ArrayType(element, length)
        return self._arrays[key]

    def wrapping(self, base: IntType) -> IntType:
        if base.name not in self._wrapping:
            self._wrapping[base.name] = IntType(base.name, base.bits, base.signed, wrapping=True)
        return self._wrapping[base.name]


def element_of(t: Type) -> Type:
    """What an array of arrays ... holds in the end; of anything else itself."""
    while isinstance(t, ArrayType):
        t = t.element
    return t


def is_integer(t: Type) -> bool:
    """Takes part in arithmetic: integers, bool and enums."""
    return isinstance(t, IntType | BoolType | EnumType)


def is_value(t: Type) -> bool:
    """Fits in a local, an argument or a return value."""
    return isinstance(t, IntType | BoolType | EnumType | PointerType | WordType)


def is_truth(t: Type) -> bool:
    """May stand in a condition."""
    return is_integer(t) or isinstance(t, PointerType | NullType)
