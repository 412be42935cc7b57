"""A run inside one HTML file, which is read without a server."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from racewalk.api.offline import TEMPLATE, PageNotBuilt, link_to, offline_page
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import Run, run_of

HOSTILE = "</script><img src=x onerror=alert(1)><!-- <script> %RACEWALK_RUN% &amp; \u2028"
TEXT = f"""/*---
title: '{HOSTILE}'
notes:
  - at: x = 1
    say: '{HOSTILE}'
---*/
// {HOSTILE}
u8 x;
CPU(0, "a") {{ x = 1; }}
CPU(1, "b") {{ x = 2; }}
"""
BARE = (
    "<title>%RACEWALK_TITLE%</title><noscript><pre>%RACEWALK_TEXT%</pre></noscript>"
    '<script type="application/json" id="run">%RACEWALK_RUN%</script>'
)


class Elements(HTMLParser):
    """The tags of a file, and what stands in its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inside: dict[str, str] = {}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        kind = dict(attrs).get("type")
        self._open = f"{tag} {kind}" if kind else tag

    def handle_data(self, data: str) -> None:
        self.inside[self._open] = self.inside.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A page as the build leaves it, without script and style."""
    (tmp_path / "offline.html").write_text(BARE)
    return tmp_path / "offline.html"


def own_run(text: str = TEXT, schedule: str = "1.a1b1") -> Run:
    return run_of(build("own", Bundle.of([("own.c", text)]), None, shipped().library), False, schedule)


def shipped_run(variant: str = "plain", schedule: str = "1.a1b1a1b1") -> Run:
    files = shipped().bundle("lost-update")
    assert files is not None
    return run_of(build("lost-update", files, variant, shipped().library), True, schedule)


def recording_in(page: str) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads(Elements(page).inside["script application/json"])
    return recording


def opened_in(page: str) -> dict[str, Any]:
    packed = recording_in(page)["packed"]
    opened: dict[str, Any] = json.loads(
        zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), wbits=-15)
    )
    return opened


def test_the_file_holds_the_run_as_a_server_would_send_it(template: Path) -> None:
    page = offline_page(shipped_run(), template=template)

    opened = opened_in(page)
    assert [node["actor"] for node in opened["nodes"]] == [None, "a", "b", "a", "b"]
    assert opened["cursor"] == opened["nodes"][-1]["id"]
    assert opened["nodes"][-1]["findings"][0]["kind"] == "lost-update"
    assert opened["program"]["files"]
    assert recording_in(page)["scenario"] == "lost-update"


def test_words_of_a_text_stay_words_and_never_become_markup(template: Path) -> None:
    page = offline_page(own_run(), template=template)

    elements = Elements(page)
    assert elements.tags == ["title", "noscript", "pre", "script"]
    assert opened_in(page)["program"]["scenario"]["title"].startswith("</script><img")
    assert HOSTILE.split(" %")[0] in opened_in(page)["program"]["files"][0]["text"]
    assert "<img" not in page
    assert "<!--" not in page


def test_a_place_that_a_text_names_is_not_filled(template: Path) -> None:
    page = offline_page(own_run(), template=template)

    assert "%RACEWALK_RUN%" in Elements(page).inside["title"]


def test_without_a_built_page_it_says_how_one_comes_by_it(tmp_path: Path) -> None:
    with pytest.raises(PageNotBuilt, match=r"python3 dev\.py build"):
        offline_page(shipped_run(), template=tmp_path / "offline.html")


def test_the_link_to_a_server_opens_the_same_run() -> None:
    run = shipped_run()

    link = link_to(run, "https://races.example/walk/")

    assert link == f"https://races.example/walk/#v1~lost-update~plain~{run.schedule}~~{run.built.model.model_hash}~"


def test_the_link_to_a_text_of_ones_own_carries_it() -> None:
    packed = link_to(own_run(), "https://races.example/").split("~")[-1]

    inflated = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), wbits=-15)
    assert json.loads(inflated) == {"files": [{"path": "own.c", "text": TEXT}]}


def test_a_text_too_long_for_a_link_leaves_the_servers_address() -> None:
    noise = "".join(hashlib.sha256(bytes([i])).hexdigest() for i in range(256))

    assert link_to(own_run(f"// {noise}\n{TEXT[TEXT.index('u8 x') :]}"), "https://a.example/") == "https://a.example/"


@pytest.mark.skipif(not TEMPLATE.is_file(), reason="the page is not built")
def test_the_built_file_lets_only_its_own_script_and_style_run_and_fetches_nothing() -> None:
    page = offline_page(own_run())

    elements = Elements(page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for element in ("script module", "style"):
        digest = base64.b64encode(hashlib.sha256(elements.inside[element].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert elements.tags.count("script") == 2
    assert "img" not in elements.tags
    assert not re.search(r'(?:src|href)="(?!data:)', re.sub(r"<script.*?</script>", "", page, flags=re.S))


@pytest.mark.skipif(not TEMPLATE.is_file(), reason="the page is not built")
def test_the_largest_shipped_scenario_fits_into_400_kilobytes() -> None:
    files = shipped().bundle("uffd-copy")
    assert files is not None
    run = run_of(build("uffd-copy", files, "patch-v1", shipped().library), True, "1.a5EYb15ZZa2TJ")

    assert run.stop is None
    assert len(offline_page(run).encode()) < 400_000
