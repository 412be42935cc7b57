"""The twin of a schedule as JSON: the passing run nearest to a failing one, or the failing one nearest to a passing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from racewalk.explore.bounds import Bounds
from racewalk.explore.graph import GraphTooLarge
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.model import Move
from racewalk.scenario.built import Built
from racewalk.scenario.kept_graph import kept_graph
from racewalk.scenario.question import moves_of
from racewalk.scenario.step_place import moved_json
from racewalk.scenario.telling import SILENT, Telling
from racewalk.session.summary import summary_of

Json = dict[str, Any]


def twin_report(built: Built, kind: str | None, schedule: str, bounds: Bounds, telling: Telling = SILENT) -> Json:
    """The object of `racewalk twin --json`; its keys are never renamed. Raises WrongQuestion.

    Without a schedule the shortest failing one is taken. Where there is no twin, or the graph does not fit, `failing`
    and `passing` are null as far as they are not known, `given` too, and `sentences` say why.

        failing, passing   {"schedule", "steps", "switches", "preemptions", "moves": [row, ...]}; rows as in
                           `moved_json`, with `twin`: the number of the step of the other run that it pairs with
        given              "failing" or "passing"
        shared             steps that both begin with
        edits              steps that differ up to the finding
    """
    from racewalk.explore.flow import Flow  # with NumPy, which is slow to import
    from racewalk.explore.occurrence import Occurrence
    from racewalk.explore.twin import NoTwin, has_finding, twin_of

    model = built.model
    told: Json = {"scenario": built.name, "variant": built.variant.id, "kind": kind, "bounds": [], "states": None}
    nothing: Json = {"given": None, "shared": None, "edits": None, "nearest": None, "failing": None, "passing": None}
    moves: tuple[Move, ...] | None
    if schedule:
        moves = moves_of(model, schedule)
    else:
        query = Query("shortest", Goal("finding", kind or ""), bounds=bounds)
        result = search(model, query, telling.searching("schedule"))
        moves, told["bounds"] = result.reached, list(result.bounds)
    if moves is None:
        what = kind or "a finding"
        said = f"No schedule of {built.called} has {what}, so there is nothing to compare."
        if told["bounds"]:
            within = " and ".join(told["bounds"])
            said = f"No schedule with {what} was found within {within}, so there is nothing to compare."
        return {**told, **nothing, "sentences": [said]}
    try:
        graph = kept_graph(model, bounds, telling.searching("states"))
    except GraphTooLarge as large:
        said = f"The graph does not fit within {large.bound}, so the nearest run cannot be told."
        known = {} if schedule else {"given": "failing", "failing": _run(built, moves, {})}
        return {**told, **nothing, **known, "bounds": [large.bound], "sentences": [said]}
    telling.enter("compare")
    flow = Flow(graph)
    wanted = Occurrence(flow, kind)
    told["states"] = graph.size
    try:
        twin = twin_of(wanted, Occurrence(flow, None), moves)
    except NoTwin as error:
        given = "passing" if has_finding(wanted, moves) is None else "failing"
        run = _run(built, moves, {})
        sentence = f"{str(error)[0].upper()}{str(error)[1:]}."
        return {**told, **nothing, "given": given, given: run, "sentences": [sentence]}
    from racewalk.explain.twin import twin_words

    pairs = [*((at, at) for at in range(twin.shared)), *twin.pairs]
    return {
        **told,
        "given": twin.given,
        "shared": twin.shared,
        "edits": twin.edits,
        "nearest": twin.nearest,
        "failing": _run(built, twin.failing, dict(pairs)),
        "passing": _run(built, twin.passing, {passing: failing for failing, passing in pairs}),
        "sentences": list(twin_words(model, twin, kind)),
    }


def _run(built: Built, moves: Sequence[Move], partner: dict[int, int]) -> Json:
    from racewalk.explain.moved import moved

    model, summary = built.model, summary_of(built.model, moves)
    rows = [
        {**moved_json(model, one), "twin": None if (other := partner.get(one.number - 1)) is None else other + 1}
        for one in moved(model, moves)
    ]
    return {
        "schedule": summary.text,
        "steps": summary.steps,
        "switches": summary.switches,
        "preemptions": summary.preemptions,
        "moves": rows,
    }
