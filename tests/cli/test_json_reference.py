"""The authors' guide lists the keys of every `--json`: each table is compared with what is really printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Racewalk

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
GUIDE = (SCENARIOS / "AUTHORS-GUIDE.md").read_text(encoding="utf-8")
PRINTED = {
    "racewalk check": ["check", "lost-update", "--cut-fuses"],
    "racewalk check --reach": ["check", "lost-update", "-V", "plain", "--mode", "shortest"],
    "racewalk run": ["run", "lost-update", "-V", "plain", "-s", "1.a1", "--lights"],
    "racewalk list": ["list", "lost-update"],
    "racewalk ablate": ["ablate", "lost-update", "-V", "locked"],
    "racewalk stats": ["stats", "lost-update", "-V", "plain"],
    "racewalk minimise": ["minimise", "lost-update", "-V", "plain", "-s", "1.a1b1a1b1"],
    "racewalk window": ["window", "lost-update", "-V", "plain"],
    "racewalk map": ["map", "lost-update", "-V", "plain"],
    "racewalk twin": ["twin", "lost-update", "-V", "plain"],
    "racewalk compare": ["compare", "lost-update", str(SCENARIOS / "lost-update.c"), "-V", "plain"],
}


def tables() -> dict[str, set[str]]:
    """The keys in the first column of each table, by the command in the heading above it."""
    found: dict[str, set[str]] = {}
    for part in GUIDE.split("\n### `")[1:]:
        command, _, rest = part.partition("`")
        rows = re.findall(r"^\| (`.*?) \| ", rest, re.MULTILINE)
        found[command] = {key for row in rows for key in re.findall(r"`([a-z_.]+)`", row)}
    return found


def keys_of(told: dict[str, Any], documented: set[str]) -> set[str]:
    """The keys of an object, and those of the objects in its lists where the table goes into them."""
    found = set(told)
    for outer in {key.partition(".")[0] for key in documented if "." in key}:
        found |= {f"{outer}.{key}" for one in told[outer] for key in one}
    return found


def test_every_command_with_json_has_its_table() -> None:
    commands = Path(__file__).resolve().parents[2] / "backend" / "racewalk" / "cli"
    having = {path.stem for path in commands.glob("*.py") if '"--json"' in path.read_text(encoding="utf-8")}

    assert {name.split()[1] for name in tables()} == {"check", *having} - {"check_options"}
    assert set(tables()) == set(PRINTED)


@pytest.mark.parametrize("command", PRINTED)
def test_the_keys_that_are_printed_are_those_that_the_guide_lists(racewalk: Racewalk, command: str) -> None:
    documented = tables()[command]

    lines = racewalk(*PRINTED[command], "--json").stdout.splitlines()

    assert lines
    assert set().union(*(keys_of(json.loads(line), documented) for line in lines)) == documented
