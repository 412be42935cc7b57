"""Where a step of a run stands in the text, for the report of what it did."""

from __future__ import annotations

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.report import Call, Scene
from racewalk.lang.source import Span
from racewalk.session.history import Node


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
