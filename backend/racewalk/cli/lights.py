"""The lights of `racewalk run --lights`: what each move leads to."""

from __future__ import annotations

from collections.abc import Mapping

from racewalk.explore.bounds import Bounds
from racewalk.explore.graph import GraphTooLarge
from racewalk.explore.light import Light
from racewalk.explore.search import whole_graph
from racewalk.model import Model, Move, State

FITS = Bounds(states=200_000, seconds=30.0, memory_bytes=4 << 30)


def lights_of(model: Model, state: State, kind: str | None) -> Mapping[Move, Light] | str:
    """The light of each move of a state; where the graph from there does not fit, the sentence that says so."""
    try:
        graph = whole_graph(model, state, FITS)
    except GraphTooLarge as large:
        return f"What lies ahead is not known: {large}."
    from racewalk.explore.flow import Flow  # with NumPy, slow to import
    from racewalk.explore.occurrence import Occurrence
    from racewalk.explore.outlook import outlook

    return outlook(Occurrence(Flow(graph), kind)).of_moves(0)
