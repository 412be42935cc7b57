"""The search of large spaces: breadth-first, a level at a time, in columns of 64-bit words.

    columns[w][i]     word w of the i-th state of the level       sums[i]     the sum of its words' hashes

All states of a level where an actor stands at the same place are looked up together (`lookup`), changed together, and
their fingerprints put together into the set of those seen (`fingerprints`). Of each state, the state before it and the
move are kept: six bytes, from which a schedule is put together in the end. The first states are also kept whole, and
compared whole where fingerprints agree, as long as there are not too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from racewalk.explore.aim import Aim
from racewalk.explore.clock import Clock
from racewalk.explore.ends import Ends
from racewalk.explore.fingerprints import U64, Fingerprints, Flags, Mixer, Rows, omission
from racewalk.explore.lookup import Columns, Effects, Look, Lookup
from racewalk.explore.memo import Memo, Stand, Table
from racewalk.explore.small import SmallSearch
from racewalk.explore.tally import move_of
from racewalk.explore.way_out import WayOut
from racewalk.model import Move

CHUNK = 1 << 18
"""States of a level that are expanded together."""

LEVEL = 1 << 40
"""A state's number is its level times this, plus its place there. States of the small search have their own numbers."""


class Level(NamedTuple):
    """How the states of one level were reached: place of the state before, in the level before, and the move."""

    parents: npt.NDArray[np.int32]
    moves: npt.NDArray[np.uint16]


class _After(NamedTuple):
    """What one group of steps led to: from which rows of the chunk, the sums, the words that changed, and the moves."""

    rows: Rows
    sums: U64
    changed: dict[int, U64]
    moves: npt.NDArray[np.uint16]


class Store:
    """States kept whole, by the number of their insertion."""

    def __init__(self) -> None:
        self._columns: Columns = []
        self.count = 0

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in self._columns)

    def add(self, columns: Columns) -> None:
        more = len(columns[0])
        room = len(self._columns[0]) if self._columns else 0
        if self.count + more > room:
            room = max(2 * room, self.count + more, 1 << 14)
            self._columns = [np.concatenate([c, np.zeros(room - len(c), np.uint64)]) for c in self._columns]
        while len(self._columns) < len(columns):
            self._columns.append(np.zeros(room, np.uint64))
        for mine, theirs in zip(self._columns, columns, strict=True):
            mine[self.count : self.count + more] = theirs
        self.count += more

    def same(self, indexes: npt.NDArray[np.int32], columns: Columns) -> Flags:
        """Which of some states are the ones kept under these numbers."""
        same = np.ones(len(indexes), np.bool_)
        for mine, theirs in zip(self._columns, columns, strict=True):
            same &= mine.take(indexes) == theirs
        return same


