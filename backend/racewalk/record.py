"""Classes of fields that cost little to define.

`@dataclass` writes and compiles every method of every class whenever its module is imported. Where a module has dozens
of small classes, that was most of the time until `racewalk check` began its work. So what is the same in all of them is
shared here, and `__init__` is compiled once for each number of fields; other classes put their names into it. They are
dataclasses all the same, with slots; `fields`, `replace` and matching work.

record         equal only to itself
frozen_record  likewise, and no field is ever assigned again: mypy sees to it, nothing does at run time
value_record   equal to any other of its class with the same values, and frozen likewise
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields, make_dataclass
from functools import cache
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # else `dataclass` has `inspect` look for one, which takes longest
    cls.__repr__ = _repr  # type: ignore[method-assign]
    if not _is_plain(cls):
        return dataclass(slots=True, eq=False, repr=False)(cls)
    made = dataclass(slots=True, eq=False, repr=False, init=False)(cls)
    setattr(made, "__init__", _init(made))  # noqa: B010
    return made


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def frozen_record(cls: type[T]) -> type[T]:
    return record(cls)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_record(cls: type[T]) -> type[T]:
    cls.__eq__ = _eq  # type: ignore[method-assign]
    cls.__hash__ = _hash  # type: ignore[method-assign]
    return record(cls)


def _is_plain(cls: type) -> bool:
    """An object is made by setting each field to its argument, and nothing else."""
    inherited = [one for base in cls.__mro__[1:] for one in getattr(base, "__dataclass_fields__", {}).values()]
    stated = [one for one in vars(cls).values() if isinstance(one, Field)]
    plain = all(one.init and one.default_factory is MISSING for one in (*inherited, *stated))
    return plain and not hasattr(cls, "__post_init__")


def _init(cls: Any) -> Callable[..., None]:
    """`__init__` as `dataclass` would write it; arguments that have to be named come last."""
    all_fields = fields(cls)
    plain = [one for one in all_fields if not one.kw_only]
    named = [one for one in all_fields if one.kw_only]
    required = [one.default is MISSING for one in plain]
    if required != sorted(required, reverse=True):
        raise TypeError(f"{cls.__qualname__}: a field without a default follows one that has a default")
    names = tuple(one.name for one in (*plain, *named))
    code = _setting(len(names)).replace(
        co_name="__init__",
        co_qualname=f"{cls.__qualname__}.__init__",
        co_argcount=1 + len(plain),
        co_kwonlyargcount=len(named),
        co_varnames=("self", *names),
        co_names=names,
    )
    made = FunctionType(code, {}, "__init__", tuple(one.default for one in plain if one.default is not MISSING))
    made.__kwdefaults__ = {one.name: one.default for one in named if one.default is not MISSING}
    return made


@cache
def _setting(count: int) -> CodeType:
    """The code of a method that sets so many fields, each to an argument of its own."""
    pattern: Any = make_dataclass("Pattern", [f"field_{i}" for i in range(count)])
    code: CodeType = pattern.__init__.__code__
    return code


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
