"""The WebSocket of a session: messages in, verbs on a `Walk`, messages out.

One connection is one session, and its messages are answered in their order. Only a search runs
beside them: `find` is answered by any number of `progress` and one `found` (or `failed`) that carry
its seq, also when `cancel`, a new `open` or another variant ends it; `cancel` has no answer of its
own. Likewise `outlook`, answered by `outlook` or `failed`; of those that come while one is being
worked out only the last is kept, and what is only about a place that was left fails as `cancelled`.
Closing codes of ours: 4408 idle for too long, 4413 a message too large, 4429 too many sessions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, Field, ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected

from racewalk.api.looking import Looking
from racewalk.api.messages import (
    Answer,
    Cancel,
    ClientMessage,
    Failed,
    Find,
    Follow,
    Go,
    Open,
    Outlook,
    Redo,
    Run,
    SearchProgress,
    Seek,
    SetVariant,
    Step,
    Undo,
)
from racewalk.api.outlook import ahead_of
from racewalk.api.pace import Pace
from racewalk.api.problems import TOO_MANY_COMPILATIONS, describe_invalid, no_scenario, worker_problem
from racewalk.api.search import Search, cancelled, found, search_of
from racewalk.api.service import Json, Service, client_of
from racewalk.api.snapshot import Problem
from racewalk.api.views import diagnostic_view
from racewalk.api.walk import VerbFailed, Walk
from racewalk.explore.codec import result_from_json
from racewalk.explore.workers import WorkerFailed
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import UnknownVariant
from racewalk.scenario.built import Built

log = logging.getLogger("racewalk.api")

IDLE, TOO_LARGE, TOO_MANY = 4408, 4413, 4429
SEND_S = 30.0  # a client that reads nothing for so long is gone
GONE = (WebSocketDisconnect, WebSocketDisconnected, TimeoutError)
"""What sending says of a client that is gone: the first time, afterwards, and where it only reads no more."""

router = APIRouter()


@router.websocket("/api/session")
async def session(websocket: WebSocket) -> None:
    service: Service = websocket.app.state.service
    client = client_of(websocket)
    await websocket.accept()
    if not service.admission.enter(client):
        problem = Problem(code="too-many", message="there are too many open sessions; close one, or try again later")
        await websocket.send_text(Failed(seq=0, problem=problem).model_dump_json())
        await websocket.close(TOO_MANY)
        return
    connection = Connection(websocket, service, client)
    try:
        with service.session():
            await connection.serve()
    except (*GONE, asyncio.CancelledError):  # cancelled: the server stops
        pass
    finally:
        service.admission.leave(client)
        await connection.stop_search()
        await connection.stop_looking()
        connection.let_go()


class _Seq(BaseModel):
    seq: int = Field(default=0, ge=0, le=2**53 - 1)


class Connection:
    def __init__(self, websocket: WebSocket, service: Service, client: str) -> None:
        self._websocket, self._service, self._client = websocket, service, client
        self._walk: Walk | None = None
        self._open: tuple[str, Bundle] | None = None
        self._own = False  # its text is the client's
        self._held = 0  # steps of the walk, as they were counted last
        self._walking = asyncio.Lock()  # the walk is used by one verb, or by a search that ends
        self._sending = asyncio.Lock()
        self._search: asyncio.Task[None] | None = None
        self._looking = Looking(service, client, self._send, GONE)

    async def serve(self) -> None:
        """Answer messages until the client goes."""
        settings = self._service.settings
        pace = Pace(settings.messages_per_second, settings.messages_burst)
        while True:
            try:
                async with asyncio.timeout(settings.session_idle_s):
                    frame = await self._websocket.receive()
            except TimeoutError:
                await self._websocket.close(IDLE)
                return
            if frame["type"] == "websocket.disconnect":
                return
            text = frame.get("text")
            if text is None:
                await self._fail(0, "bad-request", "messages are text")
                continue
            if len(text) > settings.message_bytes or len(text.encode(errors="replace")) > settings.message_bytes:
                await self._fail(0, "too-large", f"a message has at most {settings.message_bytes:,} bytes")
                await self._websocket.close(TOO_LARGE)
                return
            await asyncio.sleep(pace.delay_s())
            await self._answer(text)

    async def stop_search(self) -> None:
        """End the search that is running, if there is one, and its process."""
        search = self._search
        if search is not None:
            search.cancel()
            await asyncio.wait([search])
            self._search = None

    async def stop_looking(self) -> None:
        """End the outlook that is being worked out, if there is one."""
        await self._looking.stop()

    def let_go(self) -> None:
        """Forget the walk."""
        self._walk = None
        self._count_steps()

    # -- verbs -------------------------------------------------------------------------------------

    async def _answer(self, text: str) -> None:
        try:
            verb = ClientMessage.model_validate_json(text).root
        except ValidationError as error:
            await self._fail(_seq_of(text), "bad-request", describe_invalid(error.errors(include_url=False)[0]))
            return
        try:
            match verb:
                case Open():
                    await self._do_open(verb)
                case SetVariant():
                    await self._do_variant(verb)
                case Find():
                    self._do_find(verb)
                case Cancel():
                    await self.stop_search()
                case Outlook():
                    await self._do_outlook(verb)
                case Step():
                    self._need_room()
                    await self._do(lambda walk: walk.step(verb))
                case Run():
                    self._need_room()
                    await self._do(lambda walk: walk.run(verb))
                case Go():
                    self._need_room()
                    await self._do(lambda walk: walk.go(verb))
                case Undo():
                    await self._do(lambda walk: walk.undo(verb))
                case Redo():
                    await self._do(lambda walk: walk.redo(verb))
                case Seek():
                    await self._do(lambda walk: walk.seek(verb))
                case Follow():
                    self._need_room()
                    await self._do(lambda walk: walk.follow(verb))
        except VerbFailed as failed:
            await self._send(Failed(seq=verb.seq, problem=failed.problem))
        except GONE:
            raise
        except Exception:
            log.exception("the verb %s failed", verb.type)
            await self._fail(verb.seq, "internal", "the server made a mistake; it is in its log")

    async def _do(self, verb: Callable[[Walk], Answer]) -> None:
        walk = self._opened()
        async with self._walking:
            answer = await self._service.in_thread(self._client, _serialised, verb, walk)
            self._count_steps()
        self._looking.moved(walk)
        await self._send_text(answer)

    async def _do_open(self, message: Open) -> None:
        await self.stop_search()
        await self._looking.stop()
        self._need_room(instead_of=self._held)
        name, bundle, own = message.scenario, self._bundle(message), message.bundle is not None
        built = await self._build(name, bundle, message.variant, own)
        settings = self._service.settings
        async with self._walking:
            walk = await self._service.in_thread(self._client, Walk, built, settings.session_nodes, settings.verb_s)
            answer = await self._service.in_thread(self._client, _serialised, lambda walk: walk.open(message), walk)
            self._walk, self._open, self._own = walk, (name, bundle), own
            self._count_steps()
        await self._send_text(answer)

    async def _do_variant(self, message: SetVariant) -> None:
        walk = self._opened()
        assert self._open is not None
        self._need_room(instead_of=self._held)
        built = await self._build(*self._open, message.variant, self._own)
        await self.stop_search()
        await self._looking.stop()
        async with self._walking:
            self._walk, answer = await self._service.in_thread(self._client, walk.in_variant, built, message.seq)
            self._count_steps()
        await self._send_text(await self._service.in_thread(self._client, answer.model_dump_json))

    def _do_find(self, message: Find) -> None:
        walk = self._opened()
        self._need_room()
        if self._search is not None:
            raise VerbFailed("busy", "a search is running; cancel it first")
        search = search_of(message, walk)
        if not self._service.searches.enter(self._client):
            raise VerbFailed("busy", "too many searches are waiting; try again in a moment")
        self._search = asyncio.create_task(self._find(search, walk))
        self._search.add_done_callback(lambda done: self._service.searches.leave(self._client))

    async def _do_outlook(self, message: Outlook) -> None:
        walk = self._opened()
        assert self._open is not None
        await self._looking.ask(ahead_of(message, walk), walk, *self._open)

    def _need_room(self, instead_of: int = 0) -> None:
        """Raises VerbFailed where the sessions together hold as many steps as they may."""
        if not self._service.steps.have_room(self._client, instead_of):
            hint = "Close tabs with Racewalk that you do not need, or try again later."
            if self._walk is not None:
                hint += " Going back and forth still works."
            raise VerbFailed("full", "the server has no room for more steps; all open pages together fill it", hint)

    def _count_steps(self) -> None:
        now = 0 if self._walk is None else len(self._walk.history.nodes) - 1
        self._service.steps.change(self._client, now - self._held)
        self._held = now

    def _opened(self) -> Walk:
        if self._walk is None:
            raise VerbFailed("not-open", "no scenario is open")
        return self._walk

    def _bundle(self, message: Open) -> Bundle:
        if message.bundle is not None:
            return Bundle.of((file.path, file.text) for file in message.bundle.files)
        bundle = self._service.catalog.bundle(message.scenario)
        if bundle is None:
            raise VerbFailed("not-found", no_scenario(message.scenario, self._service.catalog))
        return bundle

    async def _build(self, name: str, bundle: Bundle, variant: str | None, own: bool) -> Built:
        """A text of the client's own is counted as it is over REST."""
        if own and not await self._service.may_compile(self._client):
            raise VerbFailed("too-many", TOO_MANY_COMPILATIONS, "Wait a little.")
        try:
            return await self._service.build(self._client, name, bundle, variant)
        except CompileError as error:
            failed = VerbFailed("does-not-compile", "the scenario's text has errors")
            failed.problem.diagnostics = [diagnostic_view(diagnostic) for diagnostic in error.diagnostics]
            raise failed from None
        except UnknownVariant as unknown:
            known = f"those that exist are {', '.join(unknown.known)}" if unknown.known else "the text has none"
            said = f"There is no variant '{(variant or '')[:80]}' of {name[:80]}; {known}."
            raise VerbFailed("not-found", said) from None

    # -- searching ---------------------------------------------------------------------------------

    async def _find(self, search: Search, walk: Walk) -> None:
        """Search in a worker process; the last message is always `found` or `failed`."""
        assert self._open is not None
        seq, last = search.message.seq, None
        news: asyncio.Queue[SearchProgress] = asyncio.Queue(1)

        def progress(told: Json) -> None:
            nonlocal last
            last = SearchProgress(seq=seq, **told)
            if not news.full():  # who reads slowly gets fewer
                news.put_nowait(last)

        forwarder = asyncio.create_task(self._forward(news))
        try:
            job = search.job(walk, *self._open, self._service.settings)
            result = result_from_json(await self._service.jobs.do(job, progress, self._client))
            async with self._walking:
                answer = await self._service.in_thread(
                    self._client, _serialised, lambda walk: found(search, walk, result), walk
                )
                self._count_steps()
        except WorkerFailed as failed:
            answer = Failed(seq=seq, problem=worker_problem(failed)).model_dump_json()
        except asyncio.CancelledError:
            answer = cancelled(search, walk, last).model_dump_json()
        except Exception:
            log.exception("a search failed")
            answer = _failed(seq, "internal", "the server made a mistake; it is in its log")
        forwarder.cancel()
        await asyncio.gather(forwarder, return_exceptions=True)
        self._search = None  # whoever has the answer may ask for the next
        try:
            await self._send_text(answer)
        except GONE:
            pass

    async def _forward(self, news: asyncio.Queue[SearchProgress]) -> None:
        while True:
            await self._send(await news.get())

    # -- sending -----------------------------------------------------------------------------------

    async def _fail(self, seq: int, code: str, message: str) -> None:
        await self._send_text(_failed(seq, code, message))

    async def _send(self, answer: Answer) -> None:
        await self._send_text(answer.model_dump_json())

    async def _send_text(self, text: str) -> None:
        async with self._sending, asyncio.timeout(SEND_S):
            await self._websocket.send_text(text)


def _failed(seq: int, code: str, message: str) -> str:
    return Failed(seq=seq, problem=Problem(code=code, message=message)).model_dump_json()


def _serialised(verb: Callable[[Walk], Answer], walk: Walk) -> str:
    return verb(walk).model_dump_json()


def _seq_of(text: str) -> int:
    """The seq of a message that is otherwise wrong, so that its sender knows which it was."""
    try:
        return _Seq.model_validate_json(text).seq
    except ValidationError:
        return 0
