"""The search of spaces that fit a Python dictionary: breadth-first, a state at a time, each a single integer.

It needs no array library and starts at once. When a space turns out to be larger, `racewalk.explore.large` goes on from
where this has come to.
"""

from __future__ import annotations

from array import array

from racewalk.explore.aim import Aim
from racewalk.explore.clock import Clock
from racewalk.explore.endless import endless
from racewalk.explore.ends import Ends
from racewalk.explore.memo import Memo, Node
from racewalk.explore.tally import Tally, move_of
from racewalk.model import Move

CHUNK = 512
"""States expanded between two looks at the clock."""

STATE_BYTES = 220
"""Of a state in the tables below (measured, rounded up)."""


class SmallSearch:
    """`states[:expanded]` have been expanded; `begin` is where the level that is being expanded starts."""

    def __init__(self, memo: Memo, ends: Ends, start: int) -> None:
        self.memo, self.ends = memo, ends
        self.tally = Tally()
        self.states = [start]
        self.seen = {start}
        self.parents = array("i", [-1])
        self.moves = array("H", [0])
        self.levels = [0]  # index of the first state of each depth
        self.ended: list[int] = []  # indices of states from which a schedule ends
        self.back: list[int] = []  # of each expanded state one that was known already and follows it; -1: none
        self.expanded = 0
        self._next = 1  # where the last level that was begun ends

    @property
    def depth(self) -> int:
        """Steps from the start to the states that are being expanded."""
        return len(self.levels) - 1

    @property
    def states_seen(self) -> int:
        return len(self.states)

    @property
    def omission(self) -> float:
        """Probability that any state was left out."""
        return 0.0

    @property
    def memory_bytes(self) -> int:
        return STATE_BYTES * len(self.states)

    def run(self, clock: Clock, widest: int, aim: Aim | None) -> bool:
        """Expand levels until none is left (then True), the aim is met, a bound, or a level has more than `widest`."""
        while self.expanded < len(self.states):
            if aim is not None and self._is_met(aim):
                return False
            if len(self.states) - self.expanded > widest:
                return False
            level_end = self._level_end()
            while self.expanded < level_end:
                seen, left = len(self.states), len(self.states) - self.expanded
                if clock.look(seen, left, self.depth, self.memory_bytes):
                    return False
                if not self._expand(min(self.expanded + CHUNK, level_end), clock.bounds.states):
                    return clock.full()
        return True

    def may_be_endless(self) -> bool:
        """After a search of all states: some may have no way to an end.

        A state has one if it ends a schedule, or leads to a state that has: from the last state to the first that is
        told by what the search has kept of nearly all, and the others are looked at again.
        """
        has_end = bytearray(len(self.states))
        for index in self.ended:
            has_end[index] = True
        ending, left = set[int](), []
        for index in range(len(self.states) - 1, -1, -1):
            if has_end[index] or self.back[index] in ending:
                ending.add(self.states[index])
                if index:
                    has_end[self.parents[index]] = True
            else:
                left.append(self.states[index])
        return bool(endless(self.memo, self.ends, left[::-1], ending))

    def _is_met(self, aim: Aim) -> bool:
        """At the start of a level: the aim was met before it, or is met by one of its states."""
        if aim.stands and self.tally.stood is None:
            for index in range(self.expanded, len(self.states)):
                if aim.is_state(self.states[index]):
                    self.tally.see_stand(len(self.levels) - (self.expanded == 0), index)
                    break
        return aim.sighting(self.tally) is not None

    def _level_end(self) -> int:
        """Where the level ends that is expanded next; a new one begins where the last is done."""
        if self.expanded == self.levels[-1] and self.expanded < self._next:
            return self._next
        self.levels.append(self._next)
        self._next = len(self.states)
        return self._next

    def _expand(self, stop: int, limit: int) -> bool:
        """Expand the states up to `stop`, all of one level; False when there are more than `limit` states."""
        memo, tally = self.memo, self.tally
        states, seen, parents, moves = self.states, self.seen, self.parents, self.moves
        known = self.back
        cpus, daemons, learn = memo.cpus, memo.daemons, memo.learn
        steps = self.depth + 1
        transitions = 0
        try:
            for index in range(self.expanded, stop):
                state = states[index]
                self.expanded = index + 1
                moved, back = False, -1
                for stands in (cpus, daemons):
                    if stands is daemons and not moved and self._end(index, state):
                        break
                    for _, shift, mask, tables in stands:
                        table = tables[state >> shift & mask]
                        if table is None:
                            continue
                        node = table.root
                        leaf = node.table.get(state & node.mask)
                        while isinstance(leaf, Node):
                            leaf = leaf.table.get(state & leaf.mask)
                        if leaf is None:
                            leaf = learn(state, table)
                        for keep, put, move, note in leaf:
                            moved = True
                            transitions += 1
                            if note is not None:
                                tally.note(note, steps, index, move)
                                if note.fatal:
                                    tally.ends += 1
                                    self.ended.append(index)
                                    continue
                            after = state & keep | put
                            if after not in seen:
                                if len(states) >= limit:
                                    return False
                                seen.add(after)
                                states.append(after)
                                parents.append(index)
                                moves.append(move)
                            else:
                                back = after
                known.append(back)
        finally:
            tally.transitions += transitions
        return True

    def _end(self, index: int, state: int) -> bool:
        """Judge a state where no CPU can go, as the end of a schedule; True when no daemon goes on from it either."""
        end = self.ends.of(state)
        if end is not None:
            self.tally.report(end.reports, self.depth, index, None)
        if (end is not None and end.is_end) or not any(self.ends.leaves(state, self.memo.daemons)):
            self.tally.ends += 1
            self.ended.append(index)
        return end is not None and end.fatal

    def schedule(self, state: int, last: Move | None) -> tuple[Move, ...]:
        """The way to a state by its index."""
        moves = [] if last is None else [last]
        while self.parents[state] >= 0:
            moves.append(move_of(self.moves[state]))
            state = self.parents[state]
        moves.reverse()
        return tuple(moves)
