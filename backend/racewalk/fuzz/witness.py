"""The witnesses that are asked about a program. The first of those asked is what the others are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.fuzz.compare import TOPICS, Account, Disagreement, account_of
from racewalk.fuzz.modes import compare_modes
from racewalk.scenario.built import Built


@dataclass(frozen=True, slots=True)
class Witness:
    """`ask` gives an account of all schedules, or None where it can give none of this program."""

    name: str
    ask: Callable[[Built, Bounds], Account | None]
    topics: tuple[str, ...] = TOPICS


@dataclass(frozen=True, slots=True)
class Check:
    """`run` compares for itself."""

    name: str
    run: Callable[[Built, Bounds], Iterable[Disagreement]]


Asked = Witness | Check

NAIVE = Witness("naive", lambda built, bounds: account_of(explore_naively(built.model, bounds)))
SEARCH = Witness("search", lambda built, bounds: account_of(search(built.model, Query(bounds=bounds))))
MODES = Check("modes", lambda built, bounds: compare_modes(built.model, bounds))

OTHERS: dict[str, Asked] = {one.name: one for one in (NAIVE, MODES)}
"""Whom the search may be compared with."""


def witnesses(names: tuple[str, ...]) -> tuple[Asked, ...]:
    """The search and those named, the naive explorer first."""
    others = [OTHERS[name] for name in OTHERS if name in names and name != NAIVE.name]
    return (*([NAIVE] if NAIVE.name in names else []), SEARCH, *others)
