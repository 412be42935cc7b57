"""All ways through one actor's code, whatever the others do: what each of its steps can do.

The actor is run alone. What follows from constants, from memory that nobody writes and from its own branches is known;
what comes from memory that somebody writes is not, and then both ways of a branch on it are gone. So the ways found
include all that the machine can go, and the `Deeds` of a step are what any of them does there. Where there are more
ways than are looked at it gives up (TooManyWays), and nothing may be concluded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from racewalk.program.code import End, Instr
from racewalk.program.reach import registers_in
from racewalk.program.reduce.deeds import BEFORE, Deeds
from racewalk.program.reduce.effects import Dead, Effects, Holding, Now
from racewalk.program.reduce.known import NOTHING, Frozen, Knowledge
from racewalk.program.reduce.live import live_registers
from racewalk.program.values import Register

WAYS = 10_000
"""So many states of one actor are looked at."""


class TooManyWays(Exception):
    """There are more ways than are looked at."""


class Standing(NamedTuple):
    """Where an actor is, in the middle of which step, and what is known there."""

    at: int = 0
    step: int = BEFORE
    known: Frozen = NOTHING
    held: tuple[Holding, ...] = ()
    depth: int = 0
    spinning: int = 0
    irqs_off: bool = False


class Paths:
    """The ways through `code`, whose steps begin at `step_at`; to finish counts as a step of its own, the last."""

    def __init__(self, code: list[Instr], step_at: dict[int, int], effects: Effects) -> None:
        self.code = code
        self.step_at = step_at
        self.effects = effects
        self.deeds: dict[int, Deeds] = {}
        self.ends: list[Standing] = []
        self._live = live_registers(code)
        self._within: dict[Standing, list[Standing]] = {}  # where a step can go without leaving it

    def walk(self, starts: Iterable[Standing]) -> None:
        """Go all ways. Raises TooManyWays, NotUnderstood."""
        todo = [self._arrive(start) for start in starts]
        for start in todo:
            if start.step != BEFORE:
                self._of(BEFORE).following.add(start.step)
        while todo:
            here = todo.pop()
            if here in self._within:
                continue
            if len(self._within) >= WAYS:
                raise TooManyWays
            self._within[here] = []
            if isinstance(self.code[here.at], End):
                self.ends.append(here)
                continue
            for there in self._go(here):
                if there.step == here.step and not self.code[there.at].visible:
                    self._within[here].append(there)
                else:
                    self._of(here.step).following.add(there.step)
                todo.append(there)
        self._measure()

    def _go(self, here: Standing) -> list[Standing]:
        values, sources = here.known
        known = Knowledge(self.effects.facts.pointees, dict(values), dict(sources))
        now = Now(known, list(here.held), here.depth, here.spinning, here.irqs_off, self._of(here.step))
        try:
            ways = self.effects.apply(self.code[here.at], here.at, now)
        except Dead:
            return []
        found = []
        for at, way in ways:
            if isinstance(self.code[at], End) and self.step_at:
                self.effects.finish(way)
            needed = way.known.needed(self._live[at])
            held = tuple(h if _is_named(h, needed) else h._replace(name=None) for h in way.held)
            known_then = way.known.freeze(self._live[at])
            found.append(self._arrive(Standing(at, here.step, known_then, held, way.depth, way.spinning, way.irqs_off)))
        return found

    def _arrive(self, there: Standing) -> Standing:
        """The same, in the step that begins there, if one does."""
        begins = self.code[there.at].visible or (isinstance(self.code[there.at], End) and bool(self.step_at))
        return there._replace(step=self.step_at[there.at]) if begins else there

    def _of(self, step: int) -> Deeds:
        return self.deeds.setdefault(step, Deeds())

    def _measure(self) -> None:
        """Find out how much work a step is at most: a circle of ways inside it may be endless."""
        into = Counter(there for following in self._within.values() for there in following)
        todo = [here for here in self._within if not into[here]]
        passed = set()
        while todo:
            here = todo.pop()
            passed.add(here)
            for there in self._within[here]:
                into[there] -= 1
                if not into[there]:
                    todo.append(there)
        for here in self._within:
            deeds = self._of(here.step)
            if here not in passed:
                deeds.work = None
            elif deeds.work is not None:
                deeds.work += self.code[here.at].work


def _is_named(holding: Holding, needed: frozenset[Register]) -> bool:
    return holding.name is not None and registers_in(holding.name[0]) <= needed
