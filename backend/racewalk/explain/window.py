"""The window of a finding in words, for who wants to hit it on a real machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from racewalk.amount import count
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.moved import Moved, blocks, entry, moved, named, place_of, said
from racewalk.explore.window import Opening, Place
from racewalk.model import Move
from racewalk.program.program import Step

ANY = "a finding"


def window_words(
    model: ScenarioModel, moves: Sequence[Move], openings: Sequence[Opening], kind: str | None
) -> Iterator[str]:
    """Paragraphs of one sentence or a few. `openings` are all those of the schedule."""
    run = moved(model, moves)
    what = kind or ANY
    if not any(opening.preemption for opening in openings):
        yield f"No preemption is needed for {what}: {_without(model, run, openings)}."
    for number, opening in enumerate(openings, 1):
        if len(openings) > 1:
            yield f"Opening {number} of {len(openings)}:"
        yield _left(model, run, opening)
        yield _others(model, run, opening)
        yield from _range(model, run, opening)
        yield f"To hit it on a real machine: {delay_words(model, run, opening)}"


def delay_words(model: ScenarioModel, run: Sequence[Moved], opening: Opening) -> str:
    """Where a developer puts the mdelay(), and how long it must be."""
    step, after = delay_at(model, opening)
    function = entry(step) and step.function
    where = f"in {function}()" if function else f'in the text of "{model.actors[opening.actor].name}"'
    statement = said(step)
    last = delay_until(run, opening)
    time = _time(model, run, opening) if after else ""
    put = f"{where}, {'after' if after else 'before'} {statement}{time}: mdelay(...); widen it until"
    if model.actors[last.move.actor].kind == "rcu" and not last.step.stack:
        return f"{put} a grace period has ended."
    begun = entry(last.step)
    who = f"{begun}() on {model.actors[last.move.actor].title}" if begun else model.actors[last.move.actor].title
    done = said(last.step)
    inside = f" in {last.step.function}()" if begun and begun != last.step.function else ""
    caller = last.step.stack[-1].function if len(last.step.stack) > 1 else begun
    inside += f", called from {caller}()" if inside and caller != begun else ""
    return f"{put} {who} has done {done}{inside}."


def delay_at(model: ScenarioModel, opening: Opening) -> tuple[Step, bool]:
    """The step that the mdelay() comes after; or before, with False."""
    place = opening.places[opening.first]
    steps = model.program.actors[opening.actor].steps
    if place.after is not None:
        return steps[place.after], True
    assert place.position is not None, "an actor that is left can go on"
    return steps[place.position], False


def delay_until(run: Sequence[Moved], opening: Opening) -> Moved:
    """What the others must have done when it ends."""
    return run[(opening.until - 1) if opening.fit is None else opening.fit.last]


def _without(model: ScenarioModel, run: Sequence[Moved], openings: Sequence[Opening]) -> str:
    if not run:
        return "it is there from the start"
    if openings:
        titles = dict.fromkeys(model.actors[run[opening.at].move.actor].title for opening in openings)
        return f"it is enough that {' and '.join(titles)} comes at the right moment"
    return "it is enough who goes next whenever somebody waits or has finished"


def _left(model: ScenarioModel, run: Sequence[Moved], opening: Opening) -> str:
    info, last = model.actors[opening.actor], run[opening.at - 1]
    by = model.actors[run[opening.at].move.actor]
    how = "preempted" if opening.preemption else "interrupted" if by.kind == "softirq" else "overtaken"
    position = opening.places[opening.steps].position
    before = "" if position is None else f", before {named(model.program.actors[opening.actor].steps[position])}"
    return (
        f"{info.title} ({info.name}) is {how} after step {opening.at} of the schedule, "
        f"{named(last.step)} ({place_of(last.step)}){before}."
    )


def _others(model: ScenarioModel, run: Sequence[Moved], opening: Opening) -> str:
    told = []
    for block in blocks(run[opening.at : opening.until]):
        info = model.actors[block.actor]
        span = _span(block.first, block.last)
        told.append(f"{info.title} ({info.name}) does {count(block.steps, 'step')}, {span}")
    then = f"then {model.actors[opening.actor].title} goes on" if opening.until < opening.end else "that is all"
    return f"{'; '.join(told)}; {then}."


def _range(model: ScenarioModel, run: Sequence[Moved], opening: Opening) -> Iterator[str]:
    title = model.actors[opening.actor].title
    first, last = opening.places[opening.first], opening.places[opening.last]
    if first == last:
        yield f"The window is a single place: one step earlier or later of {title} and it is missed{_why(opening)}."
    else:
        steps = model.program.actors[opening.actor].steps
        begin = _begin(steps, first)
        end = "its end" if last.position is None else f"before {named(steps[last.position])}"
        number = opening.last - opening.first + 1
        yield f"The window is {number:,} places wide, from {begin} to {end}{_why(opening)}."
    if opening.fit is not None:
        inside = run[opening.fit.first : opening.fit.last + 1]
        actors = dict.fromkeys(model.actors[one.move.actor].title for one in inside)
        span = _span(inside[0], inside[-1])
        yield f"In it {count(len(inside), 'step')} of {' and '.join(actors)} must fit, {span}."


def _begin(steps: Sequence[Step], first: Place) -> str:
    if first.after is not None:
        return f"after {named(steps[first.after])}"
    return "its end" if first.position is None else f"before {named(steps[first.position])}"


def _span(first: Moved, last: Moved) -> str:
    return named(first.step) if first is last else f"from {named(first.step)} to {named(last.step)}"


def _why(opening: Opening) -> str:
    """What stands in the way one step later."""
    after = opening.places[opening.last + 1] if opening.last + 1 < len(opening.places) else None
    return "" if after is None or after.reason is None else f"; one step later {after.reason}"


def _time(model: ScenarioModel, run: Sequence[Moved], opening: Opening) -> str:
    """Which time the actor comes there, where it is not the first."""
    at = opening.places[opening.first].after
    done = opening.begin + opening.first
    before = sum(one.move.actor == opening.actor and one.step.index == at for one in run[:done])
    return f" (its visit number {before:,} there)" if before > 1 else ""
