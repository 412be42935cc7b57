"""`racewalk fuzz`: what it prints, and how it exits."""

from __future__ import annotations

from typing import NoReturn

import pytest
from racewalk.fuzz.witness import NAIVE

from tests.cli.conftest import Racewalk
from tests.fuzz.mutants import LosesChoices, witness_of


def test_fuzz_tells_how_many_programs_agree(racewalk: Racewalk) -> None:
    result = racewalk("fuzz", "--programs", "5", "--seed", "3", "--max-states", "500")

    assert result.exit_code == 0
    assert result.stdout.startswith("5 programs, ")
    assert "0 disagreements" in result.stdout


def test_fuzz_prints_a_disagreement_with_its_program_minimised_and_exits_1(
    racewalk: Racewalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (NAIVE, witness_of(LosesChoices))
    monkeypatch.setattr("racewalk.fuzz.campaign.witnesses", lambda names: asked)
    monkeypatch.setattr("racewalk.cli.fuzz.witnesses", lambda names: asked)

    result = racewalk("fuzz", "--programs", "20", "--max-states", "300")

    assert result.exit_code == 1
    assert "naive and mutant disagree on states" in result.stdout
    assert "choose(2)" in result.stdout


def test_a_printed_program_can_be_checked(racewalk: Racewalk) -> None:
    program = racewalk("fuzz", "--programs", "1", "--seed", "7", "--show").stdout

    assert program.startswith("// seed 7\n")
    assert racewalk("check", "-", stdin=program).exit_code in (0, 1)


def test_a_witness_that_does_not_exist_is_told_with_those_that_do(racewalk: Racewalk) -> None:
    result = racewalk("fuzz", "--against", "naiv")

    assert result.exit_code == 2
    assert "there is no witness 'naiv'" in result.stderr
    assert "naive" in result.stderr


def test_without_spin_it_cannot_be_asked_and_that_is_said(racewalk: Racewalk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    result = racewalk("fuzz", "--against", "naive,spin")

    assert result.exit_code == 2
    assert "spin and cc are not installed" in result.stderr


def test_ctrl_c_tells_what_was_compared_and_exits_130(racewalk: Racewalk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("racewalk.cli.fuzz.campaign", interrupted)
    result = racewalk("fuzz", "--programs", "3")

    assert result.exit_code == 130
    assert result.stdout.startswith("0 programs of 3, ")
