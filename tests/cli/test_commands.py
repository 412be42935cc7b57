"""The other commands, and what is true of all."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Racewalk

BACKEND = Path(__file__).resolve().parents[2] / "backend"


def test_run_prints_one_column_per_actor_and_the_report(racewalk: Racewalk) -> None:
    result = racewalk("run", "lost-update", "--schedule", "1.a1b1a1b1")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[2].split() == ["CPU", "0:", "first", "CPU", "1:", "second"]
    assert "*** lost-update: " in result.stdout
    assert "At the end of the run:\nproperty violated: the counter is two" in result.stdout
    assert "Comm:" not in result.stdout


def test_the_report_of_a_deadlock_names_the_circle_once_and_blames_nobodys_last_step(racewalk: Racewalk) -> None:
    told = json.loads(racewalk("check", "dining", "-V", "in-order", "--json").stdout)

    text = racewalk("run", "dining", "-V", "in-order", "-s", told["schedule"]).stdout

    assert "*** deadlock: CPU 0 -> CPU 1 -> CPU 2 -> CPU 0 wait for each other" in text
    assert "Comm:" not in text


def test_run_stops_where_a_schedule_cannot_be_followed_and_exits_1(racewalk: Racewalk) -> None:
    result = racewalk("run", "lost-update", "--variant", "locked", "--schedule", "1.a1b1")

    assert result.exit_code == 1
    assert "Stopped before step 2: CPU 1 waits for lock, held by CPU 0." in result.stdout
    assert "  a1    CPU 0 can read counter." in result.stdout


def test_run_without_a_schedule_tells_who_can_go_and_how_to_go_on(racewalk: Racewalk) -> None:
    text = racewalk("run", "lost-update").stdout

    assert "The run is at its start.\n  a1    CPU 0 can read counter.\n  b1    CPU 1 can read counter.\n" in text
    assert "racewalk run lost-update --variant plain --schedule 1.a1" in text


def test_after_an_incomplete_schedule_run_tells_who_waits_for_what(racewalk: Racewalk) -> None:
    result = racewalk("run", "lost-update", "--variant", "locked", "--schedule", "1.a1")

    assert result.exit_code == 0
    assert "The run is not at its end." in result.stdout
    assert "CPU 1 waits for lock, held by CPU 0." in result.stdout


def test_the_command_that_run_proposes_goes_one_step_further(racewalk: Racewalk) -> None:
    text, steps = racewalk("run", "dining", "--variant", "in-order").stdout, 0

    while "To go on" in text:
        steps += 1
        command = next(line for line in text.splitlines() if line.startswith("racewalk run "))
        text = racewalk(*command.split()[1:]).stdout

    assert steps > 3
    assert "The run has ended; nothing was found." in text


def test_at_the_end_of_a_run_it_is_told_what_was_found(racewalk: Racewalk) -> None:
    assert "The run has ended; found: lost-update." in racewalk("run", "lost-update", "-s", "1.a1b1a1b1").stdout
    assert "The run has ended; nothing was found." in racewalk("run", "lost-update", "-s", "1.a2b2").stdout


def test_run_as_json_tells_every_step(racewalk: Racewalk) -> None:
    told = json.loads(racewalk("run", "lost-update", "--schedule", "1.a1b1a1b1", "--json").stdout)

    assert [(step["number"], step["actor"]) for step in told["steps"]] == [(1, "a"), (2, "b"), (3, "a"), (4, "b")]
    assert [finding["kind"] for finding in told["steps"][3]["findings"]] == ["lost-update"]
    assert told["stopped"] is None


@pytest.mark.parametrize("schedule", ["", "1.", "1.a1b1a1b1", "nonsense", "1.a0", "1.\x1b[2J", "1.a99999"])
def test_any_schedule_is_followed_or_refused(racewalk: Racewalk, schedule: str) -> None:
    result = racewalk("run", "lost-update", "--schedule", schedule)

    assert result.exit_code in (0, 2)
    assert "\x1b" not in result.output


def test_list_names_every_scenario_and_variant(racewalk: Racewalk) -> None:
    text = racewalk("list").stdout
    by_id = {told["id"]: told for told in map(json.loads, racewalk("list", "--json").stdout.splitlines())}

    assert "uffd-copy" in text
    assert "patch-v1" in text
    assert {variant["id"]: variant["verdict"] for variant in by_id["lost-update"]["variants"]} == {
        "plain": "sometimes",
        "locked": "never",
        "atomic": "never",
    }


def test_list_shows_the_groups_with_the_mail_first(racewalk: Racewalk) -> None:
    lines = racewalk("list").stdout.splitlines()

    assert lines[:2] == ["The mail", "--------"]
    assert lines.index("First steps") > lines.index("The mail")


def test_list_can_be_asked_for_scenarios_with_some_words(racewalk: Racewalk) -> None:
    found = racewalk("list", "UFFDIO", "lost-pte", "--json").stdout.splitlines()
    nothing = racewalk("list", "UFFDIO", "philosophers")

    assert "uffd-copy" in [json.loads(line)["id"] for line in found]
    assert "dining" not in [json.loads(line)["id"] for line in found]
    assert (nothing.exit_code, nothing.stdout) == (1, "")


def test_list_fits_100_columns(racewalk: Racewalk) -> None:
    assert max(map(len, racewalk("list").stdout.splitlines())) <= 100


def test_new_of_a_file_name_proposes_the_name_alone(racewalk: Racewalk) -> None:
    assert "`racewalk new mine` writes mine.c" in racewalk("new", "mine.c").stderr


@pytest.mark.parametrize("command", ["run", "steps"])
def test_a_command_begins_with_the_variant_that_its_file_begins_with(racewalk: Racewalk, command: str) -> None:
    named = racewalk(command, "uffd-copy", "--variant", "patch-v1", *(["-s", "1.a5"] if command == "run" else []))
    free = racewalk(command, "uffd-copy", *(["-s", "1.a5"] if command == "run" else []))

    assert free.stdout == named.stdout


def test_steps_tell_label_text_place_footprint_and_when_they_block(racewalk: Racewalk) -> None:
    text = racewalk("steps", "lost-update", "--variant", "locked").stdout

    assert text.startswith('a: CPU 0 "first", 4 steps\n')
    first = text.split("  a1 ")[0]
    assert "a0 increment: spin_lock(&lock)" in first
    assert "at      lost-update.c:" in first
    assert "touches L lock" in first
    assert "blocks " in first


def test_new_writes_a_scenario_that_checks_and_overwrites_nothing(
    racewalk: Racewalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    first, again = racewalk("new", "my-race"), racewalk("new", "my-race")

    assert first.exit_code == 0
    assert racewalk("check", "my-race.c").exit_code == 0
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_new_begins_with_another_template_when_asked(
    racewalk: Racewalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    made, unknown = racewalk("new", "mine", "--like", "lock-order"), racewalk("new", "other", "--like", "lock-ordr")

    assert made.exit_code == 0
    assert "deadlock" in racewalk("check", "mine.c").stdout
    assert unknown.exit_code == 2
    assert "did you mean 'lock-order'?" in unknown.stderr


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A B", "x" * 80, "-x"])
def test_new_takes_only_a_name(racewalk: Racewalk, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert racewalk("new", name).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_file_beside_a_name_that_is_no_scenario_is_proposed(
    racewalk: Racewalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    racewalk("new", "my-race")

    assert "did you mean the file my-race.c?" in racewalk("check", "my-race").stderr


def test_the_version_is_told(racewalk: Racewalk) -> None:
    result = racewalk("--version")

    assert result.exit_code == 0
    assert result.stdout.startswith("racewalk ")


@pytest.mark.parametrize("arguments", [["check"], ["run"], ["fly"], ["check", "lost-update", "--max-states", "x"]])
def test_a_wrong_call_exits_2(racewalk: Racewalk, arguments: list[str]) -> None:
    assert racewalk(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["run"], "error: missing argument 'ID|FILE'", "run --help` tells more"),
        (["lst"], "error: no such command 'lst'. Did you mean 'list'?", "--help` tells more"),
        (["stats", "dining", "--max-states", "0"], "it should be greater than or equal to 1", "stats --help`"),
        (["export", "dining", "--to", "gif"], "'gif' is not one of 'text', 'md'", "export --help`"),
        (["run", "dining", "--kind", "deadlock"], "error: --kind says what the lights are about", "add --lights"),
        (["check", "dining", "--max-states", "9" * 30], "of at most 18 digits", "check --help`"),
    ],
)
def test_every_command_says_what_is_wrong_with_a_call_and_what_to_do(
    racewalk: Racewalk, arguments: list[str], error: str, hint: str
) -> None:
    told = racewalk(*arguments)

    assert (told.exit_code, told.stdout) == (2, "")
    first, second = told.stderr.splitlines()
    assert error in first
    assert second.startswith("hint: ")
    assert hint in second


def test_without_arguments_the_commands_and_the_exit_statuses_are_told(racewalk: Racewalk) -> None:
    told = racewalk()

    assert told.exit_code == 2
    assert "  serve     Serve the page." in told.stdout
    assert "Exit status of every command" in told.stdout
    assert "..." not in told.stdout.partition("Commands:")[2]  # no line is cut


def test_list_says_when_no_scenario_has_the_words(racewalk: Racewalk) -> None:
    assert racewalk("list", "no-such", "word").stderr == "No scenario has no-such and word.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["list", "check"])
def test_output_that_cannot_be_written_is_an_error_in_words(command: str) -> None:
    arguments = [command] if command == "list" else [command, "lost-update"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "racewalk.cli", *arguments],
            env={"PYTHONPATH": str(BACKEND)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )

    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


def test_the_command_line_starts_without_the_web_stack() -> None:
    code = (
        "import sys; sys.argv = ['racewalk', 'check', 'lost-update']\n"
        "import racewalk.cli\n"
        "try:\n    racewalk.cli.main()\nexcept SystemExit as done:\n    assert not done.code\n"
        "loaded = {'fastapi', 'starlette', 'uvicorn', 'websockets', 'racewalk.api', 'rich.table'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(BACKEND)}, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


# -- export --------------------------------------------------------------------------------------------


def test_export_prints_promela_with_every_step_of_the_variant(racewalk: Racewalk) -> None:
    text = racewalk("export", "lost-update", "--variant", "locked", "--to", "promela").stdout

    assert text.startswith("/* lost-update, version locked (model ")
    assert "/* a1 increment: counter */" in text
    assert "active proctype b_second()" in text


def test_export_with_fuses_cut_has_more_steps(racewalk: Racewalk) -> None:
    whole = racewalk("export", "uffd-copy", "-V", "v6.6", "--to", "promela").stdout
    cut = racewalk("export", "uffd-copy", "-V", "v6.6", "--to", "promela", "--cut-fuses").stdout

    assert "fuses cut" in cut.splitlines()[0]
    assert cut.count(":: d_step") > whole.count(":: d_step")


def test_export_writes_to_a_file_or_says_why_not(racewalk: Racewalk, tmp_path: Path) -> None:
    file = tmp_path / "x.pml"

    assert racewalk("export", "lost-update", "--to", "promela", "-o", str(file)).stdout == ""
    assert file.read_text().startswith("/* lost-update")
    refused = racewalk("export", "lost-update", "--to", "promela", "-o", str(tmp_path / "no" / "x.pml"))
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr


def test_export_refuses_what_promela_cannot_say_and_says_what_it_is(racewalk: Racewalk, tmp_path: Path) -> None:
    file = tmp_path / "big.c"
    file.write_text('u16 x = 9; CPU(0, "a") { x = (x * x * x * x) & 7; } CPU(1, "b") { x = 2; }\n')

    refused = racewalk("export", str(file), "--to", "promela")

    assert refused.exit_code == 2
    assert "cannot be exported to promela: the result of a * can need more than 62 bits" in refused.stderr


def test_export_draws_a_run_for_a_commit_message(racewalk: Racewalk) -> None:
    text = racewalk("export", "lost-update", "-V", "plain", "--schedule", "1.a1b1a1b1", "--to", "text").stdout

    assert text.splitlines()[0].split() == ["CPU0", "(first)", "CPU1", "(second)"]
    assert text.splitlines()[-1].startswith("*** ")


def test_export_without_a_schedule_takes_the_run_with_the_fewest_switches(racewalk: Racewalk) -> None:
    told = json.loads(racewalk("export", "lost-update", "-V", "plain", "--to", "json").stdout)

    assert sum(step["switch"] for step in told["steps"]) == 2
    assert told["steps"][-1]["findings"][0]["kind"] == "lost-update"


def test_export_says_when_there_is_no_run_to_show(racewalk: Racewalk) -> None:
    nothing = racewalk("export", "lost-update", "-V", "locked", "--to", "svg")

    assert nothing.exit_code == 1
    assert "No schedule of locked was found that has lost-update; give one with --schedule." in nothing.stderr


def test_export_refuses_a_schedule_that_cannot_be_followed(racewalk: Racewalk) -> None:
    refused = racewalk("export", "lost-update", "-V", "locked", "--to", "md", "--schedule", "1.a1b1")

    assert refused.exit_code == 1
    assert "The schedule stops before step 2: CPU 1 waits for" in refused.stderr


def test_export_writes_pictures_as_bytes(racewalk: Racewalk, tmp_path: Path) -> None:
    file = tmp_path / "run.png"

    assert racewalk("export", "lost-update", "-V", "plain", "--to", "png", "-o", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG")


def test_export_to_promela_takes_no_schedule(racewalk: Racewalk) -> None:
    assert racewalk("export", "lost-update", "--to", "promela", "--schedule", "1.a1").exit_code == 2


# -- ablate --------------------------------------------------------------------------------------------


def test_ablate_says_what_is_needed_and_how_to_see_it(racewalk: Racewalk) -> None:
    told = racewalk("ablate", "lost-update", "-V", "locked").stdout

    assert told.splitlines()[3].split()[:5] == ["increment:", "spin_lock(&lock)", "lock", "needed", "lost-update"]
    (command,) = [line.strip() for line in told.splitlines() if line.strip().startswith("racewalk run")]
    replayed = racewalk(*shlex.split(command)[1:])
    assert replayed.exit_code == 0
    assert "lost-update" in replayed.stdout
    assert told.splitlines()[-1] == "1 needed."


def test_ablate_shows_what_is_needed_first_as_the_page_does(racewalk: Racewalk) -> None:
    told = racewalk("ablate", "uffd-copy", "-V", "v6.6", "-f", "retract_page_tables").stdout

    table = [line for line in told.split("\n\n")[1].splitlines()[1:] if "retract_page_tables: " in line]
    needed = ["  needed  " in line for line in table]
    assert any(needed)
    assert not all(needed)
    assert needed == sorted(needed, reverse=True)
    assert told.splitlines()[-1].startswith("Redundant here: ")


def test_ablate_gives_one_object_a_line(racewalk: Racewalk) -> None:
    (row,) = map(json.loads, racewalk("ablate", "lost-update", "-V", "locked", "--json").stdout.splitlines())

    assert (row["without"], row["what"], row["outcome"]) == ("increment: spin_lock(&lock)", "lock", "needed")
    assert (row["file"], row["kind"]) == ("lost-update.c", "lost-update")


@pytest.mark.parametrize("command", [("ablate", "--name"), ("run", "--without"), ("export", "--to=text", "--without")])
def test_what_cannot_be_left_out_is_refused_with_what_was_perhaps_meant(
    racewalk: Racewalk, command: tuple[str, ...]
) -> None:
    verb, option = command[0], list(command[1:])

    refused = racewalk(verb, "lost-update", "-V", "locked", *option, "increment: spin_lock(&lok)")

    assert refused.exit_code == 2
    assert "did you mean 'increment: spin_lock(&lock)'" in refused.stderr
