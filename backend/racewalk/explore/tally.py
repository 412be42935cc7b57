"""What a search has met: findings and covers with the best schedules to them, counted ends and transitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from racewalk.explore.memo import CHOICES, Note
from racewalk.model import Finding, Model, Move, Report, State

Cost = int | tuple[int, ...]
"""What a schedule is judged by, the least first: its steps; or its preemptions, switches and steps."""


class Sighting(NamedTuple):
    """Where something was met first: at what cost, at a state, by a move from it (None: at the state itself)."""

    cost: Cost
    state: int
    move: int | None
    reports: tuple[Report, ...] = ()


class Tally:
    """`state` is a number that the search gives to a state, and can find a way to."""

    def __init__(self) -> None:
        self.kinds: dict[str, Sighting] = {}
        self.covers: dict[str, Sighting] = {}
        self.stood: Sighting | None = None  # where the label was met that is looked for
        self.transitions = 0
        self.ends = 0

    def note(self, note: Note, cost: Cost, state: int, move: int) -> None:
        """A move that reports or covers something; `cost` is that of the schedule with it."""
        for words in note.covers:
            self._see(self.covers, words, Sighting(cost, state, move))
        self.report(note.reports, cost, state, move)

    def report(self, reports: Sequence[Report], cost: Cost, state: int, move: int | None) -> None:
        for report in reports:
            self._see(self.kinds, report.kind, Sighting(cost, state, move, (report,)))

    def see_stand(self, cost: Cost, state: int) -> None:
        """Some actor stands at the step that is looked for."""
        if self.stood is None:
            self.stood = Sighting(cost, state, None)

    @staticmethod
    def _see(seen: dict[str, Sighting], name: str, sighting: Sighting) -> None:
        known = seen.get(name)
        if known is None or sighting.cost < known.cost:  # type: ignore[operator]  # of one search, all are of one sort
            seen[name] = sighting


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
    if at_end and (schedule or kind not in [finding.kind for finding in findings]):
        findings = model.final_findings(state) if model.is_final(state) else model.stuck_findings(state)
    for finding in findings:
        if finding.kind == kind:
            return finding
    kinds = ", ".join(finding.kind for finding in findings) or "nothing"
    raise BrokenPromise(f"a schedule of {len(schedule)} steps should lead to {kind}, and leads to {kinds}")
