"""Analyses of a variant that take a while: what each does, by name, in a worker process.

    name       options                 its result
    check      -                       the object of `racewalk check --json`
    ablate     functions, names        "rows": one for each thing that was left out (see `racewalk.scenario.ablate`)
    map        actors, kind, fixed,    the progress of two actors (see `racewalk.scenario.progress_map`)
               cursor, to
    twin       kind                    the nearest run that turns out the other way (see `racewalk.scenario.twin`)
    window     kind                    how hard it is to hit, and where to delay (see `racewalk.scenario.window`)
    hint       kind, order             the way to a finding from where the schedule ends (see `racewalk.scenario.hint`)
    prove-both original, was           the shipped or `original` text, variant `was`, and the edited one, both proved
                                       (see `racewalk.scenario.prove_both`)

"map" and "twin" are about the schedule that comes with the request; without one the map has no path, and the twin is
that of the shortest failing schedule. Each analysis tells its progress as JSON (see `racewalk.scenario.telling`);
whatever a part says there, the result says too. A new one is a function and a line in ANALYSES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from racewalk.explore.bounds import Bounds, Progress
from racewalk.explore.duty import JobRefused, Send
from racewalk.lang.assemble import Library
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.ablate import Ablated, Baseline, ablate, baseline_of, chosen
from racewalk.scenario.build import Builder, UnknownOmission, UnknownVariant
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import judge
from racewalk.scenario.question import WrongQuestion, finding_asked, finding_named
from racewalk.scenario.report import report as check_report
from racewalk.scenario.telling import Telling, progress_json

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
            return self.builder.build(self.name, self.bundle, self.variant, self.without)
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

    def original(self) -> Bundle:
        """The text before an edit: the option "original", {path: text}, else the shipped one. Raises JobRefused."""
        given = self.options.get("original")
        if given is None:
            shipped_text = shipped().bundle(self.name)
            if shipped_text is None:
                raise JobRefused("not-found", f"there is no scenario '{self.name[:80]}'")
            return shipped_text
        if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
            raise JobRefused("bad-request", "the option 'original' is an object of texts, by their paths")
        return Bundle.of(given.items())


MOST_TEXTS = 64
SHARE = 0.9
"""Of a worker's time: what is left is for building and for the answer."""
MOST_STATES = 200_000  # of a graph that is looked at as a whole

Analysis = Callable[[Asked, Send], Json]


def check(asked: Asked, send: Send) -> Json:
    return check_report(judge(asked.built(), asked.bounds, lambda progress: send(progress_json(progress))))


def ablation(asked: Asked, send: Send) -> Json:
    begun, functions, names = monotonic(), asked.texts("functions"), asked.texts("names")
    try:
        baseline = baseline_of(asked.name, asked.bundle, asked.variant, asked.library, asked.bounds)
        wanted = chosen(baseline, functions, names)
    except (CompileError, UnknownVariant, UnknownOmission) as error:
        raise JobRefused("does-not-compile", str(error)) from None
    rows: list[Json] = []

    def report(number: int, progress: Progress) -> None:
        send({"row": number, "rows": len(wanted), **progress_json(progress)})

    left_s = SHARE * asked.bounds.seconds - (monotonic() - begun)
    for row in ablate(baseline, wanted, asked.bounds, report, seconds=left_s):
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


def progress_map(asked: Asked, send: Send) -> Json:
    from racewalk.scenario.progress_map import MapAsked, map_report

    built, kind = _about(asked)
    fixed, to, cursor = asked.options.get("fixed", False), asked.options.get("to"), asked.options.get("cursor")
    if not isinstance(fixed, bool):
        raise JobRefused("bad-request", "the option 'fixed' is true or false")
    if to is not None and not (isinstance(to, list) and len(to) == 2 and all(type(at) is int for at in to)):
        raise JobRefused("bad-request", "the option 'to' is a list of a column and a row")
    if cursor is not None and (type(cursor) is not int or cursor < 0):
        raise JobRefused("bad-request", "the option 'cursor' is a number of steps")
    pair = None if to is None else (to[0], to[1])
    wanted = MapAsked(asked.texts("actors"), kind, fixed, asked.schedule, pair, cursor)
    with _questions():
        return map_report(built, wanted, _of_graphs(asked.bounds, 2), Telling(send))


def twin(asked: Asked, send: Send) -> Json:
    from racewalk.scenario.twin import twin_report

    built, kind = _about(asked)
    with _questions():
        return twin_report(built, kind, asked.schedule, _of_graphs(asked.bounds, 3), Telling(send))


def window(asked: Asked, send: Send) -> Json:
    from racewalk.scenario.window import window_report

    built, kind = _about(asked)
    return window_report(built, kind, _of_graphs(asked.bounds, 3), telling=Telling(send))


def both(asked: Asked, send: Send) -> Json:
    from racewalk.scenario.prove_both import prove_both

    was = asked.text("was") or asked.variant
    before = replace(asked, bundle=asked.original(), variant=was).built()
    after = asked.built()

    def tell(side: str) -> Callable[[Progress], None]:
        return lambda progress: send({"side": side, **progress_json(progress)})

    return prove_both(before, after, replace(asked.bounds, seconds=asked.bounds.seconds / 4), tell)


def hint(asked: Asked, send: Send) -> Json:
    from racewalk.scenario.hint import hint_report

    built, kind = _about(asked)
    order = asked.text("order") or "switches"
    if order not in ("steps", "switches"):
        raise JobRefused("bad-request", 'the option "order" is "steps" or "switches"')
    seconds = asked.bounds.seconds / 2
    with _questions():
        return hint_report(
            built,
            kind,
            asked.schedule,
            "steps" if order == "steps" else "switches",
            replace(asked.bounds, seconds=seconds),
            lambda progress: send(progress_json(progress)),
        )


def _about(asked: Asked) -> tuple[Built, str | None]:
    """The variant, and the kind of finding: the option, else what the variant asks for. Raises JobRefused."""
    built = asked.built()
    with _questions():
        return built, finding_named(built, asked.text("kind")) or finding_asked(built)


@contextmanager
def _questions() -> Iterator[None]:
    """What cannot be asked is refused."""
    try:
        yield
    except WrongQuestion as error:
        raise JobRefused("bad-request", str(error)) from None


def _of_graphs(bounds: Bounds, parts: int) -> Bounds:
    """What is looked at as a whole has less room than what is searched, and a part of the time."""
    return replace(bounds, states=min(bounds.states, MOST_STATES), seconds=bounds.seconds / parts)


ANALYSES: Mapping[str, Analysis] = {
    "check": check,
    "ablate": ablation,
    "map": progress_map,
    "twin": twin,
    "window": window,
    "prove-both": both,
    "hint": hint,
}


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
