"""The goal of a search, as a test on what it has met and on where actors stand."""

from __future__ import annotations

from racewalk.explore.memo import Memo
from racewalk.explore.query import Goal
from racewalk.explore.tally import Sighting, Tally
from racewalk.model import Finding


class Aim:
    """`stands`: for a goal that is a label, (shift, mask, codes) of each actor that can stand there."""

    def __init__(self, goal: Goal, memo: Memo) -> None:
        self._goal = goal
        self.stands: list[tuple[int, int, frozenset[int]]] = []
        if goal.kind == "label":
            self.stands = [stand for stand in self._stands(memo) if stand[2]]

    def _stands(self, memo: Memo) -> list[tuple[int, int, frozenset[int]]]:
        """Where the label is: asked of the model in the initial state, with the actor put to each position in turn."""
        model, found = memo.model, []
        for stand in (*memo.cpus, *memo.daemons):
            if self._goal.actor not in (None, stand.actor):
                continue
            slot = model.pc_slots[stand.actor]
            places = (at for at in range(model.end_positions[stand.actor]) if self._is_at(memo, stand.actor, slot, at))
            found.append((stand.shift, stand.mask, frozenset(memo.codes.code(slot, at) for at in places)))
        return found

    def _is_at(self, memo: Memo, actor: int, slot: int, position: int) -> bool:
        return memo.model.label(memo.model.with_contents([(slot, position)]), actor) == self._goal.text

    def is_state(self, packed: int) -> bool:
        """The goal is met in a state, whatever led to it."""
        return any(packed >> shift & mask in codes for shift, mask, codes in self.stands)

    def is_finding(self, finding: Finding) -> bool:
        """The goal is a finding like this one."""
        goal = self._goal
        return goal.kind == "finding" and (finding.kind == goal.text or (not goal.text and not finding.warning))

    def sighting(self, tally: Tally) -> Sighting | None:
        """Where the goal was met first, if it was."""
        goal = self._goal
        match goal.kind:
            case "cover":
                return tally.covers.get(goal.text)
            case "label":
                return tally.stood
            case "finding":
                if goal.text:
                    return tally.kinds.get(goal.text)
                found = [seen for seen in tally.kinds.values() if not any(r.warning for r in seen.reports)]
                return min(found, key=lambda seen: seen.cost, default=None)
