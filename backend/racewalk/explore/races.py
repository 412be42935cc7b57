"""Data races: pairs of steps that can both go in some reachable state, and touch the same memory.

What a step touches depends only on what it looks at, so the model is asked once for each pair of what was learned, and
not at each state. What is found is a warning: whether it matters, the other checks tell.
"""

from __future__ import annotations

from typing import Protocol

from racewalk.explore.every_state import EveryState
from racewalk.explore.memo import Leaf
from racewalk.explore.verdict import Found
from racewalk.model import Finding, State

KIND = "data-race"


class Racing(Protocol):
    """What is asked of a model."""

    def may_race(self, actor: int, position: int, other: int, place: int) -> bool:
        """A quick look: False where actors that stand there never race."""
        ...

    def races(self, state: State, actor: int, other: int) -> tuple[Finding, ...]:
        """The data races of two actors in a state."""
        ...


def find_races(states: EveryState, model: Racing) -> list[Found]:
    """Each data race with the shortest schedule to a state that has it; both steps come next there."""
    memo = states.engine.memo
    codes, stands = memo.codes, [*memo.cpus, *memo.daemons]
    slots = states.engine.model.pc_slots
    suspects: dict[tuple[int, int, int, int], bool] = {}
    asked: dict[tuple[int, int], tuple[Leaf, Leaf]] = {}  # the leaves are kept, so that their ids stay theirs
    found: dict[tuple[str, ...], Found] = {}

    def look(number: int, state: int) -> None:
        at = [state >> stand.shift & stand.mask for stand in stands]
        for i, one in enumerate(stands):
            table = one.tables[at[i]]
            for j in range(i if table is not None else 0):
                other = stands[j]
                theirs = other.tables[at[j]]
                if table is None or theirs is None:
                    continue
                key = (i, at[i], j, at[j])
                suspect = suspects.get(key)
                if suspect is None:
                    mine, their = (codes.content(slots[s.actor], c) for s, c in ((one, at[i]), (other, at[j])))
                    suspect = suspects[key] = model.may_race(one.actor, mine, other.actor, their)
                if not suspect:
                    continue
                first, second = memo.leaf(state, table), memo.leaf(state, theirs)
                pair = (id(first), id(second))
                if not first or not second or pair in asked:
                    continue
                asked[pair] = first, second
                for finding in model.races(codes.unpack(state), one.actor, other.actor):
                    if finding.details not in found:
                        found[finding.details] = states.found(finding, number)

    states.visit(look)
    return [*states.cut_short(KIND, "data races"), *found.values()]
