"""Lights and statistics, against definitions that are worked out one schedule, or one equation, at a time."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from racewalk.explore.bounds import Bounds
from racewalk.explore.flow import Flow
from racewalk.explore.graph import Graph, GraphTooLarge, graph_of
from racewalk.explore.light import Light
from racewalk.explore.naive import explore_naively
from racewalk.explore.occurrence import Occurrence
from racewalk.explore.outlook import Outlook, outlook
from racewalk.explore.preemptions import Fewest
from racewalk.explore.statistics import Statistics, statistics, statistics_of
from racewalk.model import Finding, Model, Move
from racewalk.session.history import History

from tests.explore.tables import BUG, FATAL, Row, Table, runs, tables
from tests.explore.toys import (
    Effects,
    Op,
    Toy,
    Vars,
    actors,
    assign,
    chosen_by_device,
    find,
    locked_update,
    lost_update,
    philosophers,
)


def lights(model: Model, kind: str | None = None) -> Outlook:
    return outlook(Occurrence(Flow(graph_of(model)), kind))


def figures(model: Model, kind: str | None = None) -> Statistics:
    return statistics(Occurrence(Flow(graph_of(model)), kind))


def row_of(graph: Graph, state: int) -> int:
    return graph.states[state][0]


# -- the graph -----------------------------------------------------------------------------------


def test_the_graph_has_the_states_and_transitions_of_the_search() -> None:
    for model in (lost_update(), locked_update(), philosophers(4), chosen_by_device()):
        graph, result = graph_of(model), explore_naively(model)

        assert (graph.size, graph.transitions) == (result.states, result.transitions)
        assert max(graph.depth) == result.depth
        assert all(graph.index[state] == number for number, state in enumerate(graph.states))


def test_the_graph_gives_the_shortest_schedules_that_the_search_gives() -> None:
    model = philosophers(4)
    graph = graph_of(model)
    found = explore_naively(model).get("deadlock")
    assert found is not None
    state = next(s for s in range(graph.size) if graph.end[s] and "deadlock" in graph.kind_sets[graph.end[s] - 1])

    assert graph.schedule_to(state) == found.schedule


def test_a_graph_that_does_not_fit_says_within_what() -> None:
    with pytest.raises(GraphTooLarge, match="within 100 states"):
        graph_of(philosophers(4), bounds=Bounds(states=100))
    assert graph_of(philosophers(4), bounds=Bounds(states=391)).size == 391


def test_a_graph_from_here_begins_with_that_state() -> None:
    model = lost_update()
    here = model.step(model.initial(), Move(1)).state

    graph = graph_of(model, here)

    assert graph.states[0] == here
    assert graph.size < graph_of(model).size


# -- lights --------------------------------------------------------------------------------------


def test_after_both_have_loaded_the_lost_update_is_unavoidable() -> None:
    model = lost_update()
    seen = lights(model, "lost-update")
    state, told = model.initial(), []
    for move in (Move(0), Move(1), Move(0), Move(1)):
        told.append(seen.of_moves(seen.graph.index[state]))
        state = model.step(state, move).state

    assert told[0] == {Move(0): Light.REACHABLE, Move(1): Light.REACHABLE}
    assert told[1] == {Move(0): Light.OUT_OF_REACH, Move(1): Light.UNAVOIDABLE}
    assert told[3] == {Move(1): Light.NOW}


def test_nothing_is_unavoidable_where_no_run_ends() -> None:
    def again(v: Vars, effects: Effects, choice: int) -> None:
        effects.jump = 0
        effects.findings.append(Finding("turn", "it went round"))

    seen = lights(Toy(actors("cpu"), [[Op("spin", again)]], {}), "turn")

    assert seen.of_state(0) is Light.ENDLESS
    assert not seen.comes_to_an_end(0)
    assert seen.of_moves(0) == {Move(0): Light.NOW}


def test_another_fatal_finding_puts_what_was_asked_for_out_of_reach() -> None:
    table = Table([Row([(Move(0), 0, (FATAL,)), (Move(1), 0, (BUG, FATAL))])])

    assert lights(table, "bug").of_moves(0) == {Move(0): Light.OUT_OF_REACH, Move(1): Light.NOW}


@given(tables(acyclic=True))
def test_lights_are_what_the_schedules_from_a_state_say(table: Table) -> None:
    for kind in ("bug", "odd", "crash"):
        seen = lights(table, kind)
        for state in range(seen.graph.size):
            has = [kind in kinds for _, kinds in runs(table, row_of(seen.graph, state))]

            expected = Light.UNAVOIDABLE if all(has) else Light.REACHABLE if any(has) else Light.OUT_OF_REACH
            assert seen.of_state(state) is expected


@given(tables())
def test_lights_at_the_start_are_the_verdict(table: Table) -> None:
    result = explore_naively(table)
    for kind in ("bug", "odd", "crash"):
        light = lights(table, kind).of_state(0)

        expected = {Light.OUT_OF_REACH: "never", Light.UNAVOIDABLE: "always"}.get(light, "sometimes")
        assert result.verdict(kind) == expected


@given(tables())
def test_lights_of_moves_follow_from_those_of_states(table: Table) -> None:
    seen = lights(table, "bug")
    for state in range(seen.graph.size):
        moves = seen.of_moves(state)
        for move, target, findings in table.rows[row_of(seen.graph, state)].moves:
            row = table.rows[target]
            fatal = FATAL in findings
            if BUG in findings or (not fatal and row.final and BUG in row.at_end):
                assert moves[move] is Light.NOW
            elif fatal:
                assert moves[move] is Light.OUT_OF_REACH
            else:
                assert moves[move] is seen.of_state(seen.graph.index[bytes([target])])


# -- statistics ----------------------------------------------------------------------------------


def test_four_of_the_six_schedules_of_two_increments_lose_one() -> None:
    told = figures(lost_update(), "lost-update")

    assert (told.having, told.schedules) == (4, 6)
    assert told.probability.value == pytest.approx(1 / 2)  # nothing but the second step decides
    assert told.probability.method == "exact"
    assert told.fewest == Fewest(1, 2)


def test_what_never_happens_has_no_schedule() -> None:
    told = figures(locked_update(), "lost-update")

    assert (told.having, told.schedules, told.probability.high, told.fewest) == (0, 2, 0.0, None)


def test_numbers_of_schedules_are_exact_beyond_what_a_machine_word_holds() -> None:
    programs = [[Op(f"{cpu} {i}") for i in range(30)] for cpu in range(3)]
    told = figures(Toy(actors("cpu", "cpu", "cpu"), programs, {}), "bug")

    expected = 1
    for i in range(30):
        for cpu in range(3):
            expected = expected * (cpu * 30 + i + 1) // (i + 1)
    assert told.schedules == expected > 2**64


def test_with_cycles_schedules_are_not_counted_and_the_probability_lies_in_an_interval() -> None:
    def again(v: Vars, effects: Effects, choice: int) -> None:
        effects.jump = 1 if choice == 0 else 2

    def back(v: Vars, effects: Effects, choice: int) -> None:
        effects.jump = 0

    lots = Op("draw", again, choices=("again", "go"))
    cpu = [lots, Op("back", back), find("bug", lambda v: v["x"] == 0)]
    told = figures(Toy(actors("cpu", "cpu"), [cpu, [assign("x", "x", lambda v: 1)]], {"x": 0}), "bug")

    assert told.schedules is None
    assert told.probability.method == "iterated"
    assert 0 < told.probability.low <= told.probability.value <= told.probability.high < 1
    assert told.probability.high - told.probability.low < 1e-8


def has_in_runs(table: Table, kind: str) -> list[tuple[tuple[Move, ...], frozenset[str]]]:
    return [run for run in runs(table) if kind in run[1]]


@given(tables(acyclic=True))
def test_numbers_of_schedules_are_those_of_all_runs(table: Table) -> None:
    for kind in ("bug", "odd", "crash"):
        told = figures(table, kind)

        assert told.schedules == len(list(runs(table)))
        assert told.having == len(has_in_runs(table, kind))


def solve(table: Table, kind: str) -> Fraction:
    """The probability, by elimination in fractions: p = sure + share * p(targets), over what can reach the finding."""
    graph = graph_of(table)
    seen = lights(table, kind)
    rows: list[dict[int, Fraction]] = []
    size = graph.size
    for state in range(size):
        row = table.rows[row_of(graph, state)]
        equation = {state: Fraction(1)}
        rows.append(equation)
        if seen.of_state(state) is Light.OUT_OF_REACH:
            continue
        share = Fraction(1, len(row.moves) + (row.final or not row.moves))
        ends_with = row.final and any(finding.kind == kind for finding in row.at_end)
        equation[size] = share * ends_with
        for _, target, findings in row.moves:
            if any(finding.kind == kind for finding in findings):
                equation[size] += share
            elif FATAL not in findings:
                number = graph.index[bytes([target])]
                equation[number] = equation.get(number, Fraction(0)) - share
    for at in range(size):
        pivot = next(row for row in range(at, size) if rows[row].get(at))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        scale = rows[at][at]
        rows[at] = {column: value / scale for column, value in rows[at].items()}
        for other in range(size):
            factor = rows[other].get(at, Fraction(0))
            if other != at and factor:
                for column, value in rows[at].items():
                    rows[other][column] = rows[other].get(column, Fraction(0)) - factor * value
    return rows[0].get(size, Fraction(0))


@given(tables())
def test_the_probability_solves_its_equations(table: Table) -> None:
    for kind in ("bug", "crash"):
        told = figures(table, kind).probability
        truth = float(solve(table, kind))

        assert told.low - 1e-12 <= truth <= told.high + 1e-12
        assert told.value == pytest.approx(truth, abs=1e-8)


def cost(model: Model, schedule: tuple[Move, ...], kind: str) -> tuple[int, int]:
    """Preemptions and switches until the finding, as a session counts them."""
    history = History(model)
    for move in schedule:
        if kind in [finding.kind for finding in history.cursor.findings]:
            break
        history.step(move)
    switches = [node.switch for node in history.cursor.path() if node.switch is not None]
    return sum(switch.preemption for switch in switches), len(switches)


@given(tables(acyclic=True))
def test_the_fewest_preemptions_are_those_of_the_best_run(table: Table) -> None:
    for kind in ("bug", "crash"):
        told = figures(table, kind).fewest
        costs = [cost(table, schedule, kind) for schedule, _ in has_in_runs(table, kind)]

        assert told == (Fewest(*min(costs)) if costs else None)


def cheapest(table: Table, kind: str) -> tuple[int, int] | None:
    """The same over all runs, endless ones too: costs of (row, last actor) lowered until none can be."""
    cpu = [not info.daemon for info in table.actors]
    costs: dict[tuple[int, int | None], tuple[int, int]] = {(0, None): (0, 0)}
    goals = []
    again = True
    while again:
        again = False
        for (at, last), cost in list(costs.items()):
            row = table.rows[at]
            if row.final and any(finding.kind == kind for finding in row.at_end):
                goals.append(cost)
            for move, target, findings in row.moves:
                switch = last is not None and last != move.actor
                could_go = any(other.actor == last for other, _, _ in row.moves)
                preempts = switch and could_go and cpu[last or 0] and cpu[move.actor]
                after = (cost[0] + preempts, cost[1] + switch)
                if any(finding.kind == kind for finding in findings):
                    goals.append(after)
                elif FATAL not in findings and after < costs.get((target, move.actor), (99, 99)):
                    costs[target, move.actor] = after
                    again = True
    return min(goals, default=None)


@given(tables())
def test_the_fewest_preemptions_are_found_through_cycles_too(table: Table) -> None:
    for kind in ("bug", "crash"):
        assert figures(table, kind).fewest == cheapest(table, kind)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_philosophers_deadlock_with_one_preemption_the_last_at_the_table_goes_first(count: int) -> None:
    told = figures(philosophers(count), "deadlock")

    assert told.fewest == Fewest(1, count - 1)
    assert told.schedules is not None
    assert told.having is not None
    assert 0 < told.having < told.schedules


@given(tables(acyclic=True))
def test_statistics_from_a_state_on_are_those_of_the_runs_from_there(table: Table) -> None:
    graph = graph_of(table)
    wanted = Occurrence(Flow(graph), "bug")
    for state in range(1, graph.size):
        told = statistics(wanted, state)
        from_here = list(runs(table, row_of(graph, state)))

        assert told.schedules == len(from_here)
        assert told.having == sum("bug" in kinds for _, kinds in from_here)
        assert (told.fewest is None) == (told.having == 0)
        assert told.probability.value == pytest.approx(
            statistics_of(table, "bug", graph.states[state]).probability.value, abs=1e-9
        )


def test_who_moved_last_counts_for_the_switches_that_follow() -> None:
    graph = graph_of(lost_update())
    wanted = Occurrence(Flow(graph), "lost-update")
    state = graph.index[lost_update().step(lost_update().initial(), Move(0)).state]

    assert statistics(wanted, state, last=0).fewest == Fewest(1, 2)
    assert statistics(wanted, state).fewest == Fewest(0, 1)
