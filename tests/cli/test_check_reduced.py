"""`racewalk check --reduce`: the same verdicts from fewer states."""

import json

import pytest
from racewalk.cli.check_options import REDUCTIONS
from racewalk.program import reduce

from tests.cli.conftest import Racewalk


def told(racewalk: Racewalk, *arguments: str) -> dict[str, object]:
    result = racewalk("check", "uffd-copy", "--variant", "patch-v1", "--json", *arguments)
    assert result.exit_code == 0, result.output
    parsed: dict[str, object] = json.loads(result.stdout)
    return parsed


def test_the_reductions_that_the_command_knows_are_those_that_there_are() -> None:
    assert tuple(reduce.REDUCTIONS) == REDUCTIONS


def test_a_reduced_check_says_the_same_of_fewer_states(racewalk: Racewalk) -> None:
    whole, reduced = told(racewalk), told(racewalk, "--reduce")

    assert reduced["findings"] == whole["findings"]
    assert reduced["reductions"] == ["slice", "fuse", "live"]
    assert isinstance(reduced["states"], int)
    assert isinstance(whole["states"], int)
    assert reduced["states"] < whole["states"]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--reduce=live,slice"], ["slice", "live"]),
        (["--reduce", "--no-reduce=slice"], ["fuse", "live"]),
        (["--no-reduce=fuse"], []),
    ],
)
def test_each_reduction_can_be_switched_off(racewalk: Racewalk, arguments: list[str], names: list[str]) -> None:
    assert told(racewalk, *arguments)["reductions"] == names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--reduce=magic"], "there is no reduction 'magic'; there are slice, fuse, live"),
        (["--reduce", "--mode", "shortest"], "a reduced program is for proofs over all schedules"),
        (["--reduce", "--max-preemptions", "1"], "a reduced program is for proofs over all schedules"),
    ],
)
def test_a_reduction_that_makes_no_sense_is_refused(racewalk: Racewalk, arguments: list[str], words: str) -> None:
    result = racewalk("check", "dining", *arguments)

    assert result.exit_code == 2
    assert words in result.stderr
