"""Whether some complete schedule does without a kind of finding: the difference between *sometimes* and *always*."""

from __future__ import annotations

from racewalk.explore.ends import Ends
from racewalk.explore.memo import Memo


def is_avoidable(memo: Memo, ends: Ends, start: int, kind: str) -> bool:
    """Some complete schedule from a packed state does not have the kind. Everything reachable must have been searched.

    Depth-first, so that a schedule without it is met soon where there is one.
    """
    seen, todo = {start}, [start]
    while todo:
        state = todo.pop()
        cpus, daemons = ends.plan(state)
        leaves = [memo.leaf(state, table) for table in cpus]
        can_go = any(leaves)
        if not can_go:
            more = [memo.leaf(state, table) for table in daemons]
            end = ends.stuck(state) if cpus else ends.final(state)
            if (end is not None and (not cpus or end.fatal)) or not any(more):
                if end is None or all(report.kind != kind for report in end.reports):
                    return True
            if end is not None and end.fatal:
                continue
            leaves = more
        else:
            leaves += [memo.leaf(state, table) for table in daemons]
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
