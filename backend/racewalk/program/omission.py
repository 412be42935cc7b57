"""What can be left out of a text to see whether it was needed: a lock, a test, a section, a call that waits or tells.

A `Candidate` names one such thing (`racewalk.program.candidates` finds them), an `Omission` is what `lower` leaves out.

Left out means:

    lock     it is not taken; a trylock succeeds. Releasing what one does not hold then does nothing
    section  an RCU, interrupts-off or softirqs-off section is not entered
    test     one operand of an `if` that looks at shared memory does not hold back what follows: it is still looked
             at, and counts as false, or as true where only its truth lets the code go on (`a && b`, `if (same) break;`)
    call     a call that tells others or waits for them: MMU notifiers, flushes, barriers
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from racewalk.lang.source import Span
from racewalk.record import value_record

Kind = Literal["lock", "section", "test", "call"]


class Place(NamedTuple):
    """A piece of text, whatever object its file is."""

    file: str
    start: int
    end: int

    @classmethod
    def of(cls, span: Span) -> Place:
        return cls(span.file.path, span.start, span.end)

    def holds(self, other: Place) -> bool:
        return self.file == other.file and self.start <= other.start and other.end <= self.end


@value_record
class Candidate:
    """`name` is "function: text", with "#2" for the second such text of a function."""

    name: str
    kind: Kind
    span: Span
    assumed: bool = False
    """Of a test: what its operand then counts as."""

    @property
    def place(self) -> Place:
        return Place.of(self.span)

    @property
    def function(self) -> str:
        return self.name.partition(": ")[0]


@value_record
class Omission:
    """`taken`: locks and sections by the place of their text; `tests`: operands; `calls`: statements."""

    taken: frozenset[Place] = frozenset()
    tests: tuple[tuple[Place, bool], ...] = ()
    calls: frozenset[Place] = frozenset()

    def assumed(self, span: Span) -> bool | None:
        """What an expression counts as, whatever it is; None: as what it is."""
        if not self.tests:
            return None
        place = Place.of(span)
        return next((value for operand, value in self.tests if operand == place), None)

    def takes(self, span: Span) -> bool:
        return bool(self.taken) and Place.of(span) in self.taken

    def calls_not(self, span: Span) -> bool:
        return bool(self.calls) and Place.of(span) in self.calls


NOTHING = Omission()


def omission_of(left_out: Iterable[Candidate]) -> Omission:
    chosen = list(left_out)
    return Omission(
        taken=frozenset(one.place for one in chosen if one.kind in ("lock", "section")),
        tests=tuple((one.place, one.assumed) for one in chosen if one.kind == "test"),
        calls=frozenset(one.place for one in chosen if one.kind == "call"),
    )
