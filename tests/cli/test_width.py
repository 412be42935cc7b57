"""What the command line prints keeps to the width of the terminal."""

from __future__ import annotations

import os

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


@pytest.mark.parametrize("columns", [60, 72])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_only_a_command_to_copy_is_wider_than_the_terminal(
    racewalk: Racewalk, monkeypatch: pytest.MonkeyPatch, command: list[str], columns: int
) -> None:
    monkeypatch.setattr("racewalk.cli.verdicts.in_terminal", lambda: True)
    monkeypatch.setattr("racewalk.cli.width.in_terminal", lambda: True)
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback=None: os.terminal_size((columns, 24)))

    lines = racewalk(*command).stdout.splitlines()

    assert lines
    assert [line for line in lines if len(line) > columns and "racewalk run" not in line] == []


def test_a_pipe_gets_sentences_whole(racewalk: Racewalk) -> None:
    told = racewalk("check", "uffd-copy", "-V", "patch-v1", "--from", "1.a5b14a2").stdout

    assert max(map(len, told.splitlines())) > 85
