"""The browser's types are those of the server."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from racewalk.api import messages
from racewalk.api.schema import wire_schema

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"


def test_the_schema_in_the_repository_is_that_of_the_messages() -> None:
    written = (FRONTEND / "schema" / "wire.json").read_text()

    assert written == wire_schema(), "run: python -m racewalk.api.schema frontend/schema/wire.json"


def test_the_schema_is_the_same_every_time() -> None:
    assert wire_schema() == wire_schema()


def test_the_schema_has_every_message_and_no_name_that_typescript_has_too() -> None:
    text = wire_schema()

    for name in ("ClientMessage", "ServerMessage", "Opened", "ActorState", "LockState", "ScenarioList", "Health"):
        assert f'"{name}": {{' in text
    assert not hasattr(messages, "Error")


def test_the_types_in_the_repository_are_made_from_the_schema() -> None:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "json-schema-to-typescript").is_dir():
        pytest.skip("needs node and the packages of the page: python3 dev.py test has both")

    done = subprocess.run([node, "scripts/types.mjs", "--check"], cwd=FRONTEND, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
