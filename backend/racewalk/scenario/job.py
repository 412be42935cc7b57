"""A question about a scenario as a job for a worker process: JSON, nothing but text and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from racewalk.explore.bounds import Bounds, Report
from racewalk.explore.duty import JobRefused
from racewalk.explore.query import Goal, Mode
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.model import Move, NotEnabled
from racewalk.scenario.build import Builder, UnknownVariant
from racewalk.scenario.built import Built
from racewalk.scenario.question import WrongQuestion, explored, start_at

Json = dict[str, Any]


def job_of(
    name: str,
    bundle: Bundle,
    variant: str,
    mode: Mode,
    goal: Goal,
    start: Sequence[Move],
    bounds: Bounds,
    exact: bool | None = None,
) -> Json:
    """`start`: the moves that lead to where the search begins."""
    return {
        "name": name,
        "files": list(bundle),
        "variant": variant,
        "mode": mode,
        "goal": [goal.kind, goal.text, goal.actor],
        "start": list(start),
        "bounds": [bounds.states, bounds.seconds, bounds.memory_bytes, bounds.preemptions],
        "exact": exact,
    }


def built_of(job: Json, builder: Builder) -> Built:
    """The variant that a job is about. Raises JobRefused where its text has none such."""
    bundle = Bundle.of((path, text) for path, text in job["files"])
    try:
        return builder.build(job["name"], bundle, job["variant"])
    except (CompileError, UnknownVariant) as error:
        raise JobRefused("does-not-compile", str(error)) from None


def do_job(job: Json, builder: Builder, report: Report) -> SearchResult:
    """The other side. Raises JobRefused where the text has no such variant, or no such run."""
    model = built_of(job, builder).model
    try:
        start = start_at([Move(actor, choice) for actor, choice in job["start"]], model)
    except (NotEnabled, WrongQuestion) as error:
        raise JobRefused("bad-request", str(error)) from None
    query = start.query(job["mode"], Goal(*job["goal"]), Bounds(*job["bounds"]), job["exact"])
    return explored(model, query, report)
