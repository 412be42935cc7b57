"""`racewalk bench` knows the sizes that there are, and says what it needs."""

import pytest
from racewalk.cli.bench import SIZE_NAMES
from racewalk.scenario.scale_retract import SIZES, STATES

from tests.cli.conftest import Racewalk


def test_the_sizes_that_the_command_knows_are_those_that_there_are() -> None:
    assert tuple(SIZES) == SIZE_NAMES == tuple(STATES)


def test_a_size_that_there_is_not_is_refused(racewalk: Racewalk) -> None:
    result = racewalk("bench", "--size", "huge")

    assert result.exit_code == 2
    assert "scale-retract has no size 'huge'" in result.stderr


def test_without_spin_a_comparison_with_it_says_what_is_missing(
    racewalk: Racewalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    result = racewalk("bench", "--against", "spin")

    assert result.exit_code == 2
    assert "spin and cc are not installed" in result.stderr
    assert "needed only for --against spin" in result.stderr