class LargeSearch:
    """Goes on from where a small search has come to: the end of a level."""

    def __init__(self, memo: Memo, ends: Ends, small: SmallSearch, exact_states: int) -> None:
        self.memo, self.ends, self.tally = memo, ends, small.tally
        self._small = small
        self._mixer = Mixer()
        self._lookups: dict[int, Lookup] = {}
        self._exact_states = exact_states
        self._store: Store | None = Store() if len(small.states) <= exact_states else None
        self._seen = Fingerprints(max(1 << 16, 4 * len(small.states)), indexed=self._store is not None)
        self._twins: set[int] = set()  # states that share their fingerprint with another one
        self._way_out = None if memo.model.acyclic() else WayOut()
        self._base = small.expanded  # number of the first state of the level, in the order of insertion
        self.levels: list[Level] = []
        self.depth = small.depth + 1
        self.frontier = len(small.states) - small.expanded
        seen = self._columns_of(small.states)
        sums = self._sums(seen)
        for start in range(0, len(sums), CHUNK):
            self._insert([column[start : start + CHUNK] for column in seen], sums[start : start + CHUNK])
        self._columns = [column[small.expanded :] for column in seen]
        self._level_sums = sums[small.expanded :]

    @property
    def states_seen(self) -> int:
        return self._seen.count + len(self._twins)

    @property
    def omission(self) -> float:
        """Probability, at most, that any state was left out."""
        return 0.0 if self._store is not None else omission(self.states_seen)

    @property
    def memory_bytes(self) -> int:
        levels = sum(level.parents.nbytes + level.moves.nbytes for level in self.levels)
        kept = 0 if self._store is None else self._store.nbytes
        front = 3 * sum(column.nbytes for column in self._columns)
        edges = 0 if self._way_out is None else self._way_out.nbytes
        return self._seen.nbytes + levels + kept + front + edges + self._small.memory_bytes

    def may_be_endless(self) -> bool:
        """After a whole search: some state may have no way to an end."""
        if self._way_out is None or self._twins:
            return True
        small = self._small
        return not self._way_out.all_have_one(self.states_seen, self.memo, self.ends, small.states, small.expanded)

    def run(self, clock: Clock, aim: Aim | None) -> bool:
        """Expand level after level until none is left (then True), a bound is reached, or the aim is met."""
        while self.frontier:
            if aim is not None and self._is_met(aim):
                return False
            found = _Next()
            seen, start = self.states_seen, 0
            while start < self.frontier:
                room = clock.bounds.states - self.states_seen
                stop = min(start + min(CHUNK, max(CHUNK >> 8, room // 8)), self.frontier)  # so as not to go far beyond
                if not self._expand(start, stop, clock, found):
                    return False
                start = stop
            self._base = seen
            self.levels.append(found.level())
            self._columns, self._level_sums = found.columns(self.memo.codes.words)
            self.frontier = len(self._level_sums)
            if self.frontier:
                self.depth += 1
        return True

    def schedule(self, state: int, last: Move | None) -> tuple[Move, ...]:
        """The way to a state by its number."""
        moves = [] if last is None else [last]
        level, place = divmod(state, LEVEL)
        while level:
            parents, numbers = self.levels[level - 1]
            moves.append(move_of(int(numbers[place])))
            level, place = level - 1, int(parents[place])
            if not level:
                place += self._small.expanded
        moves.reverse()
        return self._small.schedule(place, None) + tuple(moves)

    def _is_met(self, aim: Aim) -> bool:
        for shift, mask, codes in aim.stands:
            word, within = divmod(shift, 64)
            at = (self._columns[word] >> np.uint64(within)) & np.uint64(mask)
            there = np.flatnonzero(np.isin(at, np.array(sorted(codes), np.uint64)))
            if len(there):
                place = int(there[0])
                number = len(self.levels) * LEVEL + place if self.levels else self._small.expanded + place
                self.tally.see_stand(self.depth, number)
        return aim.sighting(self.tally) is not None

    # -- a chunk of a level ---------------------------------------------------------------------

    def _expand(self, start: int, stop: int, clock: Clock, found: _Next) -> bool:
        """Expand some states of the level; False when a bound is reached."""
        self._chunk = [column[start:stop] for column in self._columns]
        self._sums_of_chunk = self._level_sums[start:stop]
        self._start, self._found = start, found
        self._after: list[_After] = []
        moved = np.zeros(stop - start, np.bool_)
        everybody = np.ones(stop - start, np.bool_)
        for stand in self.memo.cpus:
            if not self._all_of(stand, everybody, moved, clock):
                return False
        alone = np.flatnonzero(~moved)
        if not len(alone):
            going, ended = everybody, everybody[:0]
        else:
            ended, fatal = self._judge(alone)
            going = everybody.copy()
            going[alone[fatal]] = False
        for stand in self.memo.daemons:
            if not self._all_of(stand, going, moved, clock):
                return False
        if len(alone):
            ended |= ~moved[alone]
            self.tally.ends += int(np.count_nonzero(ended))
            self._note_ends(alone[ended])
        return True

    def _all_of(self, stand: Stand, going: Flags, moved: Flags, clock: Clock) -> bool:
        """Move one actor in all states of the chunk that go on; False when a bound is reached."""
        if clock.look(self.states_seen, self.frontier - self._start, self.depth, self.memory_bytes):
            return False
        if self.states_seen > clock.bounds.states:
            return clock.full()
        for table, rows in self._places(stand, going):
            for look, their_rows, entries in self._find(table, rows):
                for effects in look.effects:
                    self._apply(effects, their_rows, entries, moved)
        self._settle()
        return True

    def _places(self, stand: Stand, going: Flags) -> Iterator[tuple[Table, Rows]]:
        """The states of the chunk by where the actor stands, with its table there; not those where it has finished."""
        word, shift = divmod(stand.shift, 64)
        at = (self._chunk[word] >> np.uint64(shift)) & np.uint64(stand.mask)
        rows = np.arange(len(at)) if going.all() else np.flatnonzero(going)
        numbers = at[rows].astype(np.uint16)
        order = np.argsort(numbers, kind="stable")
        ordered = numbers[order]
        borders = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        for part in np.split(order, borders):
            table = stand.tables[int(numbers[part[0]])] if len(part) else None
            if table is not None:
                yield table, rows[part]

    def _find(self, table: Table, rows: Rows) -> list[tuple[Look, Rows, Rows]]:
        """What a table says of some states; what it does not know is learned."""
        all_known = []
        while True:
            self._widen()  # learned here, or by whoever looked whether a state is stuck
            if table.records:
                if table.stale:
                    self.memo.refresh(table)
                lookup = self._lookups.get(id(table))
                if lookup is None:
                    lookup = self._lookups[id(table)] = Lookup(table)
                lookup.update()
                known, rows = lookup.find(self._chunk, rows)
                all_known += known
            if not len(rows):
                return all_known
            self._learn(table, rows)

    def _learn(self, table: Table, rows: Rows) -> None:
        """Learn the step in some states, one of each sort."""
        memo = self.memo
        for row in rows[:64]:
            memo.leaf(self._packed(int(row)), table)

    def _widen(self) -> None:
        """Give the chunk and its level the words that states have got since: they are 0 in all states packed before."""
        while len(self._chunk) < self.memo.codes.words:
            self._chunk.append(np.zeros(len(self._sums_of_chunk), np.uint64))
            self._columns.append(np.zeros(self.frontier, np.uint64))

    def _packed(self, row: int) -> int:
        return sum(int(column[row]) << 64 * w for w, column in enumerate(self._chunk))

    def _apply(self, effects: Effects, rows: Rows, entries: Rows, moved: Flags) -> None:
        """Make the steps of one group of states, and put what is new into the next level."""
        tally = self.tally
        if not effects.everywhere:
            there = np.flatnonzero(effects.there.take(entries))
            rows, entries = rows[there], entries[there]
        if not len(rows):
            return
        moved[rows] = True
        tally.transitions += len(rows)
        self._tell(effects, rows, entries, at_end=False)
        if effects.any_fatal:
            fatal = effects.fatal.take(entries)
            tally.ends += int(np.count_nonzero(fatal))
            self._note_ends(rows[fatal])
            rows, entries = rows[~fatal], entries[~fatal]
        sums = self._sums_of_chunk.take(rows)
        changed: dict[int, U64] = {}
        for word in effects.words:
            before = self._chunk[word].take(rows)
            after = before & effects.keep[word].take(entries)
            after |= effects.put[word].take(entries)
            changed[word] = after
            sums += self._mixer.mix(word, after)
            sums -= self._mixer.mix(word, before)
        self._after.append(_After(rows, sums, changed, effects.moves.take(entries)))

    def _settle(self) -> None:
        """Put what the steps of one actor led to into the set of those seen, and what is new into the next level."""
        batch, self._after = self._after, []
        if not batch:
            return
        sums = np.concatenate([after.sums for after in batch])
        if self._store is None:
            self._add_parts(batch, self._seen.insert(sums)[0])
            return
        whole = [np.concatenate([self._word(after, w) for after in batch]) for w in range(len(self._chunk))]
        rows = np.concatenate([after.rows for after in batch])
        new, numbers = self._insert(whole, sums)
        if self._way_out is not None and numbers is not None:
            self._way_out.note(rows + (self._base + self._start), numbers)
        fresh = np.flatnonzero(new)
        if len(fresh):
            moves = np.concatenate([after.moves for after in batch]).take(fresh)
            columns = [column.take(fresh) for column in whole]
            self._found.add(columns, sums.take(fresh), rows.take(fresh) + self._start, moves)

    def _add_parts(self, batch: list[_After], new: Flags) -> None:
        """Put what is new into the next level, a group of steps at a time: only of these, whole states are made."""
        start = 0
        for after in batch:
            fresh = np.flatnonzero(new[start : start + len(after.rows)])
            start += len(after.rows)
            if len(fresh):
                rows = after.rows[fresh]
                columns = [
                    after.changed[w].take(fresh) if w in after.changed else column.take(rows)
                    for w, column in enumerate(self._chunk)
                ]
                self._found.add(columns, after.sums[fresh], rows + self._start, after.moves[fresh])

    def _word(self, after: _After, word: int) -> U64:
        return after.changed[word] if word in after.changed else self._chunk[word].take(after.rows)

    def _judge(self, alone: Rows) -> tuple[Flags, Flags]:
        """States where no CPU can go: which end a schedule, and from which of them nobody goes on."""
        ended, fatal = np.zeros(len(alone), np.bool_), np.zeros(len(alone), np.bool_)
        all_done = np.ones(len(alone), np.bool_)
        for stand in self.memo.cpus:
            word, shift = divmod(stand.shift, 64)
            done = np.uint64(stand.tables.index(None))
            all_done &= (self._chunk[word][alone] >> np.uint64(shift)) & np.uint64(stand.mask) == done
        place = np.zeros(len(self._sums_of_chunk), np.intp)
        place[alone] = np.arange(len(alone))
        for look, rows, entries in self._find(self.memo.endings, alone[all_done]):
            for effects in look.effects:
                ended[place[rows]] = effects.there[entries]
                self._tell(effects, rows, entries, at_end=True)
        for n in np.flatnonzero(~all_done):
            row = int(alone[n])
            end = self.ends.stuck(self._packed(row))
            if end is not None:
                self.tally.report(end.reports, self.depth, self._number(row), None)
                fatal[n] = ended[n] = end.fatal
        return ended, fatal

    def _note_ends(self, rows: Rows) -> None:
        if self._way_out is not None:
            self._way_out.note_ends(rows + (self._base + self._start))

    def _tell(self, effects: Effects, rows: Rows, entries: Rows, at_end: bool) -> None:
        """Note what some of the steps report or cover: the first state is enough."""
        for entry, note, move in effects.notes:
            with_it = entries == entry
            first = int(np.argmax(with_it)) if len(rows) else 0
            if len(rows) and with_it[first]:
                state = self._number(int(rows[first]))
                if at_end:
                    self.tally.report(note.reports, self.depth, state, None)
                else:
                    self.tally.note(note, self.depth + 1, state, move)

    def _number(self, row: int) -> int:
        """The number of a state of the chunk."""
        place = self._start + row
        return len(self.levels) * LEVEL + place if self.levels else self._small.expanded + place

    # -- states ---------------------------------------------------------------------------------

    def _insert(self, columns: Columns, sums: U64) -> tuple[Flags, npt.NDArray[np.int32] | None]:
        """Put states into the set of those seen: which were new, and, as long as they are kept, the numbers of all.

        States that are kept are compared whole.
        """
        new, indexes = self._seen.insert(sums)
        if self._store is None or indexes is None:
            return new, None
        self._store.add([column[new] for column in columns])
        old = np.flatnonzero(~new)
        other = old[~self._store.same(indexes[old], [column[old] for column in columns])]
        for row in other:
            packed = sum(int(column[row]) << 64 * w for w, column in enumerate(columns))
            if packed not in self._twins:
                self._twins.add(packed)
                new[row] = True
        if self._seen.count > self._exact_states:
            self._store = self._way_out = None
            self._seen.forget_indexes()
        return new, indexes

    def _columns_of(self, states: list[int]) -> Columns:
        size = 8 * self.memo.codes.words
        data = b"".join(state.to_bytes(size, "little") for state in states)
        rows = np.frombuffer(data, np.uint64).reshape(len(states), size // 8)
        return [np.ascontiguousarray(rows[:, w]) for w in range(size // 8)]

    def _sums(self, columns: Columns) -> U64:
        sums = np.zeros(len(columns[0]), np.uint64)
        for word, column in enumerate(columns):
            sums += self._mixer.mix(word, column)
        return sums


class _Next:
    """The next level, as it is found."""

    def __init__(self) -> None:
        self._blocks: list[Columns] = []
        self._sums: list[U64] = []
        self._parents: list[npt.NDArray[np.int32]] = []
        self._moves: list[npt.NDArray[np.uint16]] = []

    def add(self, columns: Columns, sums: U64, parents: Rows, moves: npt.NDArray[np.uint16]) -> None:
        if len(sums):
            self._blocks.append(columns)
            self._sums.append(sums)
            self._parents.append(parents.astype(np.int32))
            self._moves.append(moves)

    def level(self) -> Level:
        parents = np.concatenate(self._parents) if self._parents else np.zeros(0, np.int32)
        return Level(parents, np.concatenate(self._moves) if self._moves else np.zeros(0, np.uint16))

    def columns(self, words: int) -> tuple[Columns, U64]:
        """All states found, with as many words as states have by now."""
        if not self._blocks:
            return [np.zeros(0, np.uint64)] * words, np.zeros(0, np.uint64)
        columns = []
        for w in range(words):
            parts = [
                block[w] if w < len(block) else np.zeros(len(sums), np.uint64)
                for block, sums in zip(self._blocks, self._sums, strict=True)
            ]
            columns.append(np.concatenate(parts))
        return columns, np.concatenate(self._sums)
