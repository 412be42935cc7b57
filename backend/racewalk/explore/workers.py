"""Searches in processes of their own, so that stepping never waits for one.

A few processes are kept and take jobs, of all clients in turn; each has a hard limit on memory, and is killed when
its job takes too long, is cancelled, or loses its client. One that somebody killed while it waited for a job is
replaced without a word. `racewalk.explore.duty` is their side.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from racewalk.amount import seconds
from racewalk.explore.turns import Turns

Json = dict[str, Any]

MAX_LINE = 32 << 20  # of a message; a result carries its schedules
GRACE_S = 5.0  # a search that ends by its own clock is not killed by ours
EXIT_S = 1.0  # from the end of a process's output to its own


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    processes: int = 2
    waiting: int = 32  # jobs that may wait for a process
    memory_bytes: int = 1 << 30
    seconds: float = 60.0


class WorkerFailed(Exception):
    """A job without a result. `code` is that of a problem: "memory", "timeout", "busy", "internal", ..."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Gone(Exception):
    """A process ended before it answered."""

    def __init__(self, in_the_middle: bool) -> None:
        self.in_the_middle = in_the_middle  # it had told of its progress


class Workers:
    """The pool. `command` starts one process; the limit on memory is appended to it."""

    def __init__(self, command: Sequence[str], limits: WorkerLimits = WorkerLimits()) -> None:
        self._command = (*command, str(limits.memory_bytes))
        self._limits = limits
        self._turns = Turns(limits.processes, limits.processes)
        self._closed = False
        self._none_left = asyncio.Event()
        self._none_left.set()
        self._idle: list[asyncio.subprocess.Process] = []
        self._all: set[asyncio.subprocess.Process] = set()
        self._ends: dict[asyncio.subprocess.Process, asyncio.Task[None]] = {}  # of those that are being killed

    async def run(
        self,
        job: Json,
        progress: Callable[[Json], None] = lambda message: None,
        clients: Collection[str] = ("",),
    ) -> Json:
        """Do a job, when one of its clients is next; cancelling the task kills its process. Raises WorkerFailed."""
        if self._turns.all_taken and self._turns.waiting >= self._limits.waiting:
            raise WorkerFailed("busy", "too many searches are waiting; try again in a moment")
        async with self._turns.turn(clients):
            return await self._run(job, progress)

    async def close(self) -> None:
        """Kill every process and wait for its end; who waits for one gets none."""
        self._closed = True
        while self._idle:
            await self._end(self._idle.pop())
        for process in self._all:
            _kill(process)  # whoever talks to it sees to its end
        await self._none_left.wait()

    @property
    def processes(self) -> tuple[int, ...]:
        """Ids of the processes that live."""
        return tuple(process.pid for process in self._all if process.returncode is None)

    async def _run(self, job: Json, progress: Callable[[Json], None]) -> Json:
        try:
            async with asyncio.timeout(self._limits.seconds + GRACE_S):
                message = await self._answer(job, progress)
        except TimeoutError:
            raise WorkerFailed("timeout", f"the search took more than {seconds(self._limits.seconds)}") from None
        if "error" in message:
            raise WorkerFailed(message["error"]["code"], message["error"]["message"])
        result: Json = message["result"]
        return result

    async def _answer(self, job: Json, progress: Callable[[Json], None]) -> Json:
        """What a process says to a job; a kept one may have ended before it got the job, and then a new one does it."""
        process = await self._kept()
        if process is not None:
            try:
                return await self._ask(process, job, progress)
            except _Gone as gone:
                if gone.in_the_middle:
                    raise self._failure(process) from None
        process = await self._start()
        try:
            return await self._ask(process, job, progress)
        except _Gone:
            raise self._failure(process) from None

    async def _ask(self, process: asyncio.subprocess.Process, job: Json, progress: Callable[[Json], None]) -> Json:
        """Keeps the process for other jobs, or sees to its end. Raises _Gone."""
        healthy = False
        try:
            message = await self._talk(process, job, progress)
            healthy = message.get("error", {}).get("code") != "memory"  # after that it ends itself
            return message
        finally:
            if healthy and not self._closed:
                self._idle.append(process)
            else:
                await self._end(process)

    async def _talk(self, process: asyncio.subprocess.Process, job: Json, progress: Callable[[Json], None]) -> Json:
        assert process.stdin is not None
        assert process.stdout is not None
        told = False
        try:
            process.stdin.write(json.dumps(job, separators=(",", ":")).encode() + b"\n")
            await process.stdin.drain()
            while line := await process.stdout.readline():
                message: Json = json.loads(line)
                if "progress" not in message:
                    return message
                told = True
                progress(message["progress"])
        except (ConnectionError, ValueError):  # ValueError: half a line, of a process that was killed
            pass
        with suppress(TimeoutError):
            async with asyncio.timeout(EXIT_S):
                await process.wait()  # it says how it ended
        raise _Gone(told)

    async def _kept(self) -> asyncio.subprocess.Process | None:
        """An idle process that lives, as far as is known."""
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            await self._end(process)
        return None

    async def _start(self) -> asyncio.subprocess.Process:
        self._need_to_be_open()
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=MAX_LINE,
            start_new_session=True,  # the terminal's signals are not for it
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},  # the same modules
        )
        self._all.add(process)
        self._none_left.clear()
        try:
            self._need_to_be_open()  # still
        except WorkerFailed:
            await self._end(process)
            raise
        return process

    def _need_to_be_open(self) -> None:
        if self._closed:
            raise WorkerFailed("unavailable", "the server is stopping")

    def _failure(self, process: asyncio.subprocess.Process) -> WorkerFailed:
        """Why a process gave no answer: the system kills those who use up its memory."""
        if self._closed:
            return WorkerFailed("unavailable", "the server is stopping")
        if process.returncode == -signal.SIGKILL:
            why = "the search's process was killed, probably because the machine ran out of memory"
            return WorkerFailed("memory", why)
        return WorkerFailed("internal", "the search's process ended without an answer")

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Kill a process, and wait until the system and the event loop have let go of it. Several may ask for that."""
        if process not in self._ends:
            self._ends[process] = asyncio.create_task(self._see_to_the_end(process))
        await asyncio.shield(self._ends[process])

    async def _see_to_the_end(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        _kill(process)
        process.stdin.close()
        await process.communicate()
        self._all.discard(process)
        del self._ends[process]
        if not self._all:
            self._none_left.set()


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):  # it ended by itself
        process.kill()
