"""The syntax tree inside of a declaration: types, expressions, statements. `racewalk.lang.toplevel` has the rest.

Nodes are immutable and compared by identity, so a stage attaches what it learns (a type, a
constant, a step) in a table of its own, keyed by the node. Every node carries the `Span` of the
text it came from. Names follow the C standard's where the dialect follows C.
"""

from __future__ import annotations

from typing import Literal

from racewalk.lang.source import Span
from racewalk.record import frozen_record as node

# -- types as written ------------------------------------------------------------------------


@node
class TypeName:
    """`struct page *`, `enum scan`, `pte_t`, `u8`: the specifier and how many stars follow it."""

    span: Span
    tag: Literal["struct", "enum", "name"]
    name: str
    pointers: int = 0
    wrapping: bool = False  # `wrapping u8 seq`: a store keeps the low bits


@node
class Declarator:
    """`*name[2]`: one declared name; `dims` holds a constant expression per array bound."""

    span: Span
    name: str
    name_span: Span
    type: TypeName  # specifier with this declarator's own stars
    dims: tuple[Expr, ...] = ()


# -- expressions -----------------------------------------------------------------------------


@node
class Name:
    span: Span
    name: str


@node
class Number:
    span: Span
    value: int


@node
class Bool:
    span: Span
    value: bool


@node
class Null:
    span: Span


@node
class Text:
    """A string literal; only messages, titles and covers take one. `value` is unescaped."""

    span: Span
    value: str


@node
class Unary:
    span: Span
    op: Literal["-", "!", "~", "*", "&"]
    operand: Expr


@node
class IncDec:
    span: Span
    op: Literal["++", "--"]
    prefix: bool
    operand: Expr


@node
class Binary:
    """Arithmetic, shifts, comparisons, and the short-circuit `&&` `||`."""

    span: Span
    op: str
    left: Expr
    right: Expr


@node
class Conditional:
    span: Span
    test: Expr
    then: Expr
    other: Expr


@node
class Assign:
    span: Span
    op: str  # "=", "+=", "|=", ...
    target: Expr
    value: Expr


@node
class Comma:
    span: Span
    items: tuple[Expr, ...]


@node
class Call:
    """A call by name: a function of the text or a built-in. There are no function values but call_rcu's."""

    span: Span
    name: str
    name_span: Span
    args: tuple[Expr, ...]


@node
class Member:
    span: Span
    base: Expr
    arrow: bool
    name: str
    name_span: Span


@node
class Index:
    span: Span
    base: Expr
    index: Expr


@node
class InitItem:
    """`.field = value`, `[index] = value` or a positional value."""

    span: Span
    field: str | None
    index: Expr | None
    value: Expr | InitList


@node
class InitList:
    span: Span
    items: tuple[InitItem, ...]


@node
class Compound:
    """`(pte_t){ .kind = PTE_PRESENT }`"""

    span: Span
    type: TypeName
    init: InitList


@node
class Allocate:
    """`kmalloc(struct page, .data = 7)`; `reuse` for `kmalloc_freed`."""

    span: Span
    type: TypeName
    fields: tuple[InitItem, ...]
    reuse: bool


@node
class ContainerOf:
    span: Span
    pointer: Expr
    type: TypeName
    field: str
    field_span: Span


@node
class BadExpr:
    """Where an expression could not be parsed; a diagnostic has been given already."""

    span: Span


Expr = (
    Name
    | Number
    | Bool
    | Null
    | Text
    | Unary
    | IncDec
    | Binary
    | Conditional
    | Assign
    | Comma
    | Call
    | Member
    | Index
    | Compound
    | Allocate
    | ContainerOf
    | BadExpr
)


# -- statements ------------------------------------------------------------------------------


@node
class Block:
    span: Span
    body: tuple[Stmt, ...]


@node
class Declare:
    """One declared local; `int a, b = 1;` is two of these."""

    span: Span
    declarator: Declarator
    init: Expr | InitList | None


@node
class ExprStmt:
    span: Span
    expr: Expr


@node
class Empty:
    span: Span


@node
class If:
    span: Span
    test: Expr
    then: Stmt
    other: Stmt | None


@node
class While:
    span: Span
    test: Expr
    body: Stmt


@node
class DoWhile:
    span: Span
    body: Stmt
    test: Expr


@node
class For:
    """`init` is a list because `int i = 0, j = 1` declares two."""

    span: Span
    init: tuple[Stmt, ...]
    test: Expr | None
    step: Expr | None
    body: Stmt


@node
class ForEach:
    """`vma_interval_tree_foreach (vma, mapping, pgoff) body`: a use of an iterator macro."""

    span: Span
    name: str
    name_span: Span
    args: tuple[Expr, ...]
    body: Stmt


@node
class ForEachObject:
    """`for_each_object (page, struct page) body`: every live object of the type, pools and globals."""

    span: Span
    variable: str
    variable_span: Span
    type: TypeName
    body: Stmt


@node
class Switch:
    span: Span
    subject: Expr
    body: Block


@node
class Case:
    """`case value:` or, with None, `default:`; stands as a statement in the body of its switch."""

    span: Span
    value: Expr | None


@node
class Label:
    span: Span
    name: str


@node
class Goto:
    span: Span
    name: str
    name_span: Span


@node
class Break:
    span: Span


@node
class Continue:
    span: Span


@node
class Return:
    span: Span
    value: Expr | None


@node
class Atomic:
    """`atomic { }` (the hardware does it at once) or `fuse { }` (spares clicks, never truth)."""

    span: Span
    kind: Literal["atomic", "fuse"]
    body: Block


Stmt = (
    Block
    | Declare
    | ExprStmt
    | Empty
    | If
    | While
    | DoWhile
    | For
    | ForEach
    | ForEachObject
    | Switch
    | Case
    | Label
    | Goto
    | Break
    | Continue
    | Return
    | Atomic
)


def statements_in(stmt: Stmt) -> list[Stmt]:
    """A statement and all statements in it, in order of the text."""
    found: list[Stmt] = [stmt]
    match stmt:
        case Block(body=body):
            for inner in body:
                found += statements_in(inner)
        case If(then=then, other=other):
            found += statements_in(then)
            if other is not None:
                found += statements_in(other)
        case (
            While(body=inside)
            | DoWhile(body=inside)
            | For(body=inside)
            | ForEach(body=inside)
            | ForEachObject(body=inside)
            | Switch(body=inside)
            | Atomic(body=inside)
        ):
            found += statements_in(inside)
    return found
