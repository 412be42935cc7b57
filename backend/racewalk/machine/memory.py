"""The working copy of a state: typed reads and writes, actor headers, the life of pool objects.

Every byte is read and written by the few methods under "bytes" below, and by nothing else: whoever wants to know what a
step reads and writes watches those (`racewalk.machine.watch`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from racewalk.lang.types import LockType, Type
from racewalk.program.code import Instr
from racewalk.program.layout import (
    ASLEEP,
    BH_DEPTH,
    GENERATION_SHIFT,
    GENERATIONS,
    IRQS_OFF,
    LIVE,
    PC,
    PREEMPT_COUNT,
    RCU_DEPTH,
    SNAPSHOT,
    SOFTIRQ,
    USED,
    Layout,
    MemoryObject,
    codec,
)
from racewalk.program.values import ADDRESS_BITS, Content

TouchMode = Literal["read", "write", "lock", "unlock", "alloc", "free"]


class Touch(NamedTuple):
    """One access of memory, in order of its happening, and the instruction that made it."""

    mode: TouchMode
    address: int
    instr: Instr


class Memory:
    """A mutable copy of one state. Sizes and offsets are the layout's; `trace` collects accesses if wanted."""

    __slots__ = ("bytes", "layout", "trace")

    def __init__(self, layout: Layout, state: bytes | bytearray, traced: bool = False) -> None:
        self.layout = layout
        self.bytes = bytearray(state)
        self.trace: list[Touch] | None = [] if traced else None

    def copy(self) -> Memory:
        """Another working copy of what this one holds."""
        return Memory(self.layout, self.bytes)

    def note(self, mode: TouchMode, address: int, instr: Instr) -> None:
        """Remember an access of the program; what a check looks at is none."""
        if self.trace is not None and not instr.observe:
            self.trace.append(Touch(mode, address, instr))

    # -- bytes ----------------------------------------------------------------------------------

    def read(self, address: int, t: Type) -> Content:
        return codec(t).read(self.bytes, address)

    def write(self, address: int, t: Type, value: Content) -> None:
        """The value must fit (see `fit`)."""
        codec(t).write(self.bytes, address, value)

    def byte(self, address: int) -> int:
        return self.bytes[address]

    def set_byte(self, address: int, value: int) -> None:
        self.bytes[address] = value

    def clear(self, start: int, end: int) -> None:
        """Zero the bytes from `start` to before `end`, whatever they are."""
        self.bytes[start:end] = bytes(end - start)

    def half(self, address: int) -> int:
        """A number of two bytes."""
        return self.bytes[address] | self.bytes[address + 1] << 8

    def set_half(self, address: int, value: int) -> None:
        self.bytes[address] = value & 0xFF
        self.bytes[address + 1] = value >> 8

    def mask(self, address: int) -> int:
        """A set of actors, one bit each, in two bytes."""
        return self.bytes[address] | self.bytes[address + 1] << 8

    def set_mask(self, address: int, mask: int) -> None:
        self.bytes[address] = mask & 0xFF
        self.bytes[address + 1] = mask >> 8

    def has_bit(self, address: int, actor: int) -> bool:
        """The actor is in the set."""
        return bool(self.bytes[address + (actor >> 3)] >> (actor & 7) & 1)

    def put_bit(self, address: int, actor: int, there: bool) -> None:
        """Put the actor into the set, or take it out, whoever else is in it."""
        bit = 1 << (actor & 7)
        if there:
            self.bytes[address + (actor >> 3)] |= bit
        else:
            self.bytes[address + (actor >> 3)] &= ~bit & 0xFF

    # -- actors ---------------------------------------------------------------------------------

    def pc(self, actor: int) -> int:
        return self.half(self.layout.header(actor) + PC)

    def set_pc(self, actor: int, value: int) -> None:
        self.set_half(self.layout.header(actor) + PC, value)

    def rcu_depth(self, actor: int) -> int:
        return self.byte(self.layout.header(actor) + RCU_DEPTH)

    def set_rcu_depth(self, actor: int, value: int) -> None:
        self.set_byte(self.layout.header(actor) + RCU_DEPTH, value)

    def preempt_count(self, actor: int) -> int:
        """Spinlocks taken, softirqs off, the round of a softirq: while it is not 0, preemption is off."""
        return self.byte(self.layout.header(actor) + PREEMPT_COUNT)

    def set_preempt_count(self, actor: int, value: int) -> None:
        self.set_byte(self.layout.header(actor) + PREEMPT_COUNT, value)

    def irqs_off(self, actor: int) -> bool:
        return bool(self.byte(self.layout.header(actor) + IRQS_OFF))

    def set_irqs_off(self, actor: int, off: bool) -> None:
        self.set_byte(self.layout.header(actor) + IRQS_OFF, int(off))

    def snapshot(self, actor: int) -> int:
        """The readers that its synchronize_rcu() still waits for, as a mask."""
        return self.mask(self.layout.header(actor) + SNAPSHOT)

    def set_snapshot(self, actor: int, mask: int) -> None:
        self.set_mask(self.layout.header(actor) + SNAPSHOT, mask)

    def asleep(self, actor: int) -> bool:
        """It has prepared to wait and was not woken since."""
        return bool(self.byte(self.layout.header(actor) + ASLEEP))

    def set_asleep(self, actor: int, asleep: bool) -> None:
        self.set_byte(self.layout.header(actor) + ASLEEP, int(asleep))

    def bh_depth(self, actor: int) -> int:
        """How often it has switched softirqs off and not on again."""
        return self.byte(self.layout.header(actor) + BH_DEPTH)

    def set_bh_depth(self, actor: int, value: int) -> None:
        self.set_byte(self.layout.header(actor) + BH_DEPTH, value)

    def softirq(self, cpu: int) -> int | None:
        """The softirq that is in the middle of a round on the CPU of an actor."""
        number = self.byte(self.layout.header(cpu) + SOFTIRQ)
        return number - 1 if number else None

    def set_softirq(self, cpu: int, softirq: int | None) -> None:
        self.set_byte(self.layout.header(cpu) + SOFTIRQ, 0 if softirq is None else softirq + 1)

    def is_reader(self, actor: int) -> bool:
        """RCU must wait for it: in a read section, or with preemption or interrupts off."""
        return bool(self.rcu_depth(actor) or self.preempt_count(actor) or self.irqs_off(actor))

    # -- pool objects ---------------------------------------------------------------------------

    def is_live(self, thing: MemoryObject) -> bool:
        return thing.life is None or bool(self.byte(thing.life) & LIVE)

    def was_used(self, thing: MemoryObject) -> bool:
        return thing.life is None or bool(self.byte(thing.life) & USED)

    def generation(self, thing: MemoryObject) -> int:
        return 0 if thing.life is None else self.byte(thing.life) >> GENERATION_SHIFT

    def pointer_to(self, address: int) -> int:
        """A pointer to an address, made now."""
        owner = self.layout.owner_of.get(address)
        return address if owner is None else address | self.generation(owner) << ADDRESS_BITS

    def bring_to_life(self, thing: MemoryObject) -> None:
        """Zeroed, live, of its present generation."""
        assert thing.life is not None
        self.clear(thing.address, thing.address + thing.cell.size)
        self.set_byte(thing.life, self.generation(thing) << GENERATION_SHIFT | USED | LIVE)

    def end_life(self, thing: MemoryObject) -> None:
        """Freed: the contents stay, the generation goes up by one."""
        assert thing.life is not None
        following = (self.generation(thing) + 1) % GENERATIONS
        self.set_byte(thing.life, following << GENERATION_SHIFT | USED)

    # -- locks ----------------------------------------------------------------------------------

    def owner(self, address: int) -> int | None:
        """Who holds a lock; of a rwlock or an rw_semaphore, for writing."""
        number = self.byte(address)
        return number - 1 if number else None

    def set_owner(self, address: int, actor: int | None) -> None:
        self.set_byte(address, 0 if actor is None else actor + 1)

    def readers(self, address: int) -> int:
        """Mask of those who hold a rwlock or an rw_semaphore for reading."""
        return self.mask(address + 1)

    def is_reading(self, address: int, actor: int) -> bool:
        return actor < self.layout.actors and self.has_bit(address + 1, actor)

    def set_reading(self, address: int, actor: int, reading: bool) -> None:
        """Setup and `finally` are no actors, and leave no mark."""
        if actor < self.layout.actors:
            self.put_bit(address + 1, actor, reading)

    def holds(self, actor: int, address: int, t: LockType) -> bool:
        return self.owner(address) == actor or (t.shared and self.is_reading(address, actor))
