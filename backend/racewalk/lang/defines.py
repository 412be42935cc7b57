"""The order in which #defines can be looked at: each after those that it mentions.

A chain of definitions may be as long as the text, and mention the same one many times over; looked at
in this order each is visited once, and nothing goes deeper than one expression.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from racewalk.lang import toplevel, tree
from racewalk.lang.walk import parts_of


def in_order(name: str, defines: Mapping[str, toplevel.Define], done: Container[str]) -> Iterator[str]:
    """`name` and all that it needs and that is not `done`, each when what it needs has been given.

    Where definitions go round in circles, one of the circle comes before one that it needs.
    """
    opened: set[str] = set()
    given: set[str] = set()
    todo = [name]
    while todo:
        current = todo[-1]
        if current in given or current in done:
            todo.pop()
        elif current in opened:
            todo.pop()
            given.add(current)
            yield current
        else:
            opened.add(current)
            for part in parts_of(defines[current].value):
                if isinstance(part, tree.Name) and part.name in defines and part.name not in opened:
                    todo.append(part.name)
