"""Static reductions: each makes a smaller Program that has the same verdicts, and leaves its argument as it is.

slice    what nothing can ever observe is not written
fuse     steps that nobody can tell from the one before them become part of it
live     locals that nobody will read again are zeroed

A verdict is *always*, *sometimes* or *never* for a kind of finding, and whether a cover or a `sometimes` is reached.
The words of a finding, the length of its schedule and the numbers of states, transitions and ends are those of the
smaller program: shortest schedules are searched for on the whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from racewalk.program.program import Program
from racewalk.program.reduce.fuse import fuse_steps
from racewalk.program.reduce.live import zero_dead_locals
from racewalk.program.reduce.slice import slice_away

REDUCTIONS: dict[str, Callable[[Program], Program]] = {
    "slice": slice_away,
    "fuse": fuse_steps,
    "live": zero_dead_locals,
}
"""By name, in the order in which they are made."""


def reduce(program: Program, which: Iterable[str] = tuple(REDUCTIONS)) -> Program:
    """The program after some of the reductions, in their own order."""
    wanted = set(which)
    names = [name for name in REDUCTIONS if name in wanted]
    for name in names:
        program = REDUCTIONS[name](program)
    return replace(program, reductions=(*program.reductions, *names))
