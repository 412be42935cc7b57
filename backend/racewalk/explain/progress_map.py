"""The progress map in words, and as a picture in characters.

rows run down: the second actor's progress; columns to the right: the first one's

    0    5    10
  0 sssss.oooo
  1 ssuuu.oooo
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from racewalk.amount import are, count
from racewalk.explore.progress_map import Cell, ProgressMap, summary

ANY = "a finding"

LEGEND = {
    ".": "no run comes there",
    "o": "{kind} is out of reach",
    "s": "{kind} can be reached or has happened, but not in every state there",
    "a": "{kind} can still be reached, or has happened, in every state there",
    "u": "every complete run that comes through has {kind}",
    "h": "{kind} has happened, whatever the way there",
}
RULER_EVERY = 5


def legend(kind: str | None) -> Mapping[str, str]:
    """What each character of a map means."""
    return {code: words.format(kind=kind or ANY) for code, words in LEGEND.items()}


def codes(told: ProgressMap) -> list[str]:
    """One text a row, one character a column."""
    return ["".join(summary(told.cell(column, row)) for column in range(told.columns)) for row in range(told.rows)]


def map_words(told: ProgressMap, names: tuple[str, str], kind: str | None) -> Iterator[str]:
    """A few sentences: how many pairs there are of each sort."""
    what = kind or ANY
    seen = "".join(codes(told))
    reached = len(seen) - seen.count(".")
    yield f"{names[0]} and {names[1]} can stand at {reached:,} of {count(len(seen), 'pair')} of positions."
    if reached == seen.count("o"):
        yield f"From none of them {what} can be reached."
        return
    counts = [
        (seen.count("a"), f"from which {what} can still be reached, whatever the others did"),
        (seen.count("s"), "where that depends on the way there"),
        (seen.count("u"), "from which it is unavoidable"),
        (seen.count("h"), "where it has happened"),
        (seen.count("o"), "from which it is out of reach"),
    ]
    first, *others = [(number, words) for number, words in counts if number]
    sorts = [f"{are(first[0])} {first[1]}", *(f"{number:,} {words}" for number, words in others)]
    yield f"There {'; '.join(sorts)}."
    stuck = int(((told.flags & Cell.DEADLOCK) > 0).sum())
    if stuck:
        yield f"At {stuck:,} of them there may be a deadlock."


def map_picture(rows: Sequence[str], path: Sequence[tuple[int, int]] = ()) -> Iterator[str]:
    """The codes with rulers; the pairs of a path are in capitals."""
    on_path = set(path)
    width = len(rows[0]) if rows else 0
    edge = len(str(len(rows) - 1))
    ruler = "".join(f"{number:<{RULER_EVERY}}" for number in range(0, width, RULER_EVERY))
    yield f"{' ' * edge} {ruler}".rstrip()
    for number, row in enumerate(rows):
        cells = ((code.upper() if (column, number) in on_path else code) for column, code in enumerate(row))
        yield f"{number:>{edge}} {''.join(cells)}"
