"""`racewalk check`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from racewalk.lang.bundle import Bundle, print_bundle
from racewalk.scenario.catalog import shipped

from tests.cli.conftest import Racewalk
from tests.scenario.texts import lost


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.c"
    file.write_text(lost().get("own.c") or "")
    return file


def test_all_variants_as_expected_exit_0(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own))

    assert result.exit_code == 0
    assert "Sometimes: 4 steps of plain lead to lost-update: " in result.stdout
    assert "Never: no schedule of locked leads to lost-update; " in result.stdout


def test_a_verdict_that_is_not_expected_exits_1_and_is_named(racewalk: Racewalk, own: Path) -> None:
    own.write_text(own.read_text().replace("expect: sometimes", "expect: never"))

    result = racewalk("check", str(own))

    assert result.exit_code == 1
    assert "NOT AS EXPECTED: expected lost-update never, and it is sometimes" in result.stdout


def test_only_the_named_variants_are_checked(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own), "--variant", "locked", "--json")

    (line,) = result.stdout.splitlines()
    assert json.loads(line)["variant"] == "locked"


def test_json_is_one_line_per_variant(racewalk: Racewalk, own: Path) -> None:
    lines = racewalk("check", str(own), "--json").stdout.splitlines()

    assert [(json.loads(line)["variant"], json.loads(line)["verdict"]) for line in lines] == [
        ("plain", "sometimes"),
        ("locked", "never"),
    ]


def test_a_found_schedule_can_be_run(racewalk: Racewalk, own: Path) -> None:
    (line,) = racewalk("check", str(own), "--variant", "plain", "--json").stdout.splitlines()

    result = racewalk("run", str(own), "--variant", "plain", "--schedule", json.loads(line)["schedule"])

    assert result.exit_code == 0
    assert "*** lost-update" in result.stdout


def test_a_file_without_expectations_passes_only_when_nothing_is_found(racewalk: Racewalk) -> None:
    fine = racewalk("check", "-", stdin='u8 x;\nCPU(0, "w") { x = 1; }\nCPU(1, "r") { u8 y = x; }')
    wrong = racewalk("check", "-", stdin='u8 x;\nu8 *p = &x;\nCPU(0, "w") { p = NULL; }\nCPU(1, "r") { *p = 1; }')

    assert fine.exit_code == 0
    assert wrong.exit_code == 1
    assert "null-dereference" in wrong.stdout


def test_a_bundle_in_one_file_is_taken_apart(racewalk: Racewalk) -> None:
    text = (
        '/*--- file: main.c ---*/\n#include "lib.c"\nu8 x;\nCPU(0, "w") { set(&x); }\n'
        "/*--- file: lib.c ---*/\nvoid set(u8 *p) { *p = 1; }\n"
    )

    assert racewalk("check", "-", stdin=text).exit_code == 0


def test_a_library_file_in_a_bundle_of_one_file_stands_for_the_library_s(racewalk: Racewalk, tmp_path: Path) -> None:
    main, path = shipped().bundle("uffd-copy"), "mm/khugepaged/retract.patch-v1.c"
    assert main is not None
    routine = shipped().library(path)
    assert routine is not None
    old = "\t\tpgt_pmd = pmdp_collapse_flush(vma, addr, pmd);\t\t\t/* V9 */\n"
    new = "\t\tif (vma->anon_vma) {\n\t\t\tspin_unlock(ptl);\n\t\t\tspin_unlock(pml);\n\t\t\tcontinue;\n\t\t}\n" + old
    assert old in routine
    file = tmp_path / "fixed.c"
    file.write_text(print_bundle(Bundle.of([*main, (path, routine.replace(old, new))])))

    result = racewalk("check", str(file), "--variant", "patch-v1", "--json")

    assert '"verdict": "never"' in result.stdout


def test_the_memory_model_is_told_once_for_all_variants(racewalk: Racewalk, own: Path) -> None:
    assert racewalk("check", str(own)).stdout.count("Memory: sequentially consistent.") == 1


ENDLESS = """
bool x; u8 n;
CPU(0, "waits") { while (!x) ; n = 1; }
CPU(1, "writes") { x = n == 1; }
finally("lost: n is two", n == 2);
"""


def test_runs_that_never_end_prove_nothing_about_their_ends(racewalk: Racewalk) -> None:
    result = racewalk("check", "-", stdin=ENDLESS)
    (line,) = racewalk("check", "-", "--json", stdin=ENDLESS).stdout.splitlines()

    assert result.exit_code == 1
    assert "The verdict is vacuous: no schedule comes to its end, so no end was ever judged." in result.stdout
    assert json.loads(line)["vacuous"] == ["the end of a run"]
    assert json.loads(line)["as_expected"] is False


def test_a_search_that_was_cut_short_calls_no_cover_unreached(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own), "--variant", "locked", "--max-states", "2")

    assert "cut short at its bound of 2 states" in result.stdout
    assert "vacuous" not in result.stdout


def test_a_finding_comes_with_the_whole_command_that_replays_it(racewalk: Racewalk, own: Path) -> None:
    lines = [line.strip() for line in racewalk("check", str(own)).stdout.splitlines()]
    (command,) = [line for line in lines if line.startswith("racewalk run ")]

    assert f"{own} --variant plain --schedule 1." in command
    assert "*** lost-update" in racewalk(*command.split()[1:]).stdout


def test_several_scenarios_are_checked_in_one_go(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", "lost-update", str(own), "--json")

    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [one["scenario"] for one in told] == ["lost-update"] * 3 + ["own"] * 2


def test_one_scenario_of_several_that_is_not_as_expected_exits_1(racewalk: Racewalk, own: Path) -> None:
    own.write_text(own.read_text().replace("expect: sometimes", "expect: never"))

    assert racewalk("check", str(own), "lost-update").exit_code == 1


def test_a_file_that_is_too_large_is_told_its_size(racewalk: Racewalk, tmp_path: Path) -> None:
    file = tmp_path / "large.c"
    file.write_bytes(b"x" * 1_234_567)

    result = racewalk("check", str(file))

    assert result.exit_code == 2
    assert "has 1,234,567 bytes; at most " in result.stderr


def test_bounds_end_a_search_that_then_proves_nothing(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own), "--variant", "locked", "--max-states", "4")

    assert result.exit_code == 1
    assert "never (bounded)" not in result.stdout
    assert "bound of 4 states" in result.stdout


def test_cut_fuses_must_agree(racewalk: Racewalk, own: Path) -> None:
    own.write_text(own.read_text().replace("counter++;", "fuse { counter++; }"))

    result = racewalk("check", str(own), "--cut-fuses")

    assert result.exit_code == 1
    assert "with the fuses cut lost-update is sometimes" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--max-memory", "3x"], "'3x' is no size; 512M and 8G are"),
        (["--max-preemptions", "-1"], "'-1' is no whole number"),
        (["--max-states", "0"], "at least 1"),
        (["--mode", "fast"], "invalid choice: 'fast'"),
        (["--mode", "prove", "--reach", "deadlock"], "--reach asks for one schedule"),
        (["--cut-fuses", "--reach", "deadlock"], "--cut-fuses compares verdicts on all schedules"),
        (["--exact", "--compact"], "not allowed with"),
        (["--reach", "lost-updat"], "no finding, no cover and no step that is called 'lost-updat'"),
        (["--from", "1.a9"], "the schedule cannot be followed"),
        (["--from", "nonsense"], "a schedule begins with"),
        (["-V", "locked", "--from", "1.a1b1"], "--from of lost-update locked: the schedule cannot be followed"),
    ],
)
def test_a_question_that_cannot_be_asked_exits_2_and_says_why(
    racewalk: Racewalk, arguments: list[str], words: str
) -> None:
    result = racewalk("check", "lost-update", *arguments)

    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_from_the_middle_of_a_run_only_what_follows_is_searched(racewalk: Racewalk) -> None:
    doomed = racewalk("check", "lost-update", "-V", "plain", "--from", "1.a1b1")
    safe = racewalk("check", "lost-update", "-V", "plain", "--from", "1.a2")

    assert doomed.exit_code == 1
    assert "After 2 steps of the given schedule:\nAlways: " in doomed.stdout
    assert "lost-update (always, 4 steps in all)" in doomed.stdout  # told whole, so that it can be run
    assert "something can still go wrong from there" in doomed.stdout
    assert safe.exit_code == 0
    assert "Never: " in safe.stdout


def test_a_goal_that_nobody_knows_is_corrected(racewalk: Racewalk) -> None:
    assert "did you mean 'lost-update'?" in racewalk("check", "lost-update", "--reach", "lost-updat").stderr


def test_the_help_tells_every_option_and_every_exit_status(racewalk: Racewalk) -> None:
    told = racewalk("check", "--help")

    assert told.exit_code == 0
    assert "--max-preemptions N" in told.stdout
    assert "130: stopped by" in told.stdout


# -- wrong input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "steps"])
def test_a_text_with_errors_is_shown_with_a_caret_and_exits_2(racewalk: Racewalk, command: str) -> None:
    result = racewalk(command, "-", stdin='CPU(0, "a") {\n\ty = 1;\n}\n')

    assert result.exit_code == 2
    assert "stdin.c:2:2: error: " in result.stderr
    assert "^" in result.stderr
    assert result.stdout == ""


def test_a_scenario_in_which_nobody_makes_a_step_says_so(racewalk: Racewalk) -> None:
    alone = racewalk("check", "-", stdin='u8 x; CPU(0, "a") { x = 1; }')

    assert "Nobody makes a step: no actor takes a lock, or touches memory that another one touches" in alone.stdout
    assert "Nobody makes a step" not in racewalk("check", "lost-update").stdout


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no-such-scenario", "there is no scenario and no file"),
        ("uffd-cop", "did you mean 'uffd-copy'"),
        ("UFFD_COPY.c", "did you mean 'uffd-copy'"),
        ("/no/such/file.c", "there is no scenario and no file '/no/such/file.c'"),
        ("/", "'/' is a folder\nhint: `racewalk check --all /`"),
        ("a\0b", "no name of a file"),
        ("", "the name of a scenario or a file is empty"),
        ("/dev/zero", "has more than 65,536 bytes"),
    ],
)
def test_a_target_that_cannot_be_read_exits_2_and_says_why(racewalk: Racewalk, target: str, words: str) -> None:
    result = racewalk("check", target)

    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"\x1b[2Jx",
        b"x" * 200_000,
        b"/*---\n&a [*a]\n---*/",
        b'#include "../x"',
        b"\r\n" * 9,
    ],
)
def test_any_bytes_give_a_diagnostic_and_nothing_that_a_terminal_obeys(racewalk: Racewalk, data: bytes) -> None:
    result = racewalk("check", "-", stdin=data)

    assert result.exit_code == 2
    assert "error" in result.stderr
    assert "\x1b" not in result.output
    assert "Traceback" not in result.output


def test_titles_and_messages_of_a_text_cannot_command_the_terminal(racewalk: Racewalk) -> None:
    text = '/*---\ntitle: "a \\e[2J b"\n---*/\nu8 x;\nCPU(0, "w") { assert(x == 1, "k: \x07 [bold]no"); }\n'

    result = racewalk("check", "-", stdin=text)

    assert "\x1b" not in result.output
    assert "\x07" not in result.output


def test_an_unknown_variant_exits_2_and_names_those_that_exist(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own), "--variant", "lockd")

    assert result.exit_code == 2
    assert "plain, locked" in result.stderr
    assert "did you mean 'locked'" in result.stderr


def test_what_is_odd_but_not_wrong_is_a_warning_beside_the_verdict(racewalk: Racewalk) -> None:
    header = '/*---\ntitle: T\nnotes: [{at: "w: x = 2", say: here}]\n---*/\n'
    text = header + 'u8 x;\nCPU(0, "w") { x = 1; }\nCPU(1, "r") { x; }'

    result = racewalk("check", "-", stdin=text)

    assert result.exit_code == 0
    assert "warning: no step of this text is called 'w: x = 2'" in result.stderr
    assert "warning" not in result.stdout


def test_the_headline_is_about_a_finding_that_has_its_verdict(racewalk: Racewalk, tmp_path: Path) -> None:
    file = tmp_path / "own.c"
    file.write_text(
        'u8 x;\nCPU(0, "one") { x = 1; x = 2; x = 3; report("late: after all"); }\n'
        'CPU(1, "two") { if (x == 1) report("early: in the middle"); }\n'
    )

    text = racewalk("check", str(file)).stdout

    assert "this text  always       3 " in text
    assert "Always: every complete schedule of this text has late, the first after 3 steps" in text


def test_a_reader_that_has_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "racewalk.cli", "check", "lost-update"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""
    assert process.returncode == 1


def test_an_audit_does_every_transition_by_the_interpreter_as_well(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own), "--variant", "plain", "--audit")

    assert result.exit_code == 0
    assert "audit of own plain: all 14 transitions are those of the interpreter" in result.stderr


def test_an_audit_is_of_all_transitions(racewalk: Racewalk, own: Path) -> None:
    result = racewalk("check", str(own), "--audit", "--mode", "shortest")

    assert result.exit_code == 2
    assert "--audit looks at all transitions" in result.stderr
