"""The fast search: learned steps on packed states, in Python's tables first, in arrays where the space is large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from racewalk.explore.avoid import is_avoidable
from racewalk.explore.bounds import Cancelled
from racewalk.explore.bounds import Report as Tell
from racewalk.explore.clock import Clock
from racewalk.explore.ends import Ends
from racewalk.explore.memo import Memo
from racewalk.explore.query import EXACT_STATES, Query
from racewalk.explore.small import SmallSearch
from racewalk.explore.tally import move_of, witness
from racewalk.explore.verdict import Found, SearchResult, Verdict
from racewalk.model import PackedModel, Report

if TYPE_CHECKING:
    from racewalk.explore.large import LargeSearch

WIDEST = 12_000
"""When a level has more states than these, arrays pay."""


class Engine:
    """Answers queries about one model, and remembers its steps between them."""

    def __init__(self, model: PackedModel) -> None:
        self.model = model
        self.memo = Memo(model)
        self.ends = Ends(self.memo)

    def prove(self, query: Query, report: Tell, cancelled: Cancelled) -> SearchResult:
        """Search all schedules."""
        clock = Clock(query.bounds, report, cancelled)
        start = query.start if query.start is not None else self.model.initial()
        packed = self.memo.codes.pack(start)
        small = SmallSearch(self.memo, self.ends, packed)
        search: SmallSearch | LargeSearch = small
        tally = search.tally
        first = self.model.initial_findings(start) if query.start is None else ()
        tally.report([Report(f.kind, f.fatal, f.warning) for f in first], 0, 0, None)
        if any(finding.fatal for finding in first):
            tally.ends = 1
        else:
            for _, outcome in self.model.expand(start):  # what holds from the start on is covered by any first step
                for words in outcome.covers:
                    tally.covers.setdefault(words, 1)
            search = self._search(small, query, clock)
        at_start = {finding.kind for finding in first}
        complete = not clock.ended and tally.ends
        found = []
        for kind, seen in tally.kinds.items():
            schedule = search.schedule(seen.state, None if seen.move is None else move_of(seen.move))
            finding = witness(self.model, start, schedule, kind, seen.move is None)
            verdict: Verdict = "sometimes"
            if kind in at_start or (complete and not is_avoidable(self.memo, self.ends, packed, kind)):
                verdict = "always"
            found.append(Found(finding, verdict, schedule))
        found.sort(key=lambda one: len(one.schedule))
        return SearchResult(
            found=tuple(found),
            covers=dict(sorted(tally.covers.items(), key=lambda item: item[1])),
            states=search.states_seen,
            transitions=tally.transitions,
            ends=tally.ends,
            depth=search.depth,
            bounds=clock.ended,
            elapsed_s=clock.elapsed_s,
            omission=search.omission,
            memory_bytes=search.memory_bytes,
        )

    def _search(self, small: SmallSearch, query: Query, clock: Clock) -> SmallSearch | LargeSearch:
        exact_states = {None: EXACT_STATES, True: 1 << 31, False: 0}[query.exact]
        if small.run(clock, WIDEST) or clock.ended:
            return small
        from racewalk.explore.large import LargeSearch  # and with it the array library

        large = LargeSearch(self.memo, self.ends, small, exact_states)
        large.run(clock, lambda tally: False)
        return large
