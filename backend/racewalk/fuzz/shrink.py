"""Makes a program smaller while something stays true of it: what is printed of a disagreement is a handful of lines.

Delta debugging on the tree: runs of neighbours are left out, large ones first; a block is replaced by what is in it;
an expression by a part of it or by a constant. What no longer compiles is simply not better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic

from racewalk.fuzz.tree import Block, Expr, Line, Node, Parts, Program, text_of

CONSTANTS = (Expr(("0",)), Expr(("1",)), Expr(("NULL",)))


def shrink(program: Program, holds: Callable[[str], bool], seconds: float) -> Program:
    """The smallest program found for whose text `holds` is true; it is true of the one given."""
    end, tried = monotonic() + seconds, {text_of(program)}

    def better(candidate: Program) -> bool:
        text = text_of(candidate)
        if text in tried or monotonic() > end:
            return False
        tried.add(text)
        return holds(text)

    before: Program | None = None
    while before != program:
        before = program
        for variants in (_without, _unwrapped, _simplified):
            program = _improve(program, variants, better)
    return program


def _improve(
    program: Program, variants: Callable[[Program], Iterator[Program]], better: Callable[[Program], bool]
) -> Program:
    """Take each variant that is better, and go on behind it."""
    at = 0
    while True:
        for number, candidate in enumerate(variants(program)):
            if number >= at and better(candidate):
                program, at = candidate, number
                break
        else:
            return program


# -- variants --------------------------------------------------------------------------------------


def _without(program: Program) -> Iterator[Program]:
    """All but some neighbours: halves first, single nodes last, outer blocks before inner ones."""
    size = max(1, _longest(program) // 2)
    while size:
        yield from _cut(program, size)
        size //= 2


def _longest(nodes: tuple[Node, ...]) -> int:
    return max(len(nodes), *(_longest(node.body) for node in nodes if isinstance(node, Block)), 0)


def _cut(nodes: tuple[Node, ...], size: int) -> Iterator[tuple[Node, ...]]:
    for start in range(0, len(nodes), size):
        yield nodes[:start] + nodes[start + size :]
    yield from _in_blocks(nodes, lambda body: _cut(body, size))


def _unwrapped(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    for at, node in enumerate(nodes):
        if isinstance(node, Block):
            yield (*nodes[:at], *node.body, *nodes[at + 1 :])
    yield from _in_blocks(nodes, _unwrapped)


def _in_blocks(
    nodes: tuple[Node, ...], vary: Callable[[tuple[Node, ...]], Iterator[tuple[Node, ...]]]
) -> Iterator[tuple[Node, ...]]:
    for at, node in enumerate(nodes):
        if isinstance(node, Block):
            for body in vary(node.body):
                yield (*nodes[:at], replace(node, body=body), *nodes[at + 1 :])


def _simplified(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    for at, node in enumerate(nodes):
        for simpler in _simpler(node):
            yield (*nodes[:at], simpler, *nodes[at + 1 :])


def _simpler(node: Node) -> Iterator[Node]:
    if isinstance(node, Line):
        for parts in _simpler_parts(node.parts):
            yield Line(parts)
        return
    for parts in _simpler_parts(node.head):
        yield replace(node, head=parts)
    for parts in _simpler_parts(node.tail):
        yield replace(node, tail=parts)
    for body in _simplified(node.body):
        yield replace(node, body=body)


def _simpler_parts(parts: Parts) -> Iterator[Parts]:
    for at, part in enumerate(parts):
        if isinstance(part, Expr):
            for simpler in _simpler_expr(part):
                yield (*parts[:at], simpler, *parts[at + 1 :])


def _simpler_expr(whole: Expr) -> Iterator[Expr]:
    """A constant, a part of it, or the same with a simpler part."""
    if len(whole.parts) > 1 or whole.parts[0] not in ("0", "1", "NULL"):
        yield from CONSTANTS
    for part in whole.parts:
        if isinstance(part, Expr):
            yield part
    for parts in _simpler_parts(whole.parts):
        yield Expr(parts)
