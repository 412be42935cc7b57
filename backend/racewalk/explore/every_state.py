"""A second look at all states, by their distance from the start: for what is a fact of a state, and not of a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from racewalk.explore.bounds import Bounds, Cancelled
from racewalk.explore.clock import Clock
from racewalk.explore.engine import Engine
from racewalk.explore.small import SmallSearch
from racewalk.explore.verdict import Found
from racewalk.model import Finding, State

LOOK_EVERY = 4_096  # states, between two looks at the clock


@dataclass(slots=True)
class EveryState:
    """Packed states, with the first of the shortest schedules to each. `bounds`: what ended it, in words."""

    engine: Engine
    search: SmallSearch
    clock: Clock

    @property
    def bounds(self) -> tuple[str, ...]:
        return self.clock.ended

    def visit(self, look: Callable[[int, int], None]) -> None:
        """`look(number, state)` at each. Raises SearchCancelled."""
        for number, state in enumerate(self.search.states):
            if number % LOOK_EVERY == 0:
                self.clock.look(number, 0, 0, 0)
            look(number, state)

    def found(self, finding: Finding, number: int) -> Found:
        """A finding in a state by its number."""
        return Found(finding, "sometimes", self.search.schedule(number, None))

    def cut_short(self, kind: str, what: str) -> list[Found]:
        """What there is to say where not all states were looked at."""
        if not self.bounds:
            return []
        said = f"{what} were looked for only within {' and '.join(self.bounds)}"
        return [Found(Finding(kind, said, warning=True), "unknown", ())]


def every_state(
    engine: Engine, start: State | None, bounds: Bounds, cancelled: Cancelled = lambda: False
) -> EveryState:
    """All states that can be reached, within the bounds. Raises SearchCancelled."""
    clock = Clock(bounds, lambda progress: None, cancelled)
    packed = engine.memo.codes.pack(engine.model.initial() if start is None else start)
    search = SmallSearch(engine.memo, engine.ends, packed)
    search.run(clock, widest=1 << 62, aim=None)
    return EveryState(engine, search, clock)
