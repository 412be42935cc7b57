"""What a reduction must keep of a model, and a comparison of a text with and without."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.program.program import Program
from racewalk.program.reduce import REDUCTIONS, reduce

from tests.program.texts import program

SMALL = Bounds(states=400_000, seconds=86_400.0)  # no verdict depends on how fast the machine is

WAYS: list[tuple[str, ...]] = [*((name,) for name in REDUCTIONS), tuple(REDUCTIONS)]
"""Each reduction alone, and all together."""


class Kept(NamedTuple):
    """Verdicts by kind, with a mark for warnings; covers and `sometimes` that are reached; whether any run ends."""

    verdicts: dict[str, str]
    reached: frozenset[str]
    ends: bool


class Searched(NamedTuple):
    kept: Kept
    states: int


def naively(model: ScenarioModel) -> SearchResult:
    return explore_naively(model, SMALL)


def fast(model: ScenarioModel) -> SearchResult:
    return search(model, Query(bounds=SMALL))


def searched(
    whole: Program, which: Iterable[str] = (), explore: Callable[[ScenarioModel], SearchResult] = naively
) -> Searched:
    """What an explorer says of a program after some reductions."""
    model = ScenarioModel(reduce(whole, which))
    result = explore(model)
    assert result.exhaustive
    verdicts = {one.kind: one.verdict + (" warning" if one.finding.warning else "") for one in result.found}
    reached = frozenset({*result.covers, *model.initial_covers})
    return Searched(Kept(verdicts, reached, bool(result.ends)), result.states)


def assert_kept(
    whole: Program,
    ways: Iterable[tuple[str, ...]] = WAYS,
    explore: Callable[[ScenarioModel], SearchResult] = naively,
) -> dict[tuple[str, ...], int]:
    """Nothing that must be kept is lost, and no reduction makes states; their numbers."""
    plain = searched(whole, (), explore)
    states = {}
    for which in ways:
        smaller = searched(whole, which, explore)
        assert (which, smaller.kept) == (which, plain.kept)
        assert smaller.states <= plain.states, which
        states[which] = smaller.states
    return {(): plain.states, **states}


def verdicts_of(text: str) -> dict[str, str]:
    """The verdicts of a text, which every reduction keeps."""
    whole = program(text)
    assert_kept(whole)
    return searched(whole).kept.verdicts


def steps_left(text: str, *which: str, actor: int = 0) -> list[str]:
    """The texts of an actor's steps after some reductions."""
    return [step.text for step in reduce(program(text), which).actors[actor].steps]
