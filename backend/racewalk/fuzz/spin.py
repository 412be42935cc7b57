"""What SPIN says of a program, through its export as Promela: states, transitions, and how soon each thing is found."""

from __future__ import annotations

from racewalk.explain.promela.numbers import ShiftsTooFar
from racewalk.explain.spin import run_spin
from racewalk.explore.bounds import Bounds
from racewalk.fuzz.compare import Account, Fact
from racewalk.scenario.built import Built
from racewalk.scenario.export import promela_of

SPIN_TOPICS = ("states", "transitions", "length")
"""It has no verdicts, only what is found; covers and `sometimes` properties are not exported."""

UNSEEN_BY_SPIN = ("livelock",)
"""No single state shows one, and the export asks of states."""

SECONDS = 120.0  # for the C compiler and the search, each


def account_of_spin(built: Built, bounds: Bounds) -> Account | None:
    """None where numbers grow too large for SPIN. Raises SpinMissing, SpinFailed, NotExpressible."""
    try:
        export = promela_of(built)
    except ShiftsTooFar:
        return None
    result = run_spin(export, "ALL", timeout_s=max(SECONDS, bounds.seconds), quick=True)
    told: dict[Fact, str | int | bool] = {
        Fact("states"): result.states,
        Fact("transitions"): result.transitions,
    }
    told.update({Fact("length", kind): steps for kind, steps in result.found.items()})
    return told
