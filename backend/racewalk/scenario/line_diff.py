"""Two texts side by side, line by line, with what differs inside of a line marked. The comparing is difflib's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MOST_LINES = 1_000  # a longer text is shown as replaced
MOST_PAIRS = 900  # lines here times lines there that are compared with each other
MOST_CHARS = 400  # of a line in which differences are marked
MOST_EFFORT = 20_000_000  # of a whole comparison; some seconds
ALIKE = 0.5  # two lines with less in common are no pair

Pieces = tuple["Piece", ...]


class Piece(NamedTuple):
    text: str
    marked: bool


class Effort:
    """What a comparison may still cost. difflib takes up to the cube of the length where much is the same; a text from
    anywhere may be made so."""

    def __init__(self, left: int = MOST_EFFORT) -> None:
        self._left = left

    def spend(self, mine: Sequence[str], theirs: Sequence[str]) -> bool:
        """Pay for comparing these in their order; False where it is too dear."""
        counts = Counter(theirs)
        cost = sum(counts[one] for one in mine) * min(len(mine), len(theirs))
        if cost > self._left:
            return False
        self._left -= cost
        return True


@dataclass(frozen=True, slots=True)
class Row:
    """A line of each side, by its index from 0, or of one; a changed one is both."""

    how: Literal["same", "changed", "removed", "added"]
    left: int | None
    right: int | None
    left_pieces: Pieces = ()
    right_pieces: Pieces = ()


def line_diff(left: Sequence[str], right: Sequence[str], effort: Effort | None = None) -> tuple[Row, ...]:
    """All lines of both, in their order. White space, and a comment behind a line, make no difference.

    What the effort does not suffice for is shown as replaced.
    """
    effort = effort or Effort()
    if left == right:
        return tuple(_same(left, right, number, number) for number in range(len(left)))
    mine, theirs = [_bare(line) for line in left], [_bare(line) for line in right]
    if max(len(left), len(right)) > MOST_LINES or not effort.spend(mine, theirs):
        return tuple(_replaced(left, right, 0, len(left), 0, len(right)))
    rows: list[Row] = []
    for how, a, b, c, d in SequenceMatcher(None, mine, theirs).get_opcodes():
        if how == "equal":
            rows += [_same(left, right, a + number, c + number) for number in range(b - a)]
        else:
            rows += _paired(left, right, a, b, c, d, effort)
    return tuple(rows)


def _bare(line: str) -> str:
    """A line without what makes no difference for who reads it: white space, and the caption behind it."""
    return re.sub(r"\s+", " ", re.sub(r"/\*[^*]*\*/\s*$", "", line)).strip()


def _same(left: Sequence[str], right: Sequence[str], at: int, there: int) -> Row:
    return Row("same", at, there, (Piece(left[at], False),), (Piece(right[there], False),))


def _replaced(left: Sequence[str], right: Sequence[str], a: int, b: int, c: int, d: int) -> Iterator[Row]:
    for at in range(a, b):
        yield Row("removed", at, None, (Piece(left[at], False),))
    for at in range(c, d):
        yield Row("added", None, at, (), (Piece(right[at], False),))


def _paired(left: Sequence[str], right: Sequence[str], a: int, b: int, c: int, d: int, effort: Effort) -> Iterator[Row]:
    """Lines that took the place of others, each beside the one that it is most like, in their order."""
    if (b - a) * (d - c) > MOST_PAIRS:
        yield from _replaced(left, right, a, b, c, d)
        return
    best: list[list[float]] = [[0.0] * (d - c + 1) for _ in range(b - a + 1)]
    alike = [[_alike(left[at], right[there]) for there in range(c, d)] for at in range(a, b)]
    for i in reversed(range(b - a)):
        for j in reversed(range(d - c)):
            together = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    i = j = 0
    while i < b - a or j < d - c:
        if i < b - a and best[i][j] == best[i + 1][j]:
            yield Row("removed", a + i, None, (Piece(left[a + i], False),))
            i += 1
        elif j < d - c and best[i][j] == best[i][j + 1]:
            yield Row("added", None, c + j, (), (Piece(right[c + j], False),))
            j += 1
        else:
            yield _changed(left, right, a + i, c + j, effort)
            i, j = i + 1, j + 1


def _alike(one: str, other: str) -> float:
    """The share of words that both have, in whatever order: the lines around them say which order is meant."""
    if len(one) > MOST_CHARS or len(other) > MOST_CHARS:
        return 0.0
    return SequenceMatcher(None, _words(_bare(one)), _words(_bare(other)), autojunk=False).quick_ratio()


def _words(line: str) -> list[str]:
    return re.findall(r"\w+|\s+|->|&&|\|\||[^\w\s]", line)


def _changed(left: Sequence[str], right: Sequence[str], at: int, there: int, effort: Effort) -> Row:
    mine, theirs = _words(left[at]), _words(right[there])
    if not effort.spend(mine, theirs):
        return Row("changed", at, there, (Piece(left[at], True),), (Piece(right[there], True),))
    here: list[Piece] = []
    other: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        for pieces, words in ((here, mine[a:b]), (other, theirs[c:d])):
            if words:
                pieces.append(Piece("".join(words), how != "equal"))
    return Row("changed", at, there, tuple(here), tuple(other))
