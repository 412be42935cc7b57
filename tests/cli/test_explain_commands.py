"""`racewalk map`, `racewalk twin`, `racewalk window` and `racewalk compare`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Racewalk

FIXED = """\
u8 counter;
spinlock_t lock;
void increment(void) { spin_lock(&lock); counter++; spin_unlock(&lock); }
CPU(0, "first")  { increment(); }
CPU(1, "second") { increment(); }
finally("lost-update: the counter is two", counter == 2);
"""
BROKEN = FIXED.replace("spin_lock(&lock);", "").replace("spin_unlock(&lock);", "")


def test_map_draws_the_path_of_a_schedule_in_capitals(racewalk: Racewalk) -> None:
    text = racewalk("map", "lost-update", "--schedule", "1.a1b1a1b1").stdout

    assert "  0\n0 AAo\n1 aUS\n2 osS\n" in text
    assert "  u  every complete run that comes through has lost-update" in text


def test_map_names_what_is_held_where(racewalk: Racewalk) -> None:
    assert "  a1 to a3: a holds lock\n" in racewalk("map", "lost-update", "--variant", "locked").stdout


def test_twin_shows_both_runs_from_where_they_part(racewalk: Racewalk) -> None:
    text = racewalk("twin", "lost-update").stdout

    assert "After step 1 CPU 0 goes instead of CPU 1" in text
    assert "  2   b increment: counter      2 = a increment: counter++" in text
    assert "passing: racewalk run lost-update --variant plain --schedule 1.a2ZZb2ZZ" in text


def test_twin_without_a_failing_run_is_an_error_status(racewalk: Racewalk) -> None:
    assert racewalk("twin", "lost-update", "--variant", "locked").exit_code == 1


def test_window_says_where_to_put_an_mdelay(racewalk: Racewalk) -> None:
    text = " ".join(racewalk("window", "uffd-copy", "--variant", "patch-v1").stdout.split())

    assert "The window is 4 places wide, from after READ_ONCE(vma->anon_vma) in retract_page_tables()" in text
    assert "in retract_page_tables(), after READ_ONCE(vma->anon_vma): mdelay(...)" in text
    assert "racewalk run uffd-copy --variant patch-v1 --schedule 1.a5EYb15ZZa2TJ" in text


def test_compare_proves_both_texts(racewalk: Racewalk, tmp_path: Path) -> None:
    before, after = tmp_path / "before.c", tmp_path / "after.c"
    before.write_text(BROKEN)
    after.write_text(FIXED)

    repaired = racewalk("compare", str(before), str(after))
    spoiled = racewalk("compare", str(after), str(before))

    assert repaired.stdout.startswith("Before: sometimes, lost-update in 4 steps; after: never, all 16 states.\n")
    assert (repaired.exit_code, spoiled.exit_code) == (0, 1)
    assert f"racewalk run {before} --schedule 1.a1" in spoiled.stdout


def test_compare_takes_an_edited_text_that_has_a_version_where_the_first_has_none(
    racewalk: Racewalk, tmp_path: Path
) -> None:
    before, after = tmp_path / "before.c", tmp_path / "after.c"
    before.write_text(BROKEN)
    after.write_text("/*---\nvariants:\n  fixed: {}\n---*/\n" + FIXED)

    assert racewalk("compare", str(before), str(after)).exit_code == 0
    assert racewalk("compare", str(after), str(before)).exit_code == 1


@pytest.mark.parametrize("command", ["map", "twin", "window"])
def test_each_gives_one_json_object(racewalk: Racewalk, command: str) -> None:
    told = json.loads(racewalk(command, "lost-update", "--json").stdout)

    assert (told["scenario"], told["variant"], told["kind"]) == ("lost-update", "plain", "lost-update")
    assert told["sentences"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("map", "lost-update", "--actors", "az"),
        ("map", "lost-update", "--schedule", "nonsense"),
        ("twin", "lost-update", "--schedule", "1.z1"),
        ("window", "lost-update", "--kind", "no-such"),
        ("compare", "lost-update", "no-such-file"),
    ],
)
def test_what_cannot_be_asked_is_refused(racewalk: Racewalk, arguments: tuple[str, ...]) -> None:
    result = racewalk(*arguments)

    assert result.exit_code == 2
    assert "error: " in result.stderr
