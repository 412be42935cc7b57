"""States as numbers: each slot's contents are numbered in the order of their appearance, and packed into bits.

    state            ... | slot 7 | slot 3 | pc of b | pc of a |      one Python integer, or a few 64-bit words
    code 0           the content in the initial state: so that state is 0, and what never changes takes no bits

A slot gets its bits when it is first seen to change. When it turns out to have more contents than they can tell apart,
it gets some more, elsewhere: those are 0 in all states packed before, and these stay what they are. No piece of a slot
crosses a border of words.
"""

from __future__ import annotations

from racewalk.model import PackedModel, State

WORD_BITS = 64


class Codes:
    """`masks[slot]` are the bits of a slot in a state; `words` is how many words a state takes."""

    def __init__(self, model: PackedModel) -> None:
        initial = model.initial()
        self._model = model
        self._slots = model.slots
        self._codes: list[dict[int, int]] = [{model.content(initial, slot): 0} for slot in range(len(self._slots))]
        self._contents: list[list[int]] = [list(codes) for codes in self._codes]
        self._held: list[dict[int, int]] = [{} for _ in self._slots]  # contents by the slot's bits in a state
        self._pieces: list[list[tuple[int, int]]] = [[] for _ in self._slots]  # (shift, bits), low bits first
        self._capacity = [1] * len(self._slots)  # so many contents can be told apart
        self._changing: list[int] = []  # slots that have bits
        self._used = 0  # bits of the last word
        self.masks = [0] * len(self._slots)
        self.words = 1
        for slot, end in zip(model.pc_slots, model.end_positions, strict=True):
            self._grow(slot)
            for position in range(end + 1):
                self.code(slot, position)

    def code(self, slot: int, content: int) -> int:
        """The number of a content; a new one may change `masks[slot]`."""
        codes = self._codes[slot]
        code = codes.get(content)
        if code is None:
            code = codes[content] = len(codes)
            self._contents[slot].append(content)
            while code >= self._capacity[slot]:
                self._grow(slot)
        return code

    def content(self, slot: int, code: int) -> int:
        """What a code stands for."""
        return self._contents[slot][code]

    def known(self, slot: int) -> int:
        """How many contents have a code."""
        return len(self._contents[slot])

    def place(self, slot: int) -> tuple[int, int]:
        """Where a slot's bits begin and how many they are, of a slot that is in one piece."""
        (piece,) = self._pieces[slot]
        return piece

    def bits(self, slot: int, code: int) -> int:
        """A code at its place."""
        placed = 0
        for shift, bits in self._pieces[slot]:
            placed |= (code & (1 << bits) - 1) << shift
            code >>= bits
        return placed

    def code_in(self, packed: int, slot: int) -> int:
        """The code of a slot in a state."""
        code = at = 0
        for shift, bits in self._pieces[slot]:
            code |= (packed >> shift & (1 << bits) - 1) << at
            at += bits
        return code

    def pack(self, state: State) -> int:
        """A state as a number."""
        packed = 0
        for slot in range(len(self._slots)):
            code = self.code(slot, self._model.content(state, slot))
            if code:
                packed |= self.bits(slot, code)
        return packed

    def unpack(self, packed: int) -> State:
        """And back."""
        masks, known, changed = self.masks, self._held, []
        for slot in self._changing:
            bits = packed & masks[slot]
            if bits:
                content = known[slot].get(bits)
                if content is None:
                    content = known[slot][bits] = self._contents[slot][self.code_in(packed, slot)]
                changed.append((slot, content))
        return self._model.with_contents(changed)

    def _grow(self, slot: int) -> None:
        """Give a slot its first bits, or two more."""
        about = self._slots[slot]
        first = not self._pieces[slot]
        bits = about.bits if first else 2
        if first:
            self._changing.append(slot)
        if self._used + bits > WORD_BITS:
            self.words += 1
            self._used = 0
        shift = (self.words - 1) * WORD_BITS + self._used
        self._used += bits
        self._pieces[slot].append((shift, bits))
        self._capacity[slot] <<= bits
        self.masks[slot] |= (1 << bits) - 1 << shift
