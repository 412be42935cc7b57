"""The graph that the engine's tables give is the one that a walk over the model gives."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds, SearchCancelled
from racewalk.explore.graph import Graph, GraphTooLarge, graph_of
from racewalk.explore.search import whole_graph
from racewalk.model import Model, Move, State
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

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


def model_of(name: str, variant: str | None) -> Model:
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
