"""Analyses of a variant that take a while: what each does, by name, in a worker process.

    name       options                 its result
    check      -                       the object of `racewalk check --json`
    ablate     functions, names        "rows": one for each thing that was left out (see `racewalk.scenario.ablate`)

Each tells its progress as JSON; whatever a part says there, the result says too. A new one is a function and a line in
ANALYSES.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from racewalk.explore.bounds import Bounds, Progress
from racewalk.explore.duty import JobRefused, Send
from racewalk.lang.assemble import Library
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.ablate import Ablated, Baseline, ablate, baseline_of, chosen
from racewalk.scenario.build import Builder, UnknownOmission, UnknownVariant, build
from racewalk.scenario.built import Built
from racewalk.scenario.judge import judge
from racewalk.scenario.report import report as check_report

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """`bounds` are those of each search that an analysis makes; `options` came from a client, and are not checked."""

    name: str
    bundle: Bundle
    variant: str | None
    without: tuple[str, ...]
    schedule: str
    options: Json
    bounds: Bounds
    builder: Builder
    library: Library

    def built(self) -> Built:
        """Raises JobRefused where there is no such variant, or the text is wrong."""
        try:
            if self.without:
                return build(self.name, self.bundle, self.variant, self.library, without=self.without)
            return self.builder.build(self.name, self.bundle, self.variant)
        except (CompileError, UnknownVariant, UnknownOmission) as error:
            raise JobRefused("does-not-compile", str(error)) from None

    def texts(self, option: str) -> tuple[str, ...]:
        """An option that is a list of texts; none where it is not there. Raises JobRefused."""
        given = self.options.get(option, [])
        if not isinstance(given, list) or not all(isinstance(text, str) for text in given) or len(given) > MOST_TEXTS:
            raise JobRefused("bad-request", f"the option '{option}' is a list of at most {MOST_TEXTS} texts")
        return tuple(given)

    def text(self, option: str) -> str | None:
        """An option that is a text. Raises JobRefused."""
        given = self.options.get(option)
        if given is not None and not isinstance(given, str):
            raise JobRefused("bad-request", f"the option '{option}' is a text")
        return given


MOST_TEXTS = 64

Analysis = Callable[[Asked, Send], Json]


def check(asked: Asked, send: Send) -> Json:
    return check_report(judge(asked.built(), asked.bounds, lambda progress: send(progress_json(progress))))


def ablation(asked: Asked, send: Send) -> Json:
    functions, names = asked.texts("functions"), asked.texts("names")
    try:
        baseline = baseline_of(asked.name, asked.bundle, asked.variant, asked.library, asked.bounds)
        wanted = chosen(baseline, functions, names)
    except (CompileError, UnknownVariant, UnknownOmission) as error:
        raise JobRefused("does-not-compile", str(error)) from None
    rows: list[Json] = []

    def report(number: int, progress: Progress) -> None:
        send({"row": number, "rows": len(wanted), **progress_json(progress)})

    for row in ablate(baseline, wanted, asked.bounds, report):
        rows.append(ablated_json(baseline, row))
        send({"row": len(rows), "rows": len(wanted), "part": rows[-1]})
    already = [one.kind for one in baseline.result.found if not one.finding.warning]
    return {"rows": rows, "already": already, "states": baseline.result.states, "bounds": []}


def ablated_json(baseline: Baseline, row: Ablated) -> Json:
    """A row as JSON; its keys are never renamed."""
    place = row.candidate.span
    return {
        "scenario": baseline.built.name,
        "variant": baseline.built.variant.id,
        "without": row.candidate.name,
        "what": row.candidate.kind,
        "assumed": row.candidate.assumed,
        "file": place.file.path,
        "line": place.begin.line,
        "outcome": row.outcome,
        "kind": row.kind,
        "message": row.message,
        "schedule": row.schedule or None,
        "steps": len(row.moves) or None,
        "states": row.states,
        "unreached": list(row.unreached),
    }


ANALYSES: Mapping[str, Analysis] = {"check": check, "ablate": ablation}


def progress_json(progress: Progress) -> Json:
    return {**progress._asdict(), "states_per_s": round(progress.states_per_s)}


def analysis_job(
    analysis: str,
    name: str,
    bundle: Bundle,
    variant: str | None,
    without: Sequence[str],
    schedule: str,
    options: Json,
    bounds: Bounds,
) -> Json:
    """What a worker is given: JSON."""
    return {
        "type": "analysis",
        "analysis": analysis,
        "name": name,
        "files": list(bundle),
        "variant": variant,
        "without": list(without),
        "schedule": schedule,
        "options": options,
        "bounds": [bounds.states, bounds.seconds, bounds.memory_bytes],
    }


def do_analysis(job: Json, builder: Builder, library: Library, send: Send) -> Json:
    """The other side. Raises JobRefused."""
    analysis = ANALYSES.get(job["analysis"])
    if analysis is None:
        raise JobRefused("not-found", f"there is no analysis '{job['analysis'][:80]}', only {', '.join(ANALYSES)}")
    asked = Asked(
        name=job["name"],
        bundle=Bundle.of((path, text) for path, text in job["files"]),
        variant=job["variant"],
        without=tuple(job["without"]),
        schedule=job["schedule"],
        options=job["options"],
        bounds=Bounds(*job["bounds"]),
        builder=builder,
        library=library,
    )
    return analysis(asked, send)
