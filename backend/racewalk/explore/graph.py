"""The graph of all reachable states of a model, for the questions that need it as a whole.

Compressed rows: the transitions of state i are first[i] .. first[i+1] - 1, by actor and choice, in the order of
`Model.expand`. State 0 is the start, and states stand in breadth-first order. A Graph is always whole: where a search
was cut short there is none. The arrays are NumPy's, or of `array` where it was small; `numpy.asarray` takes both
without a copy, and indexing and `len` work on both.

    first       int64[n+1]
    target      int32[m]     state that the transition leads to; ENDED where a fatal finding ends the run
    actor       uint8[m]     who moves
    choice      int16[m]     which choice; NO_CHOICE where the step has none
    reports     uint16[m]    index into kind_sets: the kinds of findings that the transition reports; 0: none
    end         uint16[n]    0, or 1 + index into kind_sets: a run may end here, and that is what it then reports
    depth       int32[n]     steps of the shortest schedule that leads there
    unfinished  uint16[n]    bit a is set while the CPU that is actor a has not finished; daemons have no bits

A state with an end may have transitions all the same: in a final state a daemon may still move. A transition to itself
is a transition like any other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from racewalk.amount import count
from racewalk.explore.bounds import Bounds, Cancelled
from racewalk.explore.bounds import Report as Tell
from racewalk.explore.clock import Clock
from racewalk.explore.ending import end_of
from racewalk.model import ActorInfo, Finding, Model, Move, Outcome, State
from racewalk.record import frozen_record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = array[int] | NDArray[np.integer[Any]]

ENDED = -1
NO_CHOICE = -1

LOOK_EVERY = 512  # states, between two looks at the clock
STATE_OVERHEAD_BYTES = 320  # of a state in the tables, besides its own bytes
EDGE_BYTES = 9


@frozen_record
class Graph:
    """See above. `index` finds a state by its bytes, and `states` the other way round."""

    actors: tuple[ActorInfo, ...]
    first: Ints
    target: Ints
    actor: Ints
    choice: Ints
    reports: Ints
    end: Ints
    depth: Ints
    unfinished: Ints
    kind_sets: tuple[frozenset[str], ...]  # the first is empty
    warnings: frozenset[str]  # kinds that are only ever warnings
    at_start: frozenset[str]  # kinds reported before anybody has moved: every schedule has them
    states: Sequence[State]
    index: Mapping[State, int]

    @property
    def size(self) -> int:
        """How many states."""
        return len(self.first) - 1

    @property
    def transitions(self) -> int:
        return len(self.target)

    def kinds(self) -> frozenset[str]:
        """Every kind of finding that anything in the graph reports."""
        return self.at_start.union(*self.kind_sets)

    def is_wanted(self, kinds: Iterable[str], kind: str | None) -> bool:
        """Among the kinds is the one that is asked for; None asks for any that is no warning."""
        return kind in kinds if kind is not None else any(one not in self.warnings for one in kinds)

    def having(self, kind: str | None) -> list[bool]:
        """Of each of `kind_sets`: whether the kind is in it; None asks for any that is no warning."""
        return [self.is_wanted(kinds, kind) for kinds in self.kind_sets]

    def moves(self, state: int) -> dict[Move, int]:
        """The moves of a state, with the number of the transition of each."""
        return {self.move(edge): edge for edge in range(int(self.first[state]), int(self.first[state + 1]))}

    def move(self, edge: int) -> Move:
        """The move of a transition."""
        choice = int(self.choice[edge])
        return Move(int(self.actor[edge]), None if choice == NO_CHOICE else choice)

    def schedule_to(self, state: int) -> tuple[Move, ...]:
        """The first of the shortest schedules to a state."""
        first, target, depth = self.first.tolist(), self.target.tolist(), self.depth.tolist()
        levels: dict[int, list[int]] = {}
        for one in range(state):
            levels.setdefault(depth[one], []).append(one)
        moves = []
        while state:
            for source in levels[depth[state] - 1]:
                try:
                    edge = target.index(state, first[source], first[source + 1])
                except ValueError:
                    continue
                moves.append(self.move(edge))
                state = source
                break
        moves.reverse()
        return tuple(moves)


@dataclass
class GraphTooLarge(Exception):
    """The graph does not fit; `bound` says in words which bound it met: "50,000 states"."""

    bound: str

    def __str__(self) -> str:
        return f"the graph does not fit within {self.bound}"


def graph_of(
    model: Model,
    start: State | None = None,
    bounds: Bounds = Bounds(),  # noqa: B008  (frozen)
    cancelled: Cancelled = lambda: False,
    report: Tell = lambda progress: None,
) -> Graph:
    """Walk a model one state at a time. `start` None is its initial state. Raises GraphTooLarge, SearchCancelled."""
    return _Walk(model, start, bounds).run(Clock(bounds, report, cancelled))


class _Walk:
    def __init__(self, model: Model, start: State | None, bounds: Bounds) -> None:
        self.model, self.bounds = model, bounds
        self.actors = tuple(model.actors)
        self.cpus = [number for number, info in enumerate(self.actors) if not info.daemon]
        initial = model.initial()
        self.states = [initial if start is None else start]
        self.at_start = model.initial_findings(initial) if self.states[0] == initial else ()
        self.index = {self.states[0]: 0}
        self.first, self.depth = array("q", [0]), array("i", [0])
        self.target, self.actor, self.choice = array("i"), array("B"), array("h")
        self.reports, self.end, self.unfinished = array("H"), array("H"), array("H")
        self.sets: dict[frozenset[str], int] = {frozenset(): 0}
        self.warnings: set[str] = set()
        self.wrongs: set[str] = set()

    def run(self, clock: Clock) -> Graph:
        self._number(self.at_start)
        self._explore(clock)
        return Graph(
            actors=self.actors,
            first=self.first,
            target=self.target,
            actor=self.actor,
            choice=self.choice,
            reports=self.reports,
            end=self.end,
            depth=self.depth,
            unfinished=self.unfinished,
            kind_sets=tuple(self.sets),
            warnings=frozenset(self.warnings - self.wrongs),
            at_start=frozenset(finding.kind for finding in self.at_start),
            states=self.states,
            index=self.index,
        )

    def _explore(self, clock: Clock) -> None:
        model, states = self.model, self.states
        if any(finding.fatal for finding in self.at_start):
            self._close(1 + self._number(self.at_start))
            return
        while len(self.end) < len(states):
            source = len(self.end)
            if source % LOOK_EVERY == 0:
                self._look(clock, source)
            expansion = model.expand(states[source])
            at_end, is_end = end_of(model, states[source], expansion)
            if not any(finding.fatal for finding in at_end):
                for move, outcome in expansion:
                    self._add(move, outcome, int(self.depth[source]) + 1)
            self._close(1 + self._number(at_end) if is_end else 0)

    def _add(self, move: Move, outcome: Outcome, depth: int) -> None:
        """One transition of the state that is being expanded."""
        self.actor.append(move.actor)
        self.choice.append(NO_CHOICE if move.choice is None else move.choice)
        self.reports.append(self._number(outcome.findings))
        if outcome.fatal:
            self.target.append(ENDED)
            return
        target = self.index.get(outcome.state)
        if target is None:
            target = self.index[outcome.state] = len(self.states)
            if target >= self.bounds.states:
                raise GraphTooLarge(count(self.bounds.states, "state"))
            self.states.append(outcome.state)
            self.depth.append(depth)
        self.target.append(target)

    def _close(self, end: int) -> None:
        """The state that is being expanded has no further transitions."""
        state = self.states[len(self.end)]
        self.end.append(end)
        self.unfinished.append(sum(1 << cpu for cpu in self.cpus if not self.model.finished(state, cpu)))
        self.first.append(len(self.target))

    def _number(self, findings: Sequence[Finding]) -> int:
        """The number of a set of kinds."""
        if not findings:
            return 0
        for finding in findings:
            (self.warnings if finding.warning else self.wrongs).add(finding.kind)
        return self.sets.setdefault(frozenset(finding.kind for finding in findings), len(self.sets))

    def _look(self, clock: Clock, source: int) -> None:
        size = len(self.states) * (len(self.states[0]) + STATE_OVERHEAD_BYTES) + len(self.target) * EDGE_BYTES
        if clock.look(len(self.states), len(self.states) - source, self.depth[source], size):
            raise GraphTooLarge(clock.ended[0])
