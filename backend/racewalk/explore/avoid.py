"""Whether some complete schedule does without a kind of finding: the difference between *sometimes* and *always*."""

from __future__ import annotations

from racewalk.explore.clock import Clock
from racewalk.explore.ends import Ends
from racewalk.explore.memo import Memo

LOOK_EVERY = 512
STATE_BYTES = 150


def is_avoidable(memo: Memo, ends: Ends, start: int, kind: str, clock: Clock) -> bool:
    """Some complete schedule from a packed state does not have the kind. Everything reachable must have been searched.

    True, too, where a bound was reached before that was known; `clock` then says so. Depth-first, so that a schedule
    without it is met soon where there is one.
    """
    seen, todo = {start}, [start]
    while todo:
        state = todo.pop()
        if len(seen) % LOOK_EVERY == 0 and clock.look(len(seen), len(todo), 0, STATE_BYTES * len(seen)):
            return True
        leaves = list(ends.leaves(state, memo.cpus))
        end = None if any(leaves) else ends.of(state)
        moving = any(leaves) or any(ends.leaves(state, memo.daemons))
        if not moving or (end is not None and end.is_end):
            if end is None or all(report.kind != kind for report in end.reports):
                return True
        if end is not None and end.fatal:
            continue
        leaves += ends.leaves(state, memo.daemons)
        for leaf in leaves:
            for arrow in leaf:
                if arrow.note is not None:
                    if any(report.kind == kind for report in arrow.note.reports):
                        continue
                    if arrow.note.fatal:
                        return True
                after = state & arrow.keep | arrow.put
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
    return False
