"""The minimiser: a handful of lines is left of a program, they compile, and the disagreement is still there."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.fuzz.campaign import minimised
from racewalk.fuzz.generate import generate
from racewalk.fuzz.shrink import shrink
from racewalk.fuzz.tree import block, expr, line, text_of
from racewalk.fuzz.trial import compare
from racewalk.fuzz.witness import NAIVE

from tests.fuzz.mutants import LosesChoices, LosesTheStepAfterAnUnlock, Mutant, SeesNoStaleAccess, witness_of

LIMITS = Bounds(states=600)


@pytest.mark.parametrize("mutant", [LosesChoices, LosesTheStepAfterAnUnlock, SeesNoStaleAccess])
def test_a_planted_disagreement_is_shrunk_to_some_lines(mutant: type[Mutant]) -> None:
    asked = (NAIVE, witness_of(mutant))
    found = ((seed, compare(text_of(generate(seed)), asked, LIMITS).disagreements) for seed in range(100))
    seed, disagreements = next((seed, there) for seed, there in found if there)

    text = minimised(seed, disagreements[0], asked, LIMITS)

    assert disagreements[0].sort in [one.sort for one in compare(text, asked, LIMITS).disagreements]
    assert compare(text, (NAIVE, NAIVE)).disagreements == ()
    assert len(text.splitlines()) <= 20 < len(text_of(generate(seed)).splitlines())


def test_lines_blocks_and_expressions_that_do_not_matter_are_left_out() -> None:
    program = (
        line("u8 a;"),
        block("CPU {", [line("b;"), block("if (x) {", [line("f(", expr(expr("y"), " + ", expr("7")), ");")])]),
        line("u8 c;"),
    )

    assert text_of(shrink(program, lambda text: "f(" in text, 60)) == "f(0);\n"
    assert text_of(shrink(program, lambda text: "CPU" in text and "7" in text, 60)) == "CPU {\n\tf(7);\n}\n"


def test_a_program_is_left_as_it_is_when_there_is_no_time() -> None:
    program = (line("a;"), line("b;"))

    assert shrink(program, lambda text: True, 0) == program
