"""A run as a file, over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx2 import Response
from racewalk.api import offline
from starlette.testclient import TestClient

OWN = 'u8 x;\nCPU(0, "first") { x = 1; }\nCPU(1, "second") { x = 2; }\n'


def export(client: TestClient, **wanted: object) -> Response:
    return client.post("/api/export", json={"scenario": "lost-update", "schedule": "1.a1b1a1b1", **wanted})


@pytest.mark.parametrize(
    ("form", "begins", "name"),
    [
        ("text", b"CPU0 (first)", "lost-update-plain.txt"),
        ("md", b"**Do two increments", "lost-update-plain.md"),
        ("svg", b"<svg ", "lost-update-plain.svg"),
        ("png", b"\x89PNG", "lost-update-plain.png"),
        ("json", b"{", "lost-update-plain.json"),
        ("pytest", b"# Do two increments", "test_lost-update-plain.py"),
    ],
)
def test_a_run_is_answered_as_a_file(client: TestClient, form: str, begins: bytes, name: str) -> None:
    answer = export(client, variant="plain", to=form)

    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_a_text_of_ones_own_is_exported_and_its_name_is_no_path(client: TestClient) -> None:
    bundle = {"files": [{"path": "own.c", "text": OWN}]}

    answer = export(client, scenario='../"x', bundle=bundle, schedule="1.a1b1", to="text")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="x.txt"'


def test_a_run_with_something_left_out_is_exported_and_its_test_leaves_it_out_too(client: TestClient) -> None:
    without = ["increment: spin_lock(&lock)"]

    text = export(client, variant="locked", without=without, schedule="1.a1b1a2b2", to="text").text
    test = export(client, variant="locked", without=without, schedule="1.a1b1a2b2", to="pytest").text

    assert text.splitlines()[-1].startswith("*** ")
    assert 'without=["increment: spin_lock(&lock)"]' in test


@pytest.mark.parametrize(
    ("wanted", "status", "words"),
    [
        ({"scenario": "no-such"}, 404, "no-such"),
        ({"variant": "no-such"}, 404, "no-such"),
        ({"without": ["no-such: thing"]}, 404, "no-such: thing"),
        ({"schedule": "3.a1"}, 409, "a schedule begins with"),
        ({"schedule": "1.a4000"}, 409, "at most 3,000"),
        ({"variant": "locked", "schedule": "1.a1b1"}, 409, "stops before step 2"),
        ({"bundle": {"files": [{"path": "x.c", "text": "u8 x"}]}}, 409, "does not compile"),
        ({"to": "exe"}, 422, "to"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_the_reason(
    client: TestClient, wanted: dict[str, object], status: int, words: str
) -> None:
    answer = export(client, **{"to": "text", **wanted})

    assert answer.status_code == status
    assert words in str(answer.json())


def test_a_variant_is_exported_for_spin(client: TestClient) -> None:
    answer = export(client, variant="plain", schedule="", to="promela")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="lost-update-plain.pml"'
    assert "proctype" in answer.text


def test_markdown_has_the_question_the_verdict_and_the_link(client: TestClient) -> None:
    link = "http://localhost/#v1~lost-update~plain~1.a1b1a1b1~~~"

    text = export(client, variant="plain", to="md", link=link).text

    assert text.splitlines()[0] == (
        "**Do two increments always count as two?** (lost-update, version plain): in some schedules, lost-update. "
        f"[Open this run](<{link}>)"
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://a/>)[x](b", "http://a/ b"])
def test_markdown_takes_no_link_that_could_be_something_else(client: TestClient, link: str) -> None:
    assert export(client, variant="plain", to="md", link=link).status_code == 422


def test_an_offline_page_is_answered_as_a_file(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "offline.html").write_text("%RACEWALK_TITLE%%RACEWALK_TEXT%%RACEWALK_RUN%")
    monkeypatch.setattr(offline, "TEMPLATE", tmp_path / "offline.html")

    answer = export(client, variant="plain", to="html", server="http://testserver/")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="lost-update-plain.html"'
    assert '"link":"http://testserver/#v1~lost-update~plain~' in answer.text


def test_a_server_without_a_built_page_refuses_to_make_one(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(offline, "TEMPLATE", tmp_path / "offline.html")

    answer = export(client, variant="plain", to="html")

    assert answer.status_code == 503
    assert "has not been built" in answer.json()["message"]


@pytest.mark.parametrize("server", ["javascript:alert(1)", "https://a.example/ b", "ftp://a.example/", "https://a/#x"])
def test_what_is_no_address_of_a_server_is_refused(client: TestClient, server: str) -> None:
    assert export(client, variant="plain", to="html", server=server).status_code == 422
