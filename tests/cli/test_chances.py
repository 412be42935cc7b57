"""`racewalk stats`, `racewalk minimise` and `racewalk run --lights`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Racewalk

BACKEND = Path(__file__).resolve().parents[2] / "backend"
SPINS = 'bool flag;\nCPU(0, "spins") { while (!flag) { } }\nCPU(1, "other") { if (flag) flag = false; }'


def test_stats_says_how_many_schedules_have_the_finding(racewalk: Racewalk) -> None:
    text = racewalk("stats", "lost-update").stdout

    assert "4 of 6 schedules have lost-update." in text
    assert "with the same probability meets lost-update in 50 % of the runs." in text
    assert "It takes at least 1 preemption, with 2 switches." in text


def test_stats_of_a_repaired_variant_are_all_zero(racewalk: Racewalk) -> None:
    text = racewalk("stats", "lost-update", "--variant", "locked").stdout

    assert "None of 2 schedules has lost-update.\nMemory: " in text


def test_stats_as_json_has_exact_numbers_as_text(racewalk: Racewalk) -> None:
    told = json.loads(racewalk("stats", "uffd-copy", "--variant", "patch-v1", "--json").stdout)

    assert (told["states"], told["transitions"], told["method"]) == (4_732, 11_575, "exact")
    assert told["kind"] == "lost-pte"
    assert int(told["schedules"]) > 2**60
    assert told["preemptions"] == 1
    assert 0.11 < told["probability"] < 0.12


def test_stats_of_what_does_not_fit_are_sampled_and_say_so(racewalk: Racewalk) -> None:
    text = racewalk("stats", "dining", "--max-states", "20").stdout

    assert "with 95 % confidence" in text
    assert "That is a sample, as the graph does not fit within 20 states" in text
    assert racewalk("stats", "dining", "--max-states", "20").stdout == text


def test_stats_of_cyclic_graphs_do_not_count_schedules(racewalk: Racewalk) -> None:
    text = racewalk("stats", "-", stdin=SPINS).stdout

    assert "Its graph has cycles, so its schedules are not counted" in text


def test_a_livelock_is_in_no_single_schedule(racewalk: Racewalk) -> None:
    result = racewalk("stats", "-", "--kind", "livelock", stdin=SPINS)

    assert result.exit_code == 2
    assert "racewalk check` finds it" in result.stderr


def test_check_finds_a_livelock_and_leads_there(racewalk: Racewalk) -> None:
    text = racewalk("check", "-", stdin=SPINS).stdout

    assert "livelock (always, 1 step): CPU 0 goes round for ever, and can never finish" in text


def test_minimise_prints_the_shorter_schedule_and_how_to_run_it(racewalk: Racewalk) -> None:
    text = racewalk(
        "minimise", "uffd-copy", "--variant", "patch-v1", "--schedule", "1.a1b1a1b14a5", "--kind", "lost-pte"
    ).stdout

    assert "Given:  22 steps, 4 switches, 3 preemptions." in text
    assert "Now:    21 steps, 2 switches" in text
    command = next(line for line in text.splitlines() if line.startswith("racewalk run "))
    assert "*** lost-pte" in racewalk(*command.split()[1:]).stdout


def test_minimise_as_json(racewalk: Racewalk) -> None:
    told = json.loads(racewalk("minimise", "lost-update", "-s", "1.b1a1b1a1", "--by", "switches", "--json").stdout)

    assert told["before"] == {"preemptions": 2, "switches": 3, "steps": 4}
    assert told["after"] == {"preemptions": 1, "switches": 2, "steps": 4}
    assert told["kind"] == "lost-update"


def test_minimise_says_why_there_is_nothing_to_keep(racewalk: Racewalk) -> None:
    fine = racewalk("minimise", "lost-update", "--schedule", "1.a2b2")
    impossible = racewalk("minimise", "lost-update", "--variant", "locked", "--schedule", "1.a1b1")
    unreadable = racewalk("minimise", "lost-update", "--schedule", "nonsense")

    assert (fine.exit_code, fine.stdout) == (1, "The schedule has no finding, so there is nothing to keep.\n")
    assert impossible.exit_code == 1
    assert "The schedule stops before step 2: CPU 1 waits for lock, held by CPU 0." in impossible.stdout
    assert unreadable.exit_code == 2


def test_run_with_lights_says_what_each_move_leads_to(racewalk: Racewalk) -> None:
    text = racewalk("run", "lost-update", "--schedule", "1.a1", "--lights").stdout

    assert "a1    CPU 0 can write counter back; then lost-update is out of reach." in text
    assert "b1    CPU 1 can read counter; then lost-update is unavoidable." in text
    last = racewalk("run", "lost-update", "--schedule", "1.a1b1a1", "--lights").stdout
    assert "b1    CPU 1 can write counter back; lost-update happens now." in last
    told = json.loads(racewalk("run", "lost-update", "--schedule", "1.a1", "--lights", "--json").stdout)
    assert told["lights"] == {"a1": "out-of-reach", "b1": "unavoidable"}


def test_check_and_run_do_not_import_numpy() -> None:
    code = (
        "import sys\n"
        "from racewalk.cli.app import app\n"
        "for arguments in (['check', 'lost-update'], ['run', 'lost-update'], ['check', 'dining']):\n"
        "    app(arguments, standalone_mode=False)\n"
        "assert 'numpy' not in sys.modules\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(BACKEND)}, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    "command",
    [("stats", "lost-update"), ("run", "lost-update", "--lights"), ("minimise", "lost-update", "--schedule", "1.a1")],
)
def test_a_kind_that_no_finding_has_is_refused(racewalk: Racewalk, command: tuple[str, ...]) -> None:
    result = racewalk(*command, "--kind", "lost-updat")

    assert result.exit_code == 2
    assert result.stderr == "error: no finding of plain is called 'lost-updat'\nhint: did you mean 'lost-update'?\n"
