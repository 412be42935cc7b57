"""Types of expressions: what each may stand beside, and a sentence when it may not."""

from __future__ import annotations

from typing import Never

from racewalk.lang import tree
from racewalk.lang.builtins import BUILTINS, CONSTANTS, Builtin
from racewalk.lang.diagnostics import Diagnostics, did_you_mean
from racewalk.lang.resolve import TypeResolver
from racewalk.lang.source import Span
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
    RCU_HEAD,
    TEXT,
    VOID,
    ArrayType,
    BoolType,
    EnumType,
    IntType,
    LockType,
    NullType,
    PointerType,
    RcuHeadType,
    StructType,
    Type,
    VoidType,
    WordType,
    is_integer,
    is_truth,
    is_value,
)

Scope = dict[str, LocalSymbol]


class Bad(Exception):
    """An expression has no type; the diagnostic has been given."""


class ExpressionChecker:
    """Types the expressions of one unit. `scopes` is the stack of local names, innermost last."""

    def __init__(self, checked: Checked, sink: Diagnostics, resolve: TypeResolver) -> None:
        self.out = checked
        self.sink = sink
        self.resolve = resolve
        self.scopes: list[Scope] = []
        self._defines: set[str] = set()  # being typed, against definitions in circles

    # -- entry points --------------------------------------------------------------------------

    def type_of(self, expr: tree.Expr) -> Type | None:
        """The type, recorded; None after a diagnostic."""
        try:
            return self._type(expr)
        except Bad:
            return None

    def expect_value(self, expr: tree.Expr, want: Type, what: str) -> None:
        """The expression may be stored where a `want` stands."""
        got = self.type_of(expr)
        if got is not None and not self.fits(got, want):
            self._error("type-mismatch", expr.span, f"{what} is {_a(want)}, but this is {_a(got)}")

    def expect_truth(self, expr: tree.Expr) -> None:
        got = self.type_of(expr)
        if got is not None and not is_truth(got):
            self._error("not-a-condition", expr.span, f"a condition is a number, a bool or a pointer, not {_a(got)}")

    def expect_integer(self, expr: tree.Expr, what: str) -> None:
        got = self.type_of(expr)
        if got is not None and not is_integer(got):
            self._error("not-a-number", expr.span, f"{what} is a number, but this is {_a(got)}")

    def check_init(self, init: tree.Expr | tree.InitList, want: Type, what: str) -> None:
        """An initialiser: an expression, or a brace list for words, objects and arrays."""
        if not isinstance(init, tree.InitList):
            self.expect_value(init, want, what)
            return
        match want:
            case WordType(fields=fields) | StructType(fields=fields):
                self._check_fields(init.items, fields, str(want))
            case ArrayType(element=element, length=length):
                if len(init.items) > length:
                    self._error("too-many-values", init.items[length].span, f"{what} has only {length} elements")
                for item in init.items:
                    if item.field is not None:
                        self._error("bad-initialiser", item.span, "an array has no named fields")
                    if item.index is not None:
                        self.expect_integer(item.index, "an index")
                    self.check_init(item.value, element, f"an element of {what}")
            case _:
                self._error("bad-initialiser", init.span, f"{what} is {_a(want)}: it takes one value, not a list")

    def fits(self, got: Type, want: Type) -> bool:
        """A value of type `got` may be stored where a `want` stands."""
        if got is want:
            return True
        if isinstance(got, NullType):
            return isinstance(want, PointerType)
        return is_integer(got) and is_integer(want)

    # -- one method per form --------------------------------------------------------------------

    def _type(self, expr: tree.Expr) -> Type:
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
                self._error("stray-text", expr.span, "text can stand only in messages, covers and titles")
                return TEXT
            case tree.Name():
                return self._name(expr)
            case tree.Unary():
                return self._unary(expr)
            case tree.IncDec(operand=operand):
                self._assignable(operand)
                self.expect_integer(operand, f"the operand of '{expr.op}'")
                return NUMBER
            case tree.Binary():
                return self._binary(expr)
            case tree.Conditional(test=test, then=then, other=other):
                self.expect_truth(test)
                return self._common(expr, self._type(then), self._type(other))
            case tree.Assign():
                return self._assign(expr)
            case tree.Comma(items=items):
                return [self._type(item) for item in items][-1]
            case tree.Call():
                return self._call(expr)
            case tree.Member():
                return self._member(expr)
            case tree.Index(base=base, index=index):
                self.expect_integer(index, "an index")
                array = self._type(base)
                if not isinstance(array, ArrayType):
                    self._fail("not-an-array", base.span, f"only an array can be indexed, and this is {_a(array)}")
                return array.element
            case tree.Compound(type=name, init=init):
                word = self.resolve.type(name)
                if not isinstance(word, WordType):
                    self._fail("not-a-word", expr.span, f"only a word type has such a value, and {word} is none")
                self.check_init(init, word, f"a {word}")
                return word
            case tree.Allocate(type=name, fields=fields):
                struct = self.resolve.type(name)
                if not isinstance(struct, StructType):
                    self._fail("not-an-object", name.span, f"only objects are allocated, and {struct} is none")
                if not any(pool.type is struct for pool in self.out.pools.values()):
                    self._error(
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
            known = [name for scope in self.scopes for name in scope]
            known += [*self.out.globals, *self.out.unit.defines, *self._enum_names()]
            hint = did_you_mean(expr.name, known)
            if expr.name in self.out.functions or expr.name in BUILTINS:
                hint = f"{expr.name} is a function: call it, {expr.name}(...)"
            self._fail("unknown-name", expr.span, f"'{expr.name}' is not declared", hint)
        self.out.symbol_of[expr] = symbol
        match symbol:
            case LocalSymbol(type=t) | GlobalSymbol(type=t) | EnumSymbol(type=t):
                return t
            case NumberSymbol():
                return NUMBER
            case ConstantSymbol(name=name, value=value):
                if name in self._defines:
                    self._fail("circular-define", expr.span, f"'{name}' is defined by itself")
                self._defines.add(name)
                outer, self.scopes = self.scopes, []
                try:
                    return self._type(value)
                finally:
                    self.scopes = outer
                    self._defines.discard(name)

    def _enum_names(self) -> list[str]:
        return [name for enum in self.out.enums.values() for name in enum.members]

    def _lookup(self, name: str) -> Symbol | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        if name in self.out.globals:
            return self.out.globals[name]
        define = self.out.unit.defines.get(name)
        if define is not None:
            return ConstantSymbol(name, define.value)
        for enum in self.out.enums.values():
            if name in enum.members:
                return EnumSymbol(name, enum.members[name], enum)
        if name in CONSTANTS:
            return NumberSymbol(name, max(self.out.cpus, default=-1) + 1)
        return None

    def _unary(self, expr: tree.Unary) -> Type:
        if expr.op == "&":
            return self._address(expr)
        got = self._type(expr.operand)
        if expr.op == "*":
            if not isinstance(got, PointerType):
                self._fail("not-a-pointer", expr.span, f"'*' takes a pointer, and this is {_a(got)}")
            return got.target
        if expr.op == "!":
            self.expect_truth(expr.operand)
            return BOOL
        self.expect_integer(expr.operand, f"the operand of '{expr.op}'")
        return NUMBER

    def _address(self, expr: tree.Unary) -> Type:
        operand = expr.operand
        got = self._type(operand)
        if not self._is_place(operand):
            self._fail("no-address", expr.span, "only something in memory has an address")
        root = self.root_local(operand)
        if root is not None and operand is not None:
            if not isinstance(operand, tree.Name):
                self._fail(
                    "local-part-address",
                    expr.span,
                    f"part of the local '{root.name}' has no address",
                    "pass the whole local, or set the part from the function's result",
                )
            self.out.reassigned.add(root)
        if isinstance(got, ArrayType):
            self._fail("array-address", expr.span, "take the address of one element: &x[0]")
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

    def _is_place(self, expr: tree.Expr) -> bool:
        match expr:
            case tree.Name():
                return isinstance(self.out.symbol_of.get(expr), LocalSymbol | GlobalSymbol)
            case tree.Member(arrow=True) | tree.Unary(op="*"):
                return True
            case tree.Member(base=base) | tree.Index(base=base):
                return self._is_place(base)
        return False

    def _assignable(self, target: tree.Expr) -> None:
        """The target of a store: a place, of a value type, and not one field of a shared word."""
        got = self._type(target)
        if not self._is_place(target):
            self._fail("not-assignable", target.span, "nothing can be stored here")
        if not is_value(got):
            hint = "set its fields one by one" if isinstance(got, StructType) else None
            self._fail("not-a-value", target.span, f"{_a(got)} cannot be stored as a whole", hint)
        inner = target
        while isinstance(inner, tree.Member | tree.Index):
            base = inner.base
            in_word = (
                isinstance(inner, tree.Member) and not inner.arrow and isinstance(self._type(base), WordType)
            ) or (
                isinstance(inner, tree.Member)
                and inner.arrow
                and isinstance(pointer := self._type(base), PointerType)
                and isinstance(pointer.target, WordType)
            )
            if in_word and self.root_local(inner) is None:
                self._fail(
                    "part-of-a-word",
                    target.span,
                    "this stores one field of a word in memory: two accesses hidden in one store",
                    "load the word into a local, change the copy, store it back whole",
                )
            inner = base
        root = self.root_local(target)
        if root is not None:
            self.out.reassigned.add(root)

    def _binary(self, expr: tree.Binary) -> Type:
        if expr.op in ("&&", "||"):
            self.expect_truth(expr.left)
            self.expect_truth(expr.right)
            return BOOL
        left, right = self._type(expr.left), self._type(expr.right)
        if expr.op in ("==", "!="):
            self._common(expr, left, right)
            return BOOL
        for side, got in ((expr.left, left), (expr.right, right)):
            if not is_integer(got):
                hint = None
                if isinstance(got, PointerType):
                    hint = "there is no pointer arithmetic: index an array, &a[i]"
                self._error("not-a-number", side.span, f"'{expr.op}' takes numbers, and this is {_a(got)}", hint)
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
        self._fail("type-mismatch", expr.span, f"{_a(left)} and {_a(right)} do not go together")

    def _assign(self, expr: tree.Assign) -> Type:
        self._assignable(expr.target)
        want = self._type(expr.target)
        if expr.op == "=":
            self.expect_value(expr.value, want, "the target")
        else:
            self.expect_integer(expr.target, f"the target of '{expr.op}'")
            self.expect_integer(expr.value, f"the value of '{expr.op}'")
        return want

    def _member(self, expr: tree.Member) -> Type:
        base = self._type(expr.base)
        if expr.arrow:
            if not isinstance(base, PointerType):
                hint = f"use '.': {expr.base.span.text}.{expr.name}" if isinstance(base, StructType | WordType) else None
                self._fail("not-a-pointer", expr.base.span, f"'->' follows a pointer, and this is {_a(base)}", hint)
            base = base.target
        elif isinstance(base, PointerType):
            self._fail(
                "not-an-object",
                expr.base.span,
                "'.' follows an object or a word, and this is a pointer",
                f"use '->': {expr.base.span.text}->{expr.name}",
            )
        if not isinstance(base, StructType | WordType):
            self._fail("no-fields", expr.base.span, f"{_a(base)} has no fields")
        if expr.name not in base.fields:
            hint = did_you_mean(expr.name, list(base.fields))
            self._fail("unknown-field", expr.name_span, f"{base} has no field '{expr.name}'", hint)
        return base.fields[expr.name]

    def _container_of(self, expr: tree.ContainerOf) -> Type:
        struct = self.resolve.type(expr.type)
        pointer = self._type(expr.pointer)
        if not isinstance(struct, StructType):
            self._fail("not-an-object", expr.type.span, f"container_of gives an object, and {struct} is none")
        if expr.field not in struct.fields:
            hint = did_you_mean(expr.field, list(struct.fields))
            self._fail("unknown-field", expr.field_span, f"{struct} has no field '{expr.field}'", hint)
        if pointer is not self.out.pointers.to(struct.fields[expr.field]):
            self._error("type-mismatch", expr.pointer.span, f"this does not point to {struct}.{expr.field}")
        return self.out.pointers.to(struct)

    def _check_fields(self, items: tuple[tree.InitItem, ...], fields: dict[str, Type], owner: str) -> None:
        names = list(fields)
        for position, item in enumerate(items):
            name = item.field
            if item.index is not None or (name is None and position >= len(names)):
                self._error("bad-initialiser", item.span, f"{owner} is initialised by '.field = value'")
                continue
            name = name if name is not None else names[position]
            if name not in fields:
                self._error("unknown-field", item.span, f"{owner} has no field '{name}'", did_you_mean(name, names))
                continue
            self.check_init(item.value, fields[name], f"{owner}.{name}")

    # -- calls ----------------------------------------------------------------------------------

    def _call(self, expr: tree.Call) -> Type:
        builtin = BUILTINS.get(expr.name)
        function = self.out.functions.get(expr.name)
        if function is not None:
            if len(expr.args) != len(function.params):
                self._error(
                    "argument-count",
                    expr.span,
                    f"{expr.name} takes {_count(len(function.params), 'argument')}, and here are {len(expr.args)}",
                )
            for arg, param in zip(expr.args, function.params, strict=False):
                self.expect_value(arg, param.type, f"'{param.name}' of {expr.name}")
            return function.result
        if builtin is not None:
            return self._builtin(expr, builtin)
        known = [*self.out.functions, *BUILTINS]
        self._fail(
            "unknown-function", expr.name_span, f"no function is called '{expr.name}'", did_you_mean(expr.name, known)
        )

    def _builtin(self, expr: tree.Call, builtin: Builtin) -> Type:
        fewest, most = len(builtin.args) - builtin.optional, len(builtin.args)
        if len(expr.args) < fewest or (len(expr.args) > most and not builtin.rest):
            self._fail(
                "argument-count",
                expr.span,
                f"{expr.name} takes {_count(most, 'argument')}, and here are {len(expr.args)}",
            )
        first: Type = VOID
        for number, (kind, arg) in enumerate(zip(builtin.args, expr.args, strict=False)):
            got = self._argument(expr, builtin, kind, arg, first)
            if number == 0:
                first = got
        for arg in expr.args[most:]:
            got = self._type(arg)
            if not is_value(got) and not isinstance(got, NullType):
                self._error("not-a-value", arg.span, f"{_a(got)} cannot be printed")
        if builtin.rest:
            self._check_format(expr, builtin)
        match builtin.result:
            case "void":
                return VOID
            case "bool":
                return BOOL
            case "int":
                return NUMBER
            case "first":
                return first
            case "target":
                return first.target if isinstance(first, PointerType) else NUMBER

    def _argument(self, call: tree.Call, builtin: Builtin, kind: str, arg: tree.Expr, first: Type) -> Type:
        if kind == "text":
            if not isinstance(arg, tree.Text):
                self._error("text-expected", arg.span, f'{call.name} takes text in quotes here: "kind: words"')
            return TEXT
        if kind == "function":
            self._callback(arg)
            return VOID
        got = self._type(arg)
        target = got.target if isinstance(got, PointerType) else None
        match kind:
            case "lock":
                if not (isinstance(target, LockType) and target.kind == builtin.lock):
                    wanted = {"spinlock": "spinlock_t", "bit_lock": "bit_lock_t"}.get(
                        builtin.lock or "", "struct rw_semaphore"
                    )
                    hint = f"take its address: &{arg.span.text}" if isinstance(got, LockType) else None
                    self._error(
                        "lock-expected", arg.span, f"{call.name} takes a {wanted} *, and this is {_a(got)}", hint
                    )
            case "rcu":
                if not isinstance(target, RcuHeadType):
                    self._error("rcu-expected", arg.span, f"{call.name} takes a struct rcu_head *, not {_a(got)}")
            case "counter":
                if target is None or not is_integer(target):
                    hint = f"take its address: &{arg.span.text}" if is_integer(got) else None
                    self._error("counter-expected", arg.span, f"{call.name} takes the address of a number", hint)
            case "cell":
                if target is None or not is_value(target):
                    self._error("cell-expected", arg.span, f"{call.name} takes the address of a value in memory")
            case "pointer":
                if not isinstance(got, PointerType):
                    self._error("not-a-pointer", arg.span, f"{call.name} takes a pointer, and this is {_a(got)}")
            case "place":
                if not self._is_place(arg) or not is_value(got):
                    self._error("place-expected", arg.span, f"{call.name} takes a variable or a field")
                elif call.name == "WRITE_ONCE":
                    self._assignable(arg)
            case "value":
                want = first.target if call.name in ("cmpxchg", "xchg") and isinstance(first, PointerType) else first
                self.expect_value(arg, want, "the place")
            case "int":
                self.expect_integer(arg, f"the argument of {call.name}")
            case "truth":
                self.expect_truth(arg)
        return got

    def _callback(self, arg: tree.Expr) -> None:
        """The second argument of call_rcu: the name of a void function of one struct rcu_head *."""
        name = arg.name if isinstance(arg, tree.Name) else None
        function = self.out.functions.get(name) if name else None
        if function is None:
            hint = did_you_mean(name, list(self.out.functions)) if name else None
            self._error("function-expected", arg.span, "call_rcu takes the name of a function", hint)
            return
        head = self.out.pointers.to(RCU_HEAD)
        if not (len(function.params) == 1 and function.params[0].type is head and function.result is VOID):
            self._error(
                "bad-callback", arg.span, f"an RCU callback is: void {function.decl.name}(struct rcu_head *head)"
            )

    def _check_format(self, expr: tree.Call, builtin: Builtin) -> None:
        at = builtin.args.index("text")
        if at >= len(expr.args) or not isinstance(text := expr.args[at], tree.Text):
            return
        wanted = len(format_places(text.value))
        given = len(expr.args) - at - 1
        if wanted != given:
            self._error(
                "format", text.span, f"the text has {_count(wanted, 'place')} (%s, %d), and {given} values follow"
            )

    # -- saying so ------------------------------------------------------------------------------

    def _error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        self.sink.error(code, message, span, hint)

    def _fail(self, code: str, span: Span, message: str, hint: str | None = None) -> Never:
        self._error(code, span, message, hint)
        raise Bad


def format_places(text: str) -> list[int]:
    """Offsets of the %s, %d, %u, %x of a message; %% is none."""
    places, i = [], 0
    while i < len(text) - 1:
        if text[i] == "%":
            if text[i + 1] in "sdux":
                places.append(i)
            i += 1
        i += 1
    return places


def _a(t: Type) -> str:
    """A type with its article, for a sentence."""
    match t:
        case IntType(name="number"):
            return "a number"
        case VoidType():
            return "nothing"
        case NullType():
            return "NULL"
        case BoolType():
            return "a bool"
        case EnumType() | IntType():
            return f"a number ({t})"
        case PointerType():
            return f"a pointer ({t})"
        case ArrayType():
            return f"an array ({t})"
        case WordType():
            return f"a {t}"
        case StructType():
            return f"an object ({t})"
    return f"a {t}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"

