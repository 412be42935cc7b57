"""The witnesses that are asked about a program. The first of those asked is what the others are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explore.bounds import Bounds
from racewalk.explore.engine import Engine
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.fuzz.compare import REDUCED_TOPICS, TOPICS, Account, Disagreement, account_of
from racewalk.fuzz.modes import compare_modes
from racewalk.fuzz.spin import SPIN_TOPICS, UNSEEN_BY_SPIN, account_of_spin
from racewalk.program.reduce import REDUCTIONS, reduce
from racewalk.scenario.built import Built


@dataclass(frozen=True, slots=True)
class Witness:
    """`ask` gives an account of all schedules, or None where it can give none of this program.

    It tells of some topics, and of no finding of the kinds `unseen`.
    """

    name: str
    ask: Callable[[Built, Bounds], Account | None]
    topics: tuple[str, ...] = TOPICS
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """`run` compares for itself."""

    name: str
    run: Callable[[Built, Bounds], Iterable[Disagreement]]


Asked = Witness | Check

NAIVE = Witness("naive", lambda built, bounds: account_of(explore_naively(built.model, bounds)))
SEARCH = Witness("search", lambda built, bounds: account_of(search(built.model, Query(bounds=bounds))))


class _ArraysSoon(Engine):
    """Goes on in arrays at the first level of some states, as it does elsewhere when there are thousands."""

    widest = 3


def _in_arrays(exact: bool) -> Callable[[Built, Bounds], Account]:
    def ask(built: Built, bounds: Bounds) -> Account:
        query = Query(bounds=bounds, exact=exact)
        return account_of(_ArraysSoon(built.model).answer(query, lambda progress: None, lambda: False))

    return ask


ARRAYS = Witness("search in arrays", _in_arrays(exact=True))
FINGERPRINTS = Witness("search by fingerprints", _in_arrays(exact=False))
MODES = Check("modes", lambda built, bounds: compare_modes(built.model, bounds))


def _after(*reductions: str) -> Witness:
    """The search of a program that was reduced."""

    def ask(built: Built, bounds: Bounds) -> Account:
        model = ScenarioModel(reduce(built.model.program, reductions))
        return account_of(search(model, Query(bounds=bounds)))

    return Witness(f"search after {', '.join(reductions)}", ask, REDUCED_TOPICS)


REDUCED = (*(_after(name) for name in REDUCTIONS), _after(*REDUCTIONS))

SPIN = Witness("spin", account_of_spin, SPIN_TOPICS, UNSEEN_BY_SPIN)

OTHERS: dict[str, tuple[Asked, ...]] = {"naive": (NAIVE,), "modes": (MODES,), "reduced": REDUCED, "spin": (SPIN,)}
"""Whom the search may be compared with."""


def witnesses(names: tuple[str, ...]) -> tuple[Asked, ...]:
    """The search in all its forms, and those named; the naive explorer comes first."""
    chosen = [one for name, group in OTHERS.items() if name in names for one in group]
    own = (SEARCH, ARRAYS, FINGERPRINTS)
    return (*(one for one in chosen if one is NAIVE), *own, *(one for one in chosen if one is not NAIVE))
