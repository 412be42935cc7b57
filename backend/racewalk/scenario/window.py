"""How hard a finding is to hit, and where the window is, as the JSON object of `racewalk window --json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from racewalk.explain.chances import chances
from racewalk.explain.moved import Moved, blocks, moved
from racewalk.explain.window import delay_at, delay_until, delay_words, window_words
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.explore.window import Opening, Place, openings
from racewalk.scenario.built import Built
from racewalk.scenario.chances import chances_report
from racewalk.scenario.step_place import moved_json, step_json
from racewalk.scenario.telling import SILENT, Telling
from racewalk.session.summary import summary_of

Json = dict[str, Any]


def window_report(built: Built, kind: str | None, bounds: Bounds, seed: int = 0, telling: Telling = SILENT) -> Json:
    """Its keys are never renamed.

    chances      as `racewalk stats --json`
    schedule     the one with the fewest preemptions, then switches, then steps; null where none was found
    openings     the switches in it away from a CPU or softirq that could have gone on:
        actor, preemption, number     who is left after step `number` of the schedule
        after, before                 its last step and its next one; `before` null: it has finished
        others, goes_on               what the others do then, in blocks; the step with which it goes on, or null
        places                        where else it may be left; `number` is that of its last step before
        first, last                   indices in `places`: the window
        fit                           the steps of the others that must come while the window is open
        delay                         where to put an mdelay(), and until when it must last
    how_often    `chances` in words
    sentences    the rest in words
    """
    from racewalk.explore.statistics import statistics_of  # with NumPy, which is slow to import

    told = statistics_of(
        built.model,
        kind,
        bounds=bounds,
        seed=seed,
        report=telling.searching("states"),
        walked=telling.counting("walks"),
    )
    query = Query("switches", Goal("finding", kind or ""), bounds=bounds)
    result = search(built.model, query, telling.searching("schedule"))
    report: Json = {
        "scenario": built.name,
        "variant": built.variant.id,
        "kind": kind,
        "chances": chances_report(built, told),
        "how_often": list(chances(told)),
        "bounds": [*result.bounds, *([told.bound] if told.bound else [])],
    }
    moves = result.reached
    if moves is None:
        return {
            **report,
            "schedule": None,
            "steps": None,
            "switches": None,
            "preemptions": None,
            "openings": [],
            "sentences": [_nothing(built, kind, result.bounds)],
        }
    summary = summary_of(built.model, moves)
    found = openings(built.model, moves, kind, telling.counting("places"))
    run = moved(built.model, moves)
    return {
        **report,
        "schedule": summary.text,
        "steps": summary.steps,
        "switches": summary.switches,
        "preemptions": summary.preemptions,
        "openings": [_opening(built, run, one) for one in found],
        "sentences": list(window_words(built.model, moves, found, kind)),
    }


def _nothing(built: Built, kind: str | None, bounds: Sequence[str]) -> str:
    what = kind or "a finding"
    if bounds:
        return f"No schedule with {what} was found within {' and '.join(bounds)}, so there is no window to tell of."
    return f"No schedule of {built.called} has {what}, so there is no window."


def _opening(built: Built, run: Sequence[Moved], one: Opening) -> Json:
    model = built.model
    steps = model.program.actors[one.actor].steps
    here = one.places[one.steps]
    delay, after = delay_at(model, one)
    fit = None if one.fit is None else run[one.fit.first : one.fit.last + 1]
    return {
        "actor": model.actors[one.actor].letter,
        "preemption": one.preemption,
        "number": one.at,
        "after": moved_json(model, run[one.at - 1]),
        "before": None if here.position is None else step_json(steps[here.position]),
        "others": [
            {
                "actor": model.actors[block.actor].letter,
                "steps": block.steps,
                "first": moved_json(model, block.first),
                "last": moved_json(model, block.last),
            }
            for block in blocks(run[one.at : one.until])
        ],
        "goes_on": moved_json(model, run[one.until]) if one.until < one.end else None,
        "places": [_place(built, one, place) for place in one.places],
        "first": one.first,
        "last": one.last,
        "fit": None
        if fit is None
        else {"steps": len(fit), "first": moved_json(model, fit[0]), "last": moved_json(model, fit[-1])},
        "delay": {
            **step_json(delay),
            "after": after,
            "until": moved_json(model, delay_until(run, one)),
            "words": delay_words(model, run, one),
        },
    }


def _place(built: Built, one: Opening, place: Place) -> Json:
    """`number`: of the last step before it is left, were it left there; `step` and `label` are that step's."""
    steps = built.model.program.actors[one.actor].steps
    return {
        "number": one.begin + place.steps,
        "step": place.after,
        "label": None if place.after is None else steps[place.after].label,
        "next": place.position,
        "fails": place.fails,
        "reason": place.reason,
    }
