"""What a step of an export is made of: a few operations on bytes, each of which both languages have.

An instruction of the machine becomes several of them. They are few so that the two printers and the
search for a step's guard stay small.
"""

from __future__ import annotations

from dataclasses import dataclass

from racewalk.explain.promela.numbers import Expr, Temp


@dataclass(frozen=True, slots=True)
class Let:
    temp: Temp
    value: Expr


@dataclass(frozen=True, slots=True)
class Put:
    """One byte of memory; the value is between 0 and 255."""

    address: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Note:
    """A finding of this kind where the test holds; the run goes on."""

    kind: str
    test: Expr


@dataclass(frozen=True, slots=True)
class Die:
    """A finding of this kind where the test holds; the run ends here."""

    kind: str
    test: Expr


@dataclass(frozen=True, slots=True)
class Wait:
    """The step cannot go unless the test holds."""

    test: Expr


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to jump to."""

    label: int


@dataclass(frozen=True, slots=True)
class Fork:
    test: Expr
    then: int
    other: int


@dataclass(frozen=True, slots=True)
class Jump:
    label: int


@dataclass(frozen=True, slots=True)
class Arrive:
    """The end of a step: the actor stands at this step now (its number of steps: it has finished)."""

    step: int


Plain = Let | Put | Note | Die | Wait
Op = Plain | Mark | Fork | Jump | Arrive


@dataclass(frozen=True, slots=True)
class Routine:
    """A step, or code that runs on its own, from its first operation to each Arrive."""

    ops: tuple[Op, ...]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(op.kind for op in self.ops if isinstance(op, Note | Die))

    @property
    def fatal(self) -> bool:
        return any(isinstance(op, Die) for op in self.ops)

    @property
    def blocks(self) -> bool:
        return any(isinstance(op, Wait) for op in self.ops)

    @property
    def targets(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(op.step for op in self.ops if isinstance(op, Arrive)))
