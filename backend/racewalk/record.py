"""Classes of fields that cost little to define.

`@dataclass` writes and compiles every method of every class whenever its module is imported. Where a module has dozens
of small classes, that was most of the time until `racewalk check` began its work. So what is the same in all of them is
shared here, and only `__init__` is generated: a quarter of the time. They are dataclasses all the same, with slots;
`fields`, `replace` and matching work.

record         equal only to itself
frozen_record  likewise, and no field is ever assigned again: mypy sees to it, nothing does at run time
value_record   equal to any other of its class with the same values, and frozen likewise
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # else `dataclass` has `inspect` look for one, which takes longest
    cls.__repr__ = _repr  # type: ignore[method-assign]
    return dataclass(slots=True, eq=False, repr=False)(cls)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def frozen_record(cls: type[T]) -> type[T]:
    return record(cls)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_record(cls: type[T]) -> type[T]:
    cls.__eq__ = _eq  # type: ignore[method-assign]
    cls.__hash__ = _hash  # type: ignore[method-assign]
    return record(cls)


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: object) -> bool:
    return type(self) is type(other) and _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))


def _values(self: Any) -> tuple[object, ...]:
    return tuple([getattr(self, one.name) for one in fields(self) if one.compare])
