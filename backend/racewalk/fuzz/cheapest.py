"""The cheapest schedules by brute force: Dijkstra over (state, last actor), with nothing but the model's own word.

A *switch* is two adjacent steps of different actors; a *preemption* a switch from a CPU that could have gone on to
another CPU. Fewest preemptions come first, then fewest switches, then fewest steps; or the steps alone count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from racewalk.explore.query import Goal
from racewalk.model import Finding, Model, Move, Outcome, State

Expansion = Sequence[tuple[Move, Outcome]]
ANY_FINDING = Goal("finding")


class Cost(NamedTuple):
    preemptions: int
    switches: int
    steps: int

    def __str__(self) -> str:
        return f"{self.preemptions} preemptions, {self.switches} switches, {self.steps} steps"


class Start(NamedTuple):
    """Where schedules begin, and who made the step that led there; without a state, it is the initial one."""

    state: State | None = None
    last: int | None = None

    def of(self, model: Model) -> State:
        return model.initial() if self.state is None else self.state


def cheapest(model: Model, start: Start = Start(), steps_only: bool = False) -> dict[Goal, Cost]:  # noqa: B008  (frozen)
    """Goal -> the cost of the cheapest schedule to it, of all goals that any schedule meets; livelocks are none.

    With `steps_only` all schedules of as many steps are as cheap, and preemptions and switches are told as 0.
    """
    return _Dijkstra(model, start, steps_only).costs


class _Dijkstra:
    def __init__(self, model: Model, start: Start, steps_only: bool) -> None:
        self.model = model
        self.costs: dict[Goal, Cost] = {}
        self._steps_only = steps_only
        self._expansions: dict[State, Expansion] = {}
        self._best: dict[tuple[State, int | None], Cost] = {}
        self._todo: list[tuple[Cost, int, State, int | None]] = []
        nothing = Cost(0, 0, 0)
        first = model.initial_findings(start.of(model)) if start.state is None else ()
        self._find(first, nothing)
        if not any(finding.fatal for finding in first):
            self._push(nothing, start.of(model), start.last)
        while self._todo:
            cost, _, state, last = heappop(self._todo)
            if self._best[state, last] == cost:
                self._visit(cost, state, last)

    def _visit(self, cost: Cost, state: State, last: int | None) -> None:
        model = self.model
        for actor in range(len(model.actors)):
            if (label := model.label(state, actor)) is not None:
                self._note(Goal("label", label), cost)
        if state not in self._expansions:
            self._expansions[state] = model.expand(state)
        expansion = self._expansions[state]
        at_end = end_findings(model, state, expansion)
        self._find(at_end, cost)
        if any(finding.fatal for finding in at_end):
            return
        for move, outcome in expansion:
            further = after(model, cost, expansion, last, move)
            if self._steps_only:
                further = Cost(0, 0, further.steps)
            self._find(outcome.findings, further)
            for words in outcome.covers:
                self._note(Goal("cover", words), further)
            if not outcome.fatal:
                self._push(further, outcome.state, None if self._steps_only else move.actor)

    def _push(self, cost: Cost, state: State, last: int | None) -> None:
        known = self._best.get((state, last))
        if known is None or cost < known:
            self._best[state, last] = cost
            heappush(self._todo, (cost, len(self._todo), state, last))

    def _find(self, findings: Iterable[Finding], cost: Cost) -> None:
        for finding in findings:
            self._note(Goal("finding", finding.kind), cost)
            if not finding.warning:
                self._note(ANY_FINDING, cost)

    def _note(self, goal: Goal, cost: Cost) -> None:
        if goal not in self.costs or cost < self.costs[goal]:
            self.costs[goal] = cost


def play(model: Model, start: Start, schedule: Iterable[Move]) -> tuple[Cost, set[Goal]]:
    """What a schedule costs, and the goals that its last step meets, or the state where it leads. Raises NotEnabled."""
    state, last, cost = start.of(model), start.last, Cost(0, 0, 0)
    findings: tuple[Finding, ...] = model.initial_findings(state) if start.state is None else ()
    covers: tuple[str, ...] = ()
    fatal = any(finding.fatal for finding in findings)
    for move in schedule:
        cost = after(model, cost, model.expand(state), last, move)
        outcome = model.step(state, move)
        state, last, findings, covers, fatal = (
            outcome.state,
            move.actor,
            outcome.findings,
            outcome.covers,
            outcome.fatal,
        )
    labels: set[str | None] = set()
    if not fatal:
        findings = (*findings, *end_findings(model, state, model.expand(state)))
        labels = {model.label(state, actor) for actor in range(len(model.actors))}
    met = {Goal("finding", finding.kind) for finding in findings} | {Goal("cover", words) for words in covers}
    met |= {Goal("label", label) for label in labels if label is not None}
    if any(not finding.warning for finding in findings):
        met.add(ANY_FINDING)
    return cost, met


def after(model: Model, cost: Cost, expansion: Expansion, before: int | None, move: Move) -> Cost:
    """The cost with one more step, from a state with these moves."""
    switch = before is not None and before != move.actor
    cpus = before is not None and not model.actors[before].daemon and not model.actors[move.actor].daemon
    preemption = switch and cpus and any(other.actor == before for other, _ in expansion)
    return Cost(cost.preemptions + preemption, cost.switches + switch, cost.steps + 1)


def end_findings(model: Model, state: State, expansion: Expansion) -> tuple[Finding, ...]:
    """What is found in a state because a schedule may end there."""
    if model.is_final(state):
        return model.final_findings(state)
    if any(not model.actors[move.actor].daemon for move, _ in expansion):
        return ()
    return model.stuck_findings(state)
