"""Livelock, found twice: in the graph, and by the naive explorer in its own way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from racewalk.explore.bounds import Bounds
from racewalk.explore.graph import graph_of
from racewalk.explore.livelock import find_livelock, livelock_found, told
from racewalk.explore.naive import explore_naively
from racewalk.explore.verdict import Found
from racewalk.model import ActorInfo, Model, Move

from tests.explore.tables import FATAL, Row, Table, tables
from tests.explore.toys import (
    Op,
    Toy,
    actors,
    backing_off,
    chosen_by_device,
    jump,
    lost_update,
    philosophers,
    polite,
    spinning,
    wait,
)


def livelock(model: Model) -> Found | None:
    """As the graph has it; the witness must agree on all but the details."""
    graph = graph_of(model)
    met = find_livelock(graph)
    found = None if met is None else livelock_found(model, graph, met)
    witness = explore_naively(model).get("livelock")
    if found is None or witness is None:
        assert found is witness is None
        return None
    assert (found.verdict, found.schedule) == (witness.verdict, witness.schedule)
    assert found.finding.message == witness.finding.message
    return found


def test_spinning_on_a_flag_that_nobody_will_set_is_a_livelock() -> None:
    found = livelock(spinning(setter=False))

    assert found is not None
    assert found.verdict == "always"
    assert found.finding.message == "CPU 0 goes round for ever, and can never finish"
    assert found.finding.details == ("CPU 0 goes round through 'spin on the flag'",)
    assert found.finding.label == "spin on the flag"
    assert not found.finding.fatal
    assert found.schedule == (Move(1),)  # before, the other CPU can still move


def test_spinning_on_a_flag_that_somebody_sets_is_none() -> None:
    assert livelock(spinning(setter=True)) is None


def test_backing_off_may_go_on_for_ever_but_has_a_way_out() -> None:
    assert livelock(backing_off()) is None


def test_two_cpus_that_wait_for_each_other_in_loops_are_sometimes_caught() -> None:
    found = livelock(polite())

    assert found is not None
    assert found.verdict == "sometimes"
    assert found.finding.message == "CPU 0 and CPU 1 go round for ever, and can never finish"
    assert found.schedule == (Move(0), Move(1))


def test_a_cpu_that_waits_beside_a_livelock_is_named_in_its_details() -> None:
    toy = Toy(actors("cpu", "cpu"), [[jump("spin", 0)], [wait("for ever", lambda v: False)]], {})

    found = livelock(toy)

    assert found is not None
    assert found.finding.message == "CPU 0 goes round for ever, and CPU 0 and CPU 1 can never finish"
    assert found.finding.details == ("CPU 0 goes round through 'spin'", "CPU 1 waits for ever")


def endless(*numbers: int) -> list[ActorInfo]:
    """Three CPUs, of which some are meant to go on for ever."""
    return [replace(info, endless=number in numbers) for number, info in enumerate(actors("cpu", "cpu", "cpu"))]


def test_cpus_that_are_meant_to_go_on_for_ever_are_caught_in_nothing() -> None:
    rounds = [[jump("serve", 0)], [jump("ask", 0)], [Op("once")]]

    assert livelock(Toy(endless(0, 1), rounds, {})) is None
    assert livelock(Toy(endless(0), rounds, {})) is not None


def test_three_that_are_caught_are_told_as_one_says_three() -> None:
    said = "CPU 0 goes round for ever, and CPU 0, CPU 1 and CPU 2 can never finish"

    assert told(["CPU 0"], ["CPU 0", "CPU 1", "CPU 2"]) == said


def test_who_waits_for_ever_while_another_goes_on_is_caught() -> None:
    rounds = [[jump("serve", 0)], [wait("for ever", lambda v: False)], [Op("once")]]
    found = livelock(Toy(endless(0), rounds, {}))

    assert found is not None
    assert found.finding.message == "CPU 0 goes round for ever, and CPU 1 can never finish"
    assert found.finding.details == ("CPU 0 goes round through 'serve'", "CPU 1 waits for ever")


def test_a_device_that_goes_round_alone_is_none() -> None:
    assert livelock(Toy(actors("cpu", "device"), [[Op("once")], [jump("poll", 0)]], {})) is None
    assert livelock(chosen_by_device()) is None


def test_a_deadlock_is_no_livelock() -> None:
    assert livelock(philosophers(3)) is None
    assert livelock(lost_update()) is None


def test_a_fatal_finding_is_a_way_out() -> None:
    assert livelock(Table([Row([(Move(0), 0, ()), (Move(1), 0, (FATAL,))])])) is None
    assert livelock(Table([Row([(Move(0), 0, ()), (Move(1), 0, ())])])) is not None


def test_a_bounded_search_claims_a_livelock_only_where_it_saw_all_of_it() -> None:
    toy = Toy(actors("cpu"), [[jump("first", 2), Op("out"), jump("spin", 2), *[Op(f"{i}") for i in range(5)]]], {})
    whole = explore_naively(toy)

    assert whole.verdict("livelock") == "always"
    assert explore_naively(toy, Bounds(states=1)).verdict("livelock") == "unknown"


@given(tables(most=9))
def test_both_ways_find_the_same_livelocks(table: Table) -> None:
    livelock(table)


@given(tables(most=9))
def test_livelock_is_where_no_state_has_a_way_to_an_end_and_all_lead_back(table: Table) -> None:
    graph = graph_of(table)
    after = [{int(t) for t in graph.target[graph.first[s] : graph.first[s + 1]]} for s in range(graph.size)]

    def closure(state: int) -> set[int]:
        seen, todo = {state}, [state]
        while todo:
            for to in after[todo.pop()] - seen:
                seen.add(to)
                todo.append(to)
        return seen

    expected = None
    for state in range(graph.size):
        reached = closure(state)
        goes_on = -1 not in reached and not any(graph.end[one] for one in reached)
        by_cpu = graph.unfinished[state] > 0 and any(
            graph.actor[edge] < 2
            for one in reached
            if one >= 0
            for edge in range(graph.first[one], graph.first[one + 1])
        )
        if goes_on and by_cpu and all(state in closure(one) for one in reached):
            expected = tuple(sorted(reached))
            break
    met = find_livelock(graph)

    assert (None if met is None else met.states) == expected


@pytest.mark.parametrize("length", [10, 3000])
def test_a_long_way_round_is_found_without_deep_recursion(length: int) -> None:
    rounds = [Op(f"step {i}") for i in range(length % 250)] + [jump("again", 0)]

    assert livelock(Toy(actors("cpu"), [rounds], {})) is not None
