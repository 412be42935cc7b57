"""Numbers with their nouns."""

import pytest
from racewalk.amount import are, count, seconds


def test_only_one_is_singular() -> None:
    assert [count(number, "step") for number in (0, 1, 2, 4732)] == ["0 steps", "1 step", "2 steps", "4,732 steps"]
    assert [count(number, "switch", "switches") for number in (1, 2)] == ["1 switch", "2 switches"]
    assert [are(number) for number in (0, 1, 2)] == ["are 0", "is 1", "are 2"]


@pytest.mark.parametrize(("number", "words"), [(1.0, "1 second"), (0.5, "0.5 seconds"), (60, "60 seconds")])
def test_seconds_are_written_without_needless_digits(number: float, words: str) -> None:
    assert seconds(number) == words
