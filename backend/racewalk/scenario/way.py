"""A way through a scenario, told by labels, so that it survives changes of the text before and between them.

A way is a list of legs. In each, one actor goes: `before` a step, until that comes next; `after` it, until it is done.
Where its steps offer a choice it takes `choices` in their order, then the first that can go.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.session.history import History, Node

MOST_STEPS = 500
"""Of one leg: who has not come there by then goes in circles."""


@dataclass(frozen=True, slots=True)
class Leg:
    actor: str  # its name ("khugepaged") or title ("CPU 0")
    before: str | None = None
    after: str | None = None
    choices: tuple[int, ...] = ()


class NoSuchWay(Exception):
    """A leg cannot be gone; the text says which and why. `actor` is who cannot go on, where it is that."""

    def __init__(self, message: str, actor: int | None = None) -> None:
        super().__init__(message)
        self.actor = actor


def schedule_along(model: ScenarioModel, legs: Iterable[Leg]) -> str:
    """The schedule of a way from the start. Raises NoSuchWay."""
    history = History(model)
    for _ in go_along(model, history, legs):
        pass
    return history.schedule(history.cursor)


def go_along(model: ScenarioModel, history: History, legs: Iterable[Leg]) -> Generator[Node, None, None]:
    """Goes a way from where a history stands; yields each node. Raises NoSuchWay, and HistoryFull."""
    for number, leg in enumerate(legs, 1):
        try:
            yield from _go(model, history, leg)
        except NoSuchWay as error:
            raise NoSuchWay(f"leg {number}: {error}", error.actor) from None


def _go(model: ScenarioModel, history: History, leg: Leg) -> Generator[Node, None, None]:
    actor = next((i for i, info in enumerate(model.actors) if leg.actor in (info.name, info.title)), None)
    if actor is None:
        raise NoSuchWay(f"nobody is called {leg.actor!r}")
    choices = list(leg.choices)
    for _ in range(MOST_STEPS):
        options = [one for one in history.options(history.cursor) if one.move.actor == actor]
        chosen = choices[0] if choices and len(options) > 1 else None
        option = next((one for one in options if one.blocked is None and chosen in (None, one.move.choice)), None)
        position = model.position(history.cursor.state, actor)
        label = None if position is None else model.program.actors[actor].steps[position].label
        if leg.before is not None and label == leg.before:
            return
        if option is None:
            choosing = "" if chosen is None else f" with choice {chosen}"
            raise NoSuchWay(f"{leg.actor} cannot go on at {label!r}{choosing}", None if choosing else actor)
        if chosen is not None:
            choices.pop(0)
        yield history.step(option.move)
        if leg.after is not None and label == leg.after:
            return
    raise NoSuchWay(f"{leg.actor} does not come to {leg.before or leg.after!r} in {MOST_STEPS} steps")
