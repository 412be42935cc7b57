"""A kind of finding is a warning, which decides no verdict, or it is not: a text may not have it both ways.

Else the search, which looks for the first finding of each kind, might meet the warning and never tell of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from racewalk.lang.diagnostics import Diagnostics, Note
from racewalk.machine.incident import IncidentKind
from racewalk.program.code import Check, Instr
from racewalk.program.program import Program


def check_mixed_kinds(program: Program, sink: Diagnostics) -> None:
    """A diagnostic for each kind that is a warning at one place and none at another."""
    checks = [instr for instr in _instrs(program) if isinstance(instr, Check)]
    probes = {probe.finding: probe.code.place for probe in program.probes}
    told: set[str] = set()
    for warning in checks:
        kind = warning.kind
        if not warning.warning or kind in told:
            continue
        other = next((one.site.span for one in checks if one.kind == kind and not one.warning), probes.get(kind))
        if other is None and kind not in get_args(IncidentKind):
            continue
        told.add(kind)
        sink.error(
            "mixed-kind",
            f"'{kind}' is a warning here, and {'the machine finds it, too' if other is None else 'counts elsewhere'}",
            warning.site.span,
            "give the warning a kind of its own",
            [Note("here it counts", other)] if other is not None else [],
        )


def _instrs(program: Program) -> Iterator[Instr]:
    for actor in program.actors:
        yield from actor.instrs
        if actor.setup is not None:
            yield from actor.setup.instrs
    for code in (*program.setups, *program.finals):
        yield from code.instrs
