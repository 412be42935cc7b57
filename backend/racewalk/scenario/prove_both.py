"""A scenario before and after an edit: both proved, in one answer. "Check my fix".

before, after   what `racewalk check --json` says of each, with
    count       the numbers of schedules and of those that have the finding, as texts, and the probability;
                null where the graph does not fit or has cycles
replay          the schedule that failed before, in the edited text: {"steps" done, "stopped": why not to its end,
                or null, "found": the kinds it meets}; null where nothing failed before
fixed           true: what failed before is never there after, and nothing new is; false: it is not so; null: a
                bound was reached before that was known
new             kinds, warnings apart, that only the edited text has
gone            what the edited text has no more, so that a "never" may mean less than it seems: {"actors", "checks":
                kinds and properties that nothing can fail any more, "covers": what some run met and none does now}
sentence        both in one
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from racewalk.amount import count
from racewalk.explore.bounds import Bounds, Report
from racewalk.explore.graph import GraphTooLarge
from racewalk.explore.search import whole_graph
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.lexer import lex
from racewalk.lang.source import SourceFile
from racewalk.program.calls import split_kind
from racewalk.scenario.built import Built
from racewalk.scenario.judge import Judgement, judge
from racewalk.scenario.kinds import WITHOUT_WORDS
from racewalk.scenario.question import finding_asked
from racewalk.scenario.report import report
from racewalk.session.history import History
from racewalk.session.replay import drain, record, replay
from racewalk.session.schedule import parse_schedule

Json = dict[str, Any]

Tell = Callable[[str], Report]
"""Gives what a search reports its progress to, for "before" and "after"."""


def prove_both(before: Built, after: Built, bounds: Bounds, tell: Tell = lambda side: lambda progress: None) -> Json:
    """Its keys are never renamed."""
    first = judge(before, bounds, tell("before"))
    second = judge(after, bounds, tell("after"))
    told, then = _side(first, bounds), _side(second, bounds)
    new = sorted(_kinds(second) - _kinds(first))
    return {
        "scenario": before.name,
        "variant": before.variant.id,
        "edited_variant": after.variant.id,
        "same": before.model.model_hash == after.model.model_hash,
        "before": told,
        "after": then,
        "replay": None if told["schedule"] is None else _replayed(first, after, told["schedule"]),
        "fixed": _fixed(second),
        "new": new,
        "gone": _gone(first, second),
        "bounds": [*first.result.bounds, *second.result.bounds],
        "sentence": _sentence(first, second, told, then, new),
    }


def _side(judgement: Judgement, bounds: Bounds) -> Json:
    return report(judgement) | {"count": _count(judgement.built, bounds)}


def _count(built: Built, bounds: Bounds) -> Json | None:
    from racewalk.explore.flow import Flow  # with NumPy, which is slow to import
    from racewalk.explore.occurrence import Occurrence
    from racewalk.explore.statistics import FITS, statistics

    fits = Bounds(min(bounds.states, FITS.states), min(bounds.seconds, FITS.seconds), bounds.memory_bytes)
    try:
        graph = whole_graph(built.model, bounds=fits)
    except GraphTooLarge:
        return None
    told = statistics(Occurrence(Flow(graph), finding_asked(built)))
    if told.schedules is None:
        return None
    return {"schedules": str(told.schedules), "having": str(told.having), "probability": told.probability.value}


def _kinds(judgement: Judgement) -> set[str]:
    return {one.kind for one in judgement.result.found if not one.finding.warning}


def _fixed(after: Judgement) -> bool | None:
    if _kinds(after) or after.vacuous:
        return False
    return True if after.result.exhaustive else None


def _gone(before: Judgement, after: Judgement) -> Json:
    """A cover that the edited text must meet and does not is vacuous already, and left out here."""
    actors, checks = _actors(after.built), _checks(after.built)
    covers: list[str] = []
    if after.result.exhaustive:
        met = {*after.result.covers, *after.built.model.initial_covers, *after.vacuous}
        covers = [words for words in before.result.covers if words not in met]
    return {
        "actors": [name for name in _actors(before.built) if name not in actors],
        "checks": [text for text in _checks(before.built) if text not in checks],
        "covers": covers,
    }


def _actors(built: Built) -> list[str]:
    return [actor.name or actor.title for actor in built.model.actors if actor.kind != "rcu"]


def _checks(built: Built) -> list[str]:
    """The kinds of the text without its comments, and the words of properties that have no kind of their own."""
    kinds = {split_kind(words, "")[0] for file in built.files for words in _strings(file)}
    properties = (probe for probe in built.model.program.probes if probe.kind != "sometimes")
    return [*sorted(filter(None, kinds)), *(probe.text for probe in properties if probe.finding in WITHOUT_WORDS)]


def _strings(file: SourceFile) -> Iterator[str]:
    tokens = lex(file, Diagnostics())
    return (tokens.text(index)[1:-1] for index, kind in enumerate(tokens.kinds) if kind == "text")


def _replayed(before: Judgement, after: Built, schedule: str) -> Json:
    """The moves alone, without the checks of labels: the text has changed."""
    own = History(before.built.model)
    drain(replay(own, parse_schedule(schedule)))
    history = History(after.model)
    _, stop = drain(replay(history, record(own, own.cursor)))
    found = (finding for node in (history.root, *history.cursor.path()) for finding in node.findings)
    return {
        "steps": history.cursor.number,
        "stopped": None if stop is None else f"before step {stop.at}: {stop.message}",
        "found": list(dict.fromkeys(finding.kind for finding in found)),
    }


def _sentence(first: Judgement, second: Judgement, before: Json, after: Json, new: list[str]) -> str:
    said = f"Before: {_words(first, before)}; after: {_words(second, after)}"
    unasked = [kind for kind in new if kind != second.headline]
    if second.headline is not None and unasked:
        said += f", but now there is {' and '.join(unasked)}"
    if second.vacuous:
        said += f", but that is vacuous: no run meets {' and '.join(second.vacuous)}"
    return f"{said}."


def _words(judgement: Judgement, told: Json) -> str:
    states = count(told["states"], "state")
    match judgement.verdict:
        case "never":
            return "never, in its only state" if told["states"] == 1 else f"never, all {states}"
        case "unknown":
            return f"unknown, {states} until the bound of {' and '.join(told['bounds'])}"
    kind = judgement.headline or next(one["kind"] for one in told["findings"] if not one["warning"])
    return f"{judgement.verdict}, {kind} in {count(told['steps'], 'step')}"
