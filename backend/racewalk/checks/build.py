"""A checked unit becomes a model that can be walked, or diagnostics: the last stage of compiling.

Only here does anything run, so only here it turns out that a setup waits for ever or goes wrong, or
that a property never comes to an end.
"""

from __future__ import annotations

from racewalk.checks.mixed_kinds import check_mixed_kinds
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.checks.wording import finding_of
from racewalk.lang.diagnostics import Diagnostic, Diagnostics, Note
from racewalk.lang.limits import STEP_WORK
from racewalk.lang.symbols import Checked
from racewalk.machine.describe import Describer
from racewalk.machine.incident import Block
from racewalk.machine.machine import Machine, SetupFailed
from racewalk.program.code import Site
from racewalk.program.lower import lower
from racewalk.program.omission import NOTHING, Omission


def build_model(
    checked: Checked, sink: Diagnostics, cut_fuses: bool = False, omission: Omission = NOTHING
) -> ScenarioModel | None:
    """The model of a unit without errors; None after a diagnostic. `cut_fuses` and `omission` as in `lower`."""
    program = lower(checked, sink, cut_fuses, omission)
    if program is None:
        return None
    check_mixed_kinds(program, sink)
    machine = Machine(program)
    try:
        model = ScenarioModel(program)
    except SetupFailed as failed:
        sink.add(_setup_failed(failed, Describer(machine)))
        return None
    for probe in program.probes:
        if machine.is_endless(model.initial(), probe):
            message = f"this property does not come to an end within {STEP_WORK:,} instructions (limit STEP_WORK)"
            sink.error("endless-property", message, probe.code.place)
    return None if sink.has_errors else model


def _setup_failed(failed: SetupFailed, describer: Describer) -> Diagnostic:
    """Shown where the setup itself stands, with a note where the trouble is if that is in a function."""
    if isinstance(failed.problem, Block):
        reason = f"it {describer.reason(failed.problem, failed.memory)}"
    else:
        reason = finding_of(failed.problem, failed.actor, None, describer, failed.memory).message
    site: Site = failed.instr.site
    notes = [Note("this is where", site.span)] if site.stack else []
    return Diagnostic(
        "error",
        "setup-failed",
        f"{failed.where}: {reason}",
        site.stack[0].span if site.stack else site.span,
        "before the race nothing may block or go wrong",
        tuple(notes),
    )
