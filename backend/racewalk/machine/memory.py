"""The working copy of a state: typed reads and writes, actor headers, the life of pool objects."""

from __future__ import annotations

from typing import Literal, NamedTuple

from racewalk.lang.types import LockType, Type
from racewalk.program.code import ADDRESS_BITS, Content, Instr
from racewalk.program.layout import (
    GENERATION_SHIFT,
    GENERATIONS,
    IRQS_OFF,
    LIVE,
    PC,
    RCU_DEPTH,
    SNAPSHOT,
    USED,
    Layout,
    MemoryObject,
    codec,
)

TouchMode = Literal["read", "write", "lock", "unlock", "alloc", "free"]


class Touch(NamedTuple):
    """One access of memory, in order of its happening, and the instruction that made it."""

    mode: TouchMode
    address: int
    instr: Instr


class Memory:
    """A mutable copy of one state. Sizes and offsets are the layout's; `trace` collects accesses if wanted."""

    __slots__ = ("bytes", "layout", "trace")

    def __init__(self, layout: Layout, state: bytes, traced: bool = False) -> None:
        self.layout = layout
        self.bytes = bytearray(state)
        self.trace: list[Touch] | None = [] if traced else None

    def note(self, mode: TouchMode, address: int, instr: Instr) -> None:
        """Remember an access of the program; what a check looks at is none."""
        if self.trace is not None and not instr.observe:
            self.trace.append(Touch(mode, address, instr))

    def read(self, address: int, t: Type) -> Content:
        return codec(t).read(self.bytes, address)

    def write(self, address: int, t: Type, value: Content) -> None:
        """The value must fit (see `fit`)."""
        codec(t).write(self.bytes, address, value)

    # -- two-byte fields ------------------------------------------------------------------------

    def half(self, address: int) -> int:
        return self.bytes[address] | self.bytes[address + 1] << 8

    def set_half(self, address: int, value: int) -> None:
        self.bytes[address] = value & 0xFF
        self.bytes[address + 1] = value >> 8

    # -- actors ---------------------------------------------------------------------------------

    def pc(self, actor: int) -> int:
        return self.half(self.layout.header(actor) + PC)

    def set_pc(self, actor: int, value: int) -> None:
        self.set_half(self.layout.header(actor) + PC, value)

    def rcu_depth(self, actor: int) -> int:
        return self.bytes[self.layout.header(actor) + RCU_DEPTH]

    def set_rcu_depth(self, actor: int, value: int) -> None:
        self.bytes[self.layout.header(actor) + RCU_DEPTH] = value

    def holds_spinlock(self, actor: int) -> bool:
        """Preemption is off."""
        return any(self.bytes[address] == actor + 1 for address in self.layout.spinlocks)

    def irqs_off(self, actor: int) -> bool:
        return bool(self.bytes[self.layout.header(actor) + IRQS_OFF])

    def set_irqs_off(self, actor: int, off: bool) -> None:
        self.bytes[self.layout.header(actor) + IRQS_OFF] = int(off)

    def snapshot(self, actor: int) -> int:
        return self.half(self.layout.header(actor) + SNAPSHOT)

    def set_snapshot(self, actor: int, mask: int) -> None:
        self.set_half(self.layout.header(actor) + SNAPSHOT, mask)

    def is_reader(self, actor: int) -> bool:
        """RCU must wait for it: in a read section, or with preemption or interrupts off."""
        return bool(self.rcu_depth(actor) or self.irqs_off(actor) or self.holds_spinlock(actor))

    # -- pool objects ---------------------------------------------------------------------------

    def is_live(self, thing: MemoryObject) -> bool:
        return thing.life is None or bool(self.bytes[thing.life] & LIVE)

    def was_used(self, thing: MemoryObject) -> bool:
        return thing.life is None or bool(self.bytes[thing.life] & USED)

    def generation(self, thing: MemoryObject) -> int:
        return 0 if thing.life is None else self.bytes[thing.life] >> GENERATION_SHIFT

    def pointer_to(self, address: int) -> int:
        """A pointer to an address, made now."""
        owner = self.layout.owner_of.get(address)
        return address if owner is None else address | self.generation(owner) << ADDRESS_BITS

    def bring_to_life(self, thing: MemoryObject) -> None:
        """Zeroed, live, of its present generation."""
        assert thing.life is not None
        size = thing.cell.size
        self.bytes[thing.address : thing.address + size] = bytes(size)
        self.bytes[thing.life] = self.generation(thing) << GENERATION_SHIFT | USED | LIVE

    def end_life(self, thing: MemoryObject) -> None:
        """Freed: the contents stay, the generation goes up by one."""
        assert thing.life is not None
        following = (self.generation(thing) + 1) % GENERATIONS
        self.bytes[thing.life] = following << GENERATION_SHIFT | USED

    # -- locks ----------------------------------------------------------------------------------

    def owner(self, address: int) -> int | None:
        """Who holds a spinlock or bit lock, or an rw_semaphore for writing."""
        number = self.bytes[address]
        return number - 1 if number else None

    def set_owner(self, address: int, actor: int | None) -> None:
        self.bytes[address] = 0 if actor is None else actor + 1

    def readers(self, address: int) -> int:
        """Mask of those who hold an rw_semaphore for reading."""
        return self.half(address + 1)

    def set_readers(self, address: int, mask: int) -> None:
        self.set_half(address + 1, mask)

    def holds(self, actor: int, address: int, t: LockType) -> bool:
        if self.bytes[address] == actor + 1:
            return True
        return t.shared and bool(self.readers(address) >> actor & 1)
