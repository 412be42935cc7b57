"""States are values: steps are deterministic, worlds have the same keys, found schedules replay."""

from __future__ import annotations

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.search import search
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

SHIPPED = [("uffd-copy", "patch-v1"), ("uffd-copy", "v6.4"), ("dining", "in-order"), ("lost-update", "plain")]


def shipped_model(name: str, variant: str) -> ScenarioModel:
    bundle = shipped().bundle(name)
    assert bundle is not None
    return build(name, bundle, variant, shipped().library).model


def some_states(model: ScenarioModel, most: int) -> list[bytes]:
    """The first states of a breadth-first walk."""
    found = [model.initial()]
    for state in found:
        for _, outcome in model.expand(state):
            if outcome.state not in found and len(found) < most:
                found.append(outcome.state)
    return found


@pytest.mark.parametrize(("name", "variant"), SHIPPED)
def test_a_step_gives_the_same_outcome_every_time_and_never_changes_its_state(name: str, variant: str) -> None:
    model, again = shipped_model(name, variant), shipped_model(name, variant)

    for state in some_states(model, 150):
        first, second = model.expand(state), again.expand(state)
        assert first == second
        assert all(len(outcome.state) == len(state) for _, outcome in first)
        for move, outcome in first:
            assert model.step(state, move) == outcome


@pytest.mark.parametrize(("name", "variant"), SHIPPED)
def test_every_world_has_the_same_keys_and_two_states_never_look_alike(name: str, variant: str) -> None:
    model = shipped_model(name, variant)
    worlds = [model.describe(state) for state in some_states(model, 150)]

    assert len({frozenset(world) for world in worlds}) == 1
    assert len({repr(sorted(world.items())) for world in worlds}) == len(worlds)


@pytest.mark.parametrize(("name", "variant"), SHIPPED)
def test_every_found_schedule_ends_in_its_finding(name: str, variant: str) -> None:
    model = shipped_model(name, variant)

    for found in search(model).found:
        state = model.initial()
        findings = model.initial_findings(state)
        for move in found.schedule:
            outcome = model.step(state, move)
            state, findings = outcome.state, outcome.findings
        kinds = {f.kind for f in (*findings, *model.final_findings(state), *model.stuck_findings(state))}
        assert found.kind in kinds


def test_a_finished_actor_leaves_no_locals_behind() -> None:
    model = shipped_model("uffd-copy", "patch-v1")
    state = model.initial()
    while not model.finished(state, 0):
        state = model.step(state, next(move for move, _ in model.expand(state) if move.actor == 0)).state

    start, end = model.program.actors[0].frame

    assert state[start:end] == bytes(end - start)
