"""Dining philosophers in the dialect, whose answers are known: each search must give them.

Each takes the left fork, then the right one, and releases them in reverse order, once. The deadlock is n steps away,
and the states are all ways to stand at the table such that nobody holds a fork that his neighbour holds, but one.
"""

from __future__ import annotations

from itertools import product

import pytest
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.scenario.build import build

from tests.scenario.texts import bundle

STATES = {2: 19, 3: 87, 4: 391, 5: 1_743, 6: 7_759, 7: 34_527}
SLOW = [pytest.param(6, marks=pytest.mark.slow), pytest.param(7, marks=pytest.mark.slow)]
BOUNDS = Bounds(states=100_000, seconds=300)


def philosophers(count: int, last_turns: bool = False) -> ScenarioModel:
    text = [f"spinlock_t fork[{count}];"]
    for seat in range(count):
        forks = [seat, (seat + 1) % count]
        if last_turns and seat == count - 1:
            forks.reverse()
        first, second = (f"&fork[{fork}]" for fork in forks)
        text.append(f'CPU({seat}, "philosopher {seat}") {{')
        text.append(f"\tspin_lock({first}); spin_lock({second}); spin_unlock({second}); spin_unlock({first});\n}}")
    return build("dining", bundle("\n".join(text)), None, lambda path: None).model


def test_the_numbers_of_states_are_those_of_the_seats_round_the_table() -> None:
    """A philosopher has done 0 to 4 operations: with 1 to 3 he holds the left fork, with 2 the right one too.

    One way is never reached, that all have done 3: the last to come there held his neighbour's fork before.
    """
    for count, states in STATES.items():
        ways = sum(
            all(not (seats[seat - 1] == 2 and 1 <= seats[seat] <= 3) for seat in range(count))
            for seats in product(range(5), repeat=count)
        )
        assert ways - 1 == states


def knows(result: SearchResult, count: int) -> None:
    (found,) = result.found
    assert (found.kind, found.verdict, len(found.schedule)) == ("deadlock", "sometimes", count)
    assert result.states == STATES[count]
    assert result.exhaustive


@pytest.mark.parametrize("count", [2, 3, 4, 5, *SLOW])
def test_the_plain_explorer_finds_the_deadlock_and_counts_the_states(count: int) -> None:
    knows(explore_naively(philosophers(count), BOUNDS), count)


@pytest.mark.parametrize("count", [2, 3, 4, 5, *SLOW])
def test_the_search_finds_the_deadlock_and_counts_the_states(count: int) -> None:
    knows(search(philosophers(count), Query(bounds=BOUNDS)), count)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_no_deadlock_where_the_last_one_takes_the_right_fork_first(count: int) -> None:
    for result in (
        explore_naively(philosophers(count, last_turns=True)),
        search(philosophers(count, last_turns=True)),
    ):
        assert result.found == ()
        assert result.exhaustive
