"""The syntax tree of a file: what is declared at its top level.

What stands inside, types, expressions and statements, is `racewalk.lang.tree`, and so is what holds of
every node. Names follow the C standard's where the dialect follows C.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from racewalk.lang.source import Span
from racewalk.lang.tree import Block, Declarator, Expr, For, InitList, TypeName
from racewalk.record import frozen_record as node


@node
class Include:
    span: Span
    path: str
    path_span: Span


@node
class Define:
    """`#define NAME expression`"""

    span: Span
    name: str
    name_span: Span
    value: Expr


@node
class Macro:
    """`#define name(params) for (init; test; step)`: the only macro that takes parameters.

    `template` is the For with an empty body; its parameters stand in it as `Name`s.
    """

    span: Span
    name: str
    name_span: Span
    params: tuple[str, ...]
    template: For


@node
class Field:
    span: Span
    declarator: Declarator


@node
class Struct:
    """`struct name { }`, an object type, or, with `word`, `typedef struct { } name`, a word type."""

    span: Span
    name: str
    name_span: Span
    fields: tuple[Field, ...]
    word: bool


@node
class EnumMember:
    span: Span
    name: str
    value: Expr | None


@node
class Enum:
    span: Span
    name: str | None
    members: tuple[EnumMember, ...]


@node
class Param:
    span: Span
    declarator: Declarator


@node
class Function:
    """`qualifiers` is drawn from: inline, weak, atomic, fuse. `result` None is void."""

    span: Span
    name: str
    name_span: Span
    result: TypeName | None
    params: tuple[Param, ...]
    body: Block
    qualifiers: frozenset[str]


@node
class Global:
    span: Span
    declarator: Declarator
    init: Expr | InitList | None
    ghost: bool


@node
class Pool:
    """`POOL(struct page, 4, "P");` gives P0..P3."""

    span: Span
    type: TypeName
    count: Expr
    prefix: str
    prefix_span: Span


@node
class Setup:
    span: Span
    body: Block


@node
class Actor:
    """`CPU(0, "khugepaged") { setup { } ... }`; `number`, that of its CPU, is None for DEVICE and EVENT."""

    span: Span
    kind: Literal["CPU", "SOFTIRQ", "DEVICE", "EVENT"]
    number: Expr | None
    title: str
    title_span: Span
    setup: Block | None
    body: Block


@node
class Property:
    span: Span
    kind: Literal["always", "never", "sometimes", "finally"]
    text: str
    expr: Expr


@node
class Finally:
    """`finally { }`: one step on a copy of each final state."""

    span: Span
    body: Block


@node
class LockClass:
    span: Span
    struct: str
    field: str


@node
class LockOrder:
    """Outermost first."""

    span: Span
    classes: tuple[LockClass, ...]


Decl = (
    Include | Define | Macro | Struct | Enum | Function | Global | Pool | Setup | Actor | Property | Finally | LockOrder
)


@node
class File:
    """One parsed file. `captions` maps a line (from 1) to its trailing comment, such as "U7"."""

    span: Span
    decls: tuple[Decl, ...]
    captions: dict[int, str] = field(default_factory=dict)
