"""The whole graph of a variant, kept until another one is asked for: questions about the same come in a row."""

from __future__ import annotations

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds, Report
from racewalk.explore.graph import Graph
from racewalk.explore.search import whole_graph

_kept: list[tuple[ScenarioModel, Graph]] = []  # one at most


def kept_graph(model: ScenarioModel, bounds: Bounds, report: Report) -> Graph:
    """As `whole_graph`; one that is known already takes no time. Raises GraphTooLarge."""
    for known, graph in _kept:
        if known is model and graph.size <= bounds.states:
            return graph
    _kept.clear()  # before the next is made: there is room for one
    graph = whole_graph(model, bounds=bounds, report=report)
    _kept.append((model, graph))
    return graph
