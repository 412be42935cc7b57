"""Who may talk to the server, and what a browser may do with its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from racewalk.api.problems import MEANINGS, problem_response
from racewalk.api.snapshot import Problem

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

EMBED_QUERY = b"embed=1"
"""Exactly this: the page draws its view for frames on the same condition (`frontend/src/lib/frame.ts`), so that nothing
else of it can be put into a frame, whatever stands in the address besides."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "https": 443}


class Security:
    """Puts the headers on every answer, and refuses what a page of another origin sends.

    A browser names the origin of the page in every WebSocket handshake and every request that may
    change something. What names none is no browser, and there is nothing to be stolen from it.

    No page may show an answer in a frame, but for the view that is made for it: that one is open to the server's own
    pages and to those of `embed_origins`. It holds no more than stepping and a link out of the frame, and whoever
    clicks there under a false pretence steps a run that nobody keeps.
    """

    def __init__(self, app: ASGIApp, allowed_origins: Iterable[str], embed_origins: Iterable[str] = ()) -> None:
        self.app = app
        self.allowed = {origin.rstrip("/").lower() for origin in allowed_origins}
        self.embed_headers = _embed_headers(sorted(embed_origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        ours = self.embed_headers if _is_embed_view(scope) else HEADERS

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in ours.items():
                    headers.setdefault(name, value)
            await send(message)

        changes_something = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if changes_something and not self._welcome(Headers(scope=scope)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})  # before accept: the handshake fails with 403
                return
            refusal = problem_response(403, Problem(code="forbidden", message=MEANINGS[403]))
            await refusal(scope, receive, with_headers)
            return
        await self.app(scope, receive, with_headers)

    def _welcome(self, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if not origins:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        if len(origins) > 1:
            return False
        origin = origins[0].lower()
        return origin in self.allowed or _is_host(origin, headers.get("host", ""))


def _embed_headers(origins: Sequence[str]) -> Mapping[str, str]:
    """X-Frame-Options knows no list of origins; where it stays away, browsers go by the policy."""
    headers = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
    headers["Content-Security-Policy"] = "; ".join(
        [CONTENT_SECURITY_POLICY, " ".join(["frame-ancestors 'self'", *origins])]
    )
    return headers if origins else {**headers, "X-Frame-Options": "SAMEORIGIN"}


def _is_embed_view(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["query_string"] != EMBED_QUERY:
        return False
    return scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/")


def _is_host(origin: str, host: str) -> bool:
    """The origin is the very host (and port) that the request was sent to.

    The scheme is not compared: behind a proxy that speaks TLS only the browser knows it.
    """
    try:
        parts = urlsplit(origin)
        default = DEFAULT_PORTS.get(parts.scheme)
        there = urlsplit(f"//{host.lower()}")
        return (
            default is not None
            and parts.hostname is not None
            and (parts.hostname, parts.port or default) == (there.hostname, there.port or default)
        )
    except ValueError:  # no number for a port, no brackets around an address
        return False
