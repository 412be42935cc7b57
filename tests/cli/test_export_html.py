"""`racewalk export --to html`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from racewalk.api import offline

from tests.cli.conftest import Racewalk

LOST = ("export", "lost-update", "--variant", "plain", "--schedule", "1.a1b1a1b1")
BARE = "%RACEWALK_TITLE%%RACEWALK_TEXT%<script>%RACEWALK_RUN%</script>"


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "offline.html").write_text(BARE)
    monkeypatch.setattr(offline, "TEMPLATE", tmp_path / "offline.html")


@pytest.mark.usefixtures("built")
def test_export_writes_a_page_with_the_run_inside(racewalk: Racewalk) -> None:
    page = racewalk(*LOST, "--to", "html", "--server", "https://races.example/").stdout

    found = re.search("<script>(.*)</script>", page)
    assert found is not None
    recording = json.loads(found[1])
    assert recording["variant"] == "plain"
    assert recording["link"].startswith("https://races.example/#v1~lost-update~plain~1.a1")


def test_without_a_built_page_export_says_what_to_do(
    racewalk: Racewalk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(offline, "TEMPLATE", tmp_path / "offline.html")

    refused = racewalk(*LOST, "--to", "html")

    assert refused.exit_code == 2
    assert "`python3 dev.py build` builds it" in refused.stderr


@pytest.mark.parametrize(
    "wrong", [("--to", "text", "--server", "https://a.example"), ("--to", "html", "--server", "x")]
)
def test_a_server_is_an_address_and_only_for_the_page(racewalk: Racewalk, wrong: tuple[str, ...]) -> None:
    refused = racewalk(*LOST, *wrong)

    assert refused.exit_code == 2
    assert "--server takes an address" in refused.stderr
