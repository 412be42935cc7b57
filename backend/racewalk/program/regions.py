"""What an `atomic` block and a check may do: rules over the finished instructions.

An atomic block has at most one blocking condition, and it comes first: a machine that has done half of
it could not stop there. A check only looks.
"""

from __future__ import annotations

from racewalk.lang.diagnostics import Diagnostics
from racewalk.program.code import ACTS, Enter, Instr, Region, may_block
from racewalk.program.reach import reachable, successors


def check_regions(code: list[Instr], sink: Diagnostics) -> None:
    """Report every atomic block that may block late, and every check that does something."""
    for at in sorted(reachable(code)):
        instr = code[at]
        if isinstance(instr, Enter) and instr.region is not None and instr.region.atomic is instr.region:
            _check_atomic(code, at, instr.region, sink)
        elif instr.observe and isinstance(instr, ACTS):
            sink.error(
                "check-acts",
                "a check only looks, and this is a step",
                instr.site.span,
                "do it before the check, into a local",
            )


def check_property(code: list[Instr], sink: Diagnostics) -> None:
    """A property may read, nothing else."""
    acting = next((code[at] for at in sorted(reachable(code)) if isinstance(code[at], ACTS)), None)
    if acting is not None:
        sink.error("property-acts", "a property only looks: this changes something", acting.site.span)


def _check_atomic(code: list[Instr], start: int, region: Region, sink: Diagnostics) -> None:
    """Follow every way through the block, and remember whether something was done on it."""
    seen: set[tuple[int, bool]] = set()
    todo = [(start, False)]
    while todo:
        at, acted = todo.pop()
        instr = code[at]
        if (at, acted) in seen or instr.region is None or instr.region.atomic is not region:
            continue
        seen.add((at, acted))
        if acted and may_block(instr):
            sink.error(
                "late-blocking",
                "an atomic block may block only at its start: here something was done already",
                instr.site.span,
                "move it to the front, or use fuse { } where only clicks are to be spared",
            )
            return
        acted = acted or isinstance(instr, ACTS)
        todo += [(following, acted) for following in successors(code, at)]
