"""Folding: the value of an operation, computed now where its operands are known."""

from __future__ import annotations

from racewalk.lang import tree
from racewalk.lang.constants import BINARY
from racewalk.lang.types import NUMBER, IntType, PointerType, Type, WordType
from racewalk.program.code import (
    ADDRESS_MASK,
    Const,
    FieldOf,
    MakeWord,
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


def register_type(t: Type) -> Type:
    """A register that holds a computed number has room for one."""
    return t if not isinstance(t, IntType) else NUMBER


def check_width(given: Type, want: Type) -> Type | None:
    """The type to check a stored value against; None where it fits for certain."""
    if isinstance(want, IntType) and given is not want:
        return want
    if isinstance(want, WordType):
        return want if any(isinstance(f, IntType) for f in want.fields.values()) else None
    return None


def has_effect(expr: tree.Expr) -> bool:
    """Computing it changes something, or may."""
    match expr:
        case tree.Assign() | tree.IncDec() | tree.Call():
            return True
        case tree.Unary(operand=operand):
            return has_effect(operand)
        case tree.Binary(left=left, right=right):
            return has_effect(left) or has_effect(right)
        case tree.Conditional(test=test, then=then, other=other):
            return any(has_effect(e) for e in (test, then, other))
        case tree.Member(base=base):
            return has_effect(base)
        case tree.Index(base=base, index=index):
            return has_effect(base) or has_effect(index)
        case tree.Comma():
            return True
    return False
