"""Where a process can stand: the control points of Promela, and which steps of an actor share one.

A step in d_step leads to one control point. Where it can lead to several steps, these share theirs, and
the program counter in the state, which is always kept, tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from racewalk.explain.promela.ops import Routine


def control_points(steps: Sequence[Routine]) -> Mapping[int, tuple[int, ...]]:
    """For each step, and for the end behind the last, the steps that share its control point."""
    leader = list(range(len(steps) + 1))

    def find(step: int) -> int:
        while leader[step] != step:
            leader[step] = step = leader[leader[step]]
        return step

    for routine in steps:
        for target in routine.targets[1:]:
            leader[find(target)] = find(routine.targets[0])
    groups: dict[int, list[int]] = {}
    for step in range(len(leader)):
        groups.setdefault(find(step), []).append(step)
    return {step: tuple(groups[find(step)]) for step in range(len(leader))}
