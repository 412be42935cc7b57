"""The comparison: witnesses that are right agree on every program, and one that is wrong is noticed."""

from __future__ import annotations

import pytest
from racewalk.explain.spin import missing_tools
from racewalk.explore.bounds import Bounds
from racewalk.fuzz.campaign import Tally, campaign
from racewalk.fuzz.generate import generate
from racewalk.fuzz.tree import text_of
from racewalk.fuzz.trial import compare
from racewalk.fuzz.witness import NAIVE, SEARCH

from tests.fuzz.mutants import (
    Fails,
    LosesChoices,
    LosesTheStepAfterAnUnlock,
    Mutant,
    SeesNoDeadlock,
    SeesNoStaleAccess,
    witness_of,
)

LOST = 'u8 x;\nCPU(0, "a") { x++; }\nCPU(1, "b") { x++; }\nfinally("lost: both count", x == 2);\n'


def agree(seeds: range, *against: str) -> Tally:
    tally = Tally()
    for seed, trial in campaign(seeds, against, Bounds(states=3_000, seconds=60)):
        assert trial.disagreements == (), f"seed {seed}\n{text_of(generate(seed))}"
        tally.count(trial)
    return tally


def test_the_search_and_the_plain_explorer_agree_on_some_programs() -> None:
    assert agree(range(15), "naive").programs == 15


@pytest.mark.slow
@pytest.mark.parametrize("first", range(15, 365, 50))
def test_the_search_and_the_plain_explorer_agree_on_three_hundred_more_programs(first: int) -> None:
    tally = agree(range(first, first + 50), "naive")

    assert tally.programs - tally.too_large > 40


@pytest.mark.slow
@pytest.mark.parametrize("first", range(400, 520, 30))
def test_cheapest_schedules_and_reduced_programs_agree_too_on_a_hundred_programs(first: int) -> None:
    tally = agree(range(first, first + 30), "naive", "modes", "reduced")

    assert tally.programs - tally.too_large > 20


@pytest.mark.slow
@pytest.mark.skipif(bool(missing_tools()), reason="SPIN or a C compiler is not installed")
@pytest.mark.parametrize("first", range(600, 900, 50))
def test_spin_agrees_on_three_hundred_programs(first: int) -> None:
    assert agree(range(first, first + 50), "naive", "spin").programs == 50


@pytest.mark.parametrize("mutant", [LosesChoices, LosesTheStepAfterAnUnlock, SeesNoDeadlock, SeesNoStaleAccess])
def test_a_witness_that_is_wrong_is_noticed_within_a_hundred_programs(mutant: type[Mutant]) -> None:
    asked = (NAIVE, witness_of(mutant))

    assert any(compare(text_of(generate(seed)), asked, Bounds(states=600)).disagreements for seed in range(100))


def test_a_disagreement_tells_on_what_and_what_each_says() -> None:
    text = 'CPU(0, "a") { if (choose(2)) cover("one"); }'

    found = compare(text, (NAIVE, witness_of(LosesChoices))).disagreements

    assert [(one.sort, one.details) for one in found] == [
        ("naive and mutant disagree on transitions", ("transitions: 2 and 1",)),
        ("naive and mutant disagree on cover", ("cover of one: 1 and never",)),
    ]


def test_a_witness_that_fails_is_a_disagreement_too() -> None:
    text = 'struct n { u8 x; };\nstruct n *p;\nCPU(0, "a") { kfree(p); }'

    found = compare(text, (NAIVE, witness_of(Fails))).disagreements

    assert [one.sort for one in found] == ["mutant fails: AssertionError"]


def test_a_program_that_does_not_compile_is_the_generators_disagreement() -> None:
    found = compare('CPU(0, "a") { x++; }', (NAIVE, SEARCH)).disagreements

    assert [one.sort for one in found] == ["does not compile: unknown-name"]
    assert "'x' is not declared" in found[0].details[0]


def test_a_program_is_compared_with_its_fuses_cut_too() -> None:
    text = (
        'spinlock_t a;\nu8 x;\nCPU(0, "a") { fuse { spin_lock(&a); x = 1; spin_unlock(&a); } }\nCPU(1, "b") { x = 2; }'
    )

    sorts = [one.sort for one in compare(text, (NAIVE, witness_of(LosesTheStepAfterAnUnlock))).disagreements]

    assert sorts
    assert all(sort.endswith("with the fuses cut") for sort in sorts)


def test_a_program_that_is_too_large_is_counted_and_not_compared() -> None:
    trial = compare(LOST, (NAIVE, witness_of(SeesNoDeadlock)), Bounds(states=5))

    assert trial.too_large
    assert trial.disagreements == ()


def test_several_processes_say_what_one_says() -> None:
    alone = list(campaign(range(12), ("naive",), Bounds(states=1_000)))

    assert list(campaign(range(12), ("naive",), Bounds(states=1_000), jobs=2)) == alone
