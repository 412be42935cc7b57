"""Types and numbers in a sentence: "a pointer (struct page *)", "3 arguments"."""

from __future__ import annotations

from racewalk.lang.types import (
    ArrayType,
    BoolType,
    EnumType,
    IntType,
    NullType,
    PointerType,
    StructType,
    Type,
    VoidType,
    WordType,
)


def a(t: Type) -> str:
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
