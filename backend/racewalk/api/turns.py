"""So many things at once, never all of them for one client, and who has the fewest goes next."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Like a semaphore that is fair to clients: one that asks for a hundred turns leaves some for another.

    Among clients that have equally many turns the one that has waited longest is next.
    """

    def __init__(self, most: int, most_per_client: int) -> None:
        self._free, self._most_per_client = most, most_per_client
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
        if self._free and self._having[client] < self._most_per_client:
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
            raise

    def _give_back(self, client: str) -> None:
        self._having[client] -= 1
        if not self._having[client]:
            del self._having[client]
        self._waiting = [one for one in self._waiting if not one[1].done()]  # who was cancelled waits no more
        index = min(range(len(self._waiting)), key=self._has_in_place, default=None)
        if index is None or self._has_in_place(index) >= self._most_per_client:
            self._free += 1
            return
        following, given = self._waiting.pop(index)
        self._having[following] += 1
        given.set_result(None)

    def _has_in_place(self, index: int) -> int:
        """How many turns the one has who waits there."""
        return self._having[self._waiting[index][0]]
