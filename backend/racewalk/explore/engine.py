"""The fast search: learned steps on packed states, in Python's tables first, in arrays where the space is large."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from racewalk.amount import count
from racewalk.explore.aim import Aim
from racewalk.explore.avoid import is_avoidable
from racewalk.explore.bounds import Bounds, Cancelled
from racewalk.explore.bounds import Report as Tell
from racewalk.explore.clock import Clock
from racewalk.explore.ends import Ends
from racewalk.explore.graph import GraphTooLarge
from racewalk.explore.learned_graph import learned_graph
from racewalk.explore.livelock import find_livelock, livelock_found, not_looked_for
from racewalk.explore.memo import CHOICES, Memo, Note
from racewalk.explore.query import EXACT_STATES, Query
from racewalk.explore.small import SmallSearch
from racewalk.explore.switches import SwitchSearch
from racewalk.explore.tally import Cost, Sighting, Tally, move_of, witness
from racewalk.explore.verdict import Found, SearchResult, Verdict
from racewalk.model import Move, PackedModel, Report, State

LIVELOCK_STATES = 100_000
"""In graphs with more states than these livelocks are not looked for."""

WIDEST = 6_000
"""When a level has more states than these, arrays pay."""


class Search(Protocol):
    """What the searches have in common once they have run."""

    @property
    def tally(self) -> Tally: ...

    @property
    def depth(self) -> int:
        """Steps from the start to the deepest state that was expanded."""
        ...

    @property
    def states_seen(self) -> int: ...

    @property
    def memory_bytes(self) -> int: ...

    @property
    def omission(self) -> float:
        """Probability, at most, that any state was left out."""
        ...

    def schedule(self, state: int, last: Move | None) -> tuple[Move, ...]:
        """The way to a state by its number, and then one move more."""
        ...

    def may_be_endless(self) -> bool:
        """After a search of all states: some may have no way to an end."""
        ...


class Engine:
    """Answers queries about one model, and remembers its steps between them."""

    widest = WIDEST

    def __init__(self, model: PackedModel) -> None:
        self.model = model
        self.memo = Memo(model)
        self.ends = Ends(self.memo)

    def answer(self, query: Query, report: Tell, cancelled: Cancelled) -> SearchResult:
        """Search as the query says. Raises SearchCancelled."""
        clock = Clock(query.bounds, report, cancelled)
        start = query.start if query.start is not None else self.model.initial()
        packed = self.memo.codes.pack(start)
        aim = None if query.mode == "prove" else Aim(query.goal, self.memo)
        by_switches = query.mode == "switches" or query.bounds.preemptions is not None
        first = self.model.initial_findings(start) if query.start is None else ()
        begun: SwitchSearch | SmallSearch
        if by_switches:
            begun = SwitchSearch(self.memo, self.ends, packed, query.last)
        else:
            begun = SmallSearch(self.memo, self.ends, packed)
        search: Search = begun
        none: Cost = (0, 0, 0) if by_switches else 0
        search.tally.report([Report(f.kind, f.fatal, f.warning) for f in first], none, 0, None)
        if any(finding.fatal for finding in first):
            search.tally.ends = 1
        else:
            self._cover_from_the_start(begun, start, query)
            search = self._run(begun, query, clock, aim)
        return self._result(query, clock, search, aim, start, {finding.kind for finding in first}, cancelled)

    def _cover_from_the_start(self, search: SwitchSearch | SmallSearch, start: State, query: Query) -> None:
        """What holds in the start and is not changed is covered by any first step."""
        moves, most = self.model.expand(start), query.bounds.preemptions
        if not any(not self.model.actors[move.actor].daemon for move, _ in moves):
            end = self.ends.of(self.memo.codes.pack(start))
            if end is not None and end.fatal:
                return  # there is none
        for move, outcome in moves:
            note = Note((), outcome.covers, False)
            number = move.actor * CHOICES + (0 if move.choice is None else 1 + move.choice)
            if isinstance(search, SmallSearch):
                search.tally.note(note, 1, 0, number)
                continue
            cost = self._first_cost(move.actor, query.last, {other.actor for other, _ in moves})
            if most is None or cost[0] <= most:
                search.note_later(note, cost, number)

    def _first_cost(self, actor: int, last: int | None, able: set[int]) -> tuple[int, int, int]:
        """The cost of a first step, where `able` are those who could make it."""
        if last is None or last == actor:
            return 0, 0, 1
        cpus = not self.model.actors[last].daemon and not self.model.actors[actor].daemon
        return int(cpus and last in able), 1, 1

    def _run(self, search: SwitchSearch | SmallSearch, query: Query, clock: Clock, aim: Aim | None) -> Search:
        if isinstance(search, SwitchSearch):
            search.run(clock, aim)
            if search.cut and not clock.ended:
                clock.ended = (_preemptions(query.bounds),)
            return search
        if search.run(clock, self.widest, aim) or clock.ended or (aim is not None and aim.sighting(search.tally)):
            return search
        from racewalk.explore.large import LargeSearch  # and with it the array library

        exact_states = {None: EXACT_STATES, True: 1 << 31, False: 0}[query.exact]
        large = LargeSearch(self.memo, self.ends, search, exact_states)
        large.run(clock, aim)
        return large

    def _result(
        self,
        query: Query,
        clock: Clock,
        search: Search,
        aim: Aim | None,
        start: State,
        at_start: set[str],
        cancelled: Cancelled,
    ) -> SearchResult:
        tally = search.tally
        met = None if aim is None else aim.sighting(tally)
        complete = met is None and not clock.ended and tally.ends > 0
        packed = self.memo.codes.pack(start)
        found = []
        for kind, seen in tally.kinds.items():
            schedule = self._schedule(search, seen)
            finding = witness(self.model, start, schedule, kind, seen.move is None)
            verdict: Verdict = "sometimes"
            if kind in at_start or (complete and not is_avoidable(self.memo, self.ends, packed, kind, clock)):
                verdict = "always"
            found.append(Found(finding, verdict, schedule))
        reached = None if met is None else self._schedule(search, met)
        if met is None and not clock.ended and not self.model.acyclic():
            left_s = max(query.bounds.seconds - clock.elapsed_s, 0.0)
            livelocks = self._livelock(search, query.start, replace(query.bounds, seconds=left_s), cancelled)
            found += livelocks
            if aim is not None:  # no single step shows a livelock, so only now it is known
                reached = next((one.schedule for one in livelocks if aim.is_finding(one.finding)), None)
        found.sort(key=lambda one: len(one.schedule))
        covers = {words: len(self._schedule(search, seen)) for words, seen in tally.covers.items()}
        return SearchResult(
            found=tuple(found),
            covers=dict(sorted(covers.items(), key=lambda item: item[1])),
            states=search.states_seen,
            transitions=tally.transitions,
            ends=tally.ends,
            depth=search.depth,
            bounds=() if reached is not None else clock.ended,
            elapsed_s=clock.elapsed_s,
            mode=query.mode,
            reached=reached,
            omission=search.omission,
            memory_bytes=search.memory_bytes,
        )

    def _livelock(self, search: Search, start: State | None, bounds: Bounds, cancelled: Cancelled) -> list[Found]:
        """CPUs that go round for ever; where the graph is too large to look, a warning that says so."""
        if not search.may_be_endless():
            return []
        if search.states_seen > LIVELOCK_STATES:
            return [not_looked_for(GraphTooLarge(f"{LIVELOCK_STATES:,} states"))]
        try:
            graph = learned_graph(self.memo, self.ends, start, bounds, cancelled)
        except GraphTooLarge as large:
            return [not_looked_for(large)]
        met = find_livelock(graph)
        return [] if met is None else [livelock_found(self.model, graph, met)]

    @staticmethod
    def _schedule(search: Search, seen: Sighting) -> tuple[Move, ...]:
        return search.schedule(seen.state, None if seen.move is None else move_of(seen.move))


def _preemptions(bounds: Bounds) -> str:
    return count(bounds.preemptions or 0, "preemption")
