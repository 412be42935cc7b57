"""What a search has met: findings and covers with the shortest schedules to them, counted ends and transitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from racewalk.explore.memo import CHOICES, Note
from racewalk.model import Finding, Model, Move, Report, State


class Sighting(NamedTuple):
    """Where a kind was met first: after so many steps, at a state, by a move from it (None: at its end)."""

    steps: int
    state: int
    move: int | None
    report: Report


class Tally:
    """`state` is a number that the search gives to a state, and can find a way to."""

    def __init__(self) -> None:
        self.kinds: dict[str, Sighting] = {}
        self.covers: dict[str, int] = {}
        self.transitions = 0
        self.ends = 0

    def note(self, note: Note, steps: int, state: int, move: int) -> None:
        """A transition that reports or covers something leads to what is `steps` from the start."""
        for words in note.covers:
            self.covers.setdefault(words, steps)
        self.report(note.reports, steps, state, move)

    def report(self, reports: Sequence[Report], steps: int, state: int, move: int | None) -> None:
        for report in reports:
            known = self.kinds.get(report.kind)
            if known is None or steps < known.steps:
                self.kinds[report.kind] = Sighting(steps, state, move, report)


def move_of(number: int) -> Move:
    """A move from its number."""
    actor, choice = divmod(number, CHOICES)
    return Move(actor, None if choice == 0 else choice - 1)


class BrokenPromise(Exception):
    """A fault of ours: what the search found does not happen when its schedule is played."""


def witness(model: Model, start: State, schedule: Sequence[Move], kind: str, at_end: bool) -> Finding:
    """Play a schedule on the model, and give the finding of a kind at its end: the search's word is not enough."""
    state, findings = start, model.initial_findings(start)
    for move in schedule:
        outcome = model.step(state, move)
        state, findings = outcome.state, outcome.findings
    if at_end:
        findings = model.final_findings(state) if model.is_final(state) else model.stuck_findings(state)
    for finding in findings:
        if finding.kind == kind:
            return finding
    raise BrokenPromise(
        f"the schedule found for {kind} leads to {[finding.kind for finding in findings]} after {len(schedule)} steps"
    )
