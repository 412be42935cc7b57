"""A text before and after an edit: both verdicts, and whether the edit repairs it."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.prove_both import prove_both

from tests.scenario.test_progress_map import built

BOUNDS = Bounds(states=200_000)


def edited(name: str, variant: str, old: str, new: str) -> Built:
    bundle = shipped().bundle(name)
    assert bundle is not None
    assert any(old in text for _, text in bundle)
    return build(name, Bundle.of((path, text.replace(old, new)) for path, text in bundle), variant, shipped().library)


def test_a_lock_repairs_the_lost_update() -> None:
    after = edited("lost-update", "plain", "\tcounter++;", "\t{ spin_lock(&lock); counter++; spin_unlock(&lock); }")
    if after.model.model_hash == built("lost-update", "plain").model.model_hash:
        raise AssertionError("the edit changes nothing")

    told = prove_both(built("lost-update", "plain"), after, BOUNDS)

    assert told["sentence"] == "Before: sometimes, lost-update in 4 steps; after: never, all 16 states."
    assert (told["fixed"], told["new"], told["same"]) == (True, [], False)
    assert told["before"]["count"] == {"schedules": "6", "having": "4", "probability": 0.5}
    assert told["after"]["count"] == {"schedules": "2", "having": "0", "probability": 0.0}
    assert told["replay"] == {
        "steps": 1,
        "stopped": "before step 2: CPU 1 waits for lock, held by CPU 0",
        "found": [],
    }


def test_the_merged_patch_repairs_patch_v1() -> None:
    told = prove_both(built("uffd-copy", "patch-v1"), built("uffd-copy", "v6.6"), BOUNDS)

    assert told["sentence"] == "Before: sometimes, lost-pte in 21 steps; after: never, all 4,352 states."
    assert told["fixed"] is True


def test_an_edit_that_breaks_something_else_is_no_repair() -> None:
    after = edited("lost-update", "plain", "\tcounter++;", "\t{ spin_lock(&lock); counter++; }")

    told = prove_both(built("lost-update", "plain"), after, BOUNDS)

    assert told["fixed"] is False
    assert told["new"] == ["deadlock", "unbalanced"]
    assert "but now there is deadlock and unbalanced" in told["sentence"]


def test_no_edit_is_no_repair() -> None:
    told = prove_both(built("lost-update", "plain"), built("lost-update", "plain"), BOUNDS)

    assert (told["same"], told["fixed"]) == (True, False)
    assert told["replay"]["found"] == ["lost-update"]


@pytest.mark.parametrize("instead", ['sometimes("', '// finally("lost-update: '])
def test_an_edit_that_takes_the_check_away_is_told(instead: str) -> None:
    after = edited("lost-update", "plain", 'finally("lost-update: ', instead)

    told = prove_both(built("lost-update", "plain"), after, BOUNDS)

    assert told["after"]["verdict"] == "never"
    assert told["gone"] == {"actors": [], "checks": ["lost-update"], "covers": []}


def test_an_edit_that_takes_an_actor_away_is_told() -> None:
    after = edited("lost-update", "plain", 'CPU(1, "second") { increment(); }', "")

    told = prove_both(built("lost-update", "plain"), after, BOUNDS)

    assert told["gone"]["actors"] == ["second"]


def test_a_way_that_no_run_takes_any_more_is_told() -> None:
    before, after = built("uffd-copy", "patch-v1"), built("uffd-copy", "v6.5")

    told = prove_both(before, after, BOUNDS)

    assert "the monitor tries again" in told["gone"]["covers"]
    assert told["gone"]["actors"] == []


def test_a_bound_leaves_it_open() -> None:
    told = prove_both(built("uffd-copy", "v6.6"), built("uffd-copy", "v6.6"), Bounds(states=100))

    assert told["fixed"] is None
    assert "after: unknown, 100 states until the bound of 100 states" in told["sentence"]
