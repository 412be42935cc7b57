"""What all requests share: the settings, the scenarios, the worker processes, the counts of clients."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection

from racewalk import __version__
from racewalk.api.link_store import LinkStore
from racewalk.api.pace import Admission, Holdings
from racewalk.api.settings import Settings
from racewalk.explore.jobs import Jobs
from racewalk.explore.turns import Turns
from racewalk.explore.workers import WorkerLimits, Workers
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import Builder
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import Catalog

T = TypeVar("T")
Json = dict[str, Any]

THREADS = 4
COMPILING = 2  # at once: each may take two seconds of a core and 256 MiB


def client_of(connection: HTTPConnection) -> str:
    """Whom a request counts for: its address, as the server or the proxy before it sees it."""
    return connection.client.host if connection.client is not None else ""


class Service:
    def __init__(self, settings: Settings, catalog: Catalog, worker: str = "racewalk.scenario.worker") -> None:
        self.settings = settings
        self.catalog = catalog
        self._builder = Builder(catalog.library)
        self._sessions: set[asyncio.Task[Any]] = set()
        self.admission = Admission(settings.sessions, settings.sessions_per_client)
        self.steps = Holdings(settings.nodes, settings.nodes_per_client)
        running = settings.search_processes + settings.search_waiting
        self.searches = Admission(running, settings.searches_per_client)
        self.workers = Workers(
            (sys.executable, "-m", worker),
            WorkerLimits(
                processes=settings.search_processes,
                waiting=settings.search_waiting,
                memory_bytes=settings.search_memory_bytes,
                seconds=settings.search_seconds,
            ),
        )
        self.jobs = Jobs(self.workers, __version__, keep=lambda result: not result["bounds"])
        self._threads = Turns(THREADS, THREADS - 1)
        self._compiling = Turns(COMPILING, COMPILING - 1)
        self._compilations = FixedWindowRateLimiter(MemoryStorage())
        self._shortenings_limit = RateLimitItemPerMinute(settings.links_per_minute)
        self.links = (
            LinkStore(settings.data_dir, settings.links, settings.links_bytes) if settings.short_links else None
        )
        self._compilations_limit = RateLimitItemPerMinute(settings.compilations_per_minute)

    async def in_thread(self, client: str, work: Callable[..., T], *arguments: object) -> T:
        """Do what takes a while beside the event loop."""
        async with self._threads.turn((client,)):
            return await asyncio.to_thread(partial(work, *arguments))

    async def in_turn(self, client: str, work: Callable[..., T], *arguments: object) -> T:
        """Do what takes as much of the machine as compiling."""
        async with self._compiling.turn((client,)):
            return await self.in_thread(client, work, *arguments)

    async def build(
        self, client: str, name: str, bundle: Bundle, variant: str | None, without: Sequence[str] = ()
    ) -> Built:
        """Raises CompileError, UnknownVariant, UnknownOmission."""
        return await self.in_turn(client, self._builder.build, name, bundle, variant, without)

    async def may_compile(self, client: str) -> bool:
        """Count a compilation of this client; False when it has had its share."""
        allowed: Awaitable[bool] = self._compilations.hit(self._compilations_limit, client)
        return await allowed

    async def may_shorten(self, client: str) -> bool:
        """The same for a short link."""
        allowed: Awaitable[bool] = self._compilations.hit(self._shortenings_limit, "links", client)
        return await allowed

    @contextmanager
    def session(self) -> Iterator[None]:
        """What this task does now ends when the server stops, by being cancelled."""
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        try:
            yield
        finally:
            self._sessions.discard(task)

    async def stop(self) -> None:
        """End what lasts: sessions, searches, and the analyses that wait for searches."""
        for task in self._sessions:
            task.cancel()
        await self.workers.close()

    async def close(self) -> None:
        await self.stop()
        if self.links is not None:
            self.links.close()
