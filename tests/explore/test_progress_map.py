"""The progress map of two actors, against what a walk over all paths says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from racewalk.explore.flow import Flow
from racewalk.explore.graph import Graph, graph_of
from racewalk.explore.light import Light
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.outlook import outlook
from racewalk.explore.progress_map import (
    Cell,
    MapTooLarge,
    ProgressMap,
    fixed_at,
    positions_of,
    progress_map,
    summary,
)
from racewalk.model import Model, Move

from tests.explore.tables import FATAL, Table, tables
from tests.explore.toys import Op, Toy, actors, find, locked_update, lost_update, philosophers

LIT = {
    Light.OUT_OF_REACH: Cell.OUT_OF_REACH,
    Light.REACHABLE: Cell.REACHABLE,
    Light.UNAVOIDABLE: Cell.UNAVOIDABLE,
    Light.ENDLESS: Cell.ENDLESS,
}


def drawn(model: Model, kind: str | None, ends: Sequence[int], here: Sequence[int] | None = None) -> ProgressMap:
    graph = graph_of(model)
    positions = positions_of(graph, model, ends)
    among = None if here is None else fixed_at(positions, here, (0, 1))
    return progress_map(Occurrence(Flow(graph), kind), positions, ends, (0, 1), among)


def picture(told: ProgressMap) -> list[str]:
    return ["".join(summary(told.cell(column, row)) for column in range(told.columns)) for row in range(told.rows)]


def test_the_map_of_two_increments_has_its_trap_in_the_middle() -> None:
    told = drawn(lost_update(), "lost-update", (2, 2))

    assert picture(told) == ["aao", "aus", "oss"]
    assert told.cell(1, 1) == Cell.UNAVOIDABLE
    assert told.cell(2, 2) == Cell.OUT_OF_REACH | Cell.HAPPENED | Cell.END
    assert [(one.column, one.row, one.actor, one.to) for one in told.crossings] == [
        (2, 1, 1, (2, 2)),
        (1, 2, 0, (2, 2)),
    ]


def test_where_a_lock_excludes_no_run_comes() -> None:
    assert picture(drawn(locked_update(), "lost-update", (4, 4))) == [
        "ooooo",
        "o...o",
        "o...o",
        "o...o",
        "ooooo",
    ]


def test_a_deadlock_is_where_both_hold_what_the_other_wants() -> None:
    told = drawn(philosophers(2), "deadlock", (4, 4))

    assert told.cell(1, 1) == Cell.HAPPENED | Cell.DEADLOCK | Cell.END
    assert picture(told)[1][1] == "h"


def test_with_the_third_philosopher_fixed_the_map_says_what_he_makes_of_it() -> None:
    model = philosophers(3)

    assert drawn(model, "deadlock", (4, 4, 4), (0, 0, 1)).cell(1, 1) == Cell.HAPPENED | Cell.DEADLOCK | Cell.END
    assert drawn(model, "deadlock", (4, 4, 4), (0, 0, 0)).cell(1, 1) == Cell.REACHABLE
    assert drawn(model, "deadlock", (4, 4, 4), (0, 0, 4)).cell(1, 1) == Cell.OUT_OF_REACH


def test_what_is_reached_after_the_finding_only_has_it_behind() -> None:
    model = Toy(actors("cpu", "cpu"), [[find("bug", lambda v: True), Op("go on")], [Op("else")]], {})

    assert picture(drawn(model, "bug", (2, 1))) == ["uhh", "uhh"]


def test_a_step_that_ends_the_run_is_marked_where_it_begins() -> None:
    model = Toy(actors("cpu", "cpu"), [[find("bug", lambda v: True, fatal=True)], [Op("else")]], {})

    told = drawn(model, "bug", (1, 1))

    assert told.cell(0, 0) == Cell.UNAVOIDABLE | Cell.FATAL
    assert picture(told) == ["u.", "u."]
    assert [(one.column, one.row, one.actor, one.to) for one in told.crossings] == [(0, 0, 0, None), (0, 1, 0, None)]


def test_a_map_with_too_many_cells_is_refused() -> None:
    graph = graph_of(lost_update())
    positions = positions_of(graph, lost_update(), (2, 2))

    with pytest.raises(MapTooLarge, match=r"90,601 cells; at most 60,000"):
        progress_map(Occurrence(Flow(graph), None), positions, (300, 300), (0, 1))


def ways(table: Table, kind: str) -> set[tuple[int, bool]]:
    """Every row with whether a step with the kind led there, over all paths."""
    seen = {(0, False)}
    todo = [(0, False)]
    while todo:
        at, happened = todo.pop()
        for _, target, findings in table.rows[at].moves:
            after = (target, happened or any(finding.kind == kind for finding in findings))
            if FATAL not in findings and after not in seen:
                seen.add(after)
                todo.append(after)
    return seen


@given(tables())
def test_the_cell_of_a_state_is_what_its_lights_and_the_ways_to_it_say(table: Table) -> None:
    size = len(table.rows)
    graph: Graph = graph_of(table)
    for kind in ("bug", "crash"):
        lights = outlook(Occurrence(Flow(graph), kind))
        told = drawn(table, kind, (size, size, size))
        came = ways(table, kind)
        for number, state in enumerate(graph.states):
            row = table.rows[state[0]]
            now = row.final and any(finding.kind == kind for finding in row.at_end)
            expected = Cell(0)
            if (state[0], True) in came or now:
                expected |= Cell.HAPPENED
            if (state[0], False) in came and not now:
                expected |= LIT[lights.of_state(number)]

            seen = told.cell(state[0], state[0]) & ~(Cell.DEADLOCK | Cell.END | Cell.FATAL)
            assert seen == expected


def test_a_crossing_names_who_makes_it() -> None:
    model = philosophers(2)
    steps = {(one.actor, one.to) for one in drawn(model, "deadlock", (4, 4)).crossings}

    assert steps == {(0, (1, 1)), (1, (1, 1))}
    assert model.step(model.initial(), Move(0)).findings == ()
