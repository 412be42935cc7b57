"""The whole graph of a model that can be learned, from the engine's tables: what `graph_of` gives, and faster."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from racewalk.explore.bounds import Bounds, Cancelled
from racewalk.explore.bounds import Report as Tell
from racewalk.explore.clock import Clock
from racewalk.explore.codes import Codes
from racewalk.explore.ends import Ends
from racewalk.explore.graph import EDGE_BYTES, ENDED, NO_CHOICE, Graph, GraphTooLarge
from racewalk.explore.memo import Leaf, Memo
from racewalk.explore.packed_states import PackedStates
from racewalk.explore.tally import move_of
from racewalk.model import Report, State

LOOK_EVERY = 512  # states, between two looks at the clock
STATE_BYTES = 220


def learned_graph(
    memo: Memo,
    ends: Ends,
    start: State | None,
    bounds: Bounds,
    cancelled: Cancelled = lambda: False,
    tell: Tell = lambda progress: None,
) -> Graph:
    """Walk packed states. `start` None is the initial state. Raises GraphTooLarge, SearchCancelled."""
    return _Walk(memo, ends, start).run(Clock(bounds, tell, cancelled))


class _Walk:
    def __init__(self, memo: Memo, ends: Ends, start: State | None) -> None:
        self.memo, self.ends, self.model = memo, ends, memo.model
        initial = self.model.initial()
        begin = initial if start is None else start
        findings = self.model.initial_findings(initial) if begin == initial else ()
        self.at_start = tuple(Report(one.kind, one.fatal, one.warning) for one in findings)
        self.states = [memo.codes.pack(begin)]
        self.index = {self.states[0]: 0}
        self.first, self.depth = array("q", [0]), array("i", [0])
        self.target, self.move = array("i"), array("H")
        self.reports, self.end, self.unfinished = array("H"), array("H"), array("H")
        self.sets: dict[frozenset[str], int] = {frozenset(): 0}
        self.numbers: dict[tuple[Report, ...], int] = {(): 0}

    def run(self, clock: Clock) -> Graph:
        number = self._number(self.at_start)
        if any(report.fatal for report in self.at_start):
            self._close(1 + number, self.states[0])
        else:
            self._explore(clock)
        moves = [move_of(number) for number in self.move]
        reported = [report for reports in self.numbers for report in reports]
        wrong = {report.kind for report in reported if not report.warning}
        return Graph(
            actors=tuple(self.model.actors),
            first=self.first,
            target=self.target,
            actor=array("B", [move.actor for move in moves]),
            choice=array("h", [NO_CHOICE if move.choice is None else move.choice for move in moves]),
            reports=self.reports,
            end=self.end,
            depth=self.depth,
            unfinished=self.unfinished,
            kind_sets=tuple(self.sets),
            warnings=frozenset({report.kind for report in reported} - wrong),
            at_start=frozenset(report.kind for report in self.at_start),
            states=PackedStates(self.memo.codes, self.states),
            index=_Index(self.memo.codes, self.states, self.index),
        )

    def _explore(self, clock: Clock) -> None:
        memo, states = self.memo, self.states
        for source, state in enumerate(states):  # it grows
            if source % LOOK_EVERY == 0:
                size = STATE_BYTES * len(states) + EDGE_BYTES * len(self.target)
                if clock.look(len(states), len(states) - source, self.depth[source], size):
                    raise GraphTooLarge(clock.ended[0])
            leaves = list(self.ends.leaves(state, memo.cpus))
            more = list(self.ends.leaves(state, memo.daemons))
            end = 0
            if not any(leaves):
                how = self.ends.of(state)
                if (how is not None and how.is_end) or not any(more):
                    end = 1 + self._number(() if how is None else how.reports)
                if how is not None and how.fatal:
                    more = []
            for leaf in (*leaves, *more):
                self._follow(source, state, leaf, clock)
            self._close(end, state)

    def _follow(self, source: int, state: int, leaf: Leaf, clock: Clock) -> None:
        for keep, put, move, note in leaf:
            self.move.append(move)
            self.reports.append(0 if note is None else self._number(note.reports))
            if note is not None and note.fatal:
                self.target.append(ENDED)
                continue
            after = state & keep | put
            target = self.index.get(after)
            if target is None:
                target = self.index[after] = len(self.states)
                if target >= clock.bounds.states:
                    clock.full()
                    raise GraphTooLarge(clock.ended[0])
                self.states.append(after)
                self.depth.append(self.depth[source] + 1)
            self.target.append(target)

    def _close(self, end: int, state: int) -> None:
        """The state that is being expanded has no further transitions."""
        self.end.append(end)
        at = [(cpu.actor, cpu.tables[state >> cpu.shift & cpu.mask]) for cpu in self.memo.cpus]
        self.unfinished.append(sum(1 << actor for actor, table in at if table is not None))
        self.first.append(len(self.target))

    def _number(self, reports: tuple[Report, ...]) -> int:
        """The number of a set of kinds."""
        number = self.numbers.get(reports)
        if number is None:
            kinds = frozenset(report.kind for report in reports)
            number = self.numbers[reports] = self.sets.setdefault(kinds, len(self.sets))
        return number


class _Index(Mapping[State, int]):
    def __init__(self, codes: Codes, packed: Sequence[int], index: Mapping[int, int]) -> None:
        self._codes, self._packed, self._index = codes, packed, index

    def __getitem__(self, state: State) -> int:
        return self._index[self._codes.pack(state)]

    def __iter__(self) -> Iterator[State]:
        return iter(PackedStates(self._codes, self._packed))

    def __len__(self) -> int:
        return len(self._packed)
