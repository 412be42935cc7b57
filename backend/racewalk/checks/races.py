"""Data races, as KCSAN means them: two actors are about to touch the same memory, at least one of them writes it, and
at least one does so plainly, so that the compiler may do with the access what it likes.

*About to* is a fact of a state: both steps can go in it, so each of them may come first. Marked are READ_ONCE and
WRITE_ONCE, atomic operations, what stands in `atomic {}` or is the condition of a `wait_until`, and whatever hardware
does. A fused step that takes a lock before its access excludes another that does the same. kfree is KASAN's matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import product
from typing import NamedTuple

from racewalk.machine.describe import Describer
from racewalk.machine.machine import Machine, Ran
from racewalk.model import Finding, Move, State
from racewalk.program.code import Acquire, Instr, Load, Region, Release, Store, Update
from racewalk.program.program import ActorCode
from racewalk.program.reach import within_step
from racewalk.program.words import shown
from racewalk.record import record

KIND = "data-race"
HARDWARE = ("device", "event")


class _Touch(NamedTuple):
    address: int
    writes: bool
    marked: bool
    instr: Instr
    held: frozenset[tuple[int, bool]]  # locks that the step itself has taken by then; whether for reading


@record
class Races:
    machine: Machine
    describer: Describer
    _static: dict[tuple[int, int], tuple[frozenset[str], frozenset[str], bool]] = field(default_factory=dict)

    def may_race(self, actor: int, position: int, other: int, place: int) -> bool:
        """Two actors that stand there could race, as far as the text tells: a quick look, to spare `between`."""
        read, written, plain = self._of(actor, position)
        their_read, their_written, their_plain = self._of(other, place)
        return (plain or their_plain) and not (
            written.isdisjoint(their_written) and written.isdisjoint(their_read) and read.isdisjoint(their_written)
        )

    def between(self, state: State, actor: int, other: int) -> tuple[Finding, ...]:
        """The data races of two actors in a state; empty where one of them cannot go."""
        found: dict[tuple[Instr, Instr], Finding] = {}
        for one, two in product(self._touches(state, actor), self._touches(state, other)):
            if one.address == two.address and _is_race(one, two):
                found.setdefault((one.instr, two.instr), self._finding(actor, one, other, two))
        return tuple(found.values())

    # -- what a step touches ----------------------------------------------------------------------

    def _of(self, actor: int, position: int) -> tuple[frozenset[str], frozenset[str], bool]:
        """What a step may read and write, and whether it has a plain access."""
        key = (actor, position)
        if key not in self._static:
            code = self.machine.program.actors[actor]
            step = code.steps[position]
            read = frozenset(name[2:] for name in step.footprint if name.startswith("R "))
            written = frozenset(name[2:] for name in step.footprint if name.startswith("W "))
            plain = any(
                isinstance(instr, Load | Store) and not _is_marked(instr, code)
                for instr in within_step(code.instrs, step.at)
            )
            self._static[key] = read, written, plain
        return self._static[key]

    def _touches(self, state: State, actor: int) -> Iterator[_Touch]:
        if self.machine.finished(state, actor):
            return
        code = self.machine.program.actors[actor]
        count = self.machine.choices(state, actor)
        for move in [Move(actor)] if count == 1 else [Move(actor, k) for k in range(count)]:
            ran = self.machine.step(state, move, traced=True)
            held: frozenset[tuple[int, bool]] = frozenset()
            for touch in ran.trace if isinstance(ran, Ran) else ():
                match touch.instr:
                    case Acquire(mode=mode) if touch.mode == "lock":
                        held |= {(touch.address, mode == "read")}
                    case Release():
                        held = frozenset(lock for lock in held if lock[0] != touch.address)
                    case Load() | Store() | Update():
                        marked = _is_marked(touch.instr, code)
                        yield _Touch(touch.address, touch.mode == "write", marked, touch.instr, held)

    # -- words ------------------------------------------------------------------------------------

    def _finding(self, actor: int, one: _Touch, other: int, two: _Touch) -> Finding:
        if two.writes and not one.writes:
            actor, one, other, two = other, two, actor, one  # the one that writes comes first
        where = self.machine.layout.name_at(one.address)
        first, second = self._does(actor, one, where), self._does(other, two, "it")
        message = f"BUG: KCSAN: data-race in {one.instr.site.function} / {two.instr.site.function}: "
        message += f"{first}, {second}"
        steps = (f"{self.describer.title(a)} is at: {self._label(at)}" for a, at in ((actor, one), (other, two)))
        return Finding(KIND, message, warning=True, details=tuple(steps))

    def _label(self, touch: _Touch) -> str:
        return f"{touch.instr.site.function}: {shown(touch.instr.site.span)}"

    def _does(self, actor: int, touch: _Touch, where: str) -> str:
        verb = "writes" if touch.writes else "reads"
        return f"{self.describer.title(actor)} {verb} {where}{' (marked)' if touch.marked else ''}"


def _is_race(one: _Touch, two: _Touch) -> bool:
    if not (one.writes or two.writes) or (one.marked and two.marked):
        return False
    return not any(
        lock == other and not (shared and too) for (lock, shared), (other, too) in product(one.held, two.held)
    )


def _is_marked(instr: Instr, code: ActorCode) -> bool:
    if code.info.kind in HARDWARE or isinstance(instr, Update):
        return True
    if isinstance(instr, Load | Store) and instr.marked:
        return True
    region: Region | None = instr.region
    return region is not None and (region.atomic is not None or region.kind == "wait")
