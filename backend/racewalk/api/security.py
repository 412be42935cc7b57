"""Who may talk to the server, and what a browser may do with its answers."""

from __future__ import annotations

from collections.abc import Iterable
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
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "https": 443}


class Security:
    """Puts the headers on every answer, and refuses what a page of another origin sends.

    A browser names the origin of the page in every WebSocket handshake and every request that may
    change something. What names none is no browser, and there is nothing to be stolen from it.
    """

    def __init__(self, app: ASGIApp, allowed_origins: Iterable[str]) -> None:
        self.app = app
        self.allowed = {origin.rstrip("/").lower() for origin in allowed_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
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
