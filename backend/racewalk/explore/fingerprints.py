"""Fingerprints of packed states, and the set of those that were seen.

A state of several words has the sum of a hash of each word, so that a step need hash only the words that it changes.
The hash of a word is a bijection that keeps 0 (multiply, fold the upper half into the lower, multiply), with other
factors for each word: one more word that holds 0 changes no fingerprint, and two states that differ in one word never
share theirs. Of the sum 63 bits are kept: of n states two share theirs with a probability of about n*n / 2**64.

    line      eight cells, 64 bytes: what the processor fetches at once. They fill from the left
    cell      0 = empty | top bit set = a fingerprint | else = a row that claims the cell during one insertion
"""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

TOP = np.uint64(1 << 63)
HALF = np.uint64(32)
FULL = 0.75
"""A set with more of its cells taken is made larger."""

LINE = 8
"""Cells of a line."""

GROWTH = 1.6
"""By this factor it grows."""

BLOCK = 1 << 15
"""Fingerprints that are put in at a time: what is computed for them stays in the processor's cache."""

STRIDE = 1 << 18
"""Cells that are moved at a time when a set grows."""


def omission(states: int) -> float:
    """Probability, at most, that two of so many different states share their fingerprint."""
    return min(1.0, states * states / 2.0**64)


class Mixer:
    """The hash of words, by their place."""

    def __init__(self) -> None:
        self._random = random.Random(20230531)
        self._factors: list[tuple[np.uint64, np.uint64]] = []

    def mix(self, word: int, values: U64) -> U64:
        """The hashes of a column of words."""
        while word >= len(self._factors):
            odd = [np.uint64(self._random.getrandbits(64) | 1) for _ in range(2)]
            self._factors.append((odd[0], odd[1]))
        first, second = self._factors[word]
        mixed = values * first
        mixed ^= mixed >> HALF
        mixed *= second
        return mixed


class Fingerprints:
    """A hash set in lines. With `indexed` it also gives each member its number, in order of insertion."""

    def __init__(self, cells: int = 1 << 16, indexed: bool = False) -> None:
        lines = cells // LINE + 1
        self._lines: U64 = np.zeros((lines, LINE), np.uint64)
        self._indexes = np.zeros(lines * LINE, np.int32) if indexed else None
        self.count = 0

    @property
    def nbytes(self) -> int:
        return self._lines.nbytes + (0 if self._indexes is None else self._indexes.nbytes)

    def insert(self, sums: U64) -> tuple[Flags, npt.NDArray[np.int32] | None]:
        """Put the fingerprints of a column of sums in: which were new, and the numbers of all.

        Of equal ones in the column, one is new; new ones are numbered in the order of the column.
        """
        self._make_room(len(sums))
        prints = sums | TOP
        with_cells = self._indexes is not None
        parts = [self._put(prints[at : at + BLOCK], with_cells) for at in range(0, max(len(prints), 1), BLOCK)]
        new = np.concatenate([part[0] for part in parts])
        cells = np.concatenate([part[1] for part in parts if part[1] is not None]) if with_cells else None
        found = int(np.count_nonzero(new))
        indexes = None
        if self._indexes is not None and cells is not None:
            self._indexes[cells[new]] = np.arange(self.count, self.count + found, dtype=np.int32)
            indexes = self._indexes[cells]
        self.count += found
        return new, indexes

    def forget_indexes(self) -> None:
        """No more numbers."""
        self._indexes = None

    def _put(self, prints: U64, with_cells: bool) -> tuple[Flags, Rows | None]:
        """Put fingerprints in, with room for all: which were new, and, where wanted, the cells of all."""
        lines, flat = self._lines, self._lines.reshape(-1)
        new = np.zeros(len(prints), np.bool_)
        cells = np.zeros(len(prints), np.intp) if with_cells else None
        rows: Rows = np.arange(len(prints))
        line = self._home(prints)
        while len(rows):
            held = lines.take(line, axis=0)  # three times as fast as lines[line]
            wanted = prints.take(rows)
            equal = (held == wanted[:, None]).view(np.uint64).ravel()  # eight truths, a byte each
            free = np.bitwise_count((held == 0).view(np.uint64).ravel()).astype(np.intp)
            here = equal != 0
            if cells is not None:
                hit = np.flatnonzero(here)
                lowest = equal[hit] & (~equal[hit] + np.uint64(1))
                cells[rows[hit]] = line[hit] * LINE + (np.bitwise_count(lowest - np.uint64(1)) >> 3)
            claiming = np.flatnonzero(~here & (free > 0))
            if len(claiming):
                cell = line[claiming] * LINE + (LINE - free[claiming])
                claims = (rows[claiming] + 1).astype(np.uint64)
                flat[cell] = claims
                first = np.flatnonzero(flat.take(cell) == claims)
                won, cell = claiming[first], cell[first]
                flat[cell] = wanted[won]
                new[rows[won]] = True
                if cells is not None:
                    cells[rows[won]] = cell
                here[won] = True
            rest = np.flatnonzero(~here)
            rows, line = rows[rest], line[rest] + (free[rest] == 0)
            line[line == len(lines)] = 0
        return new, cells

    def _home(self, prints: U64) -> Rows:
        """The line where the search for a fingerprint begins."""
        high = (prints << np.uint64(1)) >> HALF
        return ((high * np.uint64(len(self._lines))) >> HALF).astype(np.intp)

    def _make_room(self, more: int) -> None:
        needed = self.count + more
        if needed <= FULL * self._lines.size:
            return
        old, old_indexes = self._lines.reshape(-1), self._indexes
        lines = int(max(GROWTH * self._lines.size, needed / FULL)) // LINE + 1
        self._lines = np.zeros((lines, LINE), np.uint64)
        if old_indexes is not None:
            self._indexes = np.zeros(lines * LINE, np.int32)
        for start in range(0, len(old), STRIDE):
            taken = np.flatnonzero(old[start : start + STRIDE]) + start
            prints = old[taken]
            if old_indexes is None:
                self._fill(np.sort(prints), None)
            else:
                order = np.argsort(prints)
                self._fill(prints[order], old_indexes[taken[order]])

    def _fill(self, prints: U64, indexes: npt.NDArray[np.int32] | None) -> None:
        """Put fingerprints in that are sorted and not there: those with one home line side by side."""
        line = self._home(prints)
        begins = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
        taken = LINE - np.bitwise_count((self._lines[line[begins]] == 0).view(np.uint64).ravel()).astype(np.intp)
        length = np.diff(np.append(begins, len(line)))
        at = np.arange(len(line)) - np.repeat(begins - taken, length)
        fits = np.flatnonzero(at < LINE)
        cells = line[fits] * LINE + at[fits]
        self._lines.reshape(-1)[cells] = prints[fits]
        if indexes is not None and self._indexes is not None:
            self._indexes[cells] = indexes[fits]
        over = np.flatnonzero(at >= LINE)  # these go to the next line
        if len(over):
            _, cells_over = self._put(prints[over], with_cells=indexes is not None)
            if indexes is not None and self._indexes is not None and cells_over is not None:
                self._indexes[cells_over] = indexes[over]
