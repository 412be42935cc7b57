"""Folding: the value of an operation, computed now where its operands are known."""

from __future__ import annotations

from racewalk.lang.constants import BINARY
from racewalk.lang.types import NUMBER, IntType, NullType, PointerType, Type
from racewalk.program.fit import fit
from racewalk.program.values import (
    ADDRESS_MASK,
    Const,
    FieldOf,
    MakeWord,
    Narrow,
    Operate,
    Same,
    Select,
    Value,
    WithField,
)


def operate(op: str, a: Value, b: Value) -> Value:
    """`a op b`, computed now where both are known."""
    if isinstance(a, Const) and isinstance(b, Const) and isinstance(a.value, int) and isinstance(b.value, int):
        try:
            return Const(BINARY[op](a.value, b.value))
        except ZeroDivisionError:
            pass
    return Operate(op, a, b)


def truth(value: Value) -> Value:
    """Whether a value is not 0, as 0 or 1."""
    if isinstance(value, Operate) and value.op in ("==", "!=", "<", "<=", ">", ">="):
        return value
    if isinstance(value, Same):
        return value
    return operate("!=", value, Const(0))


def same(a: Value, b: Value, t: Type, negate: bool) -> Value:
    """`==` or `!=` of pointers or words."""
    if isinstance(a, Const) and isinstance(b, Const) and isinstance(t, PointerType):
        assert isinstance(a.value, int)
        assert isinstance(b.value, int)
        return Const(int(((a.value & ADDRESS_MASK) == (b.value & ADDRESS_MASK)) != negate))
    return Same(a, b, t, negate)


def select(test: Value, then: Value, other: Value) -> Value:
    """`test ? then : other` where nothing can be seen of computing both."""
    if isinstance(test, Const):
        return then if test.value else other
    return Select(test, then, other)


def field_of(word: Value, index: int) -> Value:
    """One field of a word."""
    match word:
        case Const(value=tuple() as fields):
            return Const(fields[index])
        case MakeWord(items=items):
            return items[index]
        case WithField(index=at, value=value) if at == index:
            return value
    return FieldOf(word, index)


def with_field(word: Value, index: int, value: Value) -> Value:
    """A word with one field replaced."""
    return WithField(word, index, value)


def holds(value: Const, t: Type) -> bool:
    """A register of the type can hold the constant as it is."""
    return fit(value.value, t) == (value.value, True)


def narrow(value: Value, given: Type, t: Type) -> Value:
    """What is left of a value of type `given` when it has been stored as a `t`."""
    if given is t:
        return value
    return Const(fit(value.value, t)[0]) if isinstance(value, Const) else Narrow(value, t)


def register_type(t: Type) -> Type:
    """The type of a register that holds a computed value: a number is exact until it is stored."""
    return NUMBER if isinstance(t, IntType | NullType) else t
