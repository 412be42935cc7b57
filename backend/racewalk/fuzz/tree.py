"""A generated program as a small tree: lines, blocks of lines, and the expressions in them, so that it can be shrunk.

It knows nothing of types. What is cut out of it may no longer compile; whoever cuts finds that out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Expr:
    """An expression, or any part of a line that a simpler one may stand for."""

    parts: tuple[str | Expr, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


Parts: TypeAlias = tuple[str | Expr, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement or a declaration on a line of its own."""

    parts: Parts

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Block:
    """`head` opens it and `tail` closes it; an `else` is a block of its own after that of its `if`."""

    head: Parts
    body: tuple[Node, ...]
    tail: Parts = ("}",)


Node: TypeAlias = Line | Block
Program: TypeAlias = tuple[Node, ...]


def expr(*parts: str | Expr | int) -> Expr:
    return Expr(tuple(str(part) if isinstance(part, int) else part for part in parts))


def line(*parts: str | Expr) -> Line:
    return Line(parts)


def block(head: str | Expr | Parts, body: Iterable[Node], tail: str | Parts = "}") -> Block:
    return Block(
        head if isinstance(head, tuple) else (head,), tuple(body), tail if isinstance(tail, tuple) else (tail,)
    )


def text_of(program: Iterable[Node]) -> str:
    """The text that compiles."""
    lines: list[str] = []
    _write(program, 0, lines)
    return "\n".join(lines) + "\n"


def _write(nodes: Iterable[Node], depth: int, lines: list[str]) -> None:
    indent = "\t" * depth
    for node in nodes:
        if isinstance(node, Line):
            lines.append(f"{indent}{node}")
        else:
            lines.append(indent + "".join(map(str, node.head)))
            _write(node.body, depth + 1, lines)
            lines.append(indent + "".join(map(str, node.tail)))
