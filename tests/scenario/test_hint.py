"""Hints: the way that they tell leads to the finding, and where there is none they know the last chance."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.scenario.hint import Json, Order, hint_report
from racewalk.scenario.question import WrongQuestion, finding_asked
from racewalk.scenario.run_export import run_of

from tests.scenario.test_progress_map import built

BOUNDS = Bounds(states=200_000)


def told(name: str, variant: str, schedule: str = "", order: Order = "switches", kind: str | None = None) -> Json:
    one = built(name, variant)
    return hint_report(one, kind or finding_asked(one), schedule, order, BOUNDS)


def schedule_in(hint: Json, before: str = "1.") -> str:
    text = before
    for run in hint["runs"]:
        for choice in run["choices"]:
            text += f"{run['actor']}1" if choice is None else f"{run['actor']}-{choice}"
    return text


@pytest.mark.parametrize("order", ["steps", "switches"])
@pytest.mark.parametrize(
    ("name", "variant", "before"),
    [("lost-update", "plain", "1.b1"), ("uffd-copy", "patch-v1", "1.a5"), ("dining", "in-order", "1.")],
)
def test_who_follows_the_hint_has_the_finding(name: str, variant: str, before: str, order: Order) -> None:
    hint = told(name, variant, before if before != "1." else "", order)

    run = run_of(built(name, variant), True, schedule_in(hint, before))

    assert hint["answer"] == "reached"
    assert hint["kind"] in {finding.kind for finding in run.findings}
    assert sum(len(one["choices"]) for one in hint["runs"]) == hint["steps"] - hint["at"]
    assert [one["actor"] for one in hint["runs"]][1:] != [one["actor"] for one in hint["runs"]][:-1]


def test_each_run_says_where_its_actor_stands_after_it() -> None:
    one = built("lost-update", "plain")

    first, *_ = told("lost-update", "plain")["runs"]

    who = [actor.letter for actor in one.model.actors].index(first["actor"])
    assert one.model.program.actors[who].steps[first["stop"]["step"]].label == "increment: counter++"
    assert (first["stop"]["times"], first["stop"]["waits"]) == (1, None)


def test_what_is_out_of_reach_says_how_far_to_go_back() -> None:
    hint = told("lost-update", "plain", "1.a2b1")

    assert (hint["answer"], hint["runs"], hint["back"]) == ("never", [], 1)


def test_a_variant_without_the_finding_has_no_last_chance() -> None:
    hint = told("lost-update", "locked", "1.a1")

    assert (hint["answer"], hint["back"]) == ("never", None)


def test_what_the_bounds_end_is_not_known() -> None:
    one = built("uffd-copy", "v6.6")

    hint = hint_report(one, finding_asked(one), "", "switches", Bounds(states=20))

    assert (hint["answer"], hint["back"]) == ("unknown", None)
    assert hint["bounds"]


def test_no_step_leads_to_a_livelock() -> None:
    with pytest.raises(WrongQuestion, match="no single run"):
        told("lost-update", "plain", kind="livelock")
