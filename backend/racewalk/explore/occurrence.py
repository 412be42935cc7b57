"""Where in a graph a finding occurs, as flags on transitions and states: what its lights and statistics start from."""

from __future__ import annotations

import numpy as np

from racewalk.explore.flow import Array, Flow


class Occurrence:
    """One kind of finding; `kind` None: any that is no warning.

    hits       bool[m]  transitions that report it
    ends_with  bool[n]  states where a run may end, and then reports it
    avoiding   the flow's targets, where what follows a hit is not followed
    reach      bool[n]  some continuation has it
    """

    def __init__(self, flow: Flow, kind: str | None) -> None:
        having = np.array(flow.graph.having(kind))
        self.flow, self.kind = flow, kind
        self.at_start = flow.graph.is_wanted(flow.graph.at_start, kind)
        self.hits: Array = having[flow.reports]
        self.is_end: Array = flow.end > 0
        self.ends_with: Array = self.is_end & having[np.maximum(flow.end, 1) - 1]
        self.avoiding: Array = np.where(self.hits[flow.edges], flow.size, flow.targets)
        self.reach = self.can(self.ends_with | (flow.count(self.hits) > 0), self.avoiding)

    def can(self, base: Array, targets: Array) -> Array:
        """The states that have the flag, or from which a transition that is followed leads to one that has it."""
        flow = self.flow
        return flow.by_state(flow.flow(flow.by_rank(base, beyond=False), targets, np.logical_or))
