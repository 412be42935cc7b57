"""Where schedules end: final states, and states where no CPU can go.

What `finally` says of a final state is learned as steps are. Whether a state where no CPU can go is a deadlock is for
the model to say, but most such states only wait for a daemon: that is found out here, by letting the daemons move until
some CPU can go.
"""

from __future__ import annotations

from typing import NamedTuple

from racewalk.explore.memo import Leaf, Memo, Table
from racewalk.model import Report

LOOK_AHEAD = 500
"""So many states that daemons lead to are looked at before the model is asked."""


class End(NamedTuple):
    """How a state ends a schedule. `fatal`: nobody moves any more, though daemons could."""

    reports: tuple[Report, ...]
    fatal: bool = False


NOTHING = End(())


class Plan(NamedTuple):
    """The tables of all actors that have not finished, for one combination of positions. Two lists, never the same."""

    cpus: list[Table]
    daemons: list[Table]


class Ends:
    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        model, codes = memo.model, memo.codes
        self._cpus = [a for a, info in enumerate(model.actors) if not info.daemon]
        self._daemons = [a for a, info in enumerate(model.actors) if info.daemon]
        self.pcs = 0
        for slot in model.pc_slots:
            self.pcs |= codes.masks[slot]
        self._plans: dict[int, Plan] = {}
        self._helped: dict[int, bool] = {}

    def plan(self, packed: int) -> Plan:
        """Who has not finished in a state."""
        at = packed & self.pcs
        plan = self._plans.get(at)
        if plan is None:
            plan = self._plans[at] = Plan(self._unfinished(at, self._cpus), self._unfinished(at, self._daemons))
        return plan

    def _unfinished(self, packed: int, actors: list[int]) -> list[Table]:
        model, codes = self._memo.model, self._memo.codes
        found = []
        for actor in actors:
            end = codes.known(model.pc_slots[actor], model.end_positions[actor])
            if end is None or codes.code_in(packed, model.pc_slots[actor]) != end:
                found.append(self._memo.table(packed, actor))
        return found

    def final(self, packed: int) -> End | None:
        """What `finally` says, where every CPU has finished; None: some daemon is in the middle of its work."""
        leaf = self._memo.leaf(packed, self._memo.endings)
        if not leaf:
            return None
        note = leaf[0].note
        return NOTHING if note is None else End(note.reports)

    def stuck(self, packed: int) -> End | None:
        """The deadlock, where some CPU has not finished and none can go; None where somebody's move will help one."""
        if self._is_helped(packed):
            return None
        findings = self._memo.model.stuck_findings(self._memo.codes.unpack(packed))
        if not findings:
            return None
        reports = tuple(Report(f.kind, f.fatal, f.warning) for f in findings)
        return End(reports, any(report.fatal for report in reports))

    def _is_helped(self, packed: int) -> bool:
        """Daemons lead from here to a state where a CPU can go. False also where that was not found out."""
        known = self._helped.get(packed)
        if known is not None:
            return known
        seen, todo = {packed: packed}, [packed]
        for state in todo:
            plan = self.plan(state)
            if state != packed and (self._helped.get(state) or any(self._leaf(state, t) for t in plan.cpus)):
                while state != packed:  # all on the way are helped, too
                    self._helped[state] = True
                    state = seen[state]
                self._helped[packed] = True
                return True
            if len(todo) > LOOK_AHEAD:
                break
            for table in plan.daemons:
                for arrow in self._leaf(state, table):
                    if arrow.note is None or not arrow.note.fatal:
                        after = state & arrow.keep | arrow.put
                        if after not in seen:
                            seen[after] = state
                            todo.append(after)
        self._helped[packed] = False
        return False

    def _leaf(self, packed: int, table: Table) -> Leaf:
        return self._memo.leaf(packed, table)
