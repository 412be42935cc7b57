"""Where a step of a run stands in the text, for the report of what it did."""

from __future__ import annotations

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.report import Call, Deed, Scene, kernel_report
from racewalk.lang.source import Span
from racewalk.model import Finding
from racewalk.session.history import Node


def report_of(model: ScenarioModel, node: Node, finding: Finding) -> str:
    """The report of a finding at a node. What the step did not do, as what `finally` finds, it is not blamed for."""
    caused = node.move is not None and finding.actor == node.move.actor and finding.label is not None
    at_end = node.move is not None and finding.actor is None
    return kernel_report(
        finding, scene_of(model, node) if caused else None, at_end, life_of(model, node, finding.thing)
    )


def life_of(model: ScenarioModel, node: Node, thing: str | None) -> list[Deed]:
    """Who allocated and who freed the object of a finding, last before the step that led to the node."""
    if thing is None:
        return []
    made: Scene | None = None
    deeds: list[Deed] = []
    for step in node.path()[:-1]:
        for access in step.event.accesses if step.event is not None else ():
            if access.cell != thing:
                continue
            if access.mode == "alloc":
                made = scene_of(model, step)
                deeds.append(Deed("Given out again", made))
            elif access.mode == "free":
                deeds = [Deed("Allocated", made), Deed("Freed", scene_of(model, step))]
    freed = any(deed.what == "Freed" for deed in deeds)
    return deeds if freed else [Deed("Allocated", made)]


def scene_of(model: ScenarioModel, node: Node) -> Scene | None:
    """Who did the step that led to a node, and the calls that it was in; None for the root."""
    if node.move is None or node.step is None:
        return None
    info = model.actors[node.move.actor]
    step = model.program.actors[node.move.actor].steps[node.step]
    calls = [_call(step.function, step.span)]
    calls += [_call(caller.function, caller.span) for caller in reversed(step.stack)]
    return Scene(info.title, info.name, node.number, calls)


def _call(function: str, span: Span) -> Call:
    return Call(function, span.file.path, span.begin.line)
