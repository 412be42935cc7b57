"""Where a run may end, and what it then reports."""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.model import Finding, Model, Move, State


def end_of(model: Model, state: State, expansion: Sequence[tuple[Move, object]]) -> tuple[tuple[Finding, ...], bool]:
    """What a state says as the end of a run, and whether it is one. `expansion` is all that can be done there."""
    if model.is_final(state):
        return model.final_findings(state), True
    actors = model.actors
    if any(not actors[move.actor].daemon for move, _ in expansion):
        return (), False
    stuck = model.stuck_findings(state)
    return stuck, not expansion or any(finding.fatal for finding in stuck)
