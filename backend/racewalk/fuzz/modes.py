"""Searches that end early, begin elsewhere, or are bounded by preemptions, beside brute force: equal costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Goal, Mode, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.fuzz.cheapest import Cost, Start, cheapest, play
from racewalk.fuzz.compare import Disagreement
from racewalk.model import Model

Ask = Callable[[Model, Query], SearchResult]

GOALS = {"finding": 8, "cover": 3, "label": 2}
"""So many goals of each kind are asked for, the dearest first."""

LIVELOCK = "livelock"  # no schedule of finite length shows one, so it has no cost


def compare_modes(model: Model, bounds: Bounds, ask: Ask = search) -> Iterator[Disagreement]:
    """From the initial state, from one some steps behind it, and with few preemptions."""
    yield from _compare(model, Start(), bounds, ask, "")
    middle = _middle(model)
    if middle is not None:
        yield from _compare(model, middle, bounds, ask, " from here")
    yield from _compare_bounded(model, bounds, ask)


def _compare(model: Model, start: Start, bounds: Bounds, ask: Ask, where: str) -> Iterator[Disagreement]:
    costs = cheapest(model, start)
    steps = cheapest(model, start, steps_only=True)
    for goal in _asked_for(costs):
        yield from _reaches(model, start, ask, Query("switches", goal, *start, bounds), costs[goal], where)
        yield from _reaches(model, start, ask, Query("shortest", goal, *start, bounds), steps[goal], where)


def _asked_for(costs: dict[Goal, Cost]) -> Iterator[Goal]:
    for kind, most in GOALS.items():
        goals = sorted((goal for goal in costs if goal.kind == kind), key=lambda goal: (costs[goal], goal.text))
        yield from goals[-most:]


def _reaches(model: Model, start: Start, ask: Ask, query: Query, best: Cost, where: str) -> Iterator[Disagreement]:
    """The schedule that a search reached its goal by costs what the best one costs, and does lead there."""
    mode, goal = query.mode, query.goal
    about = f"{goal.kind} '{goal.text}'"
    wanted = _told(best, mode)
    result = ask(model, query)
    if result.reached is None:
        yield Disagreement(f"{mode} finds nothing{where}", (f"{about}: brute force has {wanted}",))
        return
    cost, met = play(model, start, result.reached)
    if goal not in met:
        yield Disagreement(f"{mode} leads elsewhere{where}", (f"{about}: the schedule meets {sorted(map(str, met))}",))
    if _told(cost, mode) != wanted:
        told = f"{about}: {_told(cost, mode)}; brute force has {wanted}"
        yield Disagreement(f"{mode} is not the cheapest{where}", (told,))


def _told(cost: Cost, mode: Mode) -> str:
    return str(cost) if mode == "switches" else f"{cost.steps} steps"


def _compare_bounded(model: Model, bounds: Bounds, ask: Ask) -> Iterator[Disagreement]:
    """What is found with at most so many preemptions is what brute force finds with so many."""
    costs = cheapest(model)
    for most in (0, 1):
        result = ask(model, Query(bounds=replace(bounds, preemptions=most)))
        found = {one.kind for one in result.found} - {LIVELOCK}
        wanted = {goal.text for goal, cost in costs.items() if goal.kind == "finding" and cost.preemptions <= most}
        if found != wanted - {""}:
            told = f"with {most}: {sorted(found)}; brute force has {sorted(wanted - {''})}"
            yield Disagreement("the bound on preemptions is kept differently", (told,))


def _middle(model: Model) -> Start | None:
    """A state some steps away from the initial one, and who made the last of them."""
    start, seen = Start(model.initial()), {model.initial()}
    for turn in range(5):
        further = [(m, o) for m, o in model.expand(start.of(model)) if not o.fatal and o.state not in seen]
        if not further:
            break
        move, outcome = further[turn % len(further)]
        start = Start(outcome.state, move.actor)
        seen.add(outcome.state)
    return start if start.last is not None else None
