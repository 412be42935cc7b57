"""REST: an analysis that takes a while, answered line by line as it goes on.

Each line of the answer is a JSON object:

    {"type": "progress", "told": {...}}      any number of these,
    {"type": "done", "result": {...}}        then one of these,
    {"type": "failed", "problem": {...}}     or of these

Whoever closes the connection ends the analysis, unless somebody else waits for the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from racewalk.api.problems import Refused, documented, no_scenario, worker_problem
from racewalk.api.scenarios import service_of
from racewalk.api.service import Json, Service, client_of
from racewalk.api.snapshot import AnalysisRequest, Problem
from racewalk.explore.bounds import Bounds
from racewalk.explore.workers import WorkerFailed
from racewalk.lang.bundle import Bundle as Files
from racewalk.scenario.analyses import ANALYSES, analysis_job

log = logging.getLogger("racewalk.api")
router = APIRouter(prefix="/api")

WAITING = 64  # lines that a slow reader may be behind; further ones are left out, never the last


@router.post(
    "/analyses",
    tags=["runs"],
    summary="An analysis of a variant, answered line by line",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/x-ndjson": {}}, "description": "JSON objects, one a line; the result is last."},
        **documented(400, 403, 404, 413, 422, 429, 500),
    },
)
async def analyse(request: Request, wanted: AnalysisRequest) -> StreamingResponse:
    """Ablation, proofs of an edited text, and what else takes more than a moment."""
    service = service_of(request)
    client = client_of(request)
    if wanted.analysis not in ANALYSES:
        raise Refused(404, f"There is no analysis '{wanted.analysis[:80]}'.", f"There are {', '.join(ANALYSES)}.")
    job = analysis_job(
        wanted.analysis,
        wanted.scenario,
        _files(service, wanted),
        wanted.variant,
        wanted.without,
        wanted.schedule,
        wanted.options,
        _bounds(service),
    )
    if not service.searches.enter(client):
        raise Refused(429, "Too many searches are waiting.", "Wait a moment.", {"Retry-After": "5"})
    news: asyncio.Queue[Json] = asyncio.Queue(WAITING)
    work = asyncio.create_task(_last(service, client, job, news))
    work.add_done_callback(lambda done: service.searches.leave(client))
    # compression would hold lines back
    return StreamingResponse(
        _lines(work, news), media_type="application/x-ndjson", headers={"Content-Encoding": "identity"}
    )


def _bounds(service: Service) -> Bounds:
    settings = service.settings
    return Bounds(settings.search_states, settings.search_seconds, settings.search_memory_bytes // 2)


def _files(service: Service, wanted: AnalysisRequest) -> Files:
    if wanted.bundle is not None:
        return Files.of((file.path, file.text) for file in wanted.bundle.files)
    shipped = service.catalog.bundle(wanted.scenario)
    if shipped is None:
        raise Refused(404, no_scenario(wanted.scenario, service.catalog), "GET /api/scenarios lists them.")
    return shipped


async def _lines(work: asyncio.Task[Json], news: asyncio.Queue[Json]) -> AsyncIterator[bytes]:
    """What there is to tell of some work, as it comes; who stops reading ends the work."""
    try:
        while not work.done():
            waiting = asyncio.create_task(news.get())
            try:
                await asyncio.wait([waiting, work], return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not waiting.done():
                    waiting.cancel()
            if waiting.done():
                yield _line(waiting.result())
        while not news.empty():
            yield _line(news.get_nowait())
        yield _line(work.result())
    finally:
        work.cancel()
        await asyncio.wait([work])


async def _last(service: Service, client: str, job: Json, news: asyncio.Queue[Json]) -> Json:
    """Does a job; gives the last line."""

    def tell(told: Json) -> None:
        if not news.full():
            news.put_nowait({"type": "progress", "told": told})

    try:
        return {"type": "done", "result": await service.jobs.do(job, tell, client)}
    except WorkerFailed as failed:
        problem = worker_problem(failed)
    except Exception:
        log.exception("an analysis failed")
        problem = Problem(code="internal", message="The server made a mistake; it is in its log.")
    return {"type": "failed", "problem": problem.model_dump()}


def _line(message: Json) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"
