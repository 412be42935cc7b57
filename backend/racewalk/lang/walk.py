"""All expressions inside an expression, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

from racewalk.lang import tree

Part = tree.Expr | tree.InitList | tree.InitItem


def parts_of(expr: tree.Expr | tree.InitList) -> Iterator[Part]:
    """The expression and everything in it, initialisers too, in order of the text."""
    todo: list[object] = [expr]
    while todo:
        item = todo.pop()
        if isinstance(item, tuple):
            todo += reversed(item)
        elif isinstance(item, Part):
            yield item
            todo += [getattr(item, name) for name in _names[type(item)]]


_names = {kind: [f.name for f in reversed(fields(kind)) if not f.name.endswith("span")] for kind in get_args(Part)}
"""The fields of each kind of node, last first."""
