"""How much work instructions are: what the limits STEP_WORK and SETUP_WORK count.

A plain instruction is one. A long expression counts by its length, and what looks at all locks or at
all objects of a type counts by how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from racewalk.program.code import (
    Acquire,
    Allocate,
    CallRcu,
    Downgrade,
    Free,
    GracePeriod,
    Instr,
    NextObject,
    RcuReadUnlock,
    Release,
    SetBh,
    SetIrqs,
    SynchronizeRcu,
)
from racewalk.program.layout import Layout
from racewalk.program.reach import count_parts

PARTS = 4
"""So many operations of an expression take about as long as one instruction does."""

CELLS = 16
"""Looking at so many locks or objects takes about as long."""


def measure(code: Iterable[Instr], layout: Layout) -> None:
    """Set `work` of every instruction."""
    guarded = (len(layout.locks) + 2 * len(layout.rcu_heads) + len(layout.objects)) // CELLS
    for instr in code:
        instr.work = 1 + count_parts(instr) // PARTS
        if isinstance(
            instr,
            Acquire
            | Release
            | Downgrade
            | RcuReadUnlock
            | SetIrqs
            | SetBh
            | CallRcu
            | SynchronizeRcu
            | GracePeriod
            | Allocate
            | Free
            | NextObject,
        ):
            instr.work += guarded
