"""What whoever runs the server may set, and what is refused before it can do harm."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from racewalk.api.settings import Settings, unknown_settings


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
