"""What becomes of what a step reads: the values that carry it, and the decisions that were taken on it.

A *reading* is one read of one cell, in one step of a run. Its value travels through locals; a later step *uses* it when
it decides on it, stores it, or follows it as a pointer. Steps are followed one after the other along a run, from the
instructions that really ran, so there are no guesses: a branch that was not taken is no use. After each step there is
what the actor still carries. A reading ends in two ways: no local that is still needed carries its value, and no
decision on it is in force any more, because the ways of its branch have met again.

What a decision chose between carries it on: after `if (pte_none(*pte)) ok = true;` a test of `ok` is a decision on the
same reading. What a pointer points to does not carry the reading of the pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    FieldOf,
    Instr,
    Load,
    Place,
    Register,
    Set,
    Store,
    Update,
)
from racewalk.program.dependence import Dependence
from racewalk.program.program import ActorCode
from racewalk.program.reach import assigned_in, direct_parts, outermost, read_in
from racewalk.program.words import shown


class Reading(NamedTuple):
    """One read in a run: the number of its step, and the cell; of a word one field, where only that is looked at."""

    step: int
    cell: str
    field: str | None = None


Readings = frozenset[Reading]
NOTHING: Readings = frozenset()

How = Literal["decides", "stores", "follows"]


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

    values: dict[Register, Readings] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    @property
    def in_values(self) -> Readings:
        """The readings, as wholes, whose value some local has."""
        return frozenset(r._replace(field=None) for readings in self.values.values() for r in readings)

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
                self._assign(target, self._reading(instr, touches))
            case Store(place=place, value=value):
                self._use(self._of(value), "stores", instr)
                self._follow(place, instr)
            case Update(place=place, value=value, expected=expected, target=target):
                self._use(self._of(value) | (NOTHING if expected is None else self._of(expected)), "stores", instr)
                self._follow(place, instr)
                if target is not None:
                    self._assign(target, self._reading(instr, touches))
            case AddressOf(target=target, place=place):
                self._assign(target, self._of(place))
            case ContainerOf(target=target, pointer=pointer):
                self._assign(target, self._of(pointer))
            case Allocate(target=target, initial=initial):
                for _, _, value in initial:
                    self._use(self._of(value), "stores", instr)
                self._assign(target, NOTHING)
            case Branch(test=test):
                self._decide(at, self._of(test), instr)
            case Await(test=test):
                self._use(self._of(test), "decides", instr)
            case _:
                self._use(NOTHING.union(*(self._of(register) for register in read_in(instr))), "follows", instr)
                for target in assigned_in(instr):
                    self._assign(target, NOTHING)

    def carried(self, next_at: int | None) -> Carried:
        """What is left when the actor stands at an instruction; None: its path has ended."""
        if next_at is None:
            return Carried()
        live = self._facts.live[next_at]
        values = {register: readings for register, readings in self._values.items() if register in live and readings}
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

    def _assign(self, target: Register, readings: Readings) -> None:
        because = (d.readings for d in self._decisions if target in self._facts.merged(d.branch))
        self._values[target] = readings.union(*because)

    def _decide(self, at: int, readings: Readings, instr: Instr) -> None:
        self._use(readings, "decides", instr)
        self.decided |= readings
        # In a loop the latest look counts.
        self._decisions = [decision for decision in self._decisions if decision.branch != at]
        if readings:
            self._decisions.append(Decision(at, self._facts.meets(at), readings))
            for register in self._facts.merged(at):
                self._values[register] = self._values.get(register, NOTHING) | readings

    def _follow(self, place: Place, instr: Instr) -> None:
        self._use(self._of(place), "follows", instr)

    def _use(self, readings: Readings, how: How, instr: Instr) -> None:
        known = {(use.reading, use.how) for use in self.uses}
        text = shown(instr.site.span)
        self.uses += [Use(r, how, text) for r in in_order(readings) if (r, how) not in known]

    def _of(self, item: object) -> Readings:
        """The readings that a value or a place is made of."""
        return frozenset(self._parts(item))

    def _parts(self, item: object) -> Iterator[Reading]:
        if isinstance(item, Register):
            yield from self._values.get(item, NOTHING)
        elif isinstance(item, FieldOf) and isinstance(item.word, Register) and isinstance(item.word.type, WordType):
            name = list(item.word.type.fields)[item.index]
            for reading in self._values.get(item.word, NOTHING):
                yield reading if reading.field is not None else reading._replace(field=name)
        else:
            for part in direct_parts(item):
                yield from self._parts(part)


def _within(instr: Instr, head: Instr) -> bool:
    return isinstance(head, Enter) and outermost(instr.region) is outermost(head.region)
