"""Evaluation of the pure expressions over registers."""

from __future__ import annotations

from collections.abc import Callable

from racewalk.lang.constants import BINARY
from racewalk.lang.types import PointerType, Type, WordType
from racewalk.program.fit import fit
from racewalk.program.values import (
    ADDRESS_MASK,
    Const,
    Content,
    FieldOf,
    MakeWord,
    Narrow,
    Operate,
    Register,
    Same,
    Select,
    Value,
    WithField,
)


def evaluate(value: Value, register: Callable[[Register], Content]) -> Content:
    """What a value is now. Raises ZeroDivisionError."""
    match value:
        case Const(value=content):
            return content
        case Register():
            return register(value)
        case Operate(op=op, left=left, right=right):
            a, b = evaluate(left, register), evaluate(right, register)
            assert isinstance(a, int)
            assert isinstance(b, int)
            return BINARY[op](a, b)
        case FieldOf(word=word, index=index):
            content = evaluate(word, register)
            assert isinstance(content, tuple)
            return content[index]
        case Same(left=left, right=right, type=t, negate=negate):
            equal = bare(evaluate(left, register), t) == bare(evaluate(right, register), t)
            return int(equal != negate)
        case Select(test=test, then=then, other=other):
            return evaluate(then if evaluate(test, register) else other, register)
        case Narrow(value=inner, type=t):
            return fit(evaluate(inner, register), t)[0]
        case MakeWord(items=items):
            return tuple(int(v) for v in (evaluate(i, register) for i in items) if isinstance(v, int))
        case WithField(word=word, index=index, value=inner):
            content, replaced = evaluate(word, register), evaluate(inner, register)
            assert isinstance(content, tuple)
            assert isinstance(replaced, int)
            return (*content[:index], replaced, *content[index + 1 :])


def bare(content: Content, t: Type) -> Content:
    """A pointer or word without the generations of its pointers: what `==` compares."""
    if isinstance(t, PointerType):
        assert isinstance(content, int)
        return content & ADDRESS_MASK
    if isinstance(t, WordType):
        assert isinstance(content, tuple)
        return tuple(
            v & ADDRESS_MASK if isinstance(f, PointerType) else v
            for v, f in zip(content, t.fields.values(), strict=True)
        )
    return content
