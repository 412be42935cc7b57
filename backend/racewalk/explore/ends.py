"""Where schedules end: final states, and states where no CPU can go.

What `finally` says of a final state is learned as steps are. Whether a state where no CPU can go is a deadlock is for
the model to say, but most such states only wait for a daemon: that is found out here, by letting the daemons move until
some CPU can go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from racewalk.explore.memo import Leaf, Memo, Stand
from racewalk.model import Report

LOOK_AHEAD = 500
"""So many states that daemons lead to are looked at before the model is asked."""


class End(NamedTuple):
    """What a state reports as an end; `is_end` False: that is only told. `fatal`: from here not even daemons go on."""

    reports: tuple[Report, ...]
    is_end: bool
    fatal: bool = False


NOTHING = End((), True)


class Ends:
    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self._helped: dict[int, bool] = {}

    def of(self, packed: int) -> End | None:
        """A state where no CPU can go; None: it is no end of a schedule, unless no daemon can go either."""
        if all(stand.tables[packed >> stand.shift & stand.mask] is None for stand in self._memo.cpus):
            return self.final(packed)
        return self.stuck(packed)

    def final(self, packed: int) -> End | None:
        """What `finally` says, where every CPU has finished; None: some daemon is in the middle of its work."""
        leaf = self._memo.leaf(packed, self._memo.endings)
        if not leaf:
            return None
        note = leaf[0].note
        return NOTHING if note is None else End(note.reports, True)

    def stuck(self, packed: int) -> End | None:
        """The deadlock, where some CPU has not finished and none can go; None where somebody's move will help one."""
        if self._is_helped(packed):
            return None
        findings = self._memo.model.stuck_findings(self._memo.codes.unpack(packed))
        if not findings:
            return None
        reports = tuple(Report(f.kind, f.fatal, f.warning) for f in findings)
        fatal = any(report.fatal for report in reports)
        return End(reports, fatal, fatal)

    def _is_helped(self, packed: int) -> bool:
        """Daemons lead from here to a state where a CPU can go. False also where that was not found out."""
        known = self._helped.get(packed)
        if known is not None:
            return known
        seen, todo = {packed: packed}, [packed]
        for state in todo:
            if state != packed and (self._helped.get(state) or any(self.leaves(state, self._memo.cpus))):
                while state != packed:  # all on the way are helped, too
                    self._helped[state] = True
                    state = seen[state]
                self._helped[packed] = True
                return True
            if len(todo) > LOOK_AHEAD:
                break
            for leaf in self.leaves(state, self._memo.daemons):
                for arrow in leaf:
                    if arrow.note is None or not arrow.note.fatal:
                        after = state & arrow.keep | arrow.put
                        if after not in seen:
                            seen[after] = state
                            todo.append(after)
        self._helped[packed] = False
        return False

    def leaves(self, packed: int, stands: list[Stand]) -> Iterator[Leaf]:
        """What each actor that has not finished can do."""
        for stand in stands:
            table = stand.tables[packed >> stand.shift & stand.mask]
            if table is not None:
                yield self._memo.leaf(packed, table)
