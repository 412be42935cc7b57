"""What the command line prints keeps to the width of the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Racewalk

COMMANDS = [
    ["check", "uffd-copy", "-V", "patch-v1", "--from", "1.a5"],
    ["check", "uffd-copy", "-V", "patch-v1", "--from", "1.a2", "--mode", "shortest"],
    ["twin", "lost-update", "-V", "plain"],
    ["window", "lost-update", "-V", "plain"],
    ["map", "lost-update", "-V", "plain"],
    ["list", "lost"],
    ["list", "uffd"],
]


Narrow = Callable[[int], None]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Narrow:
    """Makes the output a terminal of so many columns."""
    for module in ("verdicts", "width", "twin"):
        monkeypatch.setattr(f"racewalk.cli.{module}.in_terminal", lambda: True)

    def set_columns(columns: int) -> None:
        monkeypatch.setattr("shutil.get_terminal_size", lambda fallback=None: os.terminal_size((columns, 24)))

    return set_columns


@pytest.mark.parametrize("columns", [60, 72])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_only_a_command_to_copy_is_wider_than_the_terminal(
    racewalk: Racewalk, narrow: Narrow, command: list[str], columns: int
) -> None:
    narrow(columns)

    lines = racewalk(*command).stdout.splitlines()

    assert lines
    assert [line for line in lines if len(line) > columns and "racewalk run" not in line] == []


def test_a_pipe_gets_sentences_whole(racewalk: Racewalk) -> None:
    told = racewalk("check", "uffd-copy", "-V", "patch-v1", "--from", "1.a5b14a2").stdout

    assert max(map(len, told.splitlines())) > 85


TWIN = ["twin", "uffd-copy", "-V", "patch-v1"]
WINDOW = ["window", "uffd-copy", "-V", "patch-v1"]


@pytest.mark.parametrize(
    ("command", "columns", "told"),
    [
        (TWIN, 60, "the runs stand below each other here, and side by side in a terminal of 70 columns"),
        (TWIN, 100, "some steps are cut short here; a terminal of 146 columns shows them whole"),
    ],
)
def test_a_narrow_terminal_is_told_what_a_wider_one_shows(
    racewalk: Racewalk, narrow: Narrow, command: list[str], columns: int, told: str
) -> None:
    narrow(columns)

    assert racewalk(*command).stderr == f"note: {told}\n"


def test_a_window_says_so_only_where_a_name_had_to_be_broken(
    racewalk: Racewalk, narrow: Narrow, tmp_path: Path
) -> None:
    name = "counter_of_everything_that_has_ever_been_counted"
    file = tmp_path / "long.c"
    file.write_text(
        f'u8 {name};\nCPU(0, "a") {{ {name}++; }}\nCPU(1, "b") {{ {name}++; }}\nfinally("lost: one", {name} == 2);\n'
    )

    narrow(40)
    broken = racewalk("window", str(file)).stderr
    narrow(80)
    whole = racewalk("window", str(file)).stderr

    assert broken == "note: names are broken across lines here; a terminal of 51 columns shows them whole\n"
    assert whole == ""


@pytest.mark.parametrize(("command", "columns"), [(TWIN, 146), (WINDOW, 60)])
def test_nothing_is_told_where_nothing_was_cut(
    racewalk: Racewalk, narrow: Narrow, command: list[str], columns: int
) -> None:
    narrow(columns)

    result = racewalk(*command)

    assert (result.stderr, "…" in result.stdout) == ("", False)


def test_a_pipe_gets_the_steps_of_a_twin_whole_and_no_note(racewalk: Racewalk) -> None:
    result = racewalk(*TWIN)

    assert (result.stderr, "…" in result.stdout) == ("", False)
    assert "spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)\n" in result.stdout
