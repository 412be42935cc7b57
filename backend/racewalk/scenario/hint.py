"""The way from a place in a run to a finding, actor by actor, as JSON: what a hint is made of.

Where nothing leads there any more it tells how far to go back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from time import monotonic
from typing import Any, Literal

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds, Report
from racewalk.explore.query import Goal, Mode
from racewalk.model import Move, State
from racewalk.scenario.built import Built
from racewalk.scenario.question import Answer, Start, WrongQuestion, ask, moves_of
from racewalk.session.summary import summary_of

Json = dict[str, Any]
Order = Literal["steps", "switches"]


def hint_report(
    built: Built,
    kind: str | None,
    schedule: str,
    order: Order,
    bounds: Bounds,
    report: Report = lambda progress: None,
) -> Json:
    """The best run from the end of a schedule on. Raises WrongQuestion.

        at            steps of the schedule
        answer        "reached", "never" (no continuation has it) or "unknown" (`bounds` ended the search)
        runs          [{"actor", "choices": [one a step], "stop"}]; `stop` is where the actor stands after it:
                      {"step": index in its step table, "times": how often it stood there, "waits": the sentence
                      why it cannot go on, or null}, or null where it has finished
        steps, switches, preemptions   of the whole run, from its beginning; null where there is none
        back          where nothing leads there: after how many steps of the schedule something did for the last
                      time; null where that is not known, or never was

    `order` "switches" asks for the fewest preemptions and switches first, "steps" for the fewest steps.
    """
    if kind == "livelock":
        raise WrongQuestion("a livelock shows in no single run, so no step leads to it")
    model, goal, begun = built.model, Goal("finding", kind or ""), monotonic()
    starts = list(_starts(model, moves_of(model, schedule)))
    at = len(starts) - 1

    def tried(number: int) -> Answer | None:
        """None where the run has ended by then."""
        start, left_s = starts[number], bounds.seconds - (monotonic() - begun)
        if start is None:
            return None
        mode: Mode = "switches" if order == "switches" and number == at else "shortest"
        return ask(built, goal, mode, start, replace(bounds, seconds=max(left_s, 0.01)), report=report)

    answer = tried(at)
    told: Json = {
        "scenario": built.name,
        "variant": built.variant.id,
        "kind": kind,
        "order": order,
        "at": at,
        "states": 0 if answer is None else answer.result.states,
        "bounds": [] if answer is None else list(answer.result.bounds),
    }
    if answer is not None and answer.moves is not None:
        summary = summary_of(model, answer.moves)
        return {
            **told,
            "answer": "reached",
            "runs": _runs(model, answer.start, answer.moves[at:]),
            "steps": summary.steps,
            "switches": summary.switches,
            "preemptions": summary.preemptions,
            "back": None,
        }
    never = answer is None or answer.result.exhaustive
    nothing: Json = {"runs": [], "steps": None, "switches": None, "preemptions": None}
    back = _last_chance(tried, at) if never else None
    return {**told, "answer": "never" if never else "unknown", **nothing, "back": back}


def _starts(model: ScenarioModel, moves: Sequence[Move]) -> Iterator[Start | None]:
    """The run after each number of steps; None where it has ended."""
    state: State = model.initial()
    yield Start()
    for number, move in enumerate(moves, 1):
        outcome = model.step(state, move)
        state = outcome.state
        yield None if outcome.fatal else Start(tuple(moves[:number]), state)


def _last_chance(tried: Callable[[int], Answer | None], at: int) -> int | None:
    """What is out of reach stays so: the last number of steps from which something leads there, by halving."""
    known, out = None, at
    first = 0
    while first < out:
        middle = (first + out) // 2
        answer = tried(middle)
        if answer is not None and answer.moves is not None:
            known, first = middle, middle + 1
        elif answer is None or answer.result.exhaustive:
            out = middle
        else:
            return None
    return known


def _runs(model: ScenarioModel, start: Start, moves: Sequence[Move]) -> list[Json]:
    """The moves after a start, run by run of one actor."""
    state = model.initial() if start.state is None else start.state
    runs: list[Json] = []
    for actor, group in groupby(moves, key=lambda move: move.actor):
        choices, stood = [], []
        for move in group:
            state = model.step(state, move).state
            choices.append(move.choice)
            stood.append(model.position(state, actor))
        runs.append(
            {"actor": model.actors[actor].letter, "choices": choices, "stop": _stop(model, state, actor, stood)}
        )
    return runs


def _stop(model: ScenarioModel, state: State, actor: int, stood: Sequence[int | None]) -> Json | None:
    position = stood[-1]
    if position is None:
        return None
    options = [option for option in model.moves(state) if option.move.actor == actor]
    blocked = [option.blocked for option in options]
    waits = blocked[0] if blocked and all(blocked) else None
    return {"step": position, "times": stood.count(position), "waits": waits}
