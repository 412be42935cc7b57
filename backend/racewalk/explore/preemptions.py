"""The fewest preemptions, and among them the fewest switches, of any schedule that has a finding.

Preemptions and switches are those of `racewalk.session.history`: a switch is two adjacent steps of different actors,
and a preemption is a switch between two CPUs of which the first could have gone on. What a step costs depends on who
made the one before, so the walk is over pairs of a state and the last actor, all pairs of one cost at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from racewalk.explore.flow import Array, ranges
from racewalk.explore.occurrence import Occurrence

NOBODY = 0  # has moved yet; actor a is a + 1
GOAL = -1

Buckets = dict[int, list[Array]]


class Fewest(NamedTuple):
    preemptions: int
    switches: int  # of the schedules with so few preemptions


def fewest(wanted: Occurrence, state: int = 0, last: int | None = None) -> Fewest | None:
    """The cheapest way from a state, where `last` has just moved, to where the finding occurs; None: it does not."""
    walk = _Walk(wanted)
    begin = state * walk.places + (NOBODY if last is None else last + 1)
    preemptions, todo = 0, {0: [np.array([begin])]}  # switches -> pairs
    while todo:
        preempted: Buckets = {}
        while todo:
            switches = min(todo)
            if walk.spread(np.concatenate(todo.pop(switches)), switches, todo, preempted):
                return Fewest(preemptions, switches)
        preemptions, todo = preemptions + 1, preempted
    return None


class _Walk:
    """A pair of a state and the last actor is one number, state * places + actor; GOAL is where a hit leads."""

    def __init__(self, wanted: Occurrence) -> None:
        flow, hits = wanted.flow, wanted.hits
        actors = flow.graph.actors
        self.places = len(actors) + 1
        self.first, self.ends_with = flow.first, wanted.ends_with
        self.actor = np.asarray(flow.graph.actor, np.int64) + 1
        self.to = np.where(hits, GOAL, flow.target * self.places + self.actor)
        self.useful = hits | (~flow.fatal & wanted.reach[flow.target])
        self.is_cpu = np.array([False, *(not info.daemon for info in actors)])
        self.can_go = np.zeros(flow.size * self.places, bool)
        self.can_go[flow.source * self.places + self.actor] = True
        self.seen = np.zeros(flow.size * self.places, bool)

    def spread(self, pairs: Array, switches: int, switched: Buckets, preempted: Buckets) -> bool:
        """Go on from pairs of one cost without a further switch; what a switch leads to goes into the buckets."""
        while pairs.size:
            if (pairs == GOAL).any():
                return True
            pairs = np.unique(pairs[~self.seen[pairs]])
            self.seen[pairs] = True
            state = pairs // self.places
            if self.ends_with[state].any():
                return True
            degree = self.first[state + 1] - self.first[state]
            edges = ranges(self.first[state], degree)
            before = np.repeat(pairs, degree)
            useful = self.useful[edges]
            edges, before = edges[useful], before[useful]
            last, actor, to = before % self.places, self.actor[edges], self.to[edges]
            goes_on = (last == actor) | (last == NOBODY)
            preempts = ~goes_on & self.is_cpu[last] & self.is_cpu[actor] & self.can_go[before]
            _put(preempted, switches + 1, to[preempts])
            _put(switched, switches + 1, to[~goes_on & ~preempts])
            pairs = to[goes_on]
        return False


def _put(buckets: Buckets, switches: int, pairs: Array) -> None:
    if pairs.size:
        buckets.setdefault(switches, []).append(pairs)
