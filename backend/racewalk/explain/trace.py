"""A run as text, in one column per actor, time running down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from racewalk.lang.render import printable
from racewalk.model import ActorInfo
from racewalk.session.history import Node

NUMBER_WIDTH = 5
GAP = 2
BREAKS = (re.compile(r"\w+\W*|\W+"), re.compile(r"[^_]*_+|[^_]+"), re.compile(r"."))
"""Pieces of a word, from the best places to break it to the worst: names, parts of names, characters."""
NARROWEST = 16  # of a column; where that many do not fit, everybody shares one


def trace(actors: Sequence[ActorInfo], path: Sequence[Node], width: int = 100) -> str:
    """The steps of a path (see `Node.path`), each with its number and label, and the findings below theirs."""
    return "\n".join(line.rstrip() for line in _lines(actors, path, width))


def _lines(actors: Sequence[ActorInfo], path: Sequence[Node], width: int) -> Iterator[str]:
    moving = sorted({node.move.actor for node in path if node.move is not None})
    if not moving:
        yield "(no step)"
        return
    column = (width - NUMBER_WIDTH) // len(moving) - GAP
    if column < NARROWEST:
        yield from _one_column(actors, path, width)
        return
    titles = [_cut(f"{actors[actor].title}: {actors[actor].name}", column) for actor in moving]
    yield " " * NUMBER_WIDTH + "".join(f"{title:<{column + GAP}}" for title in titles)
    yield " " * NUMBER_WIDTH + "".join("-" * column + " " * GAP for _ in moving)
    for node in path:
        assert node.move is not None
        indent = moving.index(node.move.actor) * (column + GAP)
        for index, line in enumerate(_filled(_label(node), column, "  ")):
            number = f"{node.number:>{NUMBER_WIDTH - 1}} " if index == 0 else " " * NUMBER_WIDTH
            yield number + " " * indent + line
        yield from _findings(node, width)


def _one_column(actors: Sequence[ActorInfo], path: Sequence[Node], width: int) -> Iterator[str]:
    for node in path:
        assert node.move is not None
        title = actors[node.move.actor].title
        text = f"{node.number:>{NUMBER_WIDTH - 1}} {printable(title)}: {_label(node)}"
        yield from _filled(text, max(width, 20), " " * (NUMBER_WIDTH + 2))
        yield from _findings(node, width)


def _findings(node: Node, width: int) -> Iterator[str]:
    for finding in node.findings:
        mark = "  ?" if finding.warning else "***"
        text = f"{mark} {finding.kind}: {finding.message}"
        yield from _filled(printable(text), max(width, 20), "    ")


def _label(node: Node) -> str:
    label = "" if node.event is None else node.event.label
    choice = "" if node.move is None or node.move.choice is None else f" [choice {node.move.choice}]"
    return printable(label + choice)


def _filled(text: str, width: int, indent: str) -> list[str]:
    """The text in lines; a word that is longer than a line is taken apart where a reader of C would do it."""
    begin = len(text) - len(text.lstrip())
    lines, line, empty = [], text[:begin], True
    for word in text.split():
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


def _pieces(word: str, width: int, level: int = 0) -> list[str]:
    """A word whole where it fits, else in pieces that do."""
    if len(word) <= width or level == len(BREAKS):
        return [word]
    return [piece for part in BREAKS[level].findall(word) for piece in _pieces(part, width, level + 1)]


def _cut(text: str, width: int) -> str:
    text = printable(text)
    return text if len(text) <= width else text[: width - 1] + "…"
