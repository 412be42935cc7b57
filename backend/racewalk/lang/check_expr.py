"""Types of expressions: what each may stand beside, and a sentence when it may not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import chain
from typing import Never

from racewalk.lang import tree
from racewalk.lang.builtins import BUILTINS, CONSTANTS
from racewalk.lang.defines import in_order
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.foreign import FOREIGN_NAMES
from racewalk.lang.resolve import TypeResolver
from racewalk.lang.source import Span
from racewalk.lang.spell_type import a
from racewalk.lang.symbols import (
    Checked,
    ConstantSymbol,
    EnumSymbol,
    GlobalSymbol,
    LocalSymbol,
    NumberSymbol,
    Symbol,
)
from racewalk.lang.types import (
    BOOL,
    NULL,
    NUMBER,
    TEXT,
    ArrayType,
    NullType,
    PointerType,
    SignalType,
    StructType,
    Type,
    VoidType,
    WordType,
    is_integer,
    is_truth,
    is_value,
)
from racewalk.lang.walk import parts_of

Scope = dict[str, LocalSymbol]

CONSTANT_PARTS = (
    tree.Number,
    tree.Bool,
    tree.Null,
    tree.Name,
    tree.Unary,
    tree.Binary,
    tree.Conditional,
    tree.Compound,
    tree.InitList,
    tree.InitItem,
)
"""What a #define may be made of."""


class Bad(Exception):
    """An expression has no type; the diagnostic has been given."""


