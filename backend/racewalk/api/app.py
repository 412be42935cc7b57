"""The application: REST, the sessions' WebSocket and the page, behind one set of rules.

    uvicorn --factory racewalk.api.app:create_app

`racewalk serve` does the same with fitting defaults.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from racewalk import __version__
from racewalk.api import analyses, diff, export, guide, links, scenarios, session
from racewalk.api.page import Page
from racewalk.api.problems import BodyLimit, SafetyNet, answer_problems
from racewalk.api.security import Security
from racewalk.api.service import Service
from racewalk.api.settings import Settings
from racewalk.scenario.catalog import Catalog, shipped


def create_app(settings: Settings | None = None, catalog: Catalog | None = None, page: Page | None = None) -> FastAPI:
    """The application; without arguments as the environment says, with the scenarios and the page of the package."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = service = Service(settings, catalog or shipped())
        yield
        await service.close()

    app = FastAPI(
        title="Racewalk",
        summary="Scenarios and their compiler. Stepping goes over a WebSocket, /api/session.",
        version=__version__,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.include_router(scenarios.router)
    app.include_router(guide.router)
    app.include_router(analyses.router)
    app.include_router(diff.router)
    app.include_router(export.router)
    app.include_router(links.router)
    app.include_router(session.router)
    app.router.default = _page_or_nothing(page or Page())
    answer_problems(app)
    app.add_middleware(BodyLimit, limit_bytes=settings.body_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(SafetyNet)
    app.add_middleware(Security, allowed_origins=settings.allowed_origins, embed_origins=settings.embed_origins)
    if settings.root_path:
        app.root_path = settings.root_path
    return app


def _page_or_nothing(page: Page) -> ASGIApp:
    """What answers where no route does: the page's files, and nothing under /api/."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["path"].removeprefix(scope.get("root_path", "")).startswith("/api/"):
            raise HTTPException(404)
        await page(scope, receive, send)

    return answer
