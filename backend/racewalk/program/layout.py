"""Where everything lies in the state.

    address 0            nothing: the address that NULL has
    per actor            pc (2 bytes), rcu depth, preempt count, interrupts off, asleep, how often softirqs are off,
                         the softirq that runs on this CPU (its number plus one), snapshot (2 bytes)
    globals and pools    in order of the text; a pool object starts with its life byte
    frames               per actor, the locals and temporaries that live between steps

A pointer is 2 bytes: the address in the low 10 bits, the generation of the pool object in the upper 6.
A life byte is: bit 0 live, bit 1 was live once, bits 2 to 7 the generation, plus one at every free.
Locks: a spinlock, a mutex and a bit lock are the owner's number plus one; a rwlock and an rw_semaphore are
the writer's number plus one, then a mask of readers (2 bytes). A semaphore is its count; a completion how
many may still take it, FOR_ALL when that is everybody; a wait queue two masks (2 bytes each), of those who
stand in it and of those who do so exclusively. An rcu_head is the number of its callback (0: none pending),
then the mask of readers that the callback waits for (2 bytes).
"""

from __future__ import annotations

import struct
from dataclasses import field
from functools import lru_cache
from typing import Final

from racewalk.lang.types import (
    ArrayType,
    BoolType,
    EnumType,
    IntType,
    LockType,
    PointerType,
    RcuHeadType,
    SignalType,
    StructType,
    Type,
    WordType,
)
from racewalk.program.values import ADDRESS_BITS, Content
from racewalk.record import record

GENERATIONS: Final = 1 << (16 - ADDRESS_BITS)
"""Generations count modulo this; a pointer that outlives so many reuses would look fresh."""

LIVE: Final = 1
USED: Final = 2
FOR_ALL: Final = 255
EXCLUSIVE: Final = 2  # offset of a wait queue's second mask
GENERATION_SHIFT: Final = 2

PC, RCU_DEPTH, PREEMPT_COUNT, IRQS_OFF, ASLEEP, BH_DEPTH, SOFTIRQ, SNAPSHOT, ACTOR_BYTES = 0, 2, 3, 4, 5, 6, 7, 8, 10
"""Offsets in an actor's header."""


class Codec:
    """Reads and writes one type's bytes: a number for scalars, a tuple for words."""

    __slots__ = ("_single", "_struct", "size")

    def __init__(self, form: str, single: bool) -> None:
        self._struct = struct.Struct("<" + form)
        self._single = single
        self.size = self._struct.size

    def read(self, state: bytes | bytearray, address: int) -> Content:
        values = self._struct.unpack_from(state, address)
        return values[0] if self._single else values

    def write(self, state: bytearray, address: int, value: Content) -> None:
        if isinstance(value, tuple):
            self._struct.pack_into(state, address, *value)
        else:
            self._struct.pack_into(state, address, value)


def _form(t: Type) -> str:
    match t:
        case IntType(bits=bits, signed=signed):
            return {8: "bB", 16: "hH", 64: "qQ"}[bits][0 if signed else 1]
        case BoolType():
            return "B"
        case EnumType(members=members):
            low, high = min(members.values(), default=0), max(members.values(), default=0)
            if low < 0:
                return "b" if low >= -128 and high <= 127 else "h"
            return "B" if high <= 255 else "H"
        case PointerType():
            return "H"
        case WordType(fields=fields):
            return "".join(_form(f) for f in fields.values())
    raise AssertionError(t)


@lru_cache(maxsize=4096)
def codec(t: Type) -> Codec:
    """How values of a scalar or word type lie in memory."""
    return Codec(_form(t), single=not isinstance(t, WordType))


@lru_cache(maxsize=4096)
def size_of(t: Type) -> int:
    """Bytes that a type takes in memory. Remembered: what holds two of what holds two ... is looked at once."""
    match t:
        case StructType(fields=fields):
            return sum(size_of(f) for f in fields.values())
        case ArrayType(element=element, length=length):
            return size_of(element) * length
        case LockType(shared=shared):
            return 3 if shared else 1
        case SignalType(kind=kind):
            return 4 if kind == "wait_queue" else 1
        case RcuHeadType():
            return 3
    return codec(t).size


def completes(t: Type) -> bool:
    """It is a completion."""
    return isinstance(t, SignalType) and t.kind == "completion"


@lru_cache(maxsize=4096)
def offset_of(t: StructType, name: str) -> int:
    """Where a field lies in its struct."""
    offset = 0
    for field_name, field_type in t.fields.items():
        if field_name == name:
            return offset
        offset += size_of(field_type)
    raise KeyError(name)


