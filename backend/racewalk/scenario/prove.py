"""A proof on a reduced program, told in terms of the whole one.

The verdicts come from a search of all schedules of the reduced program. A schedule in it is one of the whole program
with some switches missing, so it can be unfolded; where the time allows, each finding gets a shortest schedule of the
whole program instead. Numbers of states and transitions, and the lengths to covers, are those of the reduced program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds, Cancelled, Report
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import Found, SearchResult
from racewalk.model import Finding, Move
from racewalk.program.reduce import reduce


def prove(
    model: ScenarioModel,
    bounds: Bounds,
    reductions: Sequence[str],
    exact: bool | None = None,
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> SearchResult:
    """Search all schedules of a model after some reductions (of `racewalk.program.reduce.REDUCTIONS`).

    A bound on preemptions is refused: reductions keep verdicts over all schedules, not over those with few.
    """
    if bounds.preemptions is not None:
        raise ValueError("a reduced program has other preemptions than the whole one")
    started = monotonic()
    small = ScenarioModel(reduce(model.program, reductions))
    result = search(small, Query(bounds=bounds, exact=exact), report, cancelled)
    found = []
    for one in result.found:
        left_s = max(0.0, bounds.seconds - (monotonic() - started))
        found.append(_on_the_whole(model, small, one, replace(bounds, seconds=left_s), report, cancelled))
    found.sort(key=lambda one: len(one.schedule))
    return replace(result, found=tuple(found), reductions=tuple(reductions), elapsed_s=monotonic() - started)


def _on_the_whole(
    model: ScenarioModel, small: ScenarioModel, found: Found, bounds: Bounds, report: Report, cancelled: Cancelled
) -> Found:
    """The finding with its words, and its shortest schedule, in the whole program."""
    if found.schedule or not found.finding.warning:
        query = Query("shortest", Goal("finding", found.kind), bounds=bounds)
        shortest = search(model, query, report, cancelled) if bounds.seconds and found.kind != "livelock" else None
        met = shortest.get(found.kind) if shortest is not None and shortest.reached is not None else None
        if met is not None:
            return replace(met, verdict=found.verdict)
    schedule, said = unfold(model, small, found)
    return Found(said, found.verdict, schedule)


def unfold(model: ScenarioModel, small: ScenarioModel, found: Found) -> tuple[tuple[Move, ...], Finding]:
    """A schedule of the reduced program as one of the whole, and what is found there."""
    schedule: list[Move] = []
    state = model.initial()
    said = list(model.initial_findings(state))
    for move in found.schedule:
        whole, fused = model.program.actors[move.actor], small.program.actors[move.actor]
        visible = {step.at for step in fused.steps}
        going: Move | None = move
        while going is not None:
            outcome = model.step(state, going)
            schedule.append(going)
            said += outcome.findings
            state = outcome.state
            position = None if outcome.fatal else model.position(state, move.actor)
            going = None if position is None or whole.steps[position].at in visible else Move(move.actor)
    said += [*model.final_findings(state), *model.stuck_findings(state)]
    known = next((one for one in said if one.kind == found.kind), None)
    return tuple(schedule), known if known is not None else found.finding
