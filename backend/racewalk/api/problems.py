"""The one error shape, on every path: a `Problem` for whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from racewalk.api.snapshot import Problem
from racewalk.explore.workers import WorkerFailed
from racewalk.scenario.catalog import Catalog

log = logging.getLogger("racewalk.api")

CODES = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "does-not-fit",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many",
    500: "internal",
    503: "unavailable",
    507: "full",
}

MEANINGS = {
    400: "The body is not JSON.",
    403: "The request comes from a page of another origin.",
    404: "There is no such thing.",
    405: "The path does not take this method.",
    409: "The text, its variant and the schedule do not go together; the message says why.",
    413: "The body is larger than the server reads.",
    422: "The request does not have the shape that the path takes.",
    429: "Too many requests in a short time; Retry-After says when to try again.",
    500: "The server is at fault.",
    503: "What it takes is not there; the message says what.",
    507: "The server has no room for it.",
}

NEIGHBOURS = (
    "There are /api/scenarios, /api/scenarios/{id}, /api/compile, /api/export, /api/diff, "
    "/api/analyses, "
    "/api/links and /api/health; "
    "/api/openapi.json tells more."
)


TOO_MANY_COMPILATIONS = "There were too many compilations in a minute."
LESS_HINT = "A scenario has far fewer; leave out the files that it does not need."
JSON_HINT = "Send it with the header Content-Type: application/json."


SMALLER_HINT = (
    "Ask for less: fewer states or preemptions, or begin at a later step. Where there is more memory and time, "
    "'racewalk check' takes --max-memory, --max-states and --reduce."
)
WORKER_HINTS = {"memory": SMALLER_HINT, "timeout": SMALLER_HINT, "internal": f"Try again. {SMALLER_HINT}"}


class Refused(Exception):
    """An answer that is a problem."""

    def __init__(
        self, status: int, message: str, hint: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.hint, self.headers = status, hint, headers

    @property
    def problem(self) -> Problem:
        return Problem(code=CODES[self.status], message=str(self), hint=self.hint)


def problem_response(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(problem.model_dump_json(), status, headers, "application/json")


def worker_problem(failed: WorkerFailed) -> Problem:
    """A search or an analysis that came to nothing, and what to do."""
    return Problem(code=failed.code, message=str(failed), hint=WORKER_HINTS.get(failed.code))


def no_scenario(asked: str, catalog: Catalog) -> str:
    """What to say when there is no scenario of a name; names are cut, for they come from anybody."""
    return f"There is no scenario '{asked[:80]}'; those that exist are {', '.join(catalog.ids())}."


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a path that may answer with these problems."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}


def answer_problems(app: FastAPI) -> None:
    """Give every error of the app the one shape."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem_response(error.status, error.problem, error.headers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    message, hint = MEANINGS.get(status) or HTTPStatus(status).phrase, None
    if status == 413:
        message, hint = error.detail, LESS_HINT
    elif status == 404:
        message, hint = f"There is nothing at {request.url.path[:200]}.", NEIGHBOURS
    return problem_response(status, Problem(code=CODES.get(status, "http"), message=message, hint=hint), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem_response(400, Problem(code="bad-request", message=MEANINGS[400]))
    if first["loc"] == ("body",) and isinstance(first.get("input"), bytes):  # what is not said to be JSON is not read
        problem = Problem(code="invalid", message="The body is not said to be JSON.", hint=JSON_HINT)
        return problem_response(422, problem)
    return problem_response(422, Problem(code="invalid", message=describe_invalid(first)))


def describe_invalid(error: Mapping[str, Any]) -> str:
    """Where a message breaks its schema, and how; what was sent is not repeated."""
    where = ".".join(str(part) for part in error["loc"] if part != "body")[:200]
    return f"{where}: {error['msg'][:200]}" if where else str(error["msg"])[:200]


class BodyLimit:
    """Reads no more of a body than the limit."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app, self.limit_bytes = app, limit_bytes
        message = f"The body is larger than the {limit_bytes:,} bytes that the server reads."
        self._problem = Problem(code=CODES[413], message=message, hint=LESS_HINT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self.limit_bytes:
            await problem_response(413, self._problem)(scope, receive, send)
            return
        read_bytes = 0

        async def counting() -> Message:
            nonlocal read_bytes
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > self.limit_bytes:
                raise HTTPException(413, self._problem.message)
            return message

        await self.app(scope, counting, send)


class SafetyNet:
    """Turns what nobody caught into a Problem 500, and the traceback into a line of the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watching)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            problem = Problem(code="internal", message="The server made a mistake; it is in its log.")
            await problem_response(500, problem)(scope, receive, send)
        except asyncio.CancelledError:  # the server stops, and waits no longer
            if not started:
                problem = Problem(code=CODES[503], message="The server is stopping.", hint="Try again in a moment.")
                await problem_response(503, problem)(scope, receive, send)
