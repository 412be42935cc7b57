"""Writes trees as short text with every grouping in parentheses, so that tests can say what they expect."""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.lang import toplevel, tree
from racewalk.lang.diagnostics import Diagnostics, render
from racewalk.lang.parser import parse, parse_expression
from racewalk.lang.source import SourceFile


def parsed(text: str) -> toplevel.File:
    """The tree of a text that has no mistake."""
    sink = Diagnostics()
    file = parse(SourceFile("test.c", text), sink)
    assert len(sink) == 0, "\n".join(render(d) for d in sink)
    return file


def mistakes(text: str) -> list[str]:
    """line:column and code of each diagnostic of a text."""
    sink = Diagnostics()
    parse(SourceFile("test.c", text), sink)
    return [f"{d.span.begin.line}:{d.span.begin.column} {d.code}" for d in sink.in_order() if d.span is not None]


def body(text: str) -> tuple[tree.Stmt, ...]:
    """The statements of `void f(void) { text }`."""
    (function,) = parsed("void f(void)\n{\n" + text + "\n}\n").decls
    assert isinstance(function, toplevel.Function)
    return function.body.body


def expression(text: str) -> str:
    """The shape of an expression."""
    sink = Diagnostics()
    file = SourceFile("test.c", text)
    expr = parse_expression(file, sink, 0, len(text))
    assert len(sink) == 0, "\n".join(render(d) for d in sink)
    return shape(expr)


Shaped = tree.Expr | tree.InitList | tree.InitItem | tree.TypeName


def _shapes(nodes: Sequence[Shaped]) -> str:
    return ", ".join(shape(node) for node in nodes)


def shape(node: Shaped) -> str:
    match node:
        case tree.Name():
            return node.name
        case tree.Number():
            return str(node.value)
        case tree.Bool():
            return "true" if node.value else "false"
        case tree.Null():
            return "NULL"
        case tree.Text():
            return repr(node.value)
        case tree.Unary():
            return f"({node.op}{shape(node.operand)})"
        case tree.IncDec():
            return f"({node.op}{shape(node.operand)})" if node.prefix else f"({shape(node.operand)}{node.op})"
        case tree.Binary():
            return f"({shape(node.left)} {node.op} {shape(node.right)})"
        case tree.Assign():
            return f"({shape(node.target)} {node.op} {shape(node.value)})"
        case tree.Conditional():
            return f"({shape(node.test)} ? {shape(node.then)} : {shape(node.other)})"
        case tree.Comma():
            return f"({_shapes(node.items)})"
        case tree.Call():
            return f"{node.name}({_shapes(node.args)})"
        case tree.Member():
            return f"{shape(node.base)}{'->' if node.arrow else '.'}{node.name}"
        case tree.Index():
            return f"{shape(node.base)}[{shape(node.index)}]"
        case tree.Compound():
            return f"({shape(node.type)}){shape(node.init)}"
        case tree.Allocate():
            word = "kmalloc_freed" if node.reuse else "kmalloc"
            return f"{word}({_shapes((node.type, *node.fields))})"
        case tree.ContainerOf():
            return f"container_of({shape(node.pointer)}, {shape(node.type)}, {node.field})"
        case tree.InitList():
            return "{" + _shapes(node.items) + "}"
        case tree.InitItem():
            name = f".{node.field} = " if node.field else f"[{shape(node.index)}] = " if node.index else ""
            return name + shape(node.value)
        case tree.TypeName():
            words = ["wrapping"] * node.wrapping + [node.tag] * (node.tag != "name") + [node.name]
            return " ".join(words) + "*" * node.pointers
        case tree.BadExpr():
            return "?"
