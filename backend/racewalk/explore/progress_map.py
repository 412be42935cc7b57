"""The progress map of two actors: for each pair of positions, what the finding looks like from there.

The states of a whole graph are projected on the positions of two actors, one the columns and one the rows. A position
is the index of the actor's next step, and behind the last step stands one more: it has finished.

A finding is not stored in a state, so "it has happened" is a fact about the way there. Each state is looked at twice:
as it is reached without the finding, and as it is reached after a step that reported it. A state where a run may end
and then reports the finding counts as one where it has happened; what a daemon may still do from there counts as
before, as in `racewalk.explore.verdict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple, cast

import numpy as np

from racewalk.explore.flow import Array, Flow, ranges
from racewalk.explore.graph import ENDED, Graph
from racewalk.explore.light import Light
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.outlook import outlook
from racewalk.explore.packed_states import PackedStates
from racewalk.model import Model, PackedModel

MOST_CELLS = 60_000
MOST_CROSSINGS = 2_000


class Cell(IntFlag):
    """What there is at a pair of positions; no flag: no state stands there."""

    OUT_OF_REACH = 1  # a state from which no continuation has the finding, reached without it
    REACHABLE = 2  # one from which some have it, and some complete one has not
    UNAVOIDABLE = 4  # one from which every complete continuation has it
    ENDLESS = 8  # one from which some have it, and no run comes to an end
    HAPPENED = 16  # one that is reached after the finding, or that reports it as the end of a run
    DEADLOCK = 32  # one where no CPU can ever go on
    END = 64  # one where a run may end
    FATAL = 128  # one from which a step reports the finding and ends the run


class Crossing(NamedTuple):
    """A step that has the finding, from a pair of positions (column, row) to another; `to` None: it ends the run."""

    column: int
    row: int
    actor: int
    to: tuple[int, int] | None


class MapTooLarge(Exception):
    """`cells` are more than MOST_CELLS."""

    def __init__(self, cells: int) -> None:
        super().__init__(f"the map would have {cells:,} cells; at most {MOST_CELLS:,} are made")
        self.cells = cells


@dataclass(frozen=True, slots=True, eq=False)
class ProgressMap:
    """`flags[row, column]`, uint8, a `Cell` each. `states` are those that were projected."""

    columns: int
    rows: int
    flags: Array
    states: int
    crossings: tuple[Crossing, ...]  # at most MOST_CROSSINGS

    def cell(self, column: int, row: int) -> Cell:
        return Cell(int(self.flags[row, column]))


def positions_of(graph: Graph, model: Model, ends: Sequence[int]) -> Array:
    """int32[states, actors]: where each actor stands in each state; `ends[actor]` where it has finished."""
    found = np.empty((graph.size, len(ends)), np.int32)
    if isinstance(graph.states, PackedStates):
        for actor, slot in enumerate(cast(PackedModel, model).pc_slots):
            found[:, actor] = graph.states.contents(slot)
        return found
    for number in range(graph.size):
        state = graph.states[number]
        for actor, end in enumerate(ends):
            at = model.position(state, actor)
            found[number, actor] = end if at is None else at
    return found


def fixed_at(positions: Array, here: Sequence[int], actors: tuple[int, int]) -> Array:
    """bool[states]: every actor but the two stands where `here` says."""
    others = [actor for actor in range(positions.shape[1]) if actor not in actors]
    same: Array = (positions[:, others] == np.asarray(here)[others]).all(axis=1)
    return same


def progress_map(
    wanted: Occurrence,
    positions: Array,
    ends: Sequence[int],
    actors: tuple[int, int],
    among: Array | None = None,
) -> ProgressMap:
    """The map of two actors, the first one's positions being the columns.

    `positions` are those of `positions_of`; `among`, bool[states], says which states are projected (None: all).
    Raises MapTooLarge.
    """
    across, down = actors
    columns, rows = ends[across] + 1, ends[down] + 1
    if columns * rows > MOST_CELLS:
        raise MapTooLarge(columns * rows)
    flow = wanted.flow
    chosen = np.ones(flow.size, bool) if among is None else among
    cells = positions[:, down].astype(np.int64) * columns + positions[:, across]
    flags = np.zeros(rows * columns, np.uint8)
    for flag, states in _facts(wanted):
        flags[cells[states & chosen]] |= np.uint8(flag)
    return ProgressMap(
        columns=columns,
        rows=rows,
        flags=flags.reshape(rows, columns),
        states=int(np.count_nonzero(chosen)),
        crossings=tuple(_crossings(wanted, cells, columns, chosen)),
    )


def summary(cell: Cell) -> str:
    """A cell as one character.

    .  no state stands there
    o  no run that comes through has the finding
    s  from some states there it can be reached, or has happened; from others not
    a  from each state there it can still be reached, or has happened
    u  every complete run that comes through has it
    h  it has happened, whatever the way there
    """
    reached = cell & (Cell.REACHABLE | Cell.ENDLESS)
    if cell & Cell.OUT_OF_REACH:
        return "s" if cell & (reached | Cell.UNAVOIDABLE | Cell.HAPPENED) else "o"
    if reached:
        return "a"
    if cell & Cell.UNAVOIDABLE:
        return "u"
    return "h" if cell & Cell.HAPPENED else "."


def _facts(wanted: Occurrence) -> list[tuple[int, Array]]:
    """Of each flag the states that have it."""
    flow = wanted.flow
    before, after = _ways(wanted)
    before_it = before & ~wanted.ends_with
    lights = outlook(wanted).states
    stuck = np.array(["deadlock" in kinds for kinds in flow.graph.kind_sets])
    is_stuck = wanted.is_end & stuck[np.maximum(flow.end, 1) - 1]
    return [
        (Cell.OUT_OF_REACH, before_it & (lights == Light.OUT_OF_REACH)),
        (Cell.REACHABLE, before_it & (lights == Light.REACHABLE)),
        (Cell.UNAVOIDABLE, before_it & (lights == Light.UNAVOIDABLE)),
        (Cell.ENDLESS, before_it & (lights == Light.ENDLESS)),
        (Cell.HAPPENED, after | wanted.ends_with),
        (Cell.DEADLOCK, is_stuck),
        (Cell.END, wanted.is_end),
        (Cell.FATAL, flow.count(wanted.hits & flow.fatal) > 0),
    ]


def _ways(wanted: Occurrence) -> tuple[Array, Array]:
    """bool[states] each: reached without the finding; reached after it."""
    flow = wanted.flow
    start = np.zeros(flow.size, bool)
    start[0] = True
    none = np.zeros(flow.size, bool)
    goes_on = ~flow.fatal
    if wanted.at_start:
        return none, start | _spread(flow, start, goes_on)
    hit = none.copy()
    hit[flow.target[wanted.hits & goes_on]] = True
    return _spread(flow, start, goes_on & ~wanted.hits), _spread(flow, hit, goes_on)


def _spread(flow: Flow, begin: Array, follow: Array) -> Array:
    """bool[states]: those of `begin`, and what leads from them over the transitions that are followed."""
    seen = begin.copy()
    todo = np.flatnonzero(begin)
    while todo.size:
        edges = ranges(flow.first[todo], flow.first[todo + 1] - flow.first[todo])
        met = np.unique(flow.target[edges[follow[edges]]])
        todo = met[~seen[met]]
        seen[todo] = True
    return seen


def _crossings(wanted: Occurrence, cells: Array, columns: int, chosen: Array) -> list[Crossing]:
    """Each once, by place."""
    flow = wanted.flow
    now = wanted.hits.copy()
    goes_on = ~flow.fatal
    now[goes_on] |= wanted.ends_with[flow.target[goes_on]]
    edges = np.flatnonzero(now & chosen[flow.source])
    to = np.where(flow.target[edges] == ENDED, -1, cells[flow.target[edges]])
    rows = np.stack([cells[flow.source[edges]], np.asarray(flow.graph.actor, np.int64)[edges], to], axis=1)
    return [
        Crossing(
            int(cell) % columns,
            int(cell) // columns,
            int(actor),
            None if there < 0 else (int(there) % columns, int(there) // columns),
        )
        for cell, actor, there in np.unique(rows, axis=0)[:MOST_CROSSINGS].tolist()
    ]
