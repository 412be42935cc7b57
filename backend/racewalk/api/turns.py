"""So many things at once, and who has the fewest of them goes next."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Like a semaphore that is fair to clients: one that asks for a hundred turns delays another by one at most.

    A client alone has all of them, and nothing is free while somebody waits. Among clients that have equally many turns
    the one that has waited longest is next.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._having: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []  # the longest first

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        await self._take(client)
        try:
            yield
        finally:
            self._give_back(client)

    async def _take(self, client: str) -> None:
        if self._free:
            self._free -= 1
            self._having[client] += 1
            return
        given = asyncio.get_running_loop().create_future()
        self._waiting.append((client, given))
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled():  # it was given in the same moment
                self._give_back(client)
            else:
                self._waiting.remove((client, given))
            raise

    def _give_back(self, client: str) -> None:
        self._having[client] -= 1
        if not self._having[client]:
            del self._having[client]
        if not self._waiting:
            self._free += 1
            return
        index = min(range(len(self._waiting)), key=lambda index: self._having[self._waiting[index][0]])
        following, given = self._waiting.pop(index)
        self._having[following] += 1
        given.set_result(None)
