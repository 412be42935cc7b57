"""What the actors of a session carry of what they have read, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from racewalk.api.snapshot import EndView, UseView
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.machine.followed import UNKNOWN, Carried, Followed, Follower, Reading, in_order
from racewalk.program.values import Register
from racewalk.session.history import Node

NOBODY: Mapping[int, Carried] = {}


class Readings:
    """Follows each node once. Ask for parents before children, as they were made."""

    def __init__(self, model: ScenarioModel) -> None:
        self._model = model
        self._follower = Follower(model.machine)
        self._carried: dict[int, Mapping[int, Carried]] = {}
        self._steps: dict[int, Followed] = {}

    def uses(self, node: Node) -> list[UseView]:
        step = self._step(node)
        return [] if step is None else [UseView(**_read(use.reading), how=use.how, text=use.text) for use in step.uses]

    def ends(self, node: Node) -> list[EndView]:
        step = self._step(node)
        return [] if step is None else [EndView(**_read(end.reading), of=end.of) for end in step.ends]

    def of_locals(self, node: Node, actor: int) -> list[list[dict[str, Any]]]:
        """Of each local that is shown at a node, what it was made of."""
        self._step(node)
        values = self._carried[node.id].get(actor, Carried()).values
        position = self._model.machine.pc(node.state, actor)
        shown = self._model.describer.shown_locals(actor, position)
        origins = [values.get(local, UNKNOWN) if isinstance(local, Register) else UNKNOWN for local in shown]
        return [[_read(reading) for reading in in_order(origin.made_of)] for origin in origins]

    def _step(self, node: Node) -> Followed | None:
        if node.id not in self._carried:
            self._follow(node)
        return self._steps.get(node.id)

    def _follow(self, node: Node) -> None:
        if node.parent is None or node.move is None:
            self._carried[node.id] = NOBODY
            return
        before, actor = self._carried[node.parent.id], node.move.actor
        step = self._follower.step(node.parent.state, node.move, node.number, before.get(actor, Carried()))
        self._steps[node.id] = step
        self._carried[node.id] = {**before, actor: step.carried}


def _read(reading: Reading) -> dict[str, Any]:
    return {"step": reading.step, "cell": reading.cell, "field": reading.field}
