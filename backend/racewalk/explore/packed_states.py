"""States that are kept as packed numbers: unpacked when one is asked for, and looked at in part without that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

from racewalk.explore.codes import Codes
from racewalk.model import State


class PackedStates(Sequence[State]):
    def __init__(self, codes: Codes, packed: Sequence[int]) -> None:
        self._codes, self._packed = codes, packed

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, at: int) -> State: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[State]: ...
    def __getitem__(self, at: int | slice) -> State | Sequence[State]:
        if isinstance(at, slice):
            return PackedStates(self._codes, self._packed[at])
        return self._codes.unpack(self._packed[at])

    def contents(self, slot: int) -> list[int]:
        """What a slot holds in each state."""
        mask, known, found = self._codes.masks[slot], dict[int, int](), []
        for packed in self._packed:
            bits = packed & mask
            content = known.get(bits)
            if content is None:
                content = known[bits] = self._codes.content(slot, self._codes.code_in(packed, slot))
            found.append(content)
        return found

    def distinct(self, slots: Iterable[int]) -> list[int]:
        """Indices of states: one for each combination of contents that some slots have together."""
        mask = 0
        for slot in slots:
            mask |= self._codes.masks[slot]
        first: dict[int, int] = {}
        for number, packed in enumerate(self._packed):
            first.setdefault(packed & mask, number)
        return list(first.values())
