"""The witnesses that are asked about a program. The first of those asked is what the others are compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.fuzz.compare import TOPICS, Account, account_of
from racewalk.scenario.built import Built


@dataclass(frozen=True, slots=True)
class Witness:
    """`ask` gives an account of all schedules, or None where it can give none of this program."""

    name: str
    ask: Callable[[Built, Bounds], Account | None]
    topics: tuple[str, ...] = TOPICS


NAIVE = Witness("naive", lambda built, bounds: account_of(explore_naively(built.model, bounds)))
SEARCH = Witness("search", lambda built, bounds: account_of(search(built.model, Query(bounds=bounds))))

OTHERS = {witness.name: witness for witness in (NAIVE,)}
"""Whom the search may be compared with."""


def witnesses(names: tuple[str, ...]) -> tuple[Witness, ...]:
    """The search and those named, the naive explorer first."""
    chosen = [OTHERS[name] for name in names]
    return (*(one for one in chosen if one is NAIVE), SEARCH, *(one for one in chosen if one is not NAIVE))
