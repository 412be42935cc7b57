"""Random walks, for where the graph does not fit."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds, SearchCancelled
from racewalk.explore.sampling import MOST_STEPS, sample, wilson
from racewalk.explore.statistics import statistics_of
from racewalk.model import Move

from tests.explore.tables import BUG, FATAL, ODD, Row, Table
from tests.explore.toys import locked_update, lost_update, philosophers, spinning


def test_walks_estimate_the_probability_that_the_graph_gives() -> None:
    for model, kind in ((lost_update(), "lost-update"), (philosophers(3), "deadlock")):
        exact = statistics_of(model, kind).probability
        walked = sample(model, kind, walks=4_000, seed=1)

        assert exact.method == "exact"
        assert walked.probability.method == "sampled"
        assert walked.probability.low < exact.value < walked.probability.high
        assert walked.cut_off == 0


def test_the_same_seed_walks_the_same_ways() -> None:
    assert sample(lost_update(), None, walks=50, seed=7) == sample(lost_update(), None, walks=50, seed=7)


def test_what_was_not_met_may_still_happen_and_the_interval_says_how_often_at_most() -> None:
    told = sample(locked_update(), "lost-update", walks=1_000).probability

    assert (told.value, told.low) == (0, 0)
    assert 0.003 < told.high < 0.004


def test_wilsons_interval_is_that_of_the_books() -> None:
    assert wilson(10, 50) == pytest.approx((0.1124, 0.3304), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(5, 5)[1] == 1.0


def test_a_walk_that_never_ends_is_cut_off_and_counted_apart() -> None:
    told = sample(spinning(setter=False), "bug", walks=2)

    assert (told.walks, told.having, told.cut_off) == (2, 0, 2)
    assert MOST_STEPS >= 1_000


def test_a_model_that_does_not_fit_is_sampled_and_says_so() -> None:
    told = statistics_of(philosophers(4), "deadlock", bounds=Bounds(states=100))

    assert told.bound == "100 states"
    assert told.sample is not None
    assert told.probability.method == "sampled"
    assert (told.schedules, told.fewest) == (None, None)


def test_any_finding_but_a_warning_counts_where_no_kind_is_named() -> None:
    assert sample(Table([Row(final=True, at_end=(ODD,))]), None, walks=3).having == 0
    assert sample(Table([Row(final=True, at_end=(BUG,))]), None, walks=3).having == 3


def test_another_fatal_finding_ends_a_walk() -> None:
    told = sample(Table([Row([(Move(0), 0, (FATAL,))])]), "bug", walks=3)

    assert (told.having, told.cut_off) == (0, 0)


def test_walks_can_be_cancelled() -> None:
    with pytest.raises(SearchCancelled):
        sample(lost_update(), None, cancelled=lambda: True)
