"""Data races: pairs of steps that can both go in some reachable state, and touch the same memory.

A second look at all states, in the order of their distance from the start, so that it costs about as much as the
search. What a step touches depends only on what it looks at, so the model is asked once for each pair of what was
learned, and not at each state. What is found is a warning: whether it matters, the other checks tell.
"""

from __future__ import annotations

from typing import Protocol

from racewalk.explore.bounds import Bounds, Cancelled
from racewalk.explore.clock import Clock
from racewalk.explore.engine import Engine
from racewalk.explore.memo import Leaf
from racewalk.explore.small import SmallSearch
from racewalk.explore.verdict import Found
from racewalk.model import Finding, State

KIND = "data-race"
LOOK_EVERY = 4_096  # states, between two looks at the clock


class Racing(Protocol):
    """What is asked of a model."""

    def may_race(self, actor: int, position: int, other: int, place: int) -> bool:
        """A quick look: False where actors that stand there never race."""
        ...

    def races(self, state: State, actor: int, other: int) -> tuple[Finding, ...]:
        """The data races of two actors in a state."""
        ...


def find_races(
    engine: Engine,
    model: Racing,
    start: State | None,
    bounds: Bounds,
    cancelled: Cancelled = lambda: False,
) -> tuple[Found, ...]:
    """Each data race with the first of the shortest schedules to a state that has it; both steps come next there.

    Where a bound ends the search, one more finding says so. Raises SearchCancelled.
    """
    memo, clock = engine.memo, Clock(bounds, lambda progress: None, cancelled)
    packed = memo.codes.pack(engine.model.initial() if start is None else start)
    search = SmallSearch(memo, engine.ends, packed)
    search.run(clock, widest=1 << 62, aim=None)
    stands = [*memo.cpus, *memo.daemons]
    slots = engine.model.pc_slots
    suspects: dict[tuple[int, int, int, int], bool] = {}
    asked: dict[tuple[int, int], tuple[Leaf, Leaf]] = {}  # the leaves are kept, so that their ids stay theirs
    found: dict[tuple[str, ...], Found] = {}
    for number, state in enumerate(search.states):
        if number % LOOK_EVERY == 0:
            clock.look(number, 0, 0, 0)
        codes = [state >> stand.shift & stand.mask for stand in stands]
        for i, one in enumerate(stands):
            for j in range(i):
                other = stands[j]
                key = (i, codes[i], j, codes[j])
                suspect = suspects.get(key)
                table, their = one.tables[codes[i]], other.tables[codes[j]]
                if suspect is None:
                    suspect = suspects[key] = (
                        table is not None
                        and their is not None
                        and model.may_race(
                            one.actor,
                            memo.codes.content(slots[one.actor], codes[i]),
                            other.actor,
                            memo.codes.content(slots[other.actor], codes[j]),
                        )
                    )
                if not suspect or table is None or their is None:
                    continue
                leaf, theirs = memo.leaf(state, table), memo.leaf(state, their)
                pair = (id(leaf), id(theirs))
                if not leaf or not theirs or pair in asked:
                    continue
                asked[pair] = leaf, theirs
                for finding in model.races(memo.codes.unpack(state), one.actor, other.actor):
                    if finding.details not in found:
                        found[finding.details] = Found(finding, "sometimes", search.schedule(number, None))
    if clock.ended:
        said = f"data races were looked for only within {' and '.join(clock.ended)}"
        found[()] = Found(Finding(KIND, said, warning=True), "unknown", ())
    return tuple(sorted(found.values(), key=lambda one: len(one.schedule)))
