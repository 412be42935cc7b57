"""Verdicts as sentences."""

from dataclasses import replace

import pytest
from racewalk.explain.verdict import NO_END, answer, statement
from racewalk.explore.query import Goal
from racewalk.model import Move

from tests.explore.make_result import result


def test_sometimes_tells_the_shortest_schedule_and_what_it_leads_to() -> None:
    said = statement(result(("lost-pte", "sometimes", 20)), "lost-pte", "patch-v1")

    assert said == "Sometimes: 20 steps of patch-v1 lead to lost-pte: lost-pte happened."


def test_never_claims_no_more_than_an_exhaustive_search() -> None:
    exhaustive = statement(result(), "lost-pte", "v6.6")
    bounded = statement(result(bounds=("500 states",)), "lost-pte", "v6.6")

    assert exhaustive == (
        "Never: no schedule of v6.6 leads to lost-pte; all 3,321 states (6,642 transitions) were searched."
    )
    assert bounded == (
        "Unknown: the search of v6.6 was cut short at its bound of 500 states; "
        "3,321 states (6,642 transitions) had no lost-pte."
    )


def test_always_says_that_there_is_no_way_around() -> None:
    said = statement(result(("bug-on", "always", 1)), "bug-on", "v1")

    assert said.startswith("Always: every complete schedule of v1 has bug-on, the first after 1 step; all ")


def test_a_vacuous_verdict_says_what_was_not_reached() -> None:
    said = statement(result(), "lost-pte", "v6.6", ("a table is retracted",))

    assert 'The verdict is vacuous: no schedule reaches "a table is retracted".' in said


def test_a_verdict_about_runs_that_never_end_is_vacuous_because_their_ends_were_never_judged() -> None:
    said = statement(result(ends=0), "lost-pte", "v6.6", (NO_END,))

    assert "The verdict is vacuous: no schedule comes to its end, so no end was ever judged." in said


def test_a_livelock_that_is_always_says_that_no_schedule_ends() -> None:
    said = statement(result(("livelock", "always", 2), ends=0), "livelock", "v1")

    assert said.startswith("Always: no schedule of v1 comes to an end: livelock happened; all ")


def test_a_proof_with_hash_compaction_says_how_likely_a_state_was_left_out() -> None:
    said = statement(replace(result(), omission=2.1e-06), "lost-pte", "v6.6")

    assert said.endswith("were searched; with probability at most 3e-06 a state was left out.")


@pytest.mark.parametrize(("omission", "words"), [(9.5e-07, "1e-06"), (3e-05, "3e-05"), (0.25, "3e-01")])
def test_the_probability_of_an_omission_is_rounded_up(omission: float, words: str) -> None:
    assert f"at most {words} " in statement(replace(result(), omission=omission), "lost-pte", "v6.6")


def test_counts_of_a_reduced_program_are_told_as_such() -> None:
    said = statement(replace(result(), reductions=("slice", "live", "fuse")), "lost-pte", "v6.6")

    assert "all 3,321 states (6,642 transitions) of the program reduced by slice, live and fuse were searched" in said


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (Goal("finding", "lost-pte"), "lost-pte"),
        (Goal("finding"), "a finding"),
        (Goal("cover", "a table is retracted"), '"a table is retracted"'),
        (Goal("label", "f: x = 1"), "the step 'f: x = 1'"),
    ],
)
def test_an_answer_names_its_goal(goal: Goal, words: str) -> None:
    met = replace(result(), reached=(Move(0), Move(1)))

    assert answer(met, goal, "v1", 1, 1) == f"Reached: 2 steps of v1 lead to {words} (1 switch, 1 preemption)."
    assert answer(result(), goal, "v1").startswith(f"Not reachable: no schedule of v1 leads to {words}; all 3,321 ")
    assert answer(result(bounds=("2 preemptions",)), goal, "v1") == (
        f"Unknown: the search of v1 was cut short at its bound of 2 preemptions, without {words}."
    )


@pytest.mark.parametrize("anything", ["any finding", "a finding"])
def test_a_bounded_search_for_anything_had_no_finding(anything: str) -> None:
    assert statement(result(bounds=("500 states",)), anything, "v1").endswith(" had no finding.")
