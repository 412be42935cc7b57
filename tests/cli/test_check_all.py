"""`racewalk check --all`: a table of all verdicts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Racewalk
from tests.scenario.proven import read_proven

RACE = """\
/*---
title: Is it lost?
asks: lost
variants:
  v6.4:   {expect: never, define: {LOCKED: true}}
  v6.6:   {expect: %s}
  no-lock: {expect: sometimes}
---*/
#include "count.c"
#define LOCKED false
CPU(0, "one") { count(); }
CPU(1, "two") { count(); }
finally("lost: both count", counter == 2);
"""
LIBRARY = """\
spinlock_t lock;
u8 counter;
fuse void count(void) { if (LOCKED) spin_lock(&lock); counter++; if (LOCKED) spin_unlock(&lock); }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scenarios and a library; in one of them a verdict is not as expected."""
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "count.c").write_text(LIBRARY.replace("fuse ", ""))
    (tmp_path / "right.c").write_text(RACE % "sometimes")
    (tmp_path / "wrong.c").write_text(RACE % "never")
    (tmp_path / "README.md").write_text("no scenario")
    return tmp_path


def test_all_variants_of_a_folder_are_told_in_one_table(racewalk: Racewalk, folder: Path) -> None:
    result = racewalk("check", "--all", str(folder), "--jobs", "1")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "scenario  v6.4    v6.6    other variants",
        "right     N       S       no-lock S",
        "wrong     N       S!      no-lock S",
        "",
        "A: every schedule has it. S: some schedule does. N: none does. ?: a bound ended the search. !: not expected.",
        "  wrong v6.6: expected lost never, and it is sometimes",
        "6 variants of 2 scenarios: 1 NOT AS EXPECTED.",
    ]


def test_where_every_cell_holds_it_exits_0(racewalk: Racewalk, folder: Path) -> None:
    (folder / "wrong.c").unlink()

    result = racewalk("check", "--all", str(folder), "--jobs", "1")

    assert result.exit_code == 0
    assert result.stdout.endswith("3 variants of 1 scenario: all as expected.\n")


def test_several_processes_say_what_one_says(racewalk: Racewalk, folder: Path) -> None:
    one, two = (racewalk("check", "--all", str(folder), "--jobs", jobs) for jobs in ("1", "2"))

    assert (two.stdout, two.exit_code) == (one.stdout, one.exit_code)


def test_json_is_one_line_per_variant_as_check_has_it(racewalk: Racewalk, folder: Path) -> None:
    lines = racewalk("check", "--all", str(folder), "--jobs", "1", "--json").stdout.splitlines()
    alone = racewalk("check", str(folder / "wrong.c"), "--json", "-V", "v6.4")

    told = [json.loads(line) for line in lines]
    assert [(one["scenario"], one["variant"], one["as_expected"]) for one in told] == [
        ("right", "v6.4", True),
        ("right", "v6.6", True),
        ("right", "no-lock", True),
        ("wrong", "v6.4", True),
        ("wrong", "v6.6", False),
        ("wrong", "no-lock", True),
    ]
    assert alone.exit_code == 2, "its library is in another folder"


def test_a_fuse_that_hides_a_verdict_shows_when_it_is_cut(racewalk: Racewalk, folder: Path) -> None:
    (folder / "wrong.c").unlink()
    (folder / "kernel" / "count.c").write_text(LIBRARY)
    (folder / "right.c").write_text(
        (RACE % "never").replace("no-lock: {expect: sometimes}", "no-lock: {expect: never}")
    )

    kept = racewalk("check", "--all", str(folder), "--jobs", "1")
    cut = racewalk("check", "--all", str(folder), "--jobs", "1", "--cut-fuses")

    assert (kept.exit_code, cut.exit_code) == (0, 1)
    assert "right v6.6: with the fuses cut lost is sometimes, and not never" in cut.stdout


def test_only_the_named_variants_are_looked_at(racewalk: Racewalk, folder: Path) -> None:
    result = racewalk("check", "--all", str(folder), "--jobs", "1", "-V", "v6.4")

    assert result.stdout.splitlines()[-1] == "2 variants of 2 scenarios: all as expected."


def test_a_text_that_does_not_compile_is_named_and_exits_2(racewalk: Racewalk, folder: Path) -> None:
    (folder / "wrong.c").write_text('CPU(0, "one") { what }')

    result = racewalk("check", "--all", str(folder), "--jobs", "1")

    assert result.exit_code == 2
    assert "\n  wrong: " in result.stdout
    assert "\n    hint: " in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--all", "--reach", "x"], ["--all", "nowhere"], ["--all", ".", "."], ["--jobs", "2", "dining"], []],
)
def test_a_wrong_call_exits_2(racewalk: Racewalk, arguments: list[str]) -> None:
    assert racewalk("check", *arguments).exit_code == 2


def test_all_needs_scenarios(racewalk: Racewalk, tmp_path: Path) -> None:
    assert "there is no scenario in" in racewalk("check", "--all", str(tmp_path)).stderr


@pytest.mark.slow
def test_everything_that_ships_is_as_its_file_expects(racewalk: Racewalk) -> None:
    result = racewalk("check", "--all", "--jobs", "2")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith(f"{len(read_proven())} variants of ")
