"""`racewalk check` that is asked for one schedule, or from the middle of a run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Racewalk


def told(racewalk: Racewalk, *arguments: str) -> dict[str, Any]:
    (line,) = racewalk("check", *arguments, "--json").stdout.splitlines()
    answer: dict[str, Any] = json.loads(line)
    return answer


def test_shortest_gives_the_fewest_steps_and_switches_the_fewest_preemptions(racewalk: Racewalk) -> None:
    steps = told(racewalk, "uffd-copy", "-V", "patch-v1", "--mode", "shortest")
    switches = told(racewalk, "uffd-copy", "-V", "patch-v1", "--mode", "switches")

    assert steps["goal"] == switches["goal"] == {"kind": "finding", "text": "lost-pte"}
    assert steps["steps"] <= switches["steps"]
    assert switches["preemptions"] <= steps["preemptions"]
    assert switches["preemptions"] == 1


COVERS = 'spinlock_t l; CPU(0, "a") { cover("begun"); spin_lock(&l); cover("taken"); spin_unlock(&l); }'


@pytest.mark.parametrize("goal", ["lost-update", "increment: counter++"])
def test_a_schedule_to_a_finding_or_a_step_can_be_run(racewalk: Racewalk, goal: str) -> None:
    answer = racewalk("check", "lost-update", "-V", "plain", "--reach", goal)

    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[1].startswith("Reached: ")
    command = next(line for line in answer.stdout.splitlines() if line.startswith("racewalk run "))
    assert racewalk(*command.split()[1:]).exit_code == 0


@pytest.mark.parametrize(("cover", "steps"), [("taken", "1 step"), ("begun", "0 steps")])
def test_a_cover_is_reached_by_the_steps_before_it(racewalk: Racewalk, cover: str, steps: str) -> None:
    answer = racewalk("check", "-", "--reach", cover, stdin=COVERS)

    assert answer.exit_code == 0
    assert f"Reached: {steps} of this text lead" in answer.stdout


def test_what_no_schedule_reaches_exits_1_and_says_so(racewalk: Racewalk) -> None:
    result = racewalk("check", "lost-update", "-V", "locked", "--reach", "lost-update")

    assert result.exit_code == 1
    assert "Not reachable: no schedule of locked leads to lost-update; " in result.stdout
    assert told(racewalk, "lost-update", "-V", "locked", "--reach", "lost-update")["reached"] is False


def test_a_bound_that_ends_the_search_for_a_schedule_is_told(racewalk: Racewalk) -> None:
    result = racewalk("check", "lost-update", "-V", "locked", "--reach", "lost-update", "--max-states", "3")

    assert result.exit_code == 1
    assert "Unknown: the search of locked was cut short at its bound of 3 states, without lost-update." in result.stdout


def test_from_the_middle_of_a_run_only_what_follows_is_searched(racewalk: Racewalk) -> None:
    doomed = racewalk("check", "lost-update", "-V", "plain", "--from", "1.a1b1")
    safe = racewalk("check", "lost-update", "-V", "plain", "--from", "1.a2")

    assert doomed.exit_code == 1
    assert "After 2 steps of the given schedule:\nAlways: " in doomed.stdout
    assert "something can still go wrong from there" in doomed.stdout
    assert safe.exit_code == 0
    assert "Never: " in safe.stdout


def test_a_run_that_has_a_finding_already_is_not_called_well(racewalk: Racewalk) -> None:
    lost = racewalk("check", "uffd-copy", "-V", "patch-v1", "--from", "1.a5b14a2")

    assert lost.exit_code == 1
    assert "The given schedule already has lost-pte. What follows is only about what comes after" in lost.stdout
    assert "NOT AS EXPECTED: the given schedule already has lost-pte" in lost.stdout
    assert "Always: every run that begins so has lost-pte." in lost.stdout

    (line,) = racewalk("check", "uffd-copy", "-V", "patch-v1", "--from", "1.a5b14a2", "--json").stdout.splitlines()
    answer = json.loads(line)

    assert answer["verdict"] == "always"
    assert answer["already_found"] == ["lost-pte"]
    assert answer["schedule"] == answer["from"]
    assert answer["as_expected"] is False


def test_a_data_race_is_not_asked_for_by_switches(racewalk: Racewalk) -> None:
    refused = racewalk("check", "lost-update", "-V", "plain", "--reach", "data-race", "--mode", "switches")

    assert refused.exit_code == 2
    assert "hint: --mode shortest" in refused.stderr


def test_a_schedule_from_the_middle_of_a_run_is_told_whole(racewalk: Racewalk) -> None:
    answer = told(racewalk, "lost-update", "-V", "plain", "--from", "1.a1b1", "--reach", "lost-update")

    assert answer["from"].startswith("1.a1")
    assert answer["steps"] == 4
    assert racewalk("run", "lost-update", "-V", "plain", "-s", answer["schedule"]).exit_code == 0


def test_preemptions_can_be_bounded(racewalk: Racewalk) -> None:
    result = racewalk("check", "lost-update", "-V", "plain", "--max-preemptions", "0")

    assert "Unknown: the search of plain was cut short at its bound of 0 preemptions; " in result.stdout
    assert result.exit_code == 1
