"""Expressions to instructions: every load and store of memory becomes one of its own, left to right."""

from __future__ import annotations

from abc import abstractmethod

from racewalk.lang import tree
from racewalk.lang.symbols import ConstantSymbol, EnumSymbol, GlobalSymbol, LocalSymbol, NumberSymbol
from racewalk.lang.types import (
    NUMBER,
    VOID,
    BoolType,
    LockType,
    PointerType,
    SignalType,
    StructType,
    Type,
    WordType,
)
from racewalk.program.code import Allocate, ContainerOf, Set, Store, Target
from racewalk.program.emit import Alias
from racewalk.program.fold import (
    field_of,
    holds,
    narrow,
    operate,
    register_type,
    same,
    select,
    truth,
    with_field,
)
from racewalk.program.layout import offset_of, size_of
from racewalk.program.places import Places
from racewalk.program.reach import parts_in
from racewalk.program.values import Const, MakeWord, Operate, Place, Register, Value


class Expressions(Places):
    """Adds values, places, conditions and assignments to the emitter."""

    @abstractmethod
    def call(self, expr: tree.Call) -> Value:
        """The value of a call (`calls`)."""

    # -- values ---------------------------------------------------------------------------------

    def value(self, expr: tree.Expr) -> Value:
        """Emit what the expression does; the value it gives, to be used before anything changes a local in it."""
        self.enter(expr.span)
        value = self._value(expr)
        self.leave()
        assumed = self.ground.omission.assumed(expr.span)
        return value if assumed is None else Const(int(assumed))

    def effect(self, expr: tree.Expr) -> None:
        """Emit what the expression does; its value is not used, but a division by zero in it counts."""
        value = self.value(expr)
        if any(isinstance(part, Operate) and part.op in ("/", "%") for part in parts_in(value)):
            self.copy(expr.span, value, NUMBER)

    def _value(self, expr: tree.Expr) -> Value:
        match expr:
            case tree.Number(value=number):
                return Const(number)
            case tree.Bool(value=truth):
                return Const(int(truth))
            case tree.Null():
                return Const(0)
            case tree.Name():
                return self._name(expr)
            case tree.Unary(op="&", operand=operand):
                return self.address(operand, expr)
            case tree.Unary(op="*", operand=operand):
                register = self._alias(operand)
                return register if register is not None else self.load(expr)
            case tree.Unary(op=op, operand=operand):
                inner = self.value(operand)
                if op == "!":
                    return operate("==", inner, Const(0))
                return operate("-", Const(0), inner) if op == "-" else operate("^", inner, Const(-1))
            case tree.IncDec():
                return self._step_by_one(expr)
            case tree.Binary(op="&&" | "||"):
                return self._short_circuit(expr)
            case tree.Binary(op=op, left=left, right=right):
                a = self.settle(self.value(left), left, right)
                b = self.value(right)
                if op in ("==", "!=") and isinstance(self._either(left, right), PointerType | WordType):
                    return same(a, b, self._either(left, right), op == "!=")
                return operate(op, a, b)
            case tree.Conditional():
                return self._conditional(expr)
            case tree.Assign():
                return self._assign(expr)
            case tree.Comma(items=items):
                for item in items[:-1]:
                    self.effect(item)
                return self.value(items[-1])
            case tree.Call():
                return self.call(expr)
            case tree.Member(base=base, arrow=False) if isinstance(word := self.type_of(base), WordType):
                return field_of(self.value(base), word.index(expr.name))
            case tree.Member(base=base, name=name, arrow=True) if isinstance(
                pointer := self.type_of(base), PointerType
            ) and isinstance(pointer.target, WordType):
                register = self._alias(base)
                whole: Value = register if register is not None else self._load_at(self._follow(base, expr), expr)
                return field_of(whole, pointer.target.index(name))
            case tree.Member() | tree.Index():
                return self.load(expr)
            case tree.Compound(init=init):
                return self.word(self.type_of(expr), init)
            case tree.Allocate():
                return self._allocate(expr)
            case tree.ContainerOf():
                return self._container_of(expr)
            case _:
                raise AssertionError(f"[racewalk bug] an expression that the checker refuses: {expr}")

    def _either(self, left: tree.Expr, right: tree.Expr) -> Type:
        a, b = self.type_of(left), self.type_of(right)
        return a if isinstance(a, PointerType | WordType) else b

    # -- names ----------------------------------------------------------------------------------

    def _name(self, expr: tree.Name) -> Value:
        symbol = self.checked.symbol_of[expr]
        match symbol:
            case LocalSymbol():
                bound = self.frame.bindings[symbol]
                if isinstance(bound, Alias):
                    self.fail(
                        "out-parameter",
                        expr.span,
                        f"'{expr.name}' was given the address of a local",
                        f"it can only be followed, *{expr.name}, or passed on",
                    )
                return bound
            case GlobalSymbol():
                return self.load(expr)
            case ConstantSymbol(name=name):
                return self.ground.constants[name]
            case EnumSymbol(value=number) | NumberSymbol(value=number):
                return Const(number)

    def _step_by_one(self, expr: tree.IncDec) -> Value:
        op = "+" if expr.op == "++" else "-"
        t = self.type_of(expr.operand)
        if self.local(expr.operand) is None:
            place = self.place(expr.operand)
            old: Value = self._load_at(place, expr.operand)
            new = self.store(place, operate(op, old, Const(1)), expr, NUMBER)
        else:
            old = self.value(expr.operand)
            if not expr.prefix:
                old = self.copy(expr.span, old, register_type(t))
            new = self.assign(expr.operand, operate(op, old, Const(1)), expr, NUMBER)
        return new if expr.prefix else old

    def _short_circuit(self, expr: tree.Binary) -> Value:
        if self._simple(expr.left) and self._simple(expr.right):
            a, b = truth(self.value(expr.left)), truth(self.value(expr.right))
            return select(a, b, Const(0)) if expr.op == "&&" else select(a, Const(1), b)
        yes, no, end = Target(), Target(), Target()
        result = self.temporary(NUMBER)
        self.condition(expr, yes, no)
        self._arm(yes, expr, result, Const(1), end)
        self._arm(no, expr, result, Const(0), None)
        self.put(end)
        return result

    def _arm(self, at: Target, expr: tree.Expr, result: Register, value: Value, end: Target | None) -> None:
        self.put(at)
        self.emit(Set(self.site(expr.span), result, value))
        if end is not None:
            self.jump(expr.span, end)

    def _conditional(self, expr: tree.Conditional) -> Value:
        if self._simple(expr.test) and self._simple(expr.then) and self._simple(expr.other):
            return select(truth(self.value(expr.test)), self.value(expr.then), self.value(expr.other))
        fixed = self.fixed(expr.test)
        if fixed is not None:
            return self.value(expr.then if fixed else expr.other)
        yes, no, end = Target(), Target(), Target()
        t = self.type_of(expr)
        result = self.temporary(register_type(t)) if t is not VOID else None
        self.condition(expr.test, yes, no)
        for arm, at in ((expr.then, yes), (expr.other, no)):
            self.put(at)
            value = self.convert(self.value(arm), self.type_of(arm), t)
            if result is not None:
                self.emit(Set(self.site(arm.span), result, value))
            if arm is expr.then:
                self.jump(expr.span, end)
        self.put(end)
        return result if result is not None else Const(0)

    def _simple(self, expr: tree.Expr) -> bool:
        """Only locals and constants: computing it cannot be seen."""
        match expr:
            case tree.Number() | tree.Bool() | tree.Null():
                return True
            case tree.Name():
                symbol = self.checked.symbol_of[expr]
                if isinstance(symbol, LocalSymbol):
                    return not isinstance(self.frame.bindings[symbol], Alias)
                return not isinstance(symbol, GlobalSymbol)
            case tree.Unary(op="-" | "!" | "~", operand=operand):
                return self._simple(operand)
            case tree.Unary(op="&", operand=operand):
                return self._fixed_place(operand)
            case tree.Binary(op=op, left=left, right=right):
                return op not in ("/", "%") and self._simple(left) and self._simple(right)
            case tree.Conditional(test=test, then=then, other=other):
                return all(self._simple(e) for e in (test, then, other))
            case tree.Member(base=base, arrow=False) if isinstance(self.type_of(base), WordType):
                return self._simple(base)
        return False

    def _fixed_place(self, expr: tree.Expr) -> bool:
        """The address is a constant here."""
        match expr:
            case tree.Name():
                symbol = self.checked.symbol_of[expr]
                return isinstance(symbol, GlobalSymbol) and symbol.pool is None
            case tree.Member(base=base, arrow=True):
                return self._simple(base) and isinstance(v := self.value(base), Const) and v.value != 0
            case tree.Member(base=base):
                return self._fixed_place(base)
            case tree.Index(base=base, index=index):
                return self._fixed_place(base) and self._simple(index) and isinstance(self.value(index), Const)
        return False

    def fixed(self, expr: tree.Expr) -> bool | None:
        """What a condition is, where the text fixes it; nothing is emitted."""
        if self.ground.omission.assumed(expr.span) is not None:
            return None  # it is still looked at
        match expr:
            case tree.Binary(op="&&", left=left, right=right):
                a = self.fixed(left)
                return False if a is False else (self.fixed(right) if a else None)
            case tree.Binary(op="||", left=left, right=right):
                a = self.fixed(left)
                return True if a else (self.fixed(right) if a is False else None)
            case tree.Unary(op="!", operand=operand):
                inner = self.fixed(operand)
                return None if inner is None else not inner
        if self._simple(expr):
            value = self.value(expr)
            if isinstance(value, Const):
                return bool(value.value)
        return None

    def condition(self, expr: tree.Expr, yes: Target, no: Target) -> None:
        """Go to `yes` or `no`; `&&`, `||` and `!` become jumps."""
        assumed = self.ground.omission.assumed(expr.span)
        if assumed is not None:
            self.effect(expr)
            self.jump(expr.span, yes if assumed else no)
            return
        self.enter(expr.span)
        self._condition(expr, yes, no)
        self.leave()

    def _condition(self, expr: tree.Expr, yes: Target, no: Target) -> None:
        fixed = self.fixed(expr)
        if fixed is not None:
            self.jump(expr.span, yes if fixed else no)
            return
        match expr:
            case tree.Binary(op="&&", left=left, right=right):
                middle = Target()
                self.condition(left, middle, no)
                self.put(middle)
                self.condition(right, yes, no)
            case tree.Binary(op="||", left=left, right=right):
                middle = Target()
                self.condition(left, yes, middle)
                self.put(middle)
                self.condition(right, yes, no)
            case tree.Unary(op="!", operand=operand):
                self.condition(operand, no, yes)
            case _:
                self.branch_on(expr.span, self.value(expr), yes, no)

    # -- stores ---------------------------------------------------------------------------------

    def _assign(self, expr: tree.Assign) -> Value:
        given = self.type_of(expr.value)
        if self.local(expr.target) is not None:
            if expr.op == "=":
                return self.assign(expr.target, self.value(expr.value), expr, given)
            old = self.settle(self.value(expr.target), expr.target, expr.value)
            return self.assign(expr.target, operate(expr.op[:-1], old, self.value(expr.value)), expr, NUMBER)
        place = self.settled(self.place(expr.target), expr.value)
        if expr.op == "=":
            return self.store(place, self.value(expr.value), expr, given)
        old = self._load_at(place, expr.target)
        return self.store(place, operate(expr.op[:-1], old, self.value(expr.value)), expr, NUMBER)

    def assign(self, target: tree.Expr, value: Value, whole: tree.Expr, given: Type) -> Value:
        """Store a value of type `given` in a local; what the local is then."""
        local = self.local(target)
        assert local is not None
        register, field = local
        value = self.convert(value, given, self.type_of(target))
        if field is not None:
            value = with_field(register, field, value)
        self.emit(Set(self.site(whole.span), register, value))
        return register if field is None else field_of(register, field)

    def store(self, place: Place, value: Value, whole: tree.Expr, given: Type, marked: bool = False) -> Value:
        """Store a value of type `given` in memory; what the memory holds then. `marked`: by WRITE_ONCE."""
        value = self.convert(value, given, place.type)
        self.emit(Store(self.site(whole.span), place, value, marked=marked))
        return narrow(value, given, place.type)

    def convert(self, value: Value, given: Type, want: Type) -> Value:
        """A number stored as a bool is whether it is not 0."""
        if isinstance(want, BoolType) and not isinstance(given, BoolType):
            return truth(value)
        return value

    def word(self, t: Type, init: tree.InitList) -> Value:
        """A word of the values given, and zeros; its fields hold what their types can."""
        assert isinstance(t, WordType)
        items: list[Value] = [Const(0)] * len(t.fields)
        given = [item.value for item in init.items if not isinstance(item.value, tree.InitList)]
        for position, (item, expr) in enumerate(zip(init.items, given, strict=True)):
            name = item.field if item.field is not None else list(t.fields)[position]
            value = self.convert(self.value(expr), self.type_of(expr), t.fields[name])
            items[t.index(name)] = self.settle(value, expr, *given[position + 1 :])
        if all(isinstance(i, Const) for i in items):
            constant = Const(tuple(i.value for i in items))  # type: ignore[misc, union-attr]
            if holds(constant, t):
                return constant
        return self.copy(init.span, MakeWord(tuple(items)), t)

    def initial(self, init: tree.Expr | tree.InitList, t: Type) -> Value:
        """The value of an initialiser of a scalar or a word."""
        if isinstance(init, tree.InitList):
            return self.word(t, init)
        return self.convert(self.value(init), self.type_of(init), t)

    # -- objects --------------------------------------------------------------------------------

    def _allocate(self, expr: tree.Allocate) -> Value:
        t = self.type_of(expr)
        assert isinstance(t, PointerType)
        assert isinstance(t.target, StructType)
        struct = t.target
        pool = next(p for p in self.checked.pools.values() if p.type is struct)
        initial: list[tuple[int, Type, Value]] = []
        for position, item in enumerate(expr.fields):
            name = item.field if item.field is not None else list(struct.fields)[position]
            later = tuple(other.value for other in expr.fields[position + 1 :])
            for offset, inner, value in self.scalars(item.value, struct.fields[name], later):
                initial.append((offset_of(struct, name) + offset, inner, value))
        target = self.temporary(t)
        self.emit(Allocate(self.site(expr.span), target, pool.prefix, tuple(initial), expr.reuse))
        return target

    def scalars(
        self, init: tree.Expr | tree.InitList, t: Type, later: tuple[tree.Expr | tree.InitList, ...] = ()
    ) -> list[tuple[int, Type, Value]]:
        """(offset, type, value) of every scalar or word that an initialiser sets; `later` ones come after it."""
        if isinstance(init, tree.InitList) and not isinstance(t, WordType):
            found: list[tuple[int, Type, Value]] = []
            for position, item in enumerate(init.items):
                if isinstance(t, SignalType):
                    inner, at = t.fields["count"], 0
                elif isinstance(t, StructType):
                    name = item.field if item.field is not None else list(t.fields)[position]
                    inner, at = t.fields[name], offset_of(t, name)
                else:
                    inner = t.element  # type: ignore[union-attr]
                    number = self.value(item.index) if item.index is not None else Const(position)
                    if not isinstance(number, Const) or not isinstance(number.value, int):
                        self.fail("not-constant", item.span, "an index here must be a constant")
                    if not 0 <= number.value < t.length:  # type: ignore[union-attr]
                        self.fail("index", item.span, "the index is outside of the array")
                    at = number.value * size_of(inner)
                rest = (*(other.value for other in init.items[position + 1 :]), *later)
                found += [(at + o, it, v) for o, it, v in self.scalars(item.value, inner, rest)]
            return found
        if isinstance(t, LockType | SignalType):
            self.fail("bad-initialiser", init.span, "a lock starts free: take it in setup")
        value = self.initial(init, t)
        return [(0, t, value if isinstance(init, tree.InitList) else self.settle(value, init, *later))]

    def _container_of(self, expr: tree.ContainerOf) -> Value:
        t = self.type_of(expr)
        assert isinstance(t, PointerType)
        assert isinstance(t.target, StructType)
        pointer = self.value(expr.pointer)
        target = self.temporary(t)
        self.emit(ContainerOf(self.site(expr.span), target, pointer, offset_of(t.target, expr.field), t.target.name))
        return target
