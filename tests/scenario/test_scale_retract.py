"""The family for measuring compiles in every size, and is what it says."""

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import judge
from racewalk.scenario.scale_retract import SIZES, STATES, VARIANTS, Size, scale_retract

LIBRARY = shipped().library


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", SIZES)
def test_every_size_compiles_with_all_its_actors(name: str, variant: str) -> None:
    size = SIZES[name]
    built = build(size.name, scale_retract(size), variant, LIBRARY)

    assert len(built.model.actors) == 2 + size.copies + size.loads + size.walks


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_small_one_has_the_verdicts_of_its_header(variant: str) -> None:
    size = Size(2, 1, 0, 1)
    judgement = judge(build(size.name, scale_retract(size), variant, LIBRARY), Bounds())

    assert judgement.complaints == ()


@pytest.mark.slow
def test_the_size_of_100k_has_as_many_states_as_it_says() -> None:
    size = SIZES["100k"]
    judgement = judge(build(size.name, scale_retract(size), "v6.6", LIBRARY), Bounds())

    assert judgement.result.states == STATES["100k"]


def test_more_copies_than_slots_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 4 copies in 1 mms"):
        scale_retract(Size(1, 5, 0, 0))
