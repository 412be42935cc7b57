"""States from which no run may come to an end, told from the states alone: a quick look before a graph is built.

A state comes to an end if it is an end, or one of its successors comes to one; nearly always the first successor does,
if the deepest states are asked first. So most states cost one look-up, a fraction of what finding them has cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from racewalk.explore.ends import Ends
from racewalk.explore.memo import Memo

SWEEPS = 60  # each goes over what the one before has left, which is soon very little


def endless(memo: Memo, ends: Ends, states: Sequence[int], known: Set[int] = frozenset()) -> list[int]:
    """Of reachable packed states, breadth-first, those that may have no way to an end; empty: all have one.

    `known` are all the other states: they have one.
    """
    ending = set(known)
    left = list(reversed(states))
    for _ in range(SWEEPS):
        todo, left = left, []
        for state in todo:
            (ending.add if comes_to_an_end(memo, ends, state, ending.__contains__) else left.append)(state)
        if not left or len(left) == len(todo):
            break
    return left


def comes_to_an_end(memo: Memo, ends: Ends, state: int, has_one: Callable[[int], bool]) -> bool:
    """A state is an end, or one of its successors is known to come to one."""
    moved = False
    for stands in (memo.cpus, memo.daemons):
        if stands is memo.daemons and not moved:
            end = ends.of(state)
            if (end is not None and end.is_end) or not any(ends.leaves(state, memo.daemons)):
                return True
        for _, shift, mask, tables in stands:
            table = tables[state >> shift & mask]
            if table is not None:
                for keep, put, _, note in memo.leaf(state, table):
                    moved = True
                    if (note is not None and note.fatal) or has_one(state & keep | put):
                        return True
    return False
