"""What has changed since a schedule was made, in words: which step it was, and which one stands there now.

A schedule holds two letters for a label (see `racewalk.session.schedule`), and no label. So what a step was is told
only where exactly one step that its actor has today goes with the letters: it has moved to another place.
"""

from __future__ import annotations

from collections.abc import Sequence

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.lang.render import printable
from racewalk.program.program import Step
from racewalk.session.replay import Stop
from racewalk.session.schedule import FINISHED_CHECK, Entry, label_check


def changed_words(model: ScenarioModel, stop: Stop, run: Sequence[Entry]) -> str:
    """For a replay of `run` that stopped because the model has changed; without a full stop."""
    assert stop.actor is not None
    assert stop.check is not None
    title = model.actors[stop.actor].title
    position = model.position(stop.node.state, stop.actor)
    steps = model.program.actors[stop.actor].steps
    now = None if position is None else steps[position]
    then = _then(steps, stop.check)
    begin = _unchecked_since(run, stop.node.number)
    if begin is None:
        was = _in(then, now) if then else "another one"
        if stop.check == FINISHED_CHECK:
            was = "not there"
        there = f"now it is {_in(now, then)}" if now else f"now {title} has nothing left to do there"
        return f"step {stop.at} of {title} was {was} when the link was made; {there}"
    stood = f"at {_in(then, now)}" if then else "at another step"
    if stop.check == FINISHED_CHECK:
        stood = "at its end"
    there = f"at {_in(now, then)}" if now else "at its end"
    said = f"after step {stop.node.number} {title} stood {stood} when the link was made; now it stands {there}"
    if begin == stop.node.number:
        return said
    return f"{said}. What changed lies in steps {begin} to {stop.node.number}, or right behind them"


def _then(steps: Sequence[Step], check: str) -> Step | None:
    """The only step that goes with a check."""
    fitting = [step for step in steps if label_check(step.label) == check]
    return fitting[0] if len(fitting) == 1 else None


def _in(step: Step | None, other: Step | None) -> str:
    """A step by its text, with its function where it is another than the other's; by its label where both are one."""
    assert step is not None
    text = f"`{' '.join(printable(step.text).split())}`"
    if other is None or step.function != other.function:
        return f"{text} in {step.function}()"
    return text if step.text != other.text else f"`{printable(step.label)}`"


def _unchecked_since(run: Sequence[Entry], number: int) -> int | None:
    """First step of those that a check after step `number` tells something about; None for a check of a step itself."""
    if number == 0 or run[number - 1].check is None:
        return None
    begin = number
    while begin > 1 and run[begin - 2].letter == run[number - 1].letter and run[begin - 2].check is None:
        begin -= 1
    return begin
