"""Where a step of a run stands in the text, for the report of what it did."""

from __future__ import annotations

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.report import Call, Scene, kernel_report
from racewalk.lang.source import Span
from racewalk.model import Finding
from racewalk.session.history import Node


def report_of(model: ScenarioModel, node: Node, finding: Finding) -> str:
    """The report of a finding at a node. What the step did not do, as what `finally` finds, it is not blamed for."""
    caused = node.move is not None and finding.actor == node.move.actor and finding.label is not None
    at_end = node.move is not None and finding.actor is None
    return kernel_report(finding, scene_of(model, node) if caused else None, at_end)


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
