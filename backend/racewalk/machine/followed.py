"""What becomes of what a step reads: the values that carry it, and the decisions that were taken on it.

A *reading* is one read of one cell, in one step of a run. Its value travels through locals; a later step *uses* it when
it decides on it, stores it, or follows it as a pointer. Steps are followed one after the other along a run, from the
instructions that really ran, so there are no guesses: a branch that was not taken is no use. After each step there is
what the actor still carries. A reading ends in two ways: no local that is still needed carries its value, and no
decision on it is in force any more, because the ways of its branch have met again.

A value may also tell only how a decision went: after `if (pte_none(*pte)) ok = true;` a test of `ok` is a decision on
the same reading, but `ok` does not carry its value. What a pointer points to does not carry the reading of the pointer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from racewalk.lang.types import WordType
from racewalk.machine.machine import Machine
from racewalk.machine.memory import Touch
from racewalk.model import Move, State
from racewalk.program.code import (
    AddressOf,
    Allocate,
    Await,
    Branch,
    Check,
    ContainerOf,
    Enter,
    Instr,
    Load,
    Set,
    Store,
    Update,
)
from racewalk.program.dependence import Dependence
from racewalk.program.program import ActorCode
from racewalk.program.reach import assigned_in, direct_parts, outermost, read_in
from racewalk.program.values import FieldOf, Place, Register
from racewalk.program.words import shown


class Reading(NamedTuple):
    """One read in a run: the number of its step, and the cell; of a word one field, where only that is looked at."""

    step: int
    cell: str
    field: str | None = None


Readings = frozenset[Reading]
NOTHING: Readings = frozenset()

How = Literal["decides", "stores", "follows"]


class Origin(NamedTuple):
    """What a value was made of, and the readings on which it was decided."""

    made_of: Readings = NOTHING
    decided_by: Readings = NOTHING

    def __or__(self, other: Origin) -> Origin:
        return Origin(self.made_of | other.made_of, self.decided_by | other.decided_by)


UNKNOWN = Origin()


class Use(NamedTuple):
    reading: Reading
    how: How
    text: str  # of the condition, the store, the access


class Ending(NamedTuple):
    """After the step no needed local has the value any more, or no decision on it is in force."""

    reading: Reading
    of: Literal["value", "decision"]


class Decision(NamedTuple):
    """A branch that was taken on readings, and where its ways meet (None: not before the end)."""

    branch: int
    until: int | None
    readings: Readings


@dataclass(frozen=True, slots=True)
class Carried:
    """What an actor has in its hands between two steps."""

    values: dict[Register, Origin] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    @property
    def in_values(self) -> Readings:
        """The readings, as wholes, whose value some local has."""
        return frozenset(r._replace(field=None) for origin in self.values.values() for r in origin.made_of)

    @property
    def in_decisions(self) -> Readings:
        return NOTHING.union(*(decision.readings for decision in self.decisions))


class Followed(NamedTuple):
    """One step: what it used, what ended with it, and what its actor carries afterwards."""

    carried: Carried
    uses: tuple[Use, ...]
    ends: tuple[Ending, ...]


class Follower:
    """Follows runs of one program. All methods are functions of their arguments."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._dependence = [Dependence(actor) for actor in machine.program.actors]

    def step(self, before: State, move: Move, number: int, carried: Carried) -> Followed:
        """The step with this number, which can be done in the state `before`."""
        actor = self._machine.program.actors[move.actor]
        head = actor.instrs[actor.steps[self._machine.pc(before, move.actor)].at]
        walk = _Walk(self._machine, self._dependence[move.actor], actor, head, number, carried)
        ran, next_at = self._machine.followed(before, move)
        for at, touches in ran:
            walk.instruction(at, touches)
        after = walk.carried(next_at)
        ends = [Ending(r, "value") for r in _by_step((carried.in_values | walk.made) - after.in_values)]
        ends += [Ending(r, "decision") for r in _by_step((carried.in_decisions | walk.decided) - after.in_decisions)]
        return Followed(after, tuple(walk.uses), tuple(ends))


def _by_step(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: (reading.step, reading.cell, reading.field or ""))


def in_order(readings: Iterable[Reading]) -> list[Reading]:
    """By step and cell; where a whole word is meant, its fields are not named again."""
    known = set(readings)
    said = (r for r in known if r.field is None or r._replace(field=None) not in known)
    return _by_step(said)


