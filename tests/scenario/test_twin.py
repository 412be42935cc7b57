"""Twins of shipped scenarios: both runs are what is said of them, and the words name where they part."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.question import WrongQuestion, finding_asked
from racewalk.scenario.run_export import run_of
from racewalk.scenario.twin import Json, twin_report

from tests.scenario.test_progress_map import built

BOUNDS = Bounds(states=200_000)

FAILING = [
    ("lost-update", "plain"),
    ("dining", "in-order"),
    ("uffd-copy", "patch-v1"),
    ("uffd-copy", "v6.0"),
    ("softirq-lock", "spin_lock"),
    ("bounded-buffer", "three-for-one"),
    ("gup-fast-freed-table", "v5.19"),
]


def told(name: str, variant: str, schedule: str = "") -> Json:
    one = built(name, variant)
    return twin_report(one, finding_asked(one), schedule, BOUNDS)


def kinds(name: str, variant: str, schedule: str) -> set[str]:
    return {finding.kind for finding in run_of(built(name, variant), True, schedule).findings if not finding.warning}


@pytest.mark.parametrize(("name", "variant"), FAILING)
def test_the_one_run_has_the_finding_and_the_other_ends_without_any(name: str, variant: str) -> None:
    twin = told(name, variant)
    failing, passing = twin["failing"], twin["passing"]

    assert twin["kind"] in kinds(name, variant, failing["schedule"])
    assert kinds(name, variant, passing["schedule"]) == set()
    end = run_of(built(name, variant), True, passing["schedule"]).history
    assert end.model.is_final(end.cursor.state)
    same = [row["label"] for row in failing["moves"]][: twin["shared"]]
    assert same == [row["label"] for row in passing["moves"]][: twin["shared"]]


@pytest.mark.parametrize(("name", "variant"), FAILING)
def test_the_twin_of_the_twin_shares_no_less(name: str, variant: str) -> None:
    twin = told(name, variant)
    back = told(name, variant, twin["passing"]["schedule"])

    assert back["given"] == "passing"
    assert back["passing"]["schedule"] == twin["passing"]["schedule"]
    assert back["shared"] >= twin["shared"]
    assert twin["kind"] in kinds(name, variant, back["failing"]["schedule"])


def test_in_patch_v1_it_is_decided_by_who_takes_ptl_first() -> None:
    twin = told("uffd-copy", "patch-v1")

    assert (twin["given"], twin["shared"], twin["nearest"]) == ("failing", 12, True)
    assert twin["failing"]["moves"][12]["label"] == "pte_offset_map_lock: spin_lock(ptl)"
    assert twin["sentences"][1] == (
        "After step 12 CPU 0 goes instead of CPU 1: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING) in "
        "retract_page_tables(), and not spin_lock(ptl) in pte_offset_map_lock()."
    )
    assert twin["sentences"][-1].startswith("Step 13 of the failing run decides it: after it lost-pte can no longer")


def test_where_a_choice_decides_the_words_say_which() -> None:
    twin = told("bounded-buffer", "three-for-one")

    assert twin["sentences"][1].startswith("After step 19 CPU 1 takes choice 0 instead of 1: wake_up(&queue)")


def test_pairs_are_told_by_their_numbers() -> None:
    twin = told("lost-update", "plain", "1.a1b1a1b1")

    assert [row["twin"] for row in twin["failing"]["moves"]] == [1, None, 2, 3]
    assert [row["twin"] for row in twin["passing"]["moves"]] == [1, 3, 4, None]


def test_where_nothing_fails_it_says_so() -> None:
    assert told("lost-update", "locked")["sentences"] == [
        "No schedule of locked has lost-update, so there is nothing to compare."
    ]
    twin = told("lost-update", "locked", "1.a4b4")
    assert (twin["given"], twin["failing"], twin["sentences"]) == ("passing", None, ["No schedule has it."])


def test_a_graph_that_does_not_fit_is_said() -> None:
    one = built("dining", "in-order")

    assert twin_report(one, "deadlock", "1.a1b1c1", Bounds(states=20))["bounds"] == ["20 states"]


def test_a_schedule_that_cannot_be_followed_is_refused() -> None:
    with pytest.raises(WrongQuestion, match="before step 2 CPU 1 waits for lock"):
        told("lost-update", "locked", "1.a1b1")


def test_where_the_graph_is_too_large_the_failing_run_is_still_told() -> None:
    one = built("dining", "in-order")
    twin = twin_report(one, finding_asked(one), "", Bounds(states=80))

    assert (twin["given"], twin["failing"]["steps"], twin["passing"]) == ("failing", 3, None)
    assert twin["sentences"] == ["The graph does not fit within 80 states, so the nearest run cannot be told."]


def test_two_that_take_the_same_lock_are_said_to_be_at_the_same_step() -> None:
    text = """spinlock_t lock;
u8 last;
CPU(0, "one") { spin_lock(&lock); last = 1; spin_unlock(&lock); }
CPU(1, "two") { spin_lock(&lock); last = 2; spin_unlock(&lock); }
finally("last: the second was last", last == 2);
"""
    one = build("text", Bundle.of([("text.c", text)]), None, shipped().library)

    said = twin_report(one, "last", "", Bounds())["sentences"]

    assert "At once CPU 0 goes instead of CPU 1, both at spin_lock(&lock)." in said
