"""What a type can hold of a value: the one rule for stores, registers and constants."""

from __future__ import annotations

from racewalk.lang.types import BoolType, EnumType, IntType, Type, WordType
from racewalk.program.values import Content


def fit(value: Content, t: Type) -> tuple[Content, bool]:
    """The value as the type can hold it, and whether it did without loss (or may wrap)."""
    match t:
        case IntType():
            assert isinstance(value, int)
            if t.holds(value):
                return value, True
            return t.wrap(value), t.wrapping
        case BoolType():
            return int(bool(value)), True
        case EnumType(members=members):
            assert isinstance(value, int)
            low, high = min(members.values(), default=0), max(members.values(), default=0)
            return (value, True) if min(low, 0) <= value <= max(high, 0) else (0, False)
        case WordType(fields=fields):
            assert isinstance(value, tuple)
            parts = [fit(v, f) for v, f in zip(value, fields.values(), strict=True)]
            return tuple(int(p) for p, _ in parts if isinstance(p, int)), all(ok for _, ok in parts)
    return value, True
