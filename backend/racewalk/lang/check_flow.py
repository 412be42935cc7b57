"""Where control may go in a body: labels, jumps, and the end of a function that should return a value.

A goto may not pass a declaration whose name the label can see, because the name would have no value
there; nor may it come into an `atomic` or `fuse` block from outside, because a block begins with a step.
"""

from __future__ import annotations

from racewalk.lang import toplevel, tree
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.source import Span
from racewalk.record import value_record


def check_jumps(body: tree.Block, sink: Diagnostics) -> None:
    """Every goto finds its one label, and may go there."""
    walk = _Walk()
    walk.visit(body)
    labels: dict[str, _Point] = {}
    for point in walk.labels:
        assert isinstance(point.stmt, tree.Label)
        name = point.stmt.name
        if name in labels:
            sink.error("duplicate", f"there are two labels '{name}'", point.stmt.span)
        labels.setdefault(name, point)
    for point in walk.gotos:
        assert isinstance(point.stmt, tree.Goto)
        goal = labels.get(point.stmt.name)
        if goal is not None:
            _check_jump(point, goal, sink)
        else:
            hint = sink.suggest(point.stmt.name, labels)
            sink.error("unknown-label", f"there is no label '{point.stmt.name}'", point.stmt.name_span, hint)
    for point in walk.cases:
        assert isinstance(point.stmt, tree.Case)
        for skipped in point.declared:
            message = f"a case cannot stand behind the declaration of '{_name(skipped)}', which it would pass"
            sink.error(
                "jump-over-declaration", message, point.stmt.span, "put braces around what needs the declaration"
            )
            break


def check_end(function: toplevel.Function, sink: Diagnostics) -> None:
    """A function with a result returns it on every way through."""
    if function.result is not None and _completes(function.body):
        span = function.body.span
        sink.error(
            "missing-return",
            f"{function.name}() can come to its end without returning a value",
            Span(span.file, max(span.start, span.end - 1), span.end),
            "return something here, or on the way that leads here",
        )


# -- jumps ------------------------------------------------------------------------------------------

_Declaration = tree.Declare | tree.ForEachObject


@value_record
class _Point:
    """A statement, the declarations that it can see, and the blocks of one step that it stands in."""

    stmt: tree.Stmt
    declared: tuple[_Declaration, ...]
    blocks: tuple[tree.Atomic, ...]


class _Walk:
    """Collects labels, gotos and cases. Of a case, `declared` begins at its switch."""

    def __init__(self) -> None:
        self.labels: list[_Point] = []
        self.gotos: list[_Point] = []
        self.cases: list[_Point] = []
        self._declared: list[_Declaration] = []
        self._blocks: list[tree.Atomic] = []
        self._switch = 0  # how many declarations were visible where the innermost switch began

    def visit(self, stmt: tree.Stmt) -> None:
        before, switch = len(self._declared), self._switch
        match stmt:
            case tree.Block(body=body):
                for inner in body:
                    self.visit(inner)
            case tree.Declare():
                self._declared.append(stmt)
                return
            case tree.If(then=then, other=other):
                self.visit(then)
                if other is not None:
                    self.visit(other)
            case tree.For(init=init, body=body):
                for inner in init:
                    self.visit(inner)
                self.visit(body)
            case tree.ForEachObject(body=body):
                self._declared.append(stmt)
                self.visit(body)
            case tree.While(body=body) | tree.DoWhile(body=body) | tree.ForEach(body=body):
                self.visit(body)
            case tree.Switch(body=body):
                self._switch = before
                self.visit(body)
            case tree.Atomic(body=body):
                self._blocks.append(stmt)
                self.visit(body)
                self._blocks.pop()
            case tree.Label():
                self.labels.append(self._point(stmt))
            case tree.Goto():
                self.gotos.append(self._point(stmt))
            case tree.Case():
                self.cases.append(_Point(stmt, tuple(self._declared[switch:]), ()))
        del self._declared[before:]
        self._switch = switch

    def _point(self, stmt: tree.Stmt) -> _Point:
        return _Point(stmt, tuple(self._declared), tuple(self._blocks))


def _check_jump(start: _Point, goal: _Point, sink: Diagnostics) -> None:
    for block in goal.blocks:
        if block not in start.blocks:
            message = f"this goto comes into the middle of {_article(block)} {block.kind} block, which is one step"
            sink.error("jump-into-block", message, start.stmt.span, "put the label in front of the block")
            return
    for declaration in goal.declared:
        if declaration not in start.declared:
            name = _name(declaration)
            message = f"this goto passes the declaration of '{name}', which has no value at the label then"
            sink.error("jump-over-declaration", message, start.stmt.span, f"declare '{name}' in front of the goto")
            return


def _article(block: tree.Atomic) -> str:
    return "an" if block.kind == "atomic" else "a"


def _name(declaration: _Declaration) -> str:
    return declaration.variable if isinstance(declaration, tree.ForEachObject) else declaration.declarator.name


# -- ends -------------------------------------------------------------------------------------------


def _completes(stmt: tree.Stmt) -> bool:
    """Control may come to the end of the statement; what conditions say is not looked at, but for `while (1)`."""
    match stmt:
        case tree.Return() | tree.Goto() | tree.Break() | tree.Continue():
            return False
        case tree.Block(body=body):
            comes = True
            for inner in body:
                comes = (comes or _is_entered(inner)) and _completes(inner)
            return comes
        case tree.If(then=then, other=other):
            return other is None or _completes(then) or _completes(other)
        case tree.While(test=test, body=body) | tree.DoWhile(test=test, body=body) | tree.For(test=test, body=body):
            endless = test is None or (isinstance(test, tree.Bool | tree.Number) and bool(test.value))
            return not endless or _breaks(body)
        case tree.Switch(body=body):
            has_default = any(isinstance(s, tree.Case) and s.value is None for s in body.body)
            return not has_default or _breaks(body) or _completes(body)
        case tree.Atomic(body=body):
            return _completes(body)
    return True


def _is_entered(stmt: tree.Stmt) -> bool:
    """A jump may lead to the statement, or into it."""
    return any(isinstance(inner, tree.Label | tree.Case) for inner in tree.statements_in(stmt))


def _breaks(stmt: tree.Stmt) -> bool:
    """A break in there leaves the loop or switch around the statement."""
    match stmt:
        case tree.Break():
            return True
        case tree.Block(body=body):
            return any(_breaks(inner) for inner in body)
        case tree.If(then=then, other=other):
            return _breaks(then) or (other is not None and _breaks(other))
        case tree.Atomic(body=body):
            return _breaks(body)
    return False