class Expressions(ABC):
    """Types the expressions of one unit; a subclass adds calls.

    `scopes` is the stack of local names, innermost last.
    """

    def __init__(self, checked: Checked, sink: Diagnostics, resolve: TypeResolver) -> None:
        self.out = checked
        self.sink = sink
        self.resolve = resolve
        self.scopes: list[Scope] = []
        self._tried: set[str] = set()  # names of #defines that have been looked at
        self._in_define = False

    @abstractmethod
    def call(self, expr: tree.Call) -> Type:
        """The type of a call (`check_call`). Raises Bad."""

    # -- entry points --------------------------------------------------------------------------

    def type_of(self, expr: tree.Expr) -> Type | None:
        """The type, recorded; None after a diagnostic."""
        try:
            return self.need(expr)
        except Bad:
            return None

    def expect_value(self, expr: tree.Expr, want: Type, what: str) -> None:
        """The expression may be stored where a `want` stands."""
        got = self.type_of(expr)
        if got is None or self.fits(got, want):
            return
        if got is want:
            self.error("not-a-value", expr.span, f"{a(want)} is never copied", "initialise its parts: { ... }")
        else:
            hint = "a pointer to nothing is NULL" if isinstance(want, PointerType) and is_integer(got) else None
            self.error("type-mismatch", expr.span, f"{what} is {a(want)}, but this is {a(got)}", hint)

    def expect_truth(self, expr: tree.Expr) -> None:
        got = self.type_of(expr)
        if got is not None and not is_truth(got):
            self.error("not-a-condition", expr.span, f"a condition is a number, a bool or a pointer, not {a(got)}")

    def expect_integer(self, expr: tree.Expr, what: str) -> None:
        got = self.type_of(expr)
        if got is not None and not is_integer(got):
            stepped = isinstance(got, PointerType) and what in ("the operand of '++'", "the operand of '--'")
            hint = "there is no pointer arithmetic: index an array, &a[i]" if stepped else None
            self.error("not-a-number", expr.span, f"{what} is a number, but this is {a(got)}", hint)

    def expect_action(self, expr: tree.Expr) -> None:
        """The expression stands where its value is not used."""
        got = self.type_of(expr)
        if got is not None and not (is_value(got) or isinstance(got, VoidType | NullType)):
            self.error("not-a-value", expr.span, f"{a(got)} alone does nothing")

    def check_init(self, init: tree.Expr | tree.InitList, want: Type, what: str) -> None:
        """An initialiser: an expression, or a brace list for words, objects and arrays."""
        if not isinstance(init, tree.InitList):
            self.expect_value(init, want, what)
            return
        match want:
            case WordType(fields=fields) | StructType(fields=fields):
                self._check_fields(init.items, fields, str(want))
            case SignalType(fields=fields) if fields:
                self._check_fields(init.items, fields, str(want))
            case ArrayType(element=element, length=length):
                if len(init.items) > length:
                    self.error("too-many-values", init.items[length].span, f"{what} has only {length} elements")
                for item in init.items:
                    if item.field is not None:
                        self.error("bad-initialiser", item.span, "an array has no named fields")
                    if item.index is not None:
                        self.expect_integer(item.index, "an index")
                    self.check_init(item.value, element, f"an element of {what}")
            case _:
                self.error("bad-initialiser", init.span, f"{what} is {a(want)}: it takes one value, not a list")

    def fits(self, got: Type, want: Type) -> bool:
        """A value of type `got` may be stored where a `want` stands."""
        if got is want:
            return is_value(want)
        if isinstance(got, NullType):
            return isinstance(want, PointerType)
        return is_integer(got) and is_integer(want)

    # -- one method per form --------------------------------------------------------------------

    def need(self, expr: tree.Expr) -> Type:
        """The type, recorded. Raises Bad after a diagnostic."""
        known = self.out.type_of.get(expr)
        if known is None:
            known = self._infer(expr)
            self.out.type_of[expr] = known
        return known

    def _infer(self, expr: tree.Expr) -> Type:
        match expr:
            case tree.Number():
                return NUMBER
            case tree.Bool():
                return BOOL
            case tree.Null():
                return NULL
            case tree.Text():
                self.error("stray-text", expr.span, "text can stand only in messages, covers and titles")
                return TEXT
            case tree.Name():
                return self._name(expr)
            case tree.Unary():
                return self._unary(expr)
            case tree.IncDec(operand=operand):
                self.assignable(operand)
                self.expect_integer(operand, f"the operand of '{expr.op}'")
                return NUMBER
            case tree.Binary():
                return self._binary(expr)
            case tree.Conditional(test=test, then=then, other=other):
                self.expect_truth(test)
                return self._common(expr, self.need(then), self.need(other))
            case tree.Assign():
                return self._assign(expr)
            case tree.Comma(items=items):
                for item in items[:-1]:
                    self.expect_action(item)
                return self.need(items[-1])
            case tree.Call():
                return self.call(expr)
            case tree.Member():
                return self._member(expr)
            case tree.Index(base=base, index=index):
                self.expect_integer(index, "an index")
                array = self.need(base)
                if not isinstance(array, ArrayType):
                    self.fail("not-an-array", base.span, f"only an array can be indexed, and this is {a(array)}")
                return array.element
            case tree.Compound(type=name, init=init):
                word = self.resolve.type(name)
                if not isinstance(word, WordType):
                    self.fail("not-a-word", expr.span, f"only a word type has such a value, and {word} is none")
                self.check_init(init, word, f"a {word}")
                return word
            case tree.Allocate(type=name, fields=fields):
                struct = self.resolve.type(name)
                if not isinstance(struct, StructType):
                    self.fail("not-an-object", name.span, f"only objects are allocated, and {struct} is none")
                if not any(pool.type is struct for pool in self.out.pools.values()):
                    self.error(
                        "no-pool",
                        name.span,
                        f"there is no pool of {struct} to allocate from",
                        f'declare one: POOL({struct}, 2, "X");',
                    )
                self._check_fields(fields, struct.fields, str(struct))
                return self.out.pointers.to(struct)
            case tree.ContainerOf():
                return self._container_of(expr)
            case tree.BadExpr():
                raise Bad
        raise AssertionError(expr)

    def _name(self, expr: tree.Name) -> Type:
        symbol = self._lookup(expr.name)
        if symbol is None:
            locals_ = (name for scope in reversed(self.scopes) for name in scope)
            known = chain(locals_, self.out.globals, self.out.unit.defines, self.out.enumerators)
            hint = self.sink.suggest(expr.name, known)
            hint = hint or FOREIGN_NAMES.get(expr.name)
            if expr.name in self.out.functions or expr.name in BUILTINS:
                hint = f"{expr.name} is a function: call it, {expr.name}(...)"
            self.fail("unknown-name", expr.span, f"'{expr.name}' is not declared", hint)
        self.out.symbol_of[expr] = symbol
        match symbol:
            case LocalSymbol(type=t) | GlobalSymbol(type=t) | EnumSymbol(type=t):
                return t
            case NumberSymbol():
                return NUMBER
            case ConstantSymbol(name=name, value=value):
                self._define(name, expr)
                return self.out.type_of[value]

    def _define(self, name: str, use: tree.Name) -> None:
        """Type a #define, and before it those that it mentions. Raises Bad."""
        defines = self.out.unit.defines
        if name not in self._tried:
            outer, self.scopes, self._in_define = self.scopes, [], True
            for needed in in_order(name, defines, self._tried):
                self._tried.add(needed)
                value = defines[needed].value
                if (got := self.type_of(value)) is not None:
                    self._check_constant(needed, value, got)
                    self.out.defines[needed] = value
            self.scopes, self._in_define = outer, False
        elif defines[name].value not in self.out.type_of and self._in_define:
            self.fail("circular-define", use.span, f"'{name}' is defined by itself, or by something that is wrong")
        if defines[name].value not in self.out.type_of:
            raise Bad

    def _check_constant(self, name: str, value: tree.Expr, got: Type) -> None:
        for part in parts_of(value):
            named = self.out.symbol_of.get(part) if isinstance(part, tree.Name) else None
            if not isinstance(part, CONSTANT_PARTS) or isinstance(named, GlobalSymbol):
                self._not_constant(name, part.span)
                return
        if is_integer(got) and self.resolve.lookup(name) is None:
            self._not_constant(name, value.span)

    def _not_constant(self, name: str, span: Span) -> None:
        self.error("not-constant", span, f"'{name}' must be a constant", "write a static inline function instead")

    def _lookup(self, name: str) -> Symbol | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        if name in self.out.globals:
            return self.out.globals[name]
        define = self.out.unit.defines.get(name)
        if define is not None:
            return ConstantSymbol(name, define.value)
        if name in self.out.enumerators:
            return self.out.enumerators[name]
        if name in CONSTANTS:
            return NumberSymbol(name, max(self.out.cpus, default=-1) + 1)
        return None

    def _unary(self, expr: tree.Unary) -> Type:
        if expr.op == "&":
            return self._address(expr)
        got = self.need(expr.operand)
        if expr.op == "*":
            if not isinstance(got, PointerType):
                self.fail("not-a-pointer", expr.span, f"'*' takes a pointer, and this is {a(got)}")
            return got.target
        if expr.op == "!":
            self.expect_truth(expr.operand)
            return BOOL
        self.expect_integer(expr.operand, f"the operand of '{expr.op}'")
        return NUMBER

    def _address(self, expr: tree.Unary) -> Type:
        operand = expr.operand
        got = self.need(operand)
        if not self.is_place(operand):
            self.fail("no-address", expr.span, "only something in memory has an address")
        root = self.root_local(operand)
        if root is not None and operand is not None:
            if not isinstance(operand, tree.Name):
                self.fail(
                    "local-part-address",
                    expr.span,
                    f"part of the local '{root.name}' has no address",
                    "pass the whole local, or set the part from the function's result",
                )
            self.out.reassigned.add(root)
        elif self._is_part_of_word(operand):
            self.fail("no-address", expr.span, "a field of a word has no address: a word is loaded and stored whole")
        if isinstance(got, ArrayType):
            self.fail("array-address", expr.span, "take the address of one element: &x[0]")
        return self.out.pointers.to(got)

    def root_local(self, expr: tree.Expr) -> LocalSymbol | None:
        """The local that a place lies in: `val` of `val.kind`; None for memory."""
        match expr:
            case tree.Name():
                symbol = self.out.symbol_of.get(expr)
                return symbol if isinstance(symbol, LocalSymbol) else None
            case tree.Member(base=base, arrow=False) | tree.Index(base=base):
                return self.root_local(base)
        return None

    def is_place(self, expr: tree.Expr) -> bool:
        match expr:
            case tree.Name():
                return isinstance(self.out.symbol_of.get(expr), LocalSymbol | GlobalSymbol)
            case tree.Member(arrow=True) | tree.Unary(op="*"):
                return True
            case tree.Member(base=base) | tree.Index(base=base):
                return self.is_place(base)
        return False

    def _is_part_of_word(self, expr: tree.Expr) -> bool:
        if not isinstance(expr, tree.Member):
            return False
        owner = self.need(expr.base)
        return isinstance(owner.target if expr.arrow and isinstance(owner, PointerType) else owner, WordType)

    def assignable(self, target: tree.Expr) -> None:
        """The target of a store: a place, of a value type, and not one field of a shared word."""
        got = self.need(target)
        if not self.is_place(target):
            self.fail("not-assignable", target.span, "nothing can be stored here")
        if not is_value(got):
            hint = "set its fields one by one" if isinstance(got, StructType) else None
            self.fail("not-a-value", target.span, f"{a(got)} cannot be stored as a whole", hint)
        if self._is_part_of_word(target) and self.root_local(target) is None:
            self.fail(
                "part-of-a-word",
                target.span,
                "this stores one field of a word in memory: two accesses hidden in one store",
                "load the word into a local, change the copy, store it back whole",
            )
        root = self.root_local(target)
        if root is not None:
            self.out.reassigned.add(root)

    def _binary(self, expr: tree.Binary) -> Type:
        if expr.op in ("&&", "||"):
            self.expect_truth(expr.left)
            self.expect_truth(expr.right)
            return BOOL
        left, right = self.need(expr.left), self.need(expr.right)
        if expr.op in ("==", "!="):
            self._common(expr, left, right)
            return BOOL
        for side, got in ((expr.left, left), (expr.right, right)):
            if not is_integer(got):
                hint = None
                if isinstance(got, PointerType):
                    hint = "there is no pointer arithmetic: index an array, &a[i]"
                self.error("not-a-number", side.span, f"'{expr.op}' takes numbers, and this is {a(got)}", hint)
                raise Bad
        return BOOL if expr.op in ("<", "<=", ">", ">=") else NUMBER

    def _common(self, expr: tree.Expr, left: Type, right: Type) -> Type:
        """The type of two values that stand side by side: compared, or the arms of `? :`."""
        if left is right and (is_value(left) or isinstance(left, VoidType)):
            return left
        if is_integer(left) and is_integer(right):
            return NUMBER
        if isinstance(left, NullType) and isinstance(right, PointerType | NullType):
            return right
        if isinstance(right, NullType) and isinstance(left, PointerType):
            return left
        with_number = isinstance(left, PointerType) or isinstance(right, PointerType)
        hint = "a pointer to nothing is NULL" if with_number and (is_integer(left) or is_integer(right)) else None
        self.fail("type-mismatch", expr.span, f"{a(left)} and {a(right)} do not go together", hint)

    def _assign(self, expr: tree.Assign) -> Type:
        self.assignable(expr.target)
        want = self.need(expr.target)
        if expr.op == "=":
            self.expect_value(expr.value, want, "the target")
        else:
            self.expect_integer(expr.target, f"the target of '{expr.op}'")
            self.expect_integer(expr.value, f"the value of '{expr.op}'")
        return want

    def _member(self, expr: tree.Member) -> Type:
        base = self.need(expr.base)
        if expr.arrow:
            if not isinstance(base, PointerType):
                hint = (
                    f"use '.': {expr.base.span.text}.{expr.name}" if isinstance(base, StructType | WordType) else None
                )
                self.fail("not-a-pointer", expr.base.span, f"'->' follows a pointer, and this is {a(base)}", hint)
            base = base.target
        elif isinstance(base, PointerType):
            self.fail(
                "not-an-object",
                expr.base.span,
                "'.' follows an object or a word, and this is a pointer",
                f"use '->': {expr.base.span.text}->{expr.name}",
            )
        if not isinstance(base, StructType | WordType):
            self.fail("no-fields", expr.base.span, f"{a(base)} has no fields")
        if expr.name not in base.fields:
            hint = self.sink.suggest(expr.name, base.fields)
            self.fail("unknown-field", expr.name_span, f"{base} has no field '{expr.name}'", hint)
        return base.fields[expr.name]

    def _container_of(self, expr: tree.ContainerOf) -> Type:
        struct = self.resolve.type(expr.type)
        pointer = self.need(expr.pointer)
        if not isinstance(struct, StructType):
            self.fail("not-an-object", expr.type.span, f"container_of gives an object, and {struct} is none")
        if expr.field not in struct.fields:
            hint = self.sink.suggest(expr.field, struct.fields)
            self.fail("unknown-field", expr.field_span, f"{struct} has no field '{expr.field}'", hint)
        if pointer is not self.out.pointers.to(struct.fields[expr.field]):
            self.error("type-mismatch", expr.pointer.span, f"this does not point to {struct}.{expr.field}")
        return self.out.pointers.to(struct)

    def _check_fields(self, items: tuple[tree.InitItem, ...], fields: dict[str, Type], owner: str) -> None:
        names = list(fields)
        for position, item in enumerate(items):
            name = item.field
            if item.index is not None or (name is None and position >= len(names)):
                self.error("bad-initialiser", item.span, f"{owner} is initialised by '.field = value'")
                continue
            name = name if name is not None else names[position]
            if name not in fields:
                self.error("unknown-field", item.span, f"{owner} has no field '{name}'", self.sink.suggest(name, names))
                continue
            self.check_init(item.value, fields[name], f"{owner}.{name}")

    # -- saying so ------------------------------------------------------------------------------

    def error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        self.sink.error(code, message, span, hint)

    def fail(self, code: str, span: Span, message: str, hint: str | None = None) -> Never:
        self.error(code, span, message, hint)
        raise Bad
