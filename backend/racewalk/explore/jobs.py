"""Jobs for worker processes, done once however many ask.

Who asks for what is being searched already joins that search: everybody gets its progress and its result, and it ends
early only when all of them have cancelled. Results are kept, the ones asked for last, within a number and a size. Two
jobs are the same when their text, their question and the version of the program are.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from racewalk.explore.workers import Json, Workers

Tell = Callable[[Json], None]


@dataclass(frozen=True, slots=True)
class KeptLimits:
    results: int = 256
    size_bytes: int = 16 << 20  # of all of them, as JSON


@dataclass(eq=False, slots=True)
class _Run:
    """A job that is being done, and who waits for it."""

    task: asyncio.Task[Json]
    askers: list[Tell] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)  # whose requests they are
    last: Json | None = None  # its last progress

    def tell(self, progress: Json) -> None:
        self.last = progress
        for asker in self.askers:
            asker(progress)


class Jobs:
    """`keep` tells whether a result would come out the same another time; one that a clock cut short would not."""

    def __init__(
        self,
        workers: Workers,
        version: str = "",
        limits: KeptLimits = KeptLimits(),
        keep: Callable[[Json], bool] = lambda result: True,
    ) -> None:
        self._workers, self._version, self._limits, self._keep = workers, version, limits, keep
        self._running: dict[str, _Run] = {}
        self._kept: OrderedDict[str, tuple[Json, int]] = OrderedDict()
        self._kept_bytes = 0

    async def do(self, job: Json, progress: Tell = lambda message: None, client: str = "") -> Json:
        """The result of a job, which nobody may change. Cancelling takes back this request. Raises WorkerFailed."""
        key = self._key(job)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        run = self._running.get(key) or self._start(key, job)
        run.askers.append(progress)
        run.clients.append(client)
        if run.last is not None:
            progress(run.last)
        try:
            return await asyncio.shield(run.task)
        finally:
            run.askers.remove(progress)
            run.clients.remove(client)
            if not run.askers and not run.task.done():
                self._running.pop(key, None)  # whoever asks from now on begins anew
                run.task.cancel()
                await asyncio.wait([run.task])  # until its process is gone

    def _start(self, key: str, job: Json) -> _Run:
        run = self._running[key] = _Run(asyncio.create_task(self._do(key, job)))
        return run

    async def _do(self, key: str, job: Json) -> Json:
        run = self._running[key]
        try:
            result = await self._workers.run(job, run.tell, run.clients)
            if self._keep(result):
                self._remember(key, result)
            return result
        finally:
            if self._running.get(key) is run:
                del self._running[key]

    def _remember(self, key: str, result: Json) -> None:
        size = len(json.dumps(result))
        if size > self._limits.size_bytes:
            return
        self._kept[key] = result, size
        self._kept_bytes += size
        while len(self._kept) > self._limits.results or self._kept_bytes > self._limits.size_bytes:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._kept_bytes -= dropped

    def _key(self, job: Json) -> str:
        text = json.dumps([self._version, job], sort_keys=True)
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
