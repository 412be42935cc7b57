"""What a type can hold of a value: the one rule for stores, registers and constants."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from racewalk.lang.types import BoolType, EnumType, IntType, Type, WordType
from racewalk.program.values import Content

Fitted = tuple[Content, bool]


def fit(value: Content, t: Type) -> Fitted:
    """The value as the type can hold it, and whether it did without loss (or may wrap)."""
    return _rule(t)(value)


@lru_cache(maxsize=4096)
def _rule(t: Type) -> Callable[[Content], Fitted]:
    match t:
        case IntType():
            return _integers(t)
        case BoolType():
            return lambda value: (int(bool(value)), True)
        case EnumType():
            return _members(t)
        case WordType():
            return _words(t)
    return lambda value: (value, True)


def _integers(t: IntType) -> Callable[[Content], Fitted]:
    lowest, highest, wrapping = t.lowest, t.highest, t.wrapping

    def rule(value: Content) -> Fitted:
        assert isinstance(value, int)
        return (value, True) if lowest <= value <= highest else (t.wrap(value), wrapping)

    return rule


def _members(t: EnumType) -> Callable[[Content], Fitted]:
    lowest, highest = min((0, *t.members.values())), max((0, *t.members.values()))

    def rule(value: Content) -> Fitted:
        assert isinstance(value, int)
        return (value, True) if lowest <= value <= highest else (0, False)

    return rule


def _words(t: WordType) -> Callable[[Content], Fitted]:
    rules = [_rule(part) for part in t.fields.values()]

    def rule(value: Content) -> Fitted:
        assert isinstance(value, tuple)
        fitted, whole = [], True
        for part, number in zip(rules, value, strict=True):
            kept, fits = part(number)
            assert isinstance(kept, int)
            fitted.append(kept)
            whole = whole and fits
        return tuple(fitted), whole

    return rule
