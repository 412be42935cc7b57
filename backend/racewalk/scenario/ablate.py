"""Ablation: what of a variant's locks, tests, sections, notifier calls and barriers is needed in its scenario?

Each is left out, alone, and all schedules of what remains are searched, with the fuses cut. What goes wrong then, and
did not before, says why it stands in the text. Where nothing does it is redundant *here*: another scenario may need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Literal

from racewalk.checks.build import build_model
from racewalk.explore.bounds import Bounds, Cancelled, Progress
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import Found, SearchResult
from racewalk.lang.assemble import Library
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import Diagnostics
from racewalk.model import Move
from racewalk.program.omission import Candidate, omission_of
from racewalk.scenario.build import UnknownOmission, build, candidates_of
from racewalk.scenario.built import Built
from racewalk.session.summary import schedule_of

Outcome = Literal["needed", "redundant", "unknown", "not-run"]

ABLATION_BOUNDS = Bounds(states=300_000, seconds=60.0)
"""Of each search."""


@dataclass(frozen=True, slots=True)
class Ablated:
    """What comes of leaving one thing out.

    needed      `kind` goes wrong, and did not before; `schedule` is the shortest that shows it
    redundant   all schedules were searched and nothing new goes wrong; no run meets the covers `unreached` any more
    unknown     the search was cut short at a bound
    not-run     what remains is no program: `message` says why
    """

    candidate: Candidate
    outcome: Outcome
    kind: str | None = None
    message: str = ""
    moves: tuple[Move, ...] = ()
    schedule: str = ""
    states: int = 0
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """The variant as it is, with its fuses cut."""

    built: Built
    result: SearchResult
    candidates: tuple[Candidate, ...]


def baseline_of(
    name: str, bundle: Bundle, variant: str | None, library: Library, bounds: Bounds = ABLATION_BOUNDS
) -> Baseline:
    """Raises CompileError, UnknownVariant."""
    built = build(name, bundle, variant, library, cut_fuses=True)
    result = search(built.model, Query(bounds=bounds))
    return Baseline(built, result, candidates_of(built.model.program.checked))


def chosen(baseline: Baseline, functions: Iterable[str] = (), names: Iterable[str] = ()) -> tuple[Candidate, ...]:
    """Of some functions, or of these names; all where neither is given. Raises UnknownOmission."""
    wanted, named = set(functions), list(names)
    known = {one.name: one for one in baseline.candidates}
    for name in named:
        if name not in known:
            raise UnknownOmission(name, tuple(known))
    for function in wanted:
        if not any(one.name.startswith(f"{function}: ") for one in baseline.candidates):
            raise UnknownOmission(function, tuple(dict.fromkeys(one.function for one in baseline.candidates)))
    if not wanted and not named:
        return baseline.candidates
    return tuple(one for one in baseline.candidates if one.function in wanted or one.name in named)


def ablate(
    baseline: Baseline,
    candidates: Sequence[Candidate],
    bounds: Bounds = ABLATION_BOUNDS,
    report: Callable[[int, Progress], None] = lambda number, progress: None,
    cancelled: Cancelled = lambda: False,
    seconds: float | None = None,
) -> Iterator[Ablated]:
    """One after the other. `report` gets the number of the candidate being tried.

    With `seconds` for all of them, what they do not suffice for is unknown.
    """
    until = None if seconds is None else monotonic() + seconds
    for number, candidate in enumerate(candidates):
        if cancelled():
            return
        if until is not None:
            left_s = until - monotonic()
            if left_s <= 0:
                yield Ablated(candidate, "unknown", message="the time was up before it was tried")
                continue
            bounds = replace(bounds, seconds=min(bounds.seconds, left_s))
        yield _without(baseline, candidate, bounds, lambda progress, at=number: report(at, progress), cancelled)  # type: ignore[misc]


def _without(
    baseline: Baseline,
    candidate: Candidate,
    bounds: Bounds,
    report: Callable[[Progress], None],
    cancelled: Cancelled,
) -> Ablated:
    sink = Diagnostics()
    model = build_model(baseline.built.model.program.checked, sink, True, omission_of([candidate]))
    if model is None:
        errors = [one.message for one in sink if one.severity == "error"]
        return Ablated(candidate, "not-run", message=errors[0] if errors else "what remains cannot be run")
    result = search(model, Query(bounds=bounds), report, cancelled)
    new = _new(baseline.result, result)
    if new is not None:
        schedule = schedule_of(model, new.schedule)
        return Ablated(candidate, "needed", new.kind, new.finding.message, tuple(new.schedule), schedule, result.states)
    if not result.exhaustive:
        return Ablated(candidate, "unknown", message=f"bounded by {' and '.join(result.bounds)}", states=result.states)
    wanted = [words for words in baseline.built.wanted if words not in result.covers]
    return Ablated(candidate, "redundant", states=result.states, unreached=tuple(wanted))


def _new(before: SearchResult, after: SearchResult) -> Found | None:
    """What goes wrong now and did not: the first to be met."""
    known = {one.kind for one in before.found}
    found = [one for one in after.found if one.kind not in known and not one.finding.warning]
    return min(found, key=lambda one: len(one.schedule)) if found else None
