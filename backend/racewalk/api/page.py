"""The built page, as files: named by their content they are kept for ever, the rest is asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).resolve().parents[1] / "static"

NOT_BUILT = """\
Racewalk's server is running, but its page has not been built.

In a checkout, `python3 dev.py run` builds and serves it; a wheel carries it already.
"""


class Page(StaticFiles):
    """`index.html` at the root. Everything that a page remembers is in the fragment, so there are no other paths."""

    def __init__(self, directory: Path = STATIC) -> None:
        self.is_built = (directory / "index.html").is_file()
        super().__init__(directory=directory if self.is_built else None, html=True, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not self.is_built and path == ".":
            return PlainTextResponse(NOT_BUILT, 503)
        response = await super().get_response(path, scope)
        response.headers.update(_caching(path))
        return response


def _caching(path: str) -> Mapping[str, str]:
    hashed = path.startswith("assets/")
    return {"Cache-Control": "public, max-age=31536000, immutable" if hashed else "no-cache"}
