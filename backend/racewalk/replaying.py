"""Replaying a run in a test: what `racewalk export --to pytest` writes uses only this.

run = replay_run("uffd-copy", variant="patch-v1", schedule="1.a5b14a2")
assert run.found == ["lost-pte"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import run_of


@dataclass(frozen=True, slots=True)
class Replayed:
    found: list[str]
    """Kinds of what was found, in order, each once."""
    messages: list[str]
    stopped: str | None
    """Why the schedule could not be followed to its end."""


def replay_run(
    scenario: str,
    *,
    variant: str | None = None,
    schedule: str,
    bundle: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> Replayed:
    """Follow a schedule from the start. With a `bundle` (path to text, the scenario first) its text is run, not the
    shipped one; what `without` names is left out. Raises KeyError for an unknown scenario, CompileError,
    UnknownVariant, UnknownOmission, ScheduleError."""
    text = shipped().bundle(scenario) if bundle is None else Bundle.of(bundle.items())
    if text is None:
        raise KeyError(f"no scenario is called {scenario!r}")
    run = run_of(build(scenario, text, variant, shipped().library, without=without), bundle is None, schedule, without)
    kinds = list(dict.fromkeys(finding.kind for finding in run.findings))
    stopped = None if run.stop is None else f"step {run.stop.at}: {run.stop.message}"
    return Replayed(kinds, [finding.message for finding in run.findings], stopped)
