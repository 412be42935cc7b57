"""Statistics and lights in words."""

from __future__ import annotations

import pytest
from racewalk.explain.chances import ahead, chances, percent
from racewalk.explore.light import Light
from racewalk.explore.preemptions import Fewest
from racewalk.explore.probability import Probability
from racewalk.explore.sampling import Sample
from racewalk.explore.statistics import Statistics

EXACT = Probability(0.25, 0.25, 0.25, "exact")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.5, "50 %"),
        (1 / 3, "33.3 %"),
        (8.7e-9, "less than 0.001 %"),
        (0.999, "99.9 %"),
        (1 - 1e-12, "more than 99.9 %"),
    ],
)
def test_a_share_never_looks_like_nothing_or_all_unless_it_is(share: float, words: str) -> None:
    assert percent(share) == words


def test_exact_statistics_in_sentences() -> None:
    told = Statistics("bug", EXACT, states=10, transitions=20, schedules=1200, having=1, fewest=Fewest(2, 1))

    assert list(chances(told)) == [
        "1 of 1,200 schedules has bug.",
        "A scheduler that takes each possible move with the same probability meets bug in 25 % of the runs.",
        "It takes at least 2 preemptions, with 1 switch.",
    ]


def test_a_single_schedule_is_told_in_the_singular() -> None:
    has = Statistics(None, EXACT, schedules=1, having=1)
    has_not = Statistics(None, EXACT, schedules=1, having=0)

    assert next(iter(chances(has))) == "The only schedule has a finding."
    assert next(iter(chances(has_not))) == "The only schedule is without a finding."


def test_an_iteration_that_was_ended_says_between_what() -> None:
    told = Statistics("bug", Probability(0.3, 0.2, 0.4, "iterated"))

    assert "in 20 % to 40 % of the runs (the iteration was ended by its time)" in " ".join(chances(told))


def test_a_sample_says_that_it_is_one_and_of_what_size() -> None:
    told = Statistics("bug", Sample(1_000, 250, 3, 0).probability, bound="20 states", sample=Sample(1_000, 250, 3, 0))

    assert list(chances(told))[-1] == (
        "That is a sample, as the graph does not fit within 20 states: 250 of 1,000 random walks; "
        "3 were cut off before their end."
    )


def test_every_light_has_words() -> None:
    assert len({ahead(light, "bug") for light in Light}) == len(Light)
    assert ahead(Light.UNAVOIDABLE, None) == "then a finding is unavoidable"
