"""What a misspelt word was meant to be."""

import pytest
from racewalk.lang.spelling import closest, did_you_mean


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("whlie", "while"),
        ("retrun", "return"),
        ("fi", "if"),
        ("WHILE", "while"),
        ("wile", "while"),
        ("reeturn", "return"),
        ("banana", None),
        ("x", None),
        ("", None),
        ("on", None),
    ],
)
def test_the_nearest_word_is_meant_if_it_is_near(word: str, meant: str | None) -> None:
    assert closest(word, ["for", "if", "while", "return"]) == meant


def test_the_word_itself_is_no_suggestion() -> None:
    assert closest("while", ["while", "for"]) is None


def test_of_several_the_first_nearest_is_taken() -> None:
    assert closest("page", ["pages", "cage", "rage"]) == "pages"


def test_a_hint_is_a_question_or_nothing() -> None:
    assert did_you_mean("pgae", ["page"]) == "did you mean 'page'?"
    assert did_you_mean("folio", ["page"]) is None


def test_only_so_many_candidates_are_looked_at() -> None:
    assert closest("page", (f"other{n}" for n in range(10_000_000))) is None
