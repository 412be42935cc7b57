"""The cheapest schedules by brute force: Dijkstra over (state, last actor), with nothing but the model's own word.

A *switch* is two adjacent steps of different actors; a *preemption* a switch from a CPU that could have gone on to
another CPU. Fewest preemptions come first, then fewest switches, then fewest steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from racewalk.model import Finding, Model, Move, Outcome, State

Expansion = Sequence[tuple[Move, Outcome]]


class Cost(NamedTuple):
    preemptions: int
    switches: int
    steps: int

    def __str__(self) -> str:
        return f"{self.preemptions} preemptions, {self.switches} switches, {self.steps} steps"


def cheapest(model: Model, start: State, last: int | None = None) -> dict[str, Cost]:
    """Kind -> the cost of the cheapest schedule to such a finding from a state on; `last` made the step to there."""
    costs: dict[str, Cost] = {}
    best: dict[tuple[State, int | None], Cost] = {(start, last): Cost(0, 0, 0)}
    todo: list[tuple[Cost, int, State, int | None]] = [(Cost(0, 0, 0), 0, start, last)]
    pushed = 1
    expansions: dict[State, Expansion] = {}
    _note(costs, model.initial_findings(start) if start == model.initial() else (), Cost(0, 0, 0))
    while todo:
        cost, _, state, before = heappop(todo)
        if best[state, before] != cost:
            continue
        if state not in expansions:
            expansions[state] = model.expand(state)
        expansion = expansions[state]
        at_end = end_findings(model, state, expansion)
        _note(costs, at_end, cost)
        if any(finding.fatal for finding in at_end):
            continue
        for move, outcome in expansion:
            further = after(model, cost, expansion, before, move)
            _note(costs, outcome.findings, further)
            key = (outcome.state, move.actor)
            if not outcome.fatal and (key not in best or further < best[key]):
                best[key] = further
                heappush(todo, (further, pushed, *key))
                pushed += 1
    return costs


def cost_of(model: Model, start: State, schedule: Iterable[Move], last: int | None = None) -> tuple[Cost, set[str]]:
    """What a schedule costs, and the kinds found by its last step or where it leads. Raises NotEnabled."""
    state, cost, kinds = start, Cost(0, 0, 0), set[str]()
    for move in schedule:
        cost = after(model, cost, model.expand(state), last, move)
        outcome = model.step(state, move)
        state, last, kinds = outcome.state, move.actor, {finding.kind for finding in outcome.findings}
        if outcome.fatal:
            return cost, kinds
    at_end = end_findings(model, state, model.expand(state))
    if not cost.steps:
        at_end = (*model.initial_findings(state), *at_end)
    return cost, kinds | {finding.kind for finding in at_end}


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


def _note(costs: dict[str, Cost], findings: Iterable[Finding], cost: Cost) -> None:
    for finding in findings:
        if finding.kind not in costs or cost < costs[finding.kind]:
            costs[finding.kind] = cost
