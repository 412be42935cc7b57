"""Verdicts as sentences."""

from racewalk.explain.verdict import statement

from tests.explore.make_result import result


def test_sometimes_tells_the_shortest_schedule_and_what_was_searched() -> None:
    said = statement(result(("lost-pte", "sometimes", 20)), "lost-pte", "patch-v1", "sequentially consistent")

    assert said == (
        "Sometimes: 20 steps lead to lost-pte: lost-pte happened. All 3,321 states of patch-v1 were searched "
        "(6,642 transitions). Memory is sequentially consistent."
    )


def test_never_claims_no_more_than_an_exhaustive_search() -> None:
    exhaustive = statement(result(), "lost-pte", "v6.6", "sequentially consistent")
    bounded = statement(result(bounds=("500 states",)), "lost-pte", "v6.6", "sequentially consistent")

    assert exhaustive.startswith("Never: no schedule leads to lost-pte.")
    assert bounded.startswith("Unknown: no schedule searched leads to lost-pte.")
    assert "ended at its bound of 500 states" in bounded
    assert "All" not in bounded


def test_always_says_that_there_is_no_way_around() -> None:
    said = statement(result(("bug-on", "always", 1)), "bug-on", "v1", "sequentially consistent")

    assert said.startswith("Always: every complete schedule has bug-on; the shortest takes 1 step to it.")


def test_a_vacuous_verdict_says_what_was_not_reached() -> None:
    said = statement(result(), "lost-pte", "v6.6", "sequentially consistent", ("a table is retracted",))

    assert 'vacuous: no schedule reached "a table is retracted"' in said
