"""Short links: made of what they stand for, bounded, and kept only as long as whoever runs the server says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from racewalk.api.app import create_app
from racewalk.api.link_store import LinksNotKept, LinkStore
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from starlette.testclient import TestClient

LINK = "v1~uffd-copy~patch-v1~1.a5b14a2~~~~" + "A" * 3_000

Serve = Callable[..., TestClient]


@pytest.fixture
def serve(built_page: Page) -> Iterator[Serve]:
    """A server with some settings."""
    with ExitStack() as servers:
        yield lambda **settings: servers.enter_context(TestClient(create_app(Settings(**settings), page=built_page)))


def shorten(client: TestClient, fragment: str = LINK) -> Any:
    answer = client.post("/api/links", json={"fragment": fragment})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_short_link_stands_for_the_long_one_and_is_always_the_same(client: TestClient) -> None:
    short, again = shorten(client), shorten(client)

    assert short == again
    assert short["fragment"] == f"s1~{short['id']}"
    assert client.get(f"/api/links/{short['id']}").json() == {"fragment": LINK}


def test_without_a_folder_it_lives_as_long_as_the_server_and_says_so(serve: Serve) -> None:
    short = shorten(serve())
    gone = serve().get(f"/api/links/{short['id']}")

    assert not short["lasting"]
    assert "as long as this server" in short["note"]
    assert gone.status_code == 404
    assert "live no longer than the server" in gone.json()["hint"]


def test_in_a_folder_it_outlives_the_server(serve: Serve, tmp_path: Path) -> None:
    short = shorten(serve(data_dir=tmp_path / "new" / "data"))
    later = serve(data_dir=tmp_path / "new" / "data").get(f"/api/links/{short['id']}")

    assert short["lasting"]
    assert later.json() == {"fragment": LINK}


def test_in_memory_the_oldest_goes_when_there_is_no_more_room(serve: Serve) -> None:
    client = serve(links=2)
    names = [shorten(client, f"v1~scenario-{number}")["id"] for number in range(3)]

    assert [client.get(f"/api/links/{name}").status_code for name in names] == [404, 200, 200]


def test_on_disk_none_goes_and_a_further_one_is_refused(serve: Serve, tmp_path: Path) -> None:
    client = serve(data_dir=tmp_path, links_bytes=4_000)
    kept = shorten(client)

    refused = client.post("/api/links", json={"fragment": LINK + "B"})

    assert refused.status_code == 507
    assert refused.json()["code"] == "full"
    assert client.get(f"/api/links/{kept['id']}").status_code == 200


def test_they_can_be_switched_off(serve: Serve) -> None:
    client = serve(short_links=False)

    assert client.post("/api/links", json={"fragment": LINK}).json()["message"] == "This server keeps no short links."
    assert client.get("/api/links/AAAAAAAAAAAAAAAA").status_code == 404


def test_so_many_of_a_client_in_a_minute_are_enough(serve: Serve) -> None:
    client = serve(links_per_minute=2)

    answers = [client.post("/api/links", json={"fragment": f"v1~{number}"}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "60"


@pytest.mark.parametrize("fragment", ["", "v1~", "s1~AAAAAAAAAAAAAAAA", "v1~a b", "https://example.org", "v1~<b>"])
def test_nothing_but_links_of_ours_is_kept(client: TestClient, fragment: str) -> None:
    assert client.post("/api/links", json={"fragment": fragment}).status_code == 422


def test_a_full_disk_is_told_and_the_next_link_is_kept_when_there_is_room_again(tmp_path: Path) -> None:
    store = LinkStore(tmp_path, most=1_000, most_bytes=1 << 20)
    pages = store._base.execute("PRAGMA page_count").fetchone()[0]
    store._base.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LinksNotKept, match="full"):
        store.keep("v1~" + "a" * 50_000)
    store._base.execute("PRAGMA max_page_count = 10000")

    assert store.find(store.keep("v1~b")) == "v1~b"
    store.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(LinksNotKept, match="file/links"):
        LinkStore(tmp_path / "file" / "links", most=1, most_bytes=1)


def test_a_file_that_holds_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "links.sqlite3").write_text("a letter to somebody" * 100)

    with pytest.raises(LinksNotKept, match="not a database"):
        LinkStore(tmp_path, most=1, most_bytes=1)
