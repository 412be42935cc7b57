"""What whoever runs the server may set, and what is refused before it can do harm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from racewalk.api.settings import Settings, unknown_settings

HOSTING = Path(__file__).resolve().parents[2] / "backend" / "HOSTING.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSIONS", "-1"),
        ("SEARCH_PROCESSES", "0"),  # every search would wait for ever
        ("VERB_S", "nan"),
        ("SESSION_IDLE_S", "inf"),
        ("SEARCH_MEMORY_BYTES", "1000"),
        ("ALLOWED_ORIGINS", "example.org"),
        ("ALLOWED_ORIGINS", "https://example.org/page"),
        ("ALLOWED_ORIGINS", "*"),
    ],
)
def test_a_setting_with_which_the_server_could_not_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"RACEWALK_{name}", value)

    with pytest.raises(ValidationError):
        Settings()


def test_origins_are_read_with_ports_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEWALK_ALLOWED_ORIGINS", "https://example.org http://[::1]:8000 http://127.0.0.1:5173/")

    assert len(Settings().allowed_origins) == 3


def test_a_variable_that_is_no_setting_is_told_with_the_one_that_was_meant() -> None:
    environment = {"RACEWALK_SESSION": "5", "RACEWALK_LINKS": "3", "HOME": "/", "RACEWALK_XYZZY": ""}

    assert unknown_settings(environment) == [
        "RACEWALK_SESSION is no setting; did you mean RACEWALK_SESSIONS?",
        "RACEWALK_XYZZY is no setting",
    ]


def test_the_table_for_whoever_hosts_has_exactly_the_settings_that_there_are() -> None:
    names = [row[0] for row in ROW.findall(HOSTING.read_text(encoding="utf-8"))]

    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_the_table_gives_the_defaults() -> None:
    told = {name.lower(): default for name, default, _, _ in ROW.findall(HOSTING.read_text(encoding="utf-8"))}

    assert told == {name: _as_told(field.default) for name, field in Settings.model_fields.items()}


def _as_told(default: object) -> str:
    if default in ("", frozenset(), None):
        return "none"
    return (
        str(default).lower()
        if isinstance(default, bool)
        else f"{default:g}"
        if isinstance(default, float)
        else str(default)
    )
