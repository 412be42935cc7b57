"""What lies ahead of a place in a run, as a job for a worker process: the lights of its moves, and statistics.

The graph of a variant is walked once and kept, with what was computed of it; so the lights of the next step cost
nothing but a look-up. Where the graph of all schedules does not fit, that of what follows the place may.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from racewalk.amount import count, seconds
from racewalk.explain.chances import chances
from racewalk.explore.bounds import Bounds
from racewalk.explore.duty import Send
from racewalk.explore.graph import GraphTooLarge
from racewalk.explore.light import Light
from racewalk.explore.search import whole_graph
from racewalk.model import Model, Move, State
from racewalk.scenario.built import Built
from racewalk.scenario.chances import chances_report

if TYPE_CHECKING:  # with NumPy, which is slow to import
    from racewalk.explore.flow import Flow
    from racewalk.explore.occurrence import Occurrence
    from racewalk.explore.outlook import Outlook

Json = dict[str, Any]

KEPT = 2  # graphs


@dataclass(slots=True)
class _Known:
    """What there is of one model; `flow` None: its graph does not fit."""

    model: Model
    flow: Flow | None
    seen: dict[str | None, tuple[Occurrence, Outlook]] = field(default_factory=dict)


class Outlooks:
    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()  # by the id of the model, which is kept alive

    def answer(
        self, built: Built, moves: list[Move], kind: str | None, bounds: Bounds, whole: bool, send: Send
    ) -> Json:
        """The lights and statistics after some moves, which the model can follow. Raises NotEnabled.

        `whole` False: the graph of all schedules is known not to fit. Where that turns out, `send` tells it.
        """
        began = monotonic()
        model, state = built.model, built.model.initial()
        for move in moves:
            state = model.step(state, move).state
        last = moves[-1].actor if moves else None
        known = self._of(model, bounds) if whole else _Known(model, None)
        if known.flow is None:
            if whole:
                send({"whole": False})
            known = _Known(model, _flow(model, state, bounds))
        told = (
            _sampled(built, state, kind, bounds) if known.flow is None else _looked_up(built, known, state, last, kind)
        )
        return {**told, "elapsed_s": round(monotonic() - began, 4)}

    def _of(self, model: Model, bounds: Bounds) -> _Known:
        known = self._known.get(id(model))
        if known is None:
            known = self._known[id(model)] = _Known(model, _flow(model, None, bounds))
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(id(model))
        return known


def light_name(light: Light) -> str:
    """As it crosses the wire."""
    return light.name.lower().replace("_", "-")


def _flow(model: Model, start: State | None, bounds: Bounds) -> Flow | None:
    from racewalk.explore.flow import Flow

    try:
        return Flow(whole_graph(model, start, bounds))
    except GraphTooLarge:
        return None


def _looked_up(built: Built, known: _Known, state: State, last: int | None, kind: str | None) -> Json:
    from racewalk.explore.occurrence import Occurrence
    from racewalk.explore.outlook import outlook
    from racewalk.explore.statistics import statistics

    assert known.flow is not None
    seen = known.seen.get(kind)
    if seen is None:
        wanted = Occurrence(known.flow, kind)
        seen = known.seen[kind] = wanted, outlook(wanted)
    wanted, lights = seen
    here = known.flow.graph.index[state]
    told = statistics(wanted, here, last)
    return {
        "here": light_name(lights.of_state(here)),
        "ends": lights.comes_to_an_end(here),
        "lights": [[*move, light_name(light)] for move, light in lights.of_moves(here).items()],
        "chances": chances_report(built, told),
        "sentences": list(chances(told)),
    }


def _sampled(built: Built, state: State, kind: str | None, bounds: Bounds) -> Json:
    """Where no graph fits: no lights, and what random walks tell."""
    from racewalk.explore.sampling import sample
    from racewalk.explore.statistics import Statistics

    walked = sample(built.model, kind, state, seconds=min(bounds.seconds, 5.0))
    told = Statistics(
        kind, walked.probability, bound=f"{count(bounds.states, 'state')} or {seconds(bounds.seconds)}", sample=walked
    )
    return {
        "here": None,
        "ends": None,
        "lights": [],
        "chances": chances_report(built, told),
        "sentences": list(chances(told)),
    }
