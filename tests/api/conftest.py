"""A server in the test's own process, with the shipped scenarios and without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from racewalk.api.app import create_app
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from starlette.testclient import TestClient

from tests.api.talk import Talk


@pytest.fixture
def built_page(tmp_path: Path) -> Page:
    """A built page: an index and one file named by its content."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Racewalk</title>")
    (tmp_path / "assets" / "index-abc123.js").write_text("console.log('a page')" + " " * 2_000)
    return Page(tmp_path)


@pytest.fixture
def client(built_page: Page) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), page=built_page)) as client:
        yield client


@pytest.fixture
def talk(client: TestClient) -> Iterator[Talk]:
    """A session with nothing open yet."""
    with Talk(client) as talk:
        yield talk
