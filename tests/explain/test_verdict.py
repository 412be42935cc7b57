"""Verdicts as sentences."""

from racewalk.explain.verdict import NO_END, statement

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

    assert "The verdict is vacuous: no schedule comes to its end, so `finally` was never asked." in said


def test_a_livelock_that_is_always_says_that_no_schedule_ends() -> None:
    said = statement(result(("livelock", "always", 2), ends=0), "livelock", "v1")

    assert said.startswith("Always: no schedule of v1 comes to an end: livelock happened; all ")
