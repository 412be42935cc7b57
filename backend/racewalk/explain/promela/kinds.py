"""The kinds of findings that an export can look for, each with the number that selects it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from racewalk.explain.promela.ops import Routine
from racewalk.program.program import Program

DEADLOCK = "deadlock"
MAYBE_DEADLOCK = "maybe-deadlock"


@dataclass(frozen=True, slots=True)
class Kinds:
    """`judged` can be found in any state, `at_end` where a run may come to its end."""

    numbers: Mapping[str, int]
    judged: tuple[str, ...]
    at_end: tuple[str, ...]

    def __getitem__(self, kind: str) -> int:
        return self.numbers[kind]


def kinds_of(program: Program, steps: Iterable[Routine], finals: Iterable[Routine]) -> Kinds:
    """All that the program can report, numbered from 1 in alphabetical order."""
    at_end = {p.finding for p in program.probes if p.kind == "finally"}
    for final in finals:
        at_end |= final.kinds | ({DEADLOCK} if final.blocks else set())
    judged = {p.finding for p in program.probes if p.kind in ("always", "never")}
    steps = list(steps)
    if any(step.blocks for step in steps):
        judged.add(DEADLOCK)
        if any(actor.info.daemon for actor in program.actors):
            judged.add(MAYBE_DEADLOCK)
    found = judged | at_end | {kind for step in steps for kind in step.kinds}
    numbers = {kind: number for number, kind in enumerate(sorted(found), 1)}
    return Kinds(numbers, tuple(sorted(judged)), tuple(sorted(at_end)))