def zero(t: Type) -> Content:
    """The value of all-zero bytes."""
    return tuple(0 for _ in t.fields) if isinstance(t, WordType) else 0


@record
class Cell:
    """A named piece of memory; `children` of arrays and structs, none for a leaf."""

    id: str
    name: str
    type: Type
    address: int
    key: str  # "mm_struct.pmd", or the global's name
    children: tuple[Cell, ...] = ()

    @property
    def size(self) -> int:
        return size_of(self.type)

    def leaves(self) -> list[Cell]:
        if not isinstance(self.type, StructType | ArrayType):
            return [self]
        return [leaf for child in self.children for leaf in child.leaves()]


@record
class MemoryObject:
    """A global or an object of a pool. `life` is the address of its life byte; None: lives for ever."""

    id: str
    type: Type
    address: int
    cell: Cell
    pool: str | None = None
    life: int | None = None
    ghost: bool = False


@record
class Layout:
    """All of memory but the frames, which the lowering adds at `memory_end`."""

    actors: int  # scheduled ones; one more header follows for setup and finally
    objects: list[MemoryObject] = field(default_factory=list)
    named: dict[str, MemoryObject] = field(default_factory=dict)
    pools: dict[str, list[MemoryObject]] = field(default_factory=dict)
    memory_end: int = 0  # begins behind the headers of the actors
    size: int = 0
    leaf_at: dict[int, Cell] = field(default_factory=dict)
    owner_of: dict[int, MemoryObject] = field(default_factory=dict)
    """Every address of an object -> the object."""
    locks: list[Cell] = field(default_factory=list)
    queues: list[Cell] = field(default_factory=list)
    rcu_heads: list[Cell] = field(default_factory=list)
    typed: dict[int, set[int]] = field(default_factory=dict)
    """id of a type -> the addresses where such a thing really lies."""

    def header(self, actor: int) -> int:
        return 1 + actor * ACTOR_BYTES

    def place(self, name: str, t: Type, pool: str | None = None, ghost: bool = False) -> MemoryObject:
        """Give a global or a pool object its place; call in order of the text."""
        life = None
        if pool is not None:
            life = self.memory_end
            self.memory_end += 1
        address = self.memory_end
        cell = self._cell(name, name, t, address, name)
        self.memory_end += size_of(t)
        thing = MemoryObject(name, t, address, cell, pool, life, ghost)
        self.objects.append(thing)
        self.named[name] = thing
        if pool is not None:
            self.pools.setdefault(pool, []).append(thing)
        for at in range(address, self.memory_end):
            self.owner_of[at] = thing
        for leaf in cell.leaves():
            self.leaf_at[leaf.address] = leaf
            if isinstance(leaf.type, LockType):
                self.locks.append(leaf)
            elif isinstance(leaf.type, SignalType) and leaf.type.kind == "wait_queue":
                self.queues.append(leaf)
            elif isinstance(leaf.type, RcuHeadType):
                self.rcu_heads.append(leaf)
        return thing

    def _cell(self, id_: str, name: str, t: Type, address: int, key: str) -> Cell:
        self.typed.setdefault(id(t), set()).add(address)
        children: list[Cell] = []
        match t:
            case StructType(fields=fields):
                at = address
                for field_name, field_type in fields.items():
                    children.append(
                        self._cell(f"{id_}.{field_name}", field_name, field_type, at, f"{t.name}.{field_name}")
                    )
                    at += size_of(field_type)
            case ArrayType(element=element, length=length):
                for i in range(length):
                    at = address + i * size_of(element)
                    children.append(self._cell(f"{id_}[{i}]", f"{name}[{i}]", element, at, key))
        return Cell(id_, name, t, address, key, tuple(children))

    def is_at(self, address: int, t: Type) -> bool:
        """Something of type `t` really lies at the address."""
        return address in self.typed.get(id(t), ())

    def name_at(self, address: int) -> str:
        """The id of the cell at an address, for people; of its object where no cell begins there."""
        leaf = self.leaf_at.get(address)
        return leaf.id if leaf is not None else self.object_at(address)

    def object_at(self, address: int) -> str:
        """The id of the object that an address lies in."""
        owner = self.owner_of.get(address)
        return owner.id if owner is not None else f"address {address}"

    def pointee(self, address: int, t: Type) -> str:
        """What a pointer to a `t` points to."""
        return self.object_at(address) if isinstance(t, StructType) else self.name_at(address)
