"""When a step can go: all of it, or none of it. The answer as one expression over the state before the step.

Found by going through the step with what it has computed and stored so far kept as expressions. Where that grows too
large, as in loops over data, there is no such expression, and the export asks a C function instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from racewalk.explain.promela.numbers import YES, Byte, Expr, Num, Temp, both, no, parts, pick, rebuilt, same
from racewalk.explain.promela.ops import Arrive, Die, Fork, Jump, Let, Mark, Op, Put, Routine, Wait
from racewalk.explain.promela.simplify import Private, may_be_same

VISITS = 200
"""Operations that are looked at for one guard."""

PARTS = 160
"""Parts of an expression on the way, and of the guard."""


class _TooLarge(Exception):
    """There is no expression of a size that anybody would read."""


def guard_of(routine: Routine, private: Private) -> Expr | None:
    """True where the step neither waits nor ends the run; None where that is too much for an expression."""
    try:
        found = _Search(routine.ops, private).go(0, _Known({}, ()))
    except _TooLarge:
        return None
    return found if _size(found) <= PARTS else None


@dataclass(frozen=True, slots=True)
class _Known:
    """What was computed, and what was stored, last first."""

    temps: Mapping[str, Expr]
    stores: tuple[tuple[Expr, Expr], ...]


@dataclass(slots=True)
class _Search:
    ops: tuple[Op, ...]
    private: Private
    visits: int = 0
    marks: dict[int, int] = field(init=False)
    matters: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.marks = {op.label: at for at, op in enumerate(self.ops) if isinstance(op, Mark)}
        self.matters = self._matters()

    def go(self, at: int, known: _Known) -> Expr:
        while self.matters[at]:
            self.visits += 1
            if self.visits > VISITS:
                raise _TooLarge
            op = self.ops[at]
            at += 1
            match op:
                case Let(temp=temp, value=value):
                    known = _Known({**known.temps, temp.name: self._now(value, known)}, known.stores)
                case Put(address=address, value=value):
                    stored = (self._now(address, known), self._now(value, known))
                    known = _Known(known.temps, (stored, *known.stores))
                case Die(test=test):
                    test = self._now(test, known)
                    return both(no(test), self.go(at, known))
                case Wait(test=test):
                    test = self._now(test, known)
                    return both(test, self.go(at, known))
                case Fork(test=test, then=then, other=other):
                    test = self._now(test, known)
                    if isinstance(test, Num):
                        at = self.marks[then if test.value else other]
                    else:
                        return pick(test, self.go(self.marks[then], known), self.go(self.marks[other], known))
                case Jump(label=label):
                    at = self.marks[label]
        return YES

    def _now(self, expr: Expr, known: _Known) -> Expr:
        """The expression over the state before the step."""

        def leaf(part: Expr) -> Expr | None:
            if isinstance(part, Temp):
                return known.temps[part.name]
            if isinstance(part, Byte):
                return self._read(rebuilt(part.address, leaf), known.stores)
            return None

        found = rebuilt(expr, leaf)
        if _size(found) > PARTS:
            raise _TooLarge
        return found

    def _read(self, address: Expr, stores: tuple[tuple[Expr, Expr], ...]) -> Expr:
        for number, (where, value) in enumerate(stores):
            if where == address:
                return value
            if may_be_same(where, address, self.private):
                return pick(same(address, where), value, self._read(address, stores[number + 1 :]))
        return Byte(address)

    def _matters(self) -> list[bool]:
        """For each operation whether there is one ahead that may not go on."""
        result = [isinstance(op, Die | Wait) for op in self.ops]
        changed = True
        while changed:
            changed = False
            for at in reversed(range(len(self.ops))):
                if not result[at] and any(result[n] for n in self._nexts(at)):
                    result[at] = changed = True
        return result

    def _nexts(self, at: int) -> tuple[int, ...]:
        match self.ops[at]:
            case Arrive():
                return ()
            case Jump(label=label):
                return (self.marks[label],)
            case Fork(then=then, other=other):
                return self.marks[then], self.marks[other]
        return (at + 1,)


def _size(expr: Expr) -> int:
    count = 0
    for _ in parts(expr):
        count += 1
        if count > PARTS:
            break
    return count
