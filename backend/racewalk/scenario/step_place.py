"""A step of the text as JSON, for analyses that point at places: label, statement, function, file and line."""

from __future__ import annotations

from typing import Any

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.moved import Moved
from racewalk.program.program import Step

Json = dict[str, Any]


def step_json(step: Step) -> Json:
    """`step` is the index in the actor's step table; `line` counts from 1."""
    return {
        "step": step.index,
        "label": step.label,
        "text": " ".join(step.text.split()),
        "function": step.function,
        "file": step.span.file.path,
        "line": step.span.begin.line,
        "caption": step.caption,
    }


def moved_json(model: ScenarioModel, one: Moved) -> Json:
    """A step of a run; `number` counts from 1."""
    actor = model.actors[one.move.actor].letter
    return {"number": one.number, "actor": actor, "choice": one.move.choice, **step_json(one.step)}
