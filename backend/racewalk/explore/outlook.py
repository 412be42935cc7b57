"""What the future holds: for each state, and each move, whether a finding can still be reached or avoided.

The answer is about continuations alone; what was reported on the way to a state does not enter. As in
`racewalk.explore.verdict`, a continuation is complete when it ends, and infinite ones count for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from racewalk.explore.flow import Array
from racewalk.explore.graph import Graph
from racewalk.explore.light import Light
from racewalk.explore.occurrence import Occurrence
from racewalk.model import Move


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The lights of one kind of finding; `kind` None: of any that is no warning."""

    graph: Graph
    kind: str | None
    states: Array  # uint8[n]: a Light
    edges: Array  # uint8[m]: a Light
    ends: Array  # bool[n]: some continuation is complete

    def of_state(self, state: int) -> Light:
        return Light(int(self.states[state]))

    def of_edge(self, edge: int) -> Light:
        return Light(int(self.edges[edge]))

    def of_moves(self, state: int) -> Mapping[Move, Light]:
        """The light of each move that a state offers."""
        return {move: self.of_edge(edge) for move, edge in self.graph.moves(state).items()}

    def comes_to_an_end(self, state: int) -> bool:
        """Some continuation of the state is complete."""
        return bool(self.ends[state])


def outlook(wanted: Occurrence) -> Outlook:
    """The lights of a kind of finding on a whole graph."""
    flow, hits, ends_with = wanted.flow, wanted.hits, wanted.ends_with
    avoid = wanted.can((wanted.is_end & ~ends_with) | (flow.count(flow.fatal & ~hits) > 0), wanted.avoiding)
    complete = wanted.can(wanted.is_end | (flow.count(flow.fatal) > 0), flow.targets)

    states = np.full(flow.size, Light.ENDLESS, np.uint8)
    states[complete] = Light.UNAVOIDABLE
    states[avoid] = Light.REACHABLE
    states[~wanted.reach] = Light.OUT_OF_REACH

    edges = np.zeros(len(flow.target), np.uint8)  # OUT_OF_REACH, where another fatal finding ends the run
    goes_on = ~flow.fatal
    edges[goes_on] = states[flow.target[goes_on]]
    now = hits.copy()
    now[goes_on] |= ends_with[flow.target[goes_on]]
    edges[now] = Light.NOW
    return Outlook(flow.graph, wanted.kind, states, edges, complete)
