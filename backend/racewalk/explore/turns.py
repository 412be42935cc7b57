"""So many things at once, and who has the fewest goes next: one who asks for much does not keep others waiting."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, eq=False, slots=True)
class _Waiting:
    clients: Collection[str]  # all who want this; it may change
    given: asyncio.Future[str]  # whose turn it became


class Turns:
    """Like a semaphore that is fair to clients, each of whom is a key.

    Who has the fewest turns is next; of those who have equally many, the one whose last turn was given the longest ago,
    or never; then what has waited longest.
    """

    def __init__(self, most: int, most_per_client: int) -> None:
        self._free, self._most_per_client = most, most_per_client
        self._having: Counter[str] = Counter()
        self._last: dict[str, int] = {}  # number of the last turn, of clients who have one or wait
        self._turns = 0
        self._waiting: list[_Waiting] = []  # the longest first

    @property
    def all_taken(self) -> bool:
        return not self._free

    @property
    def waiting(self) -> int:
        return sum(not one.given.done() for one in self._waiting)

    @asynccontextmanager
    async def turn(self, clients: Collection[str]) -> AsyncIterator[None]:
        """A turn that these want, more of them perhaps later; it comes when the first of them is next."""
        client = await self._take(clients)
        try:
            yield
        finally:
            self._give_back(client)

    async def _take(self, clients: Collection[str]) -> str:
        waiting = _Waiting(clients, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._give()
        try:
            return await waiting.given
        except asyncio.CancelledError:
            if waiting.given.done() and not waiting.given.cancelled():  # it was given in the same moment
                self._give_back(waiting.given.result())
            raise

    def _give_back(self, client: str) -> None:
        self._having[client] -= 1
        if not self._having[client]:
            del self._having[client]
        self._free += 1
        self._give()

    def _give(self) -> None:
        """Give the turns that are free to those who are next."""
        self._waiting = [one for one in self._waiting if not one.given.done()]  # who was cancelled waits no more
        while self._free:
            ranked = (
                (self._having[client], self._last.get(client, 0), place, client)
                for place, one in enumerate(self._waiting)
                for client in one.clients
                if self._having[client] < self._most_per_client
            )
            following = min(ranked, default=None)
            if following is None:
                break
            _, _, place, client = following
            self._free -= 1
            self._turns += 1
            self._having[client] += 1
            self._last[client] = self._turns
            self._waiting.pop(place).given.set_result(client)
        here = self._having.keys() | {client for one in self._waiting for client in one.clients}
        self._last = {client: last for client, last in self._last.items() if client in here}
