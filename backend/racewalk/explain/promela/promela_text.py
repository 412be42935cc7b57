"""A step in Promela itself: its guard, and what it does to S.

Temporaries are global, since SPIN's breadth-first search allows no hidden ones; a step leaves them at 0, so that they
tell no states apart. What a step finds is not said here: the C of the same step notes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from racewalk.explain.promela.guards import guard_of
from racewalk.explain.promela.numbers import Expr, Life, Num, bare_text, in_promela, is_narrow, parts, rebuilt
from racewalk.explain.promela.ops import Arrive, Die, Fork, Jump, Let, Mark, Note, Op, Put, Routine, Wait
from racewalk.explain.promela.signals import CHOICE
from racewalk.explain.promela.simplify import Private, expressions, simplify, with_expressions

TEMPS = 12
"""Temporaries that all steps share."""

LINES = 100
"""A step that would be longer is said in C."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One way of a step in Promela. `body` changes S."""

    guard: str
    body: tuple[str, ...]
    temps: int


def specialised(routine: Routine, choice: int, private: Private) -> Routine:
    """The step where it takes this way."""

    def chosen(expr: Expr) -> Expr:
        return rebuilt(expr, lambda part: Num(choice) if part == CHOICE else None)

    return Routine(simplify([with_expressions(op, chosen) for op in routine.ops], private, frozenset()))


def spoken(routine: Routine, choice: int, name: str, private: Private) -> Spoken | None:
    """The step in Promela; None where that is too long for anybody, or needs numbers that Promela has not."""
    routine = specialised(routine, choice, private)
    guard = guard_of(routine, private)
    if guard is None or not _is_sayable(guard):
        return None
    doing = simplify([op for op in routine.ops if not isinstance(op, Note | Die | Wait)], private, frozenset())
    temps = list(dict.fromkeys(op.temp.name for op in doing if isinstance(op, Let)))
    if len(temps) > TEMPS or len(doing) > LINES or not all(_is_sayable(e) for op in doing for e in expressions(op)):
        return None
    names = {temp: f"t{number}" for number, temp in enumerate(temps)}
    lines = [line for at, op in enumerate(doing) for line in _lines(op, at == len(doing) - 1, name, names)]
    if any(line.endswith(f"goto {name}_out;") for line in lines):
        lines.append(f"{name}_out: skip;")
    lines += [f"{temp} = 0;" for temp in names.values()]
    return Spoken(bare_text(in_promela(guard, "S", {})) if guard != Num(1) else "true", tuple(lines), len(temps))


def _is_sayable(expr: Expr) -> bool:
    return is_narrow(expr) and not any(isinstance(part, Life) for part in parts(expr))


def _lines(op: Op, last: bool, name: str, names: Mapping[str, str]) -> Iterator[str]:
    def text(expr: Expr) -> str:
        return bare_text(in_promela(expr, "S", names))

    match op:
        case Let(temp=temp, value=value):
            yield f"{names[temp.name]} = {text(value)};"
        case Put(address=address, value=value):
            yield f"S[{text(address)}] = {text(value)};"
        case Mark(label=label):
            yield f"{_label(name, label)}: skip;"
        case Fork(test=test, then=then, other=other):
            yield f"if :: {text(test)} -> goto {_label(name, then)} :: else -> goto {_label(name, other)} fi;"
        case Jump(label=label):
            yield f"goto {_label(name, label)};"
        case Arrive():
            if not last:
                yield f"goto {name}_out;"


def _label(name: str, label: int) -> str:
    return f"{name}_{label}" if label >= 0 else f"{name}_to{~label}"
