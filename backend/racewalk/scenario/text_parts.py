"""The text of a variant that runs, part by part: its functions, actors, types and properties, wherever they stand.

A function that nothing calls is no part; the constants are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from racewalk.lang import tree
from racewalk.lang.source import Span
from racewalk.lang.unit import Unit

CAPTION = re.compile(r"[ \t]+(/\*[^*]*\*/)[ \t]*$")
"""What stands far to the right of the code in a file, and near it beside another text."""

Kind = Literal["function", "actor", "constants", "type", "object", "property"]


@dataclass(frozen=True, slots=True)
class Part:
    """`first` is the number of its first line in the file; of what stands in no file it is None."""

    kind: Kind
    name: str
    path: str | None
    first: int | None
    lines: tuple[str, ...]


def parts_that_run(unit: Unit) -> tuple[Part, ...]:
    """What is done first, then what it is done to. Each has another kind and name."""
    found: dict[tuple[Kind, str], Part] = {}
    for part in _parts(unit):
        found.setdefault((part.kind, part.name), part)
    return tuple(found.values())


def _parts(unit: Unit) -> Iterator[Part]:
    called = _called(unit)
    yield from (_part("function", f"{name}()", one.span) for name, one in unit.functions.items() if name in called)
    yield from (_part("actor", actor.title, actor.span) for actor in unit.actors)
    yield from (_part("actor", f"setup {number}", one.span) for number, one in enumerate(unit.setups, 1))
    constants = sorted(f"#define {name}\t{' '.join(one.value.span.text.split())}" for name, one in unit.defines.items())
    if constants:
        yield Part("constants", "Constants", None, None, tuple(constants))
    yield from (_part("property", one.text.partition(":")[0], one.span) for one in unit.properties)
    yield from (_part("property", f"finally {number}", one.span) for number, one in enumerate(unit.finals, 1))
    yield from (_part("property", "lock_order", one.span) for one in unit.lock_orders)
    yield from (_part("type", f"struct {name}", one.span) for name, one in unit.structs.items())
    yield from (_part("type", name, one.span) for name, one in unit.words.items())
    yield from (_part("type", f"enum {one.name or one.members[0].name}", one.span) for one in unit.enums if one.members)
    yield from (_part("object", one.declarator.name, one.span) for one in unit.globals)
    yield from (_part("object", f"pool {one.prefix}", one.span) for one in unit.pools)


def _part(kind: Kind, name: str, span: Span) -> Part:
    first, last = span.begin.line, span.finish.line
    lines = (CAPTION.sub(r"  \1", span.file.line_text(line)) for line in range(first, last + 1))
    return Part(kind, name, span.file.path, first, tuple(lines))


def _called(unit: Unit) -> set[str]:
    """Names of the functions that somebody may call, however far away."""
    called: set[str] = set()
    macros = (one.template for one in unit.macros.values())
    starts: list[object] = [*unit.actors, *unit.setups, *unit.properties, *unit.finals, *unit.defines.values(), *macros]
    while starts:
        for name in _names([starts.pop()]):
            if name in unit.functions and name not in called:
                called.add(name)
                starts.append(unit.functions[name].body)
    return called


def _names(nodes: Iterable[object]) -> Iterator[str]:
    """All names in some nodes: who is called, and what call_rcu() is given."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, tree.Call | tree.Name):
            yield node.name
        if isinstance(node, tuple) and not isinstance(node, Span):
            todo += node
        elif is_dataclass(node) and not isinstance(node, type):
            todo += [getattr(node, field.name) for field in fields(node)]
