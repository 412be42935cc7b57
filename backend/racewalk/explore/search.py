"""The search: the one way in for whoever has a question about all schedules of a model.

A model that can be learned gets the fast engine, which is remembered; any other is explored naively.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

from racewalk.explore.bounds import Bounds, Cancelled, Report
from racewalk.explore.engine import Engine
from racewalk.explore.graph import Graph, graph_of
from racewalk.explore.learned_graph import learned_graph
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.verdict import SearchResult
from racewalk.model import Model, PackedModel, State

ENGINES_KEPT = 8

_engines: OrderedDict[int, Engine] = OrderedDict()  # by the id of the model, which the engine keeps alive


def search(
    model: Model,
    query: Query = Query(),  # noqa: B008  (frozen)
    report: Report = lambda progress: None,
    cancelled: Cancelled = lambda: False,
) -> SearchResult:
    """Answer a query. Raises SearchCancelled within a fifth of a second of being asked to."""
    if not hasattr(model, "learn"):
        return explore_naively(model, query.bounds, report, cancelled)
    return engine_of(cast(PackedModel, model)).answer(query, report, cancelled)


def whole_graph(
    model: Model,
    start: State | None = None,
    bounds: Bounds = Bounds(),  # noqa: B008  (frozen)
    cancelled: Cancelled = lambda: False,
    report: Report = lambda progress: None,
) -> Graph:
    """All states and transitions from a state on; None is the initial one. Raises GraphTooLarge, SearchCancelled."""
    if not hasattr(model, "learn"):
        return graph_of(model, start, bounds, cancelled, report)
    engine = engine_of(cast(PackedModel, model))
    return learned_graph(engine.memo, engine.ends, start, bounds, cancelled, report)


def engine_of(model: PackedModel) -> Engine:
    """The engine of a model, with all that it has learned."""
    engine = _engines.get(id(model))
    if engine is None:
        engine = _engines[id(model)] = Engine(model)
        while len(_engines) > ENGINES_KEPT:
            _engines.popitem(last=False)
    else:
        _engines.move_to_end(id(model))
    return engine
