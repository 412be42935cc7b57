"""A table of the memo for a whole column of states at once.

Each node of the tree becomes a small hash table: the masked words of a state, multiplied and added up, give a cell, the
cell gives an entry, and the entry's own words are compared with those of the state, so a look-up is exact.
"""

from __future__ import annotations

import itertools
import random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from racewalk.explore.fingerprints import U64, Flags, Rows
from racewalk.explore.memo import Arrow, Leaf, Node, Note, Table

WORD = (1 << 64) - 1
ALL = np.uint64(WORD)
Columns = list[U64]

FEW = 600
"""Entries of a node that get cells, which take memory by their square: 700 KiB for so many."""


class Effects(NamedTuple):
    """The n-th arrows of all entries; `there` tells which entries have one. `words`: those that any of them changes."""

    there: Flags
    everywhere: bool
    words: tuple[int, ...]
    keep: dict[int, U64]
    put: dict[int, U64]
    moves: npt.NDArray[np.uint16]
    fatal: Flags
    any_fatal: bool
    notes: tuple[tuple[int, Note, int], ...]  # entry, note, move


class Look:
    """One node. `children[entry]` is a Look, or None where the entry is a leaf; those of `before` serve again."""

    def __init__(self, node: Node, before: Look | None = None) -> None:
        self.node, self.version = node, node.version
        keys, found = list(node.table), list(node.table.values())
        self.words = tuple(w for w in range(_words(node.mask)) if node.mask >> 64 * w & WORD)
        self.masks = [np.uint64(node.mask >> 64 * w & WORD) for w in self.words]
        self.keys = [np.array([key >> 64 * w & WORD for key in keys], np.uint64) for w in self.words]
        self._sorted: U64 | None = None
        if self.words:
            self._make_cells(len(keys))
        known = {} if before is None else {id(child.node): child for child in before.children if child is not None}
        self.children: list[Look | None] = [
            look_of(child, known.get(id(child))) if isinstance(child, Node) else None for child in found
        ]
        self.inner = np.array([child is not None for child in self.children], np.bool_)
        self.any_inner = bool(self.inner.any())
        leaves: list[Leaf] = [() if isinstance(child, Node) else child for child in found]
        most = max(map(len, leaves))
        self.effects = [_effects([leaf[n] if n < len(leaf) else None for leaf in leaves]) for n in range(most)]

    def find(self, columns: Columns, rows: Rows) -> Rows:
        """The entries for some rows of the columns; -1 where there is none."""
        if not self.words:
            return np.zeros(len(rows), np.intp)
        held = [columns[w].take(rows) & mask for w, mask in zip(self.words, self.masks, strict=True)]
        total = self._total(held)
        if self._sorted is None:
            entries = self._cells.take((total >> self._shift).astype(np.intp))
        else:
            entries = self._cells.take(np.searchsorted(self._sorted, total))
        same = held[0] == self.keys[0].take(entries)
        for part, key in zip(held[1:], self.keys[1:], strict=True):
            same &= part == key.take(entries)
        if not same.all():
            entries[~same] = -1
        return entries

    def _make_cells(self, count: int) -> None:
        """Find factors under which no two entries share a cell. An empty cell leads to entry 0, which is not equal.

        With many entries that would take many cells: their sums are sorted, and looked up by halving.
        """
        rng = random.Random(count)
        bits = max(2, (count * count).bit_length() - 2)
        for attempt in itertools.count(1):
            bits += attempt % 50 == 0
            self._factors = [np.uint64(rng.getrandbits(64) | 1) for _ in self.words]
            total = self._total(self.keys)
            if count > FEW:
                order = np.argsort(total)
                self._sorted = total[order]
                if np.all(self._sorted[1:] != self._sorted[:-1]):
                    self._cells = np.append(order, 0)  # past the end stands entry 0, which is not equal
                    return
                continue
            self._shift = np.uint64(64 - bits)
            at = (total >> self._shift).astype(np.intp)
            if len(np.unique(at)) == count:
                self._cells = np.zeros(1 << bits, np.intp)
                self._cells[at] = np.arange(count)
                return

    def _total(self, words: list[U64]) -> U64:
        """The masked words multiplied and added up."""
        total = words[0] * self._factors[0]
        for part, factor in zip(words[1:], self._factors[1:], strict=True):
            total += part * factor
        return total


def look_of(node: Node, before: Look | None) -> Look:
    """The compiled form of a node; `before`, if nothing was put into the node since."""
    if before is not None and before.node is node and before.version == node.version:
        return before
    return Look(node, before if before is not None and before.node is node else None)


class Lookup:
    """The compiled form of a table, kept up with what is learned."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.root = Look(table.root)

    def update(self) -> None:
        self.root = look_of(self._table.root, self.root)

    def find(self, columns: Columns, rows: Rows) -> tuple[list[tuple[Look, Rows, Rows]], Rows]:
        """Rows grouped by the node that knows their step, with their entries there; and the rows that none knows."""
        known: list[tuple[Look, Rows, Rows]] = []
        unknown: list[Rows] = []
        todo = [(self.root, rows)]
        while todo:
            look, rows = todo.pop()
            entries = look.find(columns, rows)
            if len(rows) and entries.min() < 0:
                unknown.append(rows[np.flatnonzero(entries < 0)])
                known_rows = np.flatnonzero(entries >= 0)
                rows, entries = rows[known_rows], entries[known_rows]
            if look.any_inner:
                inside = look.inner.take(entries)
                for entry in np.flatnonzero(np.bincount(entries[np.flatnonzero(inside)], minlength=1)):
                    child = look.children[entry]
                    assert child is not None
                    todo.append((child, rows[np.flatnonzero(entries == entry)]))
                leaves = np.flatnonzero(~inside)
                rows, entries = rows[leaves], entries[leaves]
            if len(rows):
                known.append((look, rows, entries))
        return known, np.concatenate(unknown) if unknown else rows[:0]


def _words(mask: int) -> int:
    return (mask.bit_length() + 63) // 64


def _effects(arrows: list[Arrow | None]) -> Effects:
    some = [arrow for arrow in arrows if arrow is not None]
    changed = 0
    for arrow in some:
        changed |= ~arrow.keep | arrow.put
    words = tuple(w for w in range(_words(changed)) if changed >> 64 * w & WORD)
    there = np.array([arrow is not None for arrow in arrows], np.bool_)
    fatal = np.array([a is not None and a.note is not None and a.note.fatal for a in arrows], np.bool_)
    return Effects(
        there=there,
        everywhere=bool(there.all()),
        words=words,
        keep={w: np.array([WORD if a is None else a.keep >> 64 * w & WORD for a in arrows], np.uint64) for w in words},
        put={w: np.array([0 if a is None else a.put >> 64 * w & WORD for a in arrows], np.uint64) for w in words},
        moves=np.array([0 if a is None else a.move for a in arrows], np.uint16),
        fatal=fatal,
        any_fatal=bool(fatal.any()),
        notes=tuple((n, a.note, a.move) for n, a in enumerate(arrows) if a is not None and a.note is not None),
    )
