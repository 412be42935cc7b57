"""Text in lines of a width, broken where a reader of C would break it."""

from __future__ import annotations

import re

BREAKS = (re.compile(r"\w+\W*|\W+"), re.compile(r"[^_]*_+|[^_]+"), re.compile(r"."))
"""Pieces of a word, from the best places to break it to the worst: names, parts of names, characters."""


WORD = re.compile(r"\S+(?: %(?!\S))?")
"""A number and its "%" stay together."""


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most `width` characters, all but the first behind `indent`.

    A first line that is indented itself keeps that. Only a width under 2 is not kept to.
    """
    begin = len(text) - len(text.lstrip())
    lines, line, empty = [], text[:begin], True
    for word in WORD.findall(text):
        if not empty and len(line) + 1 + len(word) > width and len(indent) + len(word) <= width:
            lines.append(line)
            line, empty = indent, True
        line += "" if empty else " "
        for piece in _pieces(word, width - len(indent)):
            if len(line) + len(piece) > width and not empty:
                lines.append(line)
                line = indent
            line, empty = line + piece, False
    return [*lines, line]


def cut(text: str, width: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= width else text[: width - 1] + "…"


def _pieces(word: str, width: int, level: int = 0) -> list[str]:
    """A word whole where it fits, else in pieces that do."""
    if len(word) <= width or level == len(BREAKS):
        return [word]
    return [piece for part in BREAKS[level].findall(word) for piece in _pieces(part, width, level + 1)]
