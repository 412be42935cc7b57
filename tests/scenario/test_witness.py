"""The plain explorer, which knows no trick, finds in what ships just what the fast search finds.

It does a step at a time by the machine, so very large variants are left to SPIN alone.
"""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

from tests.scenario.proven import slow_beyond

MOST = 30_000  # states
QUICK = 1_500


def told(result: SearchResult) -> object:
    found = {(one.kind, one.verdict, len(one.schedule)) for one in result.found}
    return result.states, result.transitions, result.ends, dict(result.covers), found


@pytest.mark.parametrize(("name", "variant"), slow_beyond(QUICK, MOST))
def test_the_plain_explorer_finds_the_same_states_transitions_verdicts_and_lengths(name: str, variant: str) -> None:
    bundle = shipped().bundle(name)
    assert bundle is not None
    model = build(name, bundle, variant, shipped().library).model
    unhurried = Bounds(seconds=86_400.0)  # no verdict depends on how fast the machine is

    plain, fast = explore_naively(model, unhurried), search(model, Query(bounds=unhurried))

    assert plain.exhaustive
    assert told(plain) == told(fast)
