"""How often a finding occurs: over all schedules of a graph, and under a scheduler that draws lots.

Schedules here are the complete ones, as in `racewalk.explore.verdict`. The *uniform random scheduler* takes each
enabled move with the same probability, each choice of a step being a move of its own. Where a run may end although a
daemon can still move, to end is one of the moves, so that the scheduler draws from the very schedules that are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np

from racewalk.explore.bounds import Bounds, Cancelled, Count, Report
from racewalk.explore.flow import Flow, Layer
from racewalk.explore.graph import GraphTooLarge
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.preemptions import Fewest, fewest
from racewalk.explore.probability import Probability
from racewalk.explore.sampling import Sample, sample
from racewalk.explore.search import whole_graph
from racewalk.model import Model, State

FITS = Bounds(states=200_000, seconds=30.0)
TOLERANCE = 1e-9
SOLVE_S = 2.0
VISITS = 8  # to the core, before it is looked at what has settled
EXACT_FLOATS = 2.0**60  # what is counted in floats and comes out smaller has fitted into 64 bits all the way


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one kind of finding; `kind` None: of any that is no warning.

    The numbers of schedules are None where the graph has cycles: they are not counted then, as there may be infinitely
    many. `fewest` is None where no schedule has the finding. Where the graph does not fit, `bound` says within what,
    the probability comes from a sample, and all else is None.
    """

    kind: str | None
    probability: Probability
    states: int | None = None
    transitions: int | None = None
    schedules: int | None = None
    having: int | None = None
    fewest: Fewest | None = None
    bound: str | None = None
    sample: Sample | None = None


def statistics_of(
    model: Model,
    kind: str | None = None,
    start: State | None = None,
    bounds: Bounds = FITS,
    seed: int = 0,
    cancelled: Cancelled = lambda: False,
    report: Report = lambda progress: None,
    walked: Count = lambda done, of: None,
) -> Statistics:
    """The statistics of a model from a state on: of its graph, or, where that does not fit, of random walks.

    `report` hears of the graph, `walked` of the walks.

    Raises SearchCancelled.
    """
    try:
        graph = whole_graph(model, start, bounds, cancelled, report)
    except GraphTooLarge as large:
        drawn = sample(model, kind, start, seed=seed, cancelled=cancelled, walked=walked)
        return Statistics(kind, drawn.probability, bound=large.bound, sample=drawn)
    return statistics(Occurrence(Flow(graph), kind))


def statistics(wanted: Occurrence, state: int = 0, last: int | None = None) -> Statistics:
    """The statistics of a kind of finding on a whole graph, of what follows a state.

    `last` is who made the step that led there; going on with another is a switch, where it is given.
    """
    flow = wanted.flow
    graph = flow.graph
    at_start = wanted.at_start and state == 0
    schedules = having = None
    if flow.acyclic:
        schedules = having = count_schedules(wanted, state)
        if not at_start:
            having = schedules - count_schedules(wanted, state, without=True)
    sure = Probability(1.0, 1.0, 1.0, "exact")
    return Statistics(
        kind=wanted.kind,
        probability=sure if at_start else _probability(wanted, state),
        states=graph.size,
        transitions=graph.transitions,
        schedules=schedules,
        having=having,
        fewest=Fewest(0, 0) if at_start else fewest(wanted, state, last),
    )


def count_schedules(wanted: Occurrence, state: int = 0, without: bool = False) -> int:
    """The complete schedules from a state of an acyclic graph on; those without the finding."""
    flow, ends, fatal, targets = wanted.flow, wanted.is_end, wanted.flow.fatal, wanted.flow.targets
    if without:
        ends, fatal, targets = ends & ~wanted.ends_with, fatal & ~wanted.hits, wanted.avoiding
    base = flow.by_rank(ends + flow.count(fatal))
    start = flow.rank[state]
    # No state that follows has more schedules, so what is computed of them has fitted, too.
    if flow.flow(base.astype(float), targets, np.add)[start] < EXACT_FLOATS:
        return int(flow.flow(base, targets, np.add)[start])
    return int(flow.flow(base.astype(object), targets, np.add)[start])


def _probability(wanted: Occurrence, state: int) -> Probability:
    """p(s) is the mean over the moves of s; a transition from a state to itself only puts off what comes.

    A complex number holds both bounds of a state, below and above as real and imaginary part: they are added and scaled
    alike, and that takes a fifth of the time that two numbers take.
    """
    flow, hits = wanted.flow, wanted.hits
    moves = np.diff(flow.first) + wanted.is_end - flow.count(flow.itself & ~hits)
    share = 1.0 / np.maximum(flow.by_rank(moves), 1)
    sure = flow.by_rank(wanted.ends_with + flow.count(hits)) * share * (1 + 1j)
    bounds = flow.by_rank(wanted.reach) * 1j  # what can happen at all may be certain, for all that is known yet
    bounds[: flow.sinks] = sure[: flow.sinks]

    def visit(layer: Layer) -> None:
        here = slice(layer.begin, layer.end)
        bounds[here] = sure[here] + share[here] * flow.gather(bounds, wanted.avoiding, np.add, layer)

    def is_open(layer: Layer) -> bool:
        there = bounds[layer.begin : layer.end]
        return bool((there.imag - there.real).max() > TOLERANCE)

    for layer in flow.tail:
        visit(layer)
    until = monotonic() + SOLVE_S
    core = flow.core
    while core and monotonic() < until:
        for _ in range(VISITS):
            for layer in core:
                visit(layer)
        core = [layer for layer in core if is_open(layer)]
    for layer in flow.head:
        visit(layer)
    start = complex(bounds[flow.rank[state]])
    return Probability((start.real + start.imag) / 2, start.real, start.imag, "iterated" if flow.core else "exact")
