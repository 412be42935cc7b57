"""A run as text, in one column per actor, time running down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from racewalk.explain.wrap import cut, wrapped
from racewalk.lang.render import printable
from racewalk.model import ActorInfo
from racewalk.session.history import Node

NUMBER_WIDTH = 5
GAP = 2
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
    titles = [cut(printable(f"{actors[actor].title}: {actors[actor].name}"), column) for actor in moving]
    yield " " * NUMBER_WIDTH + "".join(f"{title:<{column + GAP}}" for title in titles)
    yield " " * NUMBER_WIDTH + "".join("-" * column + " " * GAP for _ in moving)
    for node in path:
        assert node.move is not None
        indent = moving.index(node.move.actor) * (column + GAP)
        for index, line in enumerate(wrapped(_label(node), column, "  ")):
            number = f"{node.number:>{NUMBER_WIDTH - 1}} " if index == 0 else " " * NUMBER_WIDTH
            yield number + " " * indent + line
        yield from _findings(node, width)


def _one_column(actors: Sequence[ActorInfo], path: Sequence[Node], width: int) -> Iterator[str]:
    for node in path:
        assert node.move is not None
        title = actors[node.move.actor].title
        text = f"{node.number:>{NUMBER_WIDTH - 1}} {printable(title)}: {_label(node)}"
        yield from wrapped(text, max(width, 20), " " * (NUMBER_WIDTH + 2))
        yield from _findings(node, width)


def _findings(node: Node, width: int) -> Iterator[str]:
    for finding in node.findings:
        mark = "  ?" if finding.warning else "***"
        text = f"{mark} {finding.kind}: {finding.message}"
        yield from wrapped(printable(text), max(width, 20), "    ")


def _label(node: Node) -> str:
    label = "" if node.event is None else node.event.label
    choice = "" if node.move is None or node.move.choice is None else f" [choice {node.move.choice}]"
    return printable(label + choice)