class _Walk:
    """The instructions of one step, in their order."""

    def __init__(
        self,
        machine: Machine,
        facts: Dependence,
        actor: ActorCode,
        head: Instr,
        number: int,
        carried: Carried,
    ) -> None:
        self._layout = machine.layout
        self._facts, self._code, self._head, self._number = facts, actor.instrs, head, number
        self._values = dict(carried.values)
        self._decisions = list(carried.decisions)
        self.uses: list[Use] = []
        self.made: set[Reading] = set()
        self.decided: set[Reading] = set()

    def instruction(self, at: int, touches: tuple[Touch, ...]) -> None:
        self._decisions = [decision for decision in self._decisions if decision.until != at]
        instr = self._code[at]
        if instr.observe or isinstance(instr, Check):
            return
        match instr:
            case Set(target=target, value=value):
                self._assign(target, self._of(value))
            case Load(target=target, place=place):
                self._follow(place, instr)
                self._assign(target, Origin(self._reading(instr, touches)))
            case Store(place=place, value=value):
                self._use(self._of(value), "stores", instr)
                self._follow(place, instr)
            case Update(place=place, value=value, expected=expected, target=target):
                self._use(self._of((value, expected)), "stores", instr)
                self._follow(place, instr)
                if target is not None:
                    self._assign(target, Origin(self._reading(instr, touches)))
            case AddressOf(target=target, place=place):
                self._assign(target, self._of(place))
            case ContainerOf(target=target, pointer=pointer):
                self._assign(target, self._of(pointer))
            case Allocate(target=target, initial=initial):
                for _, _, value in initial:
                    self._use(self._of(value), "stores", instr)
                self._assign(target, UNKNOWN)
            case Branch(test=test):
                self._decide(at, self._of(test), instr)
            case Await(test=test):
                self._use(self._of(test), "decides", instr)
            case _:
                self._use(self._of(tuple(read_in(instr))), "follows", instr)
                for target in assigned_in(instr):
                    self._assign(target, UNKNOWN)

    def carried(self, next_at: int | None) -> Carried:
        """What is left when the actor stands at an instruction; None: its path has ended."""
        if next_at is None:
            return Carried()
        live = self._facts.live[next_at]
        values = {r: origin for r, origin in self._values.items() if r in live and origin != UNKNOWN}
        resting = next_at in self._facts.rests
        decisions = [decision for decision in self._decisions if decision.until != next_at and not resting]
        return Carried(values, tuple(decisions))

    # -- what comes of it -------------------------------------------------------------------------

    def _reading(self, instr: Load | Update, touches: tuple[Touch, ...]) -> Readings:
        """What the step itself reads; the local work behind it reads only what never changes."""
        if not (instr is self._head or _within(instr, self._head)):
            return NOTHING
        found = {Reading(self._number, self._layout.name_at(t.address)) for t in touches if t.mode == "read"}
        self.made |= found
        return frozenset(found)

    def _assign(self, target: Register, origin: Origin) -> None:
        because = (d.readings for d in self._decisions if target in self._facts.merged(d.branch))
        self._values[target] = origin | Origin(decided_by=NOTHING.union(*because))

    def _decide(self, at: int, origin: Origin, instr: Instr) -> None:
        self._use(origin, "decides", instr)
        readings = origin.made_of | origin.decided_by
        self.decided |= readings
        # In a loop the latest look counts.
        self._decisions = [decision for decision in self._decisions if decision.branch != at]
        if readings:
            self._decisions.append(Decision(at, self._facts.meets(at), readings))
            for register in self._facts.merged(at):
                self._values[register] = self._values.get(register, UNKNOWN) | Origin(decided_by=readings)

    def _follow(self, place: Place, instr: Instr) -> None:
        self._use(self._of(place), "follows", instr)

    def _use(self, origin: Origin, how: How, instr: Instr) -> None:
        readings = origin.made_of | origin.decided_by if how == "decides" else origin.made_of
        known = {(use.reading, use.how) for use in self.uses}
        text = shown(instr.site.span)
        self.uses += [Use(r, how, text) for r in in_order(readings) if (r, how) not in known]

    def _of(self, item: object) -> Origin:
        """The origin of a value or a place, from those of the registers in it."""
        made_of: set[Reading] = set()
        decided_by: set[Reading] = set()
        todo = [item]
        while todo:
            part = todo.pop()
            if isinstance(part, tuple):
                todo += part
            elif isinstance(part, Register):
                origin = self._values.get(part, UNKNOWN)
                made_of |= origin.made_of
                decided_by |= origin.decided_by
            elif isinstance(part, FieldOf) and isinstance(part.word, Register):
                origin = self._values.get(part.word, UNKNOWN)
                made_of |= {_field(reading, part) for reading in origin.made_of}
                decided_by |= origin.decided_by
            else:
                todo += direct_parts(part)
        return Origin(frozenset(made_of), frozenset(decided_by))


def _field(reading: Reading, part: FieldOf) -> Reading:
    """The reading of a word, where only one field of it is looked at."""
    word = part.word.type if isinstance(part.word, Register) else None
    if reading.field is not None or not isinstance(word, WordType):
        return reading
    return reading._replace(field=list(word.fields)[part.index])


def _within(instr: Instr, head: Instr) -> bool:
    return isinstance(head, Enter) and outermost(instr.region) is outermost(head.region)
