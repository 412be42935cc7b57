"""A memory that notes what is read of the state and what is written to it: how a search learns a step's footprint.

What a step reads after having written it itself is no part of its footprint. Bytes outside of all slots never change,
or belong to nobody, and are not noted.
"""

from __future__ import annotations

from racewalk.lang.types import Type
from racewalk.machine.memory import Memory
from racewalk.machine.slots import Slots
from racewalk.program.layout import Layout, size_of
from racewalk.program.values import Content


class Watch:
    """The slots read of one state, in order; shared by all that is tried on that state."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.reads: dict[int, None] = {}

    def memory(self, layout: Layout, state: bytes | bytearray) -> WatchedMemory:
        """A working copy of the state."""
        return WatchedMemory(layout, state, self)


class WatchedMemory(Memory):
    __slots__ = ("_of_byte", "_reads", "_slots", "_watch", "written")

    def __init__(self, layout: Layout, state: bytes | bytearray, watch: Watch) -> None:
        super().__init__(layout, state)
        self._watch = watch
        self._slots = watch.slots
        self._of_byte = watch.slots.of_byte
        self._reads = watch.reads
        self.written: dict[int, None] = {}

    def copy(self) -> Memory:
        other = self._watch.memory(self.layout, self.bytes)
        other.written = dict(self.written)
        return other

    def read(self, address: int, t: Type) -> Content:
        self._look(address, size_of(t))
        return super().read(address, t)

    def write(self, address: int, t: Type, value: Content) -> None:
        self._change(address, size_of(t))
        super().write(address, t, value)

    def byte(self, address: int) -> int:
        self._look(address, 1)
        return super().byte(address)

    def set_byte(self, address: int, value: int) -> None:
        self._change(address, 1)
        super().set_byte(address, value)

    def clear(self, start: int, end: int) -> None:
        self._change(start, end - start)
        super().clear(start, end)

    def half(self, address: int) -> int:
        self._look(address, 2)
        return super().half(address)

    def set_half(self, address: int, value: int) -> None:
        self._change(address, 2)
        super().set_half(address, value)

    def mask(self, address: int) -> int:
        self._look(address, 2)
        return super().mask(address)

    def set_mask(self, address: int, mask: int) -> None:
        self._change(address, 2)
        super().set_mask(address, mask)

    def has_bit(self, address: int, actor: int) -> bool:
        slot = self._of_byte[address + (actor >> 3)][actor & 7]
        if slot not in self.written:
            self._reads[slot] = None
        return super().has_bit(address, actor)

    def put_bit(self, address: int, actor: int, there: bool) -> None:
        self.written[self._of_byte[address + (actor >> 3)][actor & 7]] = None
        super().put_bit(address, actor, there)

    def _look(self, address: int, size: int) -> None:
        for slot, _ in self._slots.within(address, size):
            if slot not in self.written:
                self._reads[slot] = None

    def _change(self, address: int, size: int) -> None:
        """A slot of which only a part is written keeps the rest, so that counts as a look at it."""
        for slot, whole in self._slots.within(address, size):
            if slot not in self.written:
                if not whole:
                    self._reads[slot] = None
                self.written[slot] = None
