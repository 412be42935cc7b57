"""Iterator macros: the body of a use, put into the `for` of its definition.

    #define each(x, list) for (x = first(list); x; x = next(list, x))
    each (a, &l) body            becomes    for (a = first(&l); a; a = next(&l, a)) body

The three expressions of the new `for` carry the span of the use, because that is where people look.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace

from racewalk.lang import toplevel, tree
from racewalk.lang.source import Span
from racewalk.lang.walk import parts_of


def expand(use: tree.ForEach, macro: toplevel.Macro) -> tree.For:
    """The loop that a use stands for. Both must have the same number of arguments."""
    arguments = dict(zip(macro.params, use.args, strict=True))
    head = Span(use.span.file, use.span.start, max(use.name_span.end, use.body.span.start)) if use.args else use.span
    head = _trim(head)
    template = macro.template

    def put(expr: tree.Expr | None) -> tree.Expr | None:
        if expr is None:
            return None
        result = _substitute(expr, arguments, head)
        assert not isinstance(result, tuple)
        return result  # type: ignore[return-value]

    init = tuple(
        tree.ExprStmt(head, put(s.expr) or tree.BadExpr(head)) for s in template.init if isinstance(s, tree.ExprStmt)
    )
    return tree.For(head, init, put(template.test), put(template.step), use.body)


class ExpansionSizes:
    """How many nodes a use of a macro expands to, without expanding it."""

    def __init__(self) -> None:
        self._names: dict[str, Counter[str]] = {}
        self._nodes: dict[str, int] = {}

    def of(self, use: tree.ForEach, macro: toplevel.Macro) -> int:
        if macro.name not in self._nodes:
            template = macro.template
            init = [s.expr for s in template.init if isinstance(s, tree.ExprStmt)]
            parts = [p for e in (*init, template.test, template.step) if e is not None for p in parts_of(e)]
            self._nodes[macro.name] = len(parts)
            self._names[macro.name] = Counter(p.name for p in parts if isinstance(p, tree.Name))
        names = self._names[macro.name]
        arguments = zip(macro.params, use.args, strict=True)
        return self._nodes[macro.name] + sum(names[p] * sum(1 for _ in parts_of(arg)) for p, arg in arguments)


def _trim(span: Span) -> Span:
    """Without the white space before the body."""
    end = span.end
    while end > span.start and span.file.text[end - 1 : end].isspace():
        end -= 1
    return Span(span.file, span.start, end)


def _substitute(item: object, arguments: dict[str, tree.Expr], at: Span) -> object:
    """A copy of a tree with parameters replaced by arguments and every other span moved to `at`."""
    if isinstance(item, tree.Name) and item.name in arguments:
        return _fresh(arguments[item.name])
    if isinstance(item, Span):
        return at
    if isinstance(item, tuple):
        return tuple(_substitute(i, arguments, at) for i in item)
    if is_dataclass(item) and not isinstance(item, type):
        return replace(item, **{f.name: _substitute(getattr(item, f.name), arguments, at) for f in fields(item)})
    return item


def _fresh(item: tree.Expr) -> object:
    """A copy with its own identity: an argument that stands twice is two expressions."""

    def copy(value: object) -> object:
        if isinstance(value, Span):
            return value
        if isinstance(value, tuple):
            return tuple(copy(v) for v in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: copy(getattr(value, f.name)) for f in fields(value)})
        return value

    return copy(item)
