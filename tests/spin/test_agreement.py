"""SPIN agrees: states, transitions, findings and shortest schedules of every shipped scenario and every example.

The export says the meaning of each instruction a second time, and SPIN is not ours. So where both count the same
states, a mistake would have to be made twice.
"""

from __future__ import annotations

import pytest
from racewalk.explain.promela import PromelaExport
from racewalk.explain.spin import COUNT, SpinResult, run_spin
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build, header_of
from racewalk.scenario.catalog import shipped
from racewalk.scenario.export import promela_of

from tests.lang.test_dialect_guide import bundle_of, examples
from tests.scenario.proven import read_proven
from tests.spin.conftest import small_texts

MOST = 500_000
"""States of what SPIN is given: each takes it half a kilobyte."""

QUICK = {("lost-update", "plain", False), ("dining", "in-order", False)}


def cases() -> list[object]:
    """Every variant of what ships and of the guide's examples, with its fuses kept and cut."""
    shown = [(name, shipped().bundle(name)) for name in shipped().ids()]
    shown += [(f"line-{e.line}", bundle_of(e.text)) for e in examples() if e.kind == "c scenario"]
    proven = read_proven()
    found: list[object] = []
    for name, bundle in shown:
        assert bundle is not None
        for variant in header_of(bundle).variants:
            for cut in (False, True):
                numbers = proven.get((name, variant))
                if numbers is not None and (numbers.states_cut if cut else numbers.states) > MOST:
                    continue
                marks = () if (name, variant, cut) in QUICK else (pytest.mark.slow,)
                id_ = f"{name}-{variant}-{'cut' if cut else 'whole'}"
                found.append(pytest.param(name, bundle, variant, cut, id=id_, marks=marks))
    return found


def lengths(result: SearchResult) -> dict[str, int]:
    """Of each finding the shortest schedule; a livelock is no finding of one step, and no export looks for it."""
    return {found.kind: len(found.schedule) for found in result.found if found.kind != "livelock"}


def by_spin(export: PromelaExport, find: int | str, breadth_first: bool = True) -> SpinResult:
    """The C compiler would take longer than the search."""
    return run_spin(export, find, breadth_first, quick=True)


@pytest.mark.parametrize(("name", "bundle", "variant", "cut"), cases())
def test_spin_agrees_in_states_transitions_findings_and_shortest_schedules(
    name: str, bundle: Bundle, variant: str, cut: bool
) -> None:
    built = build(name, bundle, variant, shipped().library, cut)
    ours = search(built.model, Query(bounds=Bounds(seconds=900)))

    theirs = by_spin(promela_of(built, cut), "ALL")

    assert ours.exhaustive
    assert (theirs.states, theirs.transitions) == (ours.states, ours.transitions)
    assert theirs.found == lengths(ours)


@pytest.mark.slow
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in small_texts().items()])
def test_spin_agrees_on_what_no_scenario_has(text: str) -> None:
    built = build("small", bundle_of(text), None, shipped().library)
    ours = search(built.model, Query(bounds=Bounds(seconds=900)))

    theirs = by_spin(promela_of(built), "ALL")

    assert (theirs.states, theirs.transitions) == (ours.states, ours.transitions)
    assert theirs.found == lengths(ours)


@pytest.mark.parametrize("variant", ["plain", "locked"])
def test_spin_counts_the_same_states_depth_first_and_looking_for_nothing(variant: str) -> None:
    bundle = shipped().bundle("lost-update")
    assert bundle is not None
    built = build("lost-update", bundle, variant, shipped().library)

    theirs = by_spin(promela_of(built), COUNT, breadth_first=False)

    assert theirs.states == search(built.model, Query()).states
    assert theirs.errors == 0
    assert theirs.found == {}


def test_spin_stops_at_the_one_finding_that_it_is_asked_for() -> None:
    bundle = shipped().bundle("dining")
    assert bundle is not None
    export = promela_of(build("dining", bundle, "in-order", shipped().library))
    numbers = {kind: number for number, kind in export.kinds.items()}

    theirs = by_spin(export, numbers["deadlock"])

    assert theirs.errors == 1
    assert theirs.found == {"deadlock": 3}


def test_spin_finds_what_is_wrong_before_anybody_has_moved() -> None:
    export = promela_of(build("small", bundle_of(small_texts()["wrong-at-the-start"]), None, shipped().library))
    numbers = {kind: number for number, kind in export.kinds.items()}

    assert by_spin(export, numbers["zero"]).found == {"zero": 0}
