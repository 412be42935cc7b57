"""The searches that end early, `shortest` and `switches`, beside brute force: equal costs, and they lead there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Goal, Mode, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.fuzz.cheapest import Cost, cheapest, cost_of
from racewalk.fuzz.compare import Disagreement
from racewalk.model import Model

Ask = Callable[[Model, Query], SearchResult]


def compare_modes(model: Model, bounds: Bounds, ask: Ask = search) -> Iterator[Disagreement]:
    """Ask for each kind of finding that there is, in both modes."""
    start = model.initial()
    costs = cheapest(model, start)
    steps = _fewest_steps(model, bounds)
    for kind, cost in costs.items():
        yield from _compare(model, ask, "switches", kind, bounds, cost, str(cost))
        yield from _compare(model, ask, "shortest", kind, bounds, cost, f"{steps[kind]} steps")


def _fewest_steps(model: Model, bounds: Bounds) -> dict[str, int]:
    return {found.kind: len(found.schedule) for found in explore_naively(model, bounds).found}


def _compare(
    model: Model, ask: Ask, mode: Mode, kind: str, bounds: Bounds, cost: Cost, wanted: str
) -> Iterator[Disagreement]:
    result = ask(model, Query(mode, Goal("finding", kind), bounds=bounds))
    if result.reached is None:
        yield Disagreement(f"{mode} finds nothing", (f"{kind}: brute force has {wanted}",))
        return
    found, kinds = cost_of(model, model.initial(), result.reached)
    told = str(found) if mode == "switches" else f"{found.steps} steps"
    if told != wanted:
        yield Disagreement(f"{mode} is not the cheapest", (f"{kind}: {told}; brute force has {wanted}",))
    if kind not in kinds:
        yield Disagreement(
            f"{mode} leads elsewhere", (f"{kind}: its schedule ends with {', '.join(sorted(kinds)) or 'nothing'}",)
        )
