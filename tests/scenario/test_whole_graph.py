"""The graph that the engine's tables give is the one that a walk over the model gives."""

from __future__ import annotations

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds, SearchCancelled
from racewalk.explore.endless import endless
from racewalk.explore.flow import Flow
from racewalk.explore.graph import Graph, GraphTooLarge, graph_of
from racewalk.explore.light import Light
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.outlook import outlook
from racewalk.explore.sampling import sample
from racewalk.explore.search import engine_of, search, whole_graph
from racewalk.explore.statistics import statistics
from racewalk.model import Move, State
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

from tests.scenario.proven import slow_beyond
from tests.scenario.texts import bundle

LIBRARY = shipped().library

SERVED = """
u8 request, answer;
CPU(0, "driver") { request = 5; wait_until(answer == 6); if (answer != 6) BUG_ON(true); }
CPU(1, "other") { while (request == 0) { } assert(answer == 0, "early: it is %d", answer); }
DEVICE("engine") { for (;;) { wait_until(request); answer = request + choose(2); request = 0; } }
EVENT("reset") { answer = 0; }
finally("idle: the request is done", request == 0);
"""


def model_of(name: str, variant: str | None) -> ScenarioModel:
    text = bundle(SERVED) if name == "served" else shipped().bundle(name)
    assert text is not None
    return build(name, text, variant, LIBRARY).model


def plain(graph: Graph) -> list[object]:
    """All that a graph says, with the kinds in words."""
    kinds = graph.kind_sets
    rows: list[object] = []
    for state in range(graph.size):
        edges = range(graph.first[state], graph.first[state + 1])
        end = graph.end[state]
        rows.append(
            (
                graph.states[state],
                graph.depth[state],
                graph.unfinished[state],
                kinds[end - 1] if end else None,
                [(graph.move(edge), graph.target[edge], kinds[graph.reports[edge]]) for edge in edges],
            )
        )
    return [*rows, graph.at_start, graph.warnings]


@pytest.mark.parametrize(
    ("name", "variant"),
    [("lost-update", "plain"), ("dining", "in-order"), ("served", None), ("uffd-copy", "v6.4")],
)
def test_the_learned_graph_is_the_plain_one_transition_by_transition(name: str, variant: str | None) -> None:
    model = model_of(name, variant)

    assert plain(whole_graph(model)) == plain(graph_of(model))


def test_from_here_on_too_and_a_state_is_found_by_its_bytes() -> None:
    model = model_of("dining", "in-order")
    here: State = model.step(model.initial(), Move(1)).state
    graph = whole_graph(model, here)

    assert plain(graph) == plain(graph_of(model, here))
    assert [graph.index[state] for state in graph.states] == list(range(graph.size))
    assert len(graph.index) == graph.size
    assert list(graph.states[1:3]) == [graph.states[1], graph.states[2]]


def test_it_keeps_to_its_bounds() -> None:
    model = model_of("dining", "in-order")

    with pytest.raises(GraphTooLarge, match="20 states"):
        whole_graph(model, bounds=Bounds(states=20))
    with pytest.raises(SearchCancelled):
        whole_graph(model, cancelled=lambda: True)


@pytest.mark.parametrize("name", ["lost-update", "dining", "served"])
def test_states_that_may_have_no_way_to_an_end_are_told_without_a_graph(name: str) -> None:
    model = model_of(name, None)
    engine = engine_of(model)
    graph = whole_graph(model)
    flow = Flow(graph)
    lights = outlook(Occurrence(flow, None))
    packed = [engine.memo.codes.pack(state) for state in graph.states]

    found = endless(engine.memo, engine.ends, packed)

    assert set(found) == {packed[state] for state in range(graph.size) if not lights.comes_to_an_end(state)}
    assert bool(found) == (name == "served")


@pytest.mark.parametrize(("name", "variant"), slow_beyond(10_000, 100_000))
def test_the_lights_at_the_start_of_a_shipped_variant_are_its_verdicts(name: str, variant: str) -> None:
    model = model_of(name, variant)
    result = search(model)
    flow = Flow(whole_graph(model))

    for found in result.found:
        if found.kind == "livelock":  # no step and no end of a run has it, so no light tells of it
            continue
        light = outlook(Occurrence(flow, found.kind)).of_state(0)
        assert light is (Light.UNAVOIDABLE if found.verdict == "always" else Light.REACHABLE)
    assert outlook(Occurrence(flow, "no-such-kind")).of_state(0) is Light.OUT_OF_REACH


def test_walks_through_a_kernel_race_meet_it_as_often_as_the_graph_says() -> None:
    model = model_of("uffd-copy", "patch-v1")
    exact = statistics(Occurrence(Flow(whole_graph(model)), "lost-pte")).probability
    walked = sample(model, "lost-pte", walks=400, seed=2, seconds=60).probability

    assert walked.low < exact.value < walked.high
