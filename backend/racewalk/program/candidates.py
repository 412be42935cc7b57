"""What there is in a program that could be left out, to see whether it was needed (see `racewalk.program.omission`).

Only what takes a step: a test of what nobody writes is none, nor is a lock inside a fuse that was not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from racewalk.lang import tree
from racewalk.lang.source import Span
from racewalk.program.code import (
    Acquire,
    Instr,
    RcuReadLock,
    Region,
    SetBh,
    SetIrqs,
)
from racewalk.program.omission import Candidate, Kind, Place
from racewalk.program.program import Program
from racewalk.program.reach import reachable
from racewalk.program.words import shown

TELLING = re.compile(r"notifier|flush|sync|barrier|fence|invalidate|shootdown")
"""A call of such a name, as a statement of its own, tells others or waits for them."""


def candidates(program: Program) -> tuple[Candidate, ...]:
    """All that can be left out of what the actors do, by file and place."""
    found: dict[Place, tuple[str, Kind, Span, bool]] = {}
    steps = _Steps(program)
    for instr in steps.instrs:
        if isinstance(instr, Acquire):
            found[Place.of(instr.site.span)] = (instr.site.function, "lock", instr.site.span, False)
        elif isinstance(instr, RcuReadLock) or (isinstance(instr, SetIrqs | SetBh) and instr.off):
            found.setdefault(Place.of(instr.site.span), (instr.site.function, "section", instr.site.span, False))
    for function, body in steps.texts():
        for operand, assumed in _tests(body):
            place = Place.of(operand.span)
            if steps.looks(place) and place not in found:
                found[place] = (function, "test", operand.span, assumed)
        for call in _calls(body):
            place = Place.of(call.span)
            if TELLING.search(call.name) and steps.happens(place) and place not in found:
                found[place] = (function, "call", call.span, False)
    return tuple(_named(found))


def _named(found: dict[Place, tuple[str, Kind, Span, bool]]) -> Iterator[Candidate]:
    seen: dict[str, int] = {}
    for place in sorted(found):
        function, kind, span, assumed = found[place]
        plain = f"{function}: {shown(span)}"
        seen[plain] = number = seen.get(plain, 0) + 1
        yield Candidate(plain if number == 1 else f"{plain} #{number}", kind, span, assumed)


def _is_hardware(region: Region | None) -> bool:
    """What the hardware does at once is no routine that could be written otherwise."""
    return region is not None and region.atomic is not None


class _Steps:
    """Where the steps of a program stand in the text."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.instrs: list[Instr] = []
        self._inside: dict[Place, list[Instr]] = {}
        for actor in program.actors:
            for at in sorted(reachable(actor.instrs)):
                instr = actor.instrs[at]
                if not _is_hardware(instr.region) and instr.visible:
                    self._add(instr)

    def _add(self, instr: Instr) -> None:
        self.instrs.append(instr)
        for span in (instr.site.span, *(caller.span for caller in instr.site.stack)):
            self._inside.setdefault(Place.of(span), []).append(instr)

    def happens(self, place: Place) -> bool:
        """Whether there is a step in this text or in what it calls."""
        return any(place.holds(other) for other in self._inside)

    def looks(self, place: Place) -> bool:
        """Whether there is one that is no lock being taken."""
        within = (instrs for other, instrs in self._inside.items() if place.holds(other))
        instrs = [instr for found in within for instr in found]
        return bool(instrs) and not any(isinstance(instr, Acquire) for instr in instrs)

    def texts(self) -> Iterator[tuple[str, tree.Block]]:
        """The functions that are called and the bodies of the actors."""
        checked = self._program.checked
        for name, info in checked.functions.items():
            yield name, info.decl.body
        for actor in checked.unit.actors:
            yield actor.title, actor.body


# -- the text ------------------------------------------------------------------------------------


def _tests(body: tree.Block) -> Iterator[tuple[tree.Expr, bool]]:
    """The operands of each `if`, and what they count as when they hold nothing back."""
    for stmt in tree.statements_in(body):
        if isinstance(stmt, tree.If):
            goes_on = isinstance(_only(stmt.then), tree.Break) and stmt.other is None
            yield from _operands(stmt.test, goes_on)


def _operands(test: tree.Expr, assumed: bool) -> Iterator[tuple[tree.Expr, bool]]:
    """`a || b` holds back with each alone, `a && b` only with both: one operand then counts as what the other needs."""
    if isinstance(test, tree.Binary) and test.op in ("||", "&&"):
        neutral = test.op == "&&"
        for side in (test.left, test.right):
            yield from _operands(side, neutral)
        return
    yield test, assumed


def _calls(body: tree.Block) -> Iterator[tree.Call]:
    """Those that are statements of their own."""
    for stmt in tree.statements_in(body):
        if isinstance(stmt, tree.ExprStmt) and isinstance(stmt.expr, tree.Call):
            yield stmt.expr


def _only(stmt: tree.Stmt) -> tree.Stmt:
    """The one statement of a block, or the statement."""
    while isinstance(stmt, tree.Block) and len(stmt.body) == 1:
        stmt = stmt.body[0]
    return stmt
