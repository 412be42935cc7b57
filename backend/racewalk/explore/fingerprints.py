"""Fingerprints of packed states, and the set of those that were seen.

A state of several words has the sum of a hash of each word, so that a step need hash only the words that it changes.
The hash of a word is a bijection that keeps 0 (multiply, fold the upper half into the lower, multiply), with other
factors for each word: one more word that holds 0 changes no fingerprint, and two states that differ in one word never
share theirs. Of the sum 63 bits are kept: of n states two share theirs with a probability of about n*n / 2**64.

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
FULL = 0.7
"""A set with more of its cells taken is made larger."""


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
    """An open-addressing set. With `indexed` it also gives each member its number, in order of insertion."""

    def __init__(self, cells: int = 1 << 16, indexed: bool = False) -> None:
        self._cells: U64 = np.zeros(cells, np.uint64)
        self._indexes = np.zeros(cells, np.int32) if indexed else None
        self.count = 0

    @property
    def nbytes(self) -> int:
        return self._cells.nbytes + (0 if self._indexes is None else self._indexes.nbytes)

    def insert(self, sums: U64) -> tuple[Flags, npt.NDArray[np.int32] | None]:
        """Put the fingerprints of a column of sums in: which were new, and the numbers of all.

        Of equal ones in the column, one is new; new ones are numbered in the order of the column.
        """
        self._make_room(len(sums))
        cells = self._cells
        prints = sums | TOP
        new = np.zeros(len(sums), np.bool_)
        at_all = self._home(prints)
        rows: Rows = np.arange(len(sums))
        at = at_all
        wanted = prints
        while len(rows):
            held = cells[at]
            empty = np.flatnonzero(held == 0)
            if len(empty):
                claims = (rows[empty] + 1).astype(np.uint64)
                cells[at[empty]] = claims
                won = empty[cells[at[empty]] == claims]
                cells[at[won]] = wanted[won]
                new[rows[won]] = True
                held = cells[at]
            here = held == wanted
            at_all[rows[here]] = at[here]
            rest = np.flatnonzero(~here)
            rows, wanted = rows[rest], wanted[rest]
            at = at[rest] + 1
            at[at == len(cells)] = 0
        found = int(np.count_nonzero(new))
        indexes = None
        if self._indexes is not None:
            self._indexes[at_all[new]] = np.arange(self.count, self.count + found, dtype=np.int32)
            indexes = self._indexes[at_all]
        self.count += found
        return new, indexes

    def forget_indexes(self) -> None:
        self._indexes = None

    def _home(self, prints: U64) -> Rows:
        """The cell where the search for a fingerprint begins."""
        high = (prints << np.uint64(1)) >> HALF
        return ((high * np.uint64(len(self._cells))) >> HALF).astype(np.intp)

    def _make_room(self, more: int) -> None:
        needed = self.count + more
        if needed <= FULL * len(self._cells):
            return
        old, old_indexes = self._cells, self._indexes
        size = max(int(1.6 * len(old)), int(needed / FULL) + 1)
        self._cells = np.zeros(size, np.uint64)
        if old_indexes is not None:
            self._indexes = np.zeros(size, np.int32)
        for start in range(0, len(old), 1 << 20):
            part = old[start : start + (1 << 20)]
            taken = np.flatnonzero(part)
            self._put(part[taken], None if old_indexes is None else old_indexes[start + taken])

    def _put(self, prints: U64, indexes: npt.NDArray[np.int32] | None) -> None:
        """Put different fingerprints in that are not there."""
        cells = self._cells
        at = self._home(prints)
        rows: Rows = np.arange(len(prints))
        while len(rows):
            held = cells[at]
            empty = np.flatnonzero(held == 0)
            claims = (rows[empty] + 1).astype(np.uint64)
            cells[at[empty]] = claims
            won = empty[cells[at[empty]] == claims]
            cells[at[won]] = prints[rows[won]]
            if indexes is not None and self._indexes is not None:
                self._indexes[at[won]] = indexes[rows[won]]
            lost = np.ones(len(rows), np.bool_)
            lost[won] = False
            rest = np.flatnonzero(lost)
            rows = rows[rest]
            at = at[rest] + 1
            at[at == len(cells)] = 0
