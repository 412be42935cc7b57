"""The progress map of shipped scenarios: known places, locks, and the path of a schedule."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.progress_map import Cell, positions_of
from racewalk.explore.search import whole_graph
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.locked_regions import locked_regions
from racewalk.scenario.progress_map import MapAsked, map_report
from racewalk.scenario.question import WrongQuestion, finding_asked
from racewalk.scenario.run_export import run_of

BOUNDS = Bounds(states=200_000)


def built(name: str, variant: str) -> Built:
    bundle = shipped().bundle(name)
    assert bundle is not None
    return build(name, bundle, variant, shipped().library)


def test_the_map_of_the_lost_update_with_its_path() -> None:
    told = map_report(built("lost-update", "plain"), MapAsked((), "lost-update", schedule="1.a1b1a1b1"), BOUNDS)

    assert told["codes"] == ["aao", "aus", "oss"]
    assert told["path"] == [[0, 0, 0, None], [1, 1, 0, "a"], [2, 1, 1, "b"], [3, 2, 1, "a"], [4, 2, 2, "b"]]
    assert told["found"] == 4
    assert [len(axis["positions"]) for axis in told["actors"]] == [2, 2]
    assert told["others"] is None


def test_under_the_lock_no_run_has_both_inside_and_the_lock_is_an_interval() -> None:
    told = map_report(built("lost-update", "locked"), MapAsked((), "lost-update"), BOUNDS)

    assert told["codes"] == ["ooooo", "o...o", "o...o", "o...o", "ooooo"]
    assert told["locks"] == [
        {"actor": letter, "lock": "lock", "mode": "held", "first": 1, "last": 3, "always": True} for letter in "ab"
    ]


def test_the_forks_of_the_others_decide_where_philosophers_starve() -> None:
    dining = built("dining", "in-order")
    free = map_report(dining, MapAsked(("a", "b"), "deadlock", fixed=True, schedule=""), BOUNDS)
    taken = map_report(dining, MapAsked(("a", "b"), "deadlock", fixed=True, schedule="1.c1"), BOUNDS)

    assert free["codes"][1][1] == "a"
    assert taken["codes"][1][1] == "h"
    assert taken["flags"][1][1] == Cell.HAPPENED | Cell.DEADLOCK | Cell.END
    assert taken["others"] == [{"letter": "c", "step": 1}]


def test_the_others_may_be_fixed_where_they_stand_in_the_middle_of_a_schedule() -> None:
    asked = MapAsked(("a", "b"), "deadlock", fixed=True, schedule="1.c1a1b1", cursor=0)
    told = map_report(built("dining", "in-order"), asked, BOUNDS)

    assert told["others"] == [{"letter": "c", "step": 0}]
    assert (told["codes"][1][1], len(told["path"])) == ("a", 4)


def test_in_patch_v1_the_page_can_be_lost_once_it_is_stored_before_ptl_is_taken() -> None:
    uffd = built("uffd-copy", "patch-v1")
    told = map_report(uffd, MapAsked((), finding_asked(uffd), schedule="1.a5b14a2"), BOUNDS)
    labels = [[step["label"] for step in axis["positions"]] for axis in told["actors"]]
    clear = labels[0].index("pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)")

    assert (told["states"], told["transitions"], told["found"]) == (4_732, 11_575, 21)
    assert {(one["actor"], one["column"]) for one in told["crossings"]} == {("a", clear)}
    assert told["path"][-1][1:] == [clear + 1, 20, "a"]
    assert [one for one in told["locks"] if one["lock"] == "A.mmap_lock"] == [
        {"actor": "b", "lock": "A.mmap_lock", "mode": "read", "first": 1, "last": 20, "always": True}
    ]


def test_as_merged_the_page_is_out_of_reach_everywhere() -> None:
    uffd = built("uffd-copy", "v6.6")
    told = map_report(uffd, MapAsked((), finding_asked(uffd)), BOUNDS)

    assert set("".join(told["codes"])) == {"o", "."}
    assert told["sentences"][-1] == "From none of them lost-pte can be reached."
    assert len(json.dumps(told)) < 20_000


def test_a_pair_of_positions_is_told_with_a_schedule_to_it() -> None:
    dining = built("dining", "in-order")
    told = map_report(dining, MapAsked((), "deadlock", to=(2, 0)), BOUNDS)
    there = run_of(dining, True, told["to"]).history.cursor

    assert there.number == 2
    assert [dining.model.position(there.state, actor) for actor in (0, 1)] == [2, 0]
    assert map_report(dining, MapAsked((), "deadlock", to=(2, 2)), BOUNDS)["to"] is None


def test_a_graph_that_does_not_fit_gives_no_map_and_says_so() -> None:
    told = map_report(built("dining", "in-order"), MapAsked(), Bounds(states=20))

    assert (told["bounds"], told["codes"]) == (["20 states"], [])
    assert "does not fit within 20 states" in told["sentences"][0]


@pytest.mark.parametrize("letters", [("a", "a"), ("a",), ("a", "z"), ("a", "b", "c")])
def test_a_map_is_of_two_actors(letters: tuple[str, ...]) -> None:
    with pytest.raises(WrongQuestion, match="two actors of a, b, c"):
        map_report(built("dining", "in-order"), MapAsked(letters), BOUNDS)


def test_the_way_to_a_point_leaves_the_others_as_they_are_where_it_can() -> None:
    dining = built("dining", "in-order")
    same = map_report(dining, MapAsked(("a", "b"), "deadlock", schedule="1.c1", to=(1, 1)), BOUNDS)
    moved = map_report(dining, MapAsked(("a", "b"), "deadlock", schedule="1.c1", to=(2, 2)), BOUNDS)
    none = map_report(dining, MapAsked(("a", "b"), "deadlock", fixed=True, schedule="1.c1", to=(2, 2)), BOUNDS)

    assert (same["to_others"], sorted(same["to"][2::4][:3])) == ("as-they-are", ["a", "b", "c"])
    assert (moved["to_others"], none["to"], none["to_others"]) == (None, None, None)


def test_where_the_graph_is_too_large_the_way_of_the_run_is_still_there() -> None:
    told = map_report(built("lost-update", "plain"), MapAsked(schedule="1.a1b1"), Bounds(states=5))

    assert (told["codes"], told["bounds"]) == ([], ["5 states"])
    assert told["path"] == [[0, 0, 0, None], [1, 1, 0, "a"], [2, 1, 1, "b"]]
    assert told["sentences"][0].endswith("Only the way of the run is known.")


@pytest.mark.parametrize(
    ("name", "variant"), [("lost-update", "locked"), ("uffd-copy", "patch-v1"), ("dining", "in-order")]
)
def test_where_everybody_stands_is_told_alike_of_packed_states_and_of_whole_ones(name: str, variant: str) -> None:
    model = built(name, variant).model
    packed = whole_graph(model)
    whole = replace(packed, states=list(packed.states))
    actors = tuple(range(len(model.actors)))

    assert positions_of(packed, model, model.end_positions).tolist() == (
        positions_of(whole, model, model.end_positions).tolist()
    )
    assert locked_regions(model, packed, actors) == locked_regions(model, whole, actors)
