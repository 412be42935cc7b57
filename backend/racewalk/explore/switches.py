"""The search for the schedule that is easiest to follow: fewest preemptions, then fewest switches, then fewest steps.

It walks pairs of a state and the actor that moved last, in the order of these costs (Dijkstra's algorithm), so it has
more to look at than a search by steps. A switch is a move of another actor than the one before. It is a preemption when
both are CPUs and the one before could have gone on. A bound on preemptions leaves out the moves that would exceed it.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

from racewalk.explore.aim import Aim
from racewalk.explore.clock import Clock
from racewalk.explore.endless import endless
from racewalk.explore.ends import Ends
from racewalk.explore.memo import Leaf, Memo, Note
from racewalk.explore.tally import Tally, move_of
from racewalk.model import Move

LOOK_EVERY = 256
"""Pairs between two looks at the clock."""

PAIR_BYTES = 450
"""Of a pair in the tables below (measured, rounded up)."""

NOBODY = -1


class _Pair(NamedTuple):
    """A state and who moved last; how it was reached."""

    state: int
    last: int
    parent: int
    move: int


class _Candidate(NamedTuple):
    """What the queue holds. `cost`: preemptions, switches, steps. `note`: only this is to be noted, at `pair`."""

    cost: tuple[int, int, int]
    number: int  # of equal cost, the first found comes first
    pair: _Pair
    note: Note | None


class SwitchSearch:
    def __init__(self, memo: Memo, ends: Ends, start: int, last: int | None) -> None:
        self.memo, self.ends = memo, ends
        self.tally = Tally()
        self.omission = 0.0
        self.depth = 0
        self.cut = False  # a move was left out because of the bound on preemptions
        self._pairs: list[_Pair] = []
        self._seen: set[tuple[int, int]] = set()
        self._states: set[int] = set()
        self._queue = [_Candidate((0, 0, 0), 0, _Pair(start, NOBODY if last is None else last, -1, 0), None)]
        self._pushed = 1

    @property
    def states_seen(self) -> int:
        return len(self._states)

    @property
    def memory_bytes(self) -> int:
        return PAIR_BYTES * (len(self._pairs) + len(self._queue))

    def run(self, clock: Clock, aim: Aim | None) -> bool:
        """Go on until all pairs are done (then True), the aim is met, or a bound is reached."""
        done = 0
        while self._queue:
            done += 1
            if done % LOOK_EVERY == 0:
                if clock.look(len(self._states), len(self._queue), self.depth, self.memory_bytes):
                    return False
            cost, _, pair, note = heappop(self._queue)
            if note is not None:
                self.tally.note(note, cost, pair.parent, pair.move)
            elif (pair.state, pair.last) not in self._seen:
                if pair.state not in self._states and len(self._states) >= clock.bounds.states:
                    return clock.full()
                self._expand(cost, pair, clock.bounds.preemptions, aim)
            if aim is not None and aim.sighting(self.tally) is not None:
                return False
        return True

    def note_later(self, note: Note, cost: tuple[int, int, int], move: int) -> None:
        """To be noted of a first move when its turn has come: cheaper ways may be found before."""
        start = self._queue[0].pair
        self._push(cost, _Pair(start.state, move_of(move).actor, 0, move), note)

    def schedule(self, pair: int, last: Move | None) -> tuple[Move, ...]:
        """The way to a pair by its number."""
        moves = [] if last is None else [last]
        while self._pairs[pair].parent >= 0:
            moves.append(move_of(self._pairs[pair].move))
            pair = self._pairs[pair].parent
        moves.reverse()
        return tuple(moves)

    def may_be_endless(self) -> bool:
        """After a search of all states: some may have no way to an end."""
        return bool(endless(self.memo, self.ends, list(dict.fromkeys(pair.state for pair in self._pairs))))

    def _expand(self, cost: tuple[int, int, int], pair: _Pair, most: int | None, aim: Aim | None) -> None:
        state, last = pair.state, pair.last
        number = len(self._pairs)
        self._pairs.append(pair)
        self._seen.add((state, last))
        first_time = state not in self._states
        self._states.add(state)
        self.depth = max(self.depth, cost[2])
        if aim is not None and aim.is_state(state):
            self.tally.see_stand(cost, number)
        leaves = self._leaves(state)
        cpus = {stand.actor for stand in self.memo.cpus}
        if not any(leaf for actor, leaf in leaves.items() if actor in cpus):
            end = self.ends.of(state)
            if end is not None:
                self.tally.report(end.reports, cost, number, None)
            if first_time and ((end is not None and end.is_end) or not any(leaves.values())):
                self.tally.ends += 1
            if end is not None and end.fatal:
                return
        could_go_on = last in cpus and bool(leaves.get(last))
        for actor, leaf in leaves.items():
            switch = last not in (NOBODY, actor)
            preemption = switch and could_go_on and actor in cpus
            after = cost[0] + preemption, cost[1] + switch, cost[2] + 1
            for arrow in leaf:
                if first_time:
                    self.tally.transitions += 1
                    self.tally.ends += arrow.note is not None and arrow.note.fatal
                if most is not None and after[0] > most:
                    self.cut = True
                    continue
                if arrow.note is not None:
                    self._push(after, _Pair(state, actor, number, arrow.move), arrow.note)
                    if arrow.note.fatal:
                        continue
                following = state & arrow.keep | arrow.put
                if (following, actor) not in self._seen:
                    self._push(after, _Pair(following, actor, number, arrow.move), None)

    def _leaves(self, state: int) -> dict[int, Leaf]:
        """What each actor that has not finished can do."""
        found = {}
        for stand in (*self.memo.cpus, *self.memo.daemons):
            table = stand.tables[state >> stand.shift & stand.mask]
            if table is not None:
                found[stand.actor] = self.memo.leaf(state, table)
        return found

    def _push(self, cost: tuple[int, int, int], pair: _Pair, note: Note | None) -> None:
        heappush(self._queue, _Candidate(cost, self._pushed, pair, note))
        self._pushed += 1
