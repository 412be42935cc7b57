"""The twin of a schedule: the one that goes along with it for as long as can be, and then turns out the other way.

Of a schedule that has the finding it is a complete one that has not; of one that has not it is one that has. Both
schedules are compared up to the finding: what follows it does not count.

    shared     moves that both begin with; no other twin shares more
    pairs      the moves after that which both make, in the same order
    edits      moves of one that the other does not make, as few as can be; then the fewer moves the better

What a passing run still does when the failing one has met its finding is no difference. The nearest twin is looked for
over pairs of a state and a place in the given schedule (Dijkstra's algorithm), as many as MOST_PAIRS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import Literal, NamedTuple

import numpy as np

from racewalk.explore.flow import Array
from racewalk.explore.occurrence import Occurrence
from racewalk.model import Move

MOST_PAIRS = 400_000

Schedule = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """`failing` ends with the finding, `passing` where a run ends. `pairs` are (index in failing, index in passing)."""

    failing: Schedule
    passing: Schedule
    shared: int
    pairs: tuple[tuple[int, int], ...]
    nearest: bool  # False: the search for the fewest edits was ended by its bound
    given: Literal["failing", "passing"]  # the one that was asked about
    decided: bool = True  # the next step of the failing run makes the finding unavoidable, not only some other one

    @property
    def edits(self) -> int:
        """Moves of either, up to the finding, that the other has not in its place."""
        paired = dict(self.pairs)
        last = max(paired.values(), default=self.shared - 1)
        passing = last + 1 - self.shared - len(paired)
        return len(self.failing) - self.shared - len(paired) + passing


class NoTwin(Exception):
    """The message is a sentence without a full stop."""


def has_finding(wanted: Occurrence, moves: Sequence[Move]) -> int | None:
    """After how many moves the finding is there; None: the schedule has not got it."""
    if wanted.at_start or wanted.ends_with[0]:
        return 0
    for number, (edge, state) in enumerate(_followed(wanted, moves)):
        if wanted.hits[edge] or (state >= 0 and wanted.ends_with[state]):
            return number + 1
    return None


def twin_of(wanted: Occurrence, clean: Occurrence, moves: Sequence[Move]) -> Twin:
    """The twin of moves that the graph has.

    A passing twin is without the findings of `clean`, where there is such a one; else without that of `wanted`.
    Raises NoTwin.
    """
    found = has_finding(wanted, moves)
    if found == 0:
        raise NoTwin("the finding is there before anybody has moved, so every schedule has it")
    if found is None:
        return _failing_twin(wanted, tuple(moves))
    failing = tuple(moves[:found])
    try:
        twin = _passing_twin(clean, failing)
    except NoTwin:
        return _passing_twin(wanted, failing)
    return replace(twin, decided=_Passing(wanted).shared_with(failing) == twin.shared)


class _Step(NamedTuple):
    """How the search came to a pair: the move that was made (None: one of the given was left out), and from where."""

    parent: int
    edge: int | None
    paired: bool


class _Nearest:
    """The search for the run that differs least.

    allowed  bool[m]   transitions that may be taken
    to_end   int64[n]  steps to the goal over these; -1: there is no way
    hits     bool[m]   transitions that have the finding, when that is the goal; else the goal is the end of a run
    """

    def __init__(self, wanted: Occurrence, given: Schedule, allowed: Array, to_end: Array, hits: Array | None) -> None:
        self.graph = wanted.flow.graph
        self.given = given
        self.allowed, self.to_end, self.hits = allowed, to_end, hits
        self.steps: list[_Step] = []
        self.cut = False

    def run(self, state: int, at: int) -> list[tuple[int, int | None]] | None:
        """The transitions from a state on, each with the index of the given move that it is, if it is one.

        With `hits` the last one has the finding; without, the run reaches a state from which `to_end` leads on.
        """
        begin = (0, 0, 0, state, at, _Step(-1, None, False))
        queue: list[tuple[int, int, int, int, int, _Step]] = [begin]
        seen: set[tuple[int, int]] = set()
        pushed = 1
        while queue:
            edits, length, _, state, at, how = heappop(queue)
            if state < 0:
                return self._back(how)
            if (state, at) in seen:
                continue
            seen.add((state, at))
            if len(seen) > MOST_PAIRS:
                self.cut = True
                return None
            number = len(self.steps)
            self.steps.append(how)
            if self.hits is None and at == len(self.given):
                heappush(queue, (edits, length + int(self.to_end[state]), pushed, -1, at, how))
                pushed += 1
                continue
            for cost, longer, there, then, step in self._ways(state, at, number):
                heappush(queue, (edits + cost, length + longer, pushed, there, then, step))
                pushed += 1
        return None

    def _ways(self, state: int, at: int, number: int) -> Iterator[tuple[int, int, int, int, _Step]]:
        """(edits, moves, state, place, how) of what can follow; a state below 0 is the goal."""
        given = self.given[at] if at < len(self.given) else None
        if given is not None:
            yield 1, 0, state, at + 1, _Step(number, None, False)
        for move, edge in self.graph.moves(state).items():
            hit = self.hits is not None and bool(self.hits[edge])
            target = int(self.graph.target[edge])
            if not hit and (not self.allowed[edge] or self.to_end[target] < 0):
                continue
            there = -1 if hit else target
            if move == given:
                yield 0, 1, there, at + 1, _Step(number, edge, True)
            else:
                yield 1, 1, there, at, _Step(number, edge, False)

    def _back(self, how: _Step) -> list[tuple[int, int | None]]:
        taken: list[_Step] = []
        while how.parent >= 0:
            taken.append(how)
            how = self.steps[how.parent]
        taken.reverse()
        at, found = 0, []
        for step in taken:
            if step.edge is not None:
                found.append((step.edge, at if step.paired else None))
            at += step.paired or step.edge is None
        return found


class _Passing:
    """The runs without a finding. `allowed`, bool[m]: transitions without it. `to_end`, int64[n]: steps to an end."""

    def __init__(self, avoided: Occurrence) -> None:
        flow = avoided.flow
        self.avoided = avoided
        self.allowed = ~flow.fatal & ~avoided.hits
        self.allowed[self.allowed] = ~avoided.ends_with[flow.target[self.allowed]]
        self.to_end = _distance(avoided, avoided.is_end & ~avoided.ends_with, self.allowed)

    def shared_with(self, failing: Schedule) -> int:
        """So many moves of it some complete run without the finding begins with; -1: there is no such run."""
        shared = -1
        if self.avoided.at_start or self.avoided.ends_with[0]:
            return shared
        if self.to_end[0] >= 0:
            shared = 0
        for number, (edge, state) in enumerate(_followed(self.avoided, failing), 1):
            if not self.allowed[edge]:
                break
            if self.to_end[state] >= 0:
                shared = number
        return shared


def _passing_twin(avoided: Occurrence, failing: Schedule) -> Twin:
    flow, runs = avoided.flow, _Passing(avoided)
    shared = runs.shared_with(failing)
    if shared < 0:
        raise NoTwin("no complete run is without it")
    states = [0, *(state for _, state in _followed(avoided, failing))]
    way = _Nearest(avoided, failing[shared:], runs.allowed, runs.to_end, None).run(states[shared], 0)
    nearest = way is not None
    way = [] if way is None else way
    passing = [flow.graph.move(edge) for edge, _ in way]
    state = int(flow.target[way[-1][0]]) if way else states[shared]
    last = passing[-1].actor if passing else failing[shared - 1].actor if shared else None
    passing += _to_the_end(avoided, state, last, runs.allowed, runs.to_end)
    pairs = [(shared + at, shared + number) for number, (_, at) in enumerate(way) if at is not None]
    return Twin(failing, (*failing[:shared], *passing), shared, tuple(pairs), nearest, "failing")


def _failing_twin(wanted: Occurrence, passing: Schedule) -> Twin:
    flow = wanted.flow
    hits = wanted.hits.copy()
    goes_on = ~flow.fatal
    hits[goes_on] |= wanted.ends_with[flow.target[goes_on]]
    allowed = goes_on & ~hits
    to_hit = _distance(wanted, flow.count(hits) > 0, allowed)
    states = [0, *(state for _, state in _followed(wanted, passing))]
    shared = max((number for number, state in enumerate(states) if state >= 0 and to_hit[state] >= 0), default=-1)
    if shared < 0:
        raise NoTwin("no schedule has it")
    search = _Nearest(wanted, passing[shared:], allowed, to_hit, hits)
    way = search.run(states[shared], 0)
    nearest = way is not None
    if way is None:
        last = passing[shared - 1].actor if shared else None
        way = [(edge, None) for edge in _to_the_hit(wanted, states[shared], last, allowed, to_hit, hits)]
    failing = [flow.graph.move(edge) for edge, _ in way]
    pairs = [(shared + number, shared + at) for number, (_, at) in enumerate(way) if at is not None]
    return Twin((*passing[:shared], *failing), passing, shared, tuple(pairs), nearest, "passing")


def _followed(wanted: Occurrence, moves: Sequence[Move]) -> Iterator[tuple[int, int]]:
    """The transition of each move, and the state after it; ENDED after a fatal one. Raises KeyError."""
    state = 0
    for move in moves:
        edge = _edge(wanted, state, move)
        state = int(wanted.flow.target[edge])
        yield edge, state


def _edge(wanted: Occurrence, state: int, move: Move) -> int:
    return wanted.flow.graph.moves(state)[move]


def _distance(wanted: Occurrence, goals: Array, allowed: Array) -> Array:
    """int64[states]: steps to the nearest goal over the transitions that are allowed; -1: there is no way."""
    flow = wanted.flow
    found = np.where(goals, 0, -1)
    steps = 0
    source, target = flow.source[allowed], flow.target[allowed]
    while True:
        met = source[(found[target] == steps) & (found[source] < 0)]
        if not met.size:
            return found
        steps += 1
        found[met] = steps


def _to_the_end(wanted: Occurrence, state: int, last: int | None, allowed: Array, to_end: Array) -> list[Move]:
    """A shortest way to a goal, with the same actor for as long as can be."""
    moves: list[Move] = []
    while to_end[state] > 0:
        move, edge = _nearer(wanted, state, last, allowed, to_end)
        moves.append(move)
        state, last = int(wanted.flow.target[edge]), move.actor
    return moves


def _to_the_hit(
    wanted: Occurrence, state: int, last: int | None, allowed: Array, to_hit: Array, hits: Array
) -> list[int]:
    """The transitions of a shortest way to the finding, the one that has it being the last."""
    edges: list[int] = []
    while to_hit[state] > 0:
        move, edge = _nearer(wanted, state, last, allowed, to_hit)
        edges.append(edge)
        state, last = int(wanted.flow.target[edge]), move.actor
    return [*edges, next(edge for edge in wanted.flow.graph.moves(state).values() if hits[edge])]


def _nearer(wanted: Occurrence, state: int, last: int | None, allowed: Array, distance: Array) -> tuple[Move, int]:
    ways = [
        (move, edge)
        for move, edge in wanted.flow.graph.moves(state).items()
        if allowed[edge] and distance[wanted.flow.target[edge]] == distance[state] - 1
    ]
    return next((way for way in ways if way[0].actor == last), ways[0])
