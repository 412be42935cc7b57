"""On random programs every reduction keeps every verdict."""

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.fuzz.generate import generate
from racewalk.fuzz.tree import text_of
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build

from tests.program.reduce.verdicts import assert_kept

FEW = Bounds(states=1_500, seconds=86_400.0)


def compared(seed: int) -> bool:
    """Whether the program of a seed is small enough to be compared; it is."""
    model = build("random", Bundle.of([("random.c", text_of(generate(seed)))]), None, lambda path: None).model
    if not explore_naively(model, FEW).exhaustive:
        return False
    assert_kept(model.program)
    return True


@pytest.mark.parametrize("seed", range(30))
def test_a_random_program_has_the_same_verdicts_reduced(seed: int) -> None:
    compared(seed)


@pytest.mark.slow
def test_three_hundred_random_programs_have_the_same_verdicts_reduced() -> None:
    done = 0
    for seed in range(1_000, 3_000):
        done += compared(seed)
        if done >= 300:
            return
    pytest.fail(f"only {done} of the programs were small enough")
