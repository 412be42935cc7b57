"""The outlooks of one session: one is worked out at a time, and of those that come meanwhile only the last is kept.

The graph of all schedules serves every place, so its making goes on when one moves. Where it does not fit, what follows
is about one place alone, and ends soon after that was left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from racewalk.api.messages import Failed, OutlookAnswer
from racewalk.api.outlook import Ahead, outlook_answer
from racewalk.api.problems import worker_problem
from racewalk.api.service import Json, Service
from racewalk.api.snapshot import Problem
from racewalk.api.walk import VerbFailed, Walk
from racewalk.explore.workers import WorkerFailed
from racewalk.lang.bundle import Bundle

log = logging.getLogger("racewalk.api")

LEFT_S = 1.0  # what is nearly there is still told: a new process would cost as much


class Looking:
    """`send` raises one of `gone` where nobody is there any more."""

    def __init__(
        self,
        service: Service,
        client: str,
        send: Callable[[OutlookAnswer | Failed], Awaitable[None]],
        gone: tuple[type[Exception], ...],
    ) -> None:
        self._service, self._client, self._send, self._gone = service, client, send, gone
        self._all: asyncio.Task[None] | None = None  # the one that is worked out, and those after it
        self._one: asyncio.Task[Json] | None = None
        self._now: Ahead | None = None
        self._next: Ahead | None = None
        self._of_place = False  # what is worked out serves this place alone
        self._too_large: Walk | None = None  # its whole graph does not fit

    async def ask(self, ahead: Ahead, walk: Walk, name: str, bundle: Bundle) -> None:
        """Raises VerbFailed where there are too many."""
        if self._all is not None and not self._all.done():
            waiting, self._next = self._next, ahead
            if waiting is not None:
                await self._cancelled(waiting)
            return
        if not self._service.searches.enter(self._client):
            raise VerbFailed("busy", "too many searches are waiting; try again in a moment")
        self._all = asyncio.create_task(self._work(ahead, walk, name, bundle))
        self._all.add_done_callback(lambda done: self._service.searches.leave(self._client))

    def moved(self, walk: Walk) -> None:
        """What serves only a place that was left ends soon, unless one comes back."""
        if self._of_place and self._now is not None and self._now.node is not walk.history.cursor:
            asyncio.get_running_loop().call_later(LEFT_S, self._leave, self._now, walk)

    async def stop(self) -> None:
        """End the one that is being worked out, if there is one, and take back the next."""
        if self._all is not None:
            self._all.cancel()
            await asyncio.gather(self._all, return_exceptions=True)
            self._all = None

    def _leave(self, ahead: Ahead, walk: Walk) -> None:
        if self._now is ahead and self._one is not None and ahead.node is not walk.history.cursor:
            self._one.cancel()

    async def _work(self, ahead: Ahead | None, walk: Walk, name: str, bundle: Bundle) -> None:
        try:
            while ahead is not None:
                self._now = ahead
                await self._work_out(ahead, walk, name, bundle)
                ahead, self._next = self._next, None
        except asyncio.CancelledError:
            for one in (self._now, self._next):
                if one is not None:
                    await self._cancelled(one)
            self._next = None
            raise
        except self._gone:
            return
        finally:
            self._now = None

    async def _work_out(self, ahead: Ahead, walk: Walk, name: str, bundle: Bundle) -> None:
        """Answer one, in a worker process."""

        def progress(told: Json) -> None:
            self._of_place, self._too_large = True, walk
            self.moved(walk)

        self._of_place = self._too_large is walk
        job = {**ahead.job(walk, name, bundle, self._service.settings), "whole": not self._of_place}
        self._one = asyncio.create_task(self._service.workers.run(job, progress, (self._client,)))
        self.moved(walk)  # perhaps before this was begun
        try:
            await asyncio.wait([self._one])
            answer = outlook_answer(ahead, walk, self._one.result())
        except WorkerFailed as failed:
            await self._send(Failed(seq=ahead.message.seq, problem=worker_problem(failed)))
        except asyncio.CancelledError:
            me = asyncio.current_task()
            if me is not None and me.cancelling():  # all are to end
                self._one.cancel()
                await asyncio.wait([self._one])
                raise
            await self._cancelled(ahead)
        except Exception:
            log.exception("an outlook failed")
            problem = Problem(code="internal", message="the server made a mistake; it is in its log")
            await self._send(Failed(seq=ahead.message.seq, problem=problem))
        else:
            await self._send(answer)
        finally:
            self._one = None

    async def _cancelled(self, ahead: Ahead) -> None:
        """An outlook that nobody works out any more."""
        problem = Problem(code="cancelled", message="another place or variant is looked at by now")
        await self._send(Failed(seq=ahead.message.seq, problem=problem))
