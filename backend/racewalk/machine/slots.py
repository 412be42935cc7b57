"""The slots of a program's state: which bytes, or bits, are always read and written together.

    headers   the pc; of the snapshot one bit for each actor; the other bytes each
    memory    each leaf: a number, a pointer, a word. A lock is its owner, then one bit for each reading actor; a
              wait queue one bit for each waiter, then one for each exclusive one; an rcu_head is its callback, then
              one bit for each actor that is waited for. The life byte of a pool object
    frames    each byte, because locals that never live together share theirs

`at[address]` are the slots that begin in a byte of the state: one, or eight bits of a set of actors.
"""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.lang.types import BoolType, EnumType, LockType, RcuHeadType, SignalType, Type
from racewalk.model import Slot, State
from racewalk.program.layout import ACTOR_BYTES, EXCLUSIVE, PC, SNAPSHOT, Layout, size_of
from racewalk.program.program import Program


class Slots:
    """All slots in order of memory. `of_byte[address]`: the slots that have a part in that byte."""

    def __init__(self, program: Program) -> None:
        self._layout: Layout = program.layout
        self.all: list[Slot] = []
        self.of_byte: list[tuple[int, ...]] = [()] * program.layout.size
        self.pcs: list[int] = []
        self._within: dict[tuple[int, int], tuple[tuple[int, bool], ...]] = {}
        for actor in program.actors:
            self._header(actor.index, len(actor.steps) + 1)
        for thing in self._layout.objects:
            if thing.life is not None:
                self._bytes(thing.life, 1, 3)
            for leaf in thing.cell.leaves():
                self._leaf(leaf.address, leaf.type)
        for actor in program.actors:
            for address in range(*actor.frame):
                self._bytes(address, 1, 3)

    def in_range(self, start: int, end: int) -> list[int]:
        """The slots that have a part in the bytes from `start` to before `end`."""
        return [slot for slot, _ in self.within(start, end - start)]

    def within(self, address: int, size: int) -> tuple[tuple[int, bool], ...]:
        """The slots that have a part in some bytes, and whether it is all of them. Remembered: few ranges occur."""
        known = self._within.get((address, size))
        if known is None:
            end = address + size
            found = dict.fromkeys(slot for byte in range(address, end) for slot in self.of_byte[byte])
            known = self._within[address, size] = tuple((slot, self._is_inside(slot, address, end)) for slot in found)
        return known

    def _is_inside(self, slot: int, start: int, end: int) -> bool:
        about = self.all[slot]
        return start <= about.address and about.address + about.size_bytes <= end

    def content(self, state: State, slot: int) -> int:
        """What a slot holds, as a number."""
        address, size, bit, _, _ = self.all[slot]
        if bit is not None:
            return state[address] >> bit & 1
        return state[address] if size == 1 else int.from_bytes(state[address : address + size], "little")

    def changed(self, state: State, contents: Sequence[tuple[int, int]]) -> State:
        """The state with other contents in some slots."""
        made = bytearray(state)
        for slot, content in contents:
            address, size, bit, _, _ = self.all[slot]
            if bit is not None:
                made[address] = made[address] & ~(1 << bit) | content << bit
            else:
                made[address : address + size] = content.to_bytes(size, "little")
        return bytes(made)

    # -- making them ----------------------------------------------------------------------------

    def _header(self, actor: int, positions: int) -> None:
        start = self._layout.header(actor)
        self.pcs.append(self._bytes(start + PC, 2, max(1, (positions - 1).bit_length()), exact=True))
        for address in range(start + PC + 2, start + SNAPSHOT):
            self._bytes(address, 1, 1)
        self._actors(start + SNAPSHOT)
        assert start + SNAPSHOT + 2 == start + ACTOR_BYTES

    def _leaf(self, address: int, t: Type) -> None:
        actors = self._layout.actors
        match t:
            case LockType(shared=shared):
                self._bytes(address, 1, (actors + 1).bit_length())
                if shared:
                    self._actors(address + 1)
            case SignalType(kind="wait_queue"):
                self._actors(address)
                self._actors(address + EXCLUSIVE)
            case RcuHeadType():
                self._bytes(address, 1, 1)
                self._actors(address + 1)
            case BoolType():
                self._bytes(address, 1, 1)
            case EnumType(members=members):
                self._bytes(address, size_of(t), max(1, (len(members) - 1).bit_length()))
            case _:
                self._bytes(address, size_of(t), 3)

    def _bytes(self, address: int, size: int, bits: int, exact: bool = False) -> int:
        number = len(self.all)
        self.all.append(Slot(address, size, None, bits, exact))
        for byte in range(address, address + size):
            self.of_byte[byte] = (number,)
        return number

    def _actors(self, address: int) -> None:
        """A set of actors: one bit each, in two bytes."""
        for byte in range(2):
            numbers = []
            for bit in range(8):
                if byte * 8 + bit < self._layout.actors:
                    numbers.append(len(self.all))
                    self.all.append(Slot(address + byte, 1, bit, 1, exact=True))
            self.of_byte[address + byte] = tuple(numbers)
