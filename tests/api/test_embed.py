"""Who may show the page in a frame: nobody, but for the view that is made for it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from racewalk.api.app import create_app
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from starlette.testclient import TestClient


def ancestors(client: TestClient, address: str) -> str:
    policy = client.get(address).headers["content-security-policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("frame-ancestors"))


def test_by_default_only_pages_of_the_server_itself_may_frame_the_embed_view(client: TestClient) -> None:
    answer = client.get("/?embed=1")

    assert ancestors(client, "/?embed=1") == "frame-ancestors 'self'"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


def test_origins_that_the_setting_names_may_frame_it(built_page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEWALK_EMBED_ORIGINS", "https://lwn.example https://*.wiki.example:8443")

    with TestClient(create_app(Settings(), page=built_page)) as client:
        answer = client.get("/?embed=1")

        assert ancestors(client, "/?embed=1") == (
            "frame-ancestors 'self' https://*.wiki.example:8443 https://lwn.example"
        )
        assert "x-frame-options" not in answer.headers
        assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "address",
    ["/", "/?embed=0", "/?embed=1&x", "/?x=1&embed=1", "/?embed=1&embed=0", "/?EMBED=1", "/api/health?embed=1"],
)
def test_nothing_else_may_be_framed_whatever_the_setting(built_page: Page, address: str) -> None:
    with TestClient(create_app(Settings(embed_origins=frozenset({"*"})), page=built_page)) as client:
        assert ancestors(client, address) == "frame-ancestors 'none'"
        assert client.get(address).headers["x-frame-options"] == "DENY"


def test_under_the_path_of_a_proxy_the_embed_view_is_found_too(built_page: Page) -> None:
    settings = Settings(root_path="/racewalk", embed_origins=frozenset({"*"}))

    with TestClient(create_app(settings, page=built_page)) as client:
        assert ancestors(client, "/racewalk/?embed=1") == "frame-ancestors 'self' *"


@pytest.mark.parametrize("wrong", ["example.org", "https://a; script-src *", "'self'", "https://a/path", "https://a,b"])
def test_what_is_no_origin_does_not_get_into_the_header(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEWALK_EMBED_ORIGINS", wrong)

    with pytest.raises(ValidationError, match="is no origin"):
        Settings()
