"""How fast a client may send, and how many sessions, searches and steps it may have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic


class Pace:
    """A token bucket: `burst` at once, then `per_second`. Tells how long to wait, and never refuses."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_second, self._burst, self._clock = per_second, float(burst), clock
        self._tokens, self._at = self._burst, clock()

    def delay_s(self) -> float:
        """Take one token; the seconds until it was there."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        self._tokens -= 1.0
        return max(0.0, -self._tokens / self._per_second)


class Admission:
    """Counts what is going on, in all and by client."""

    def __init__(self, most: int, most_per_client: int) -> None:
        self._most, self._most_per_client = most, most_per_client
        self._by_client: Counter[str] = Counter()

    def enter(self, client: str) -> bool:
        """Count one more; False, and nothing counted, where there are too many."""
        if self._by_client.total() >= self._most or self._by_client[client] >= self._most_per_client:
            return False
        self._by_client[client] += 1
        return True

    def leave(self, client: str) -> None:
        self._by_client[client] -= 1
        if self._by_client[client] <= 0:
            del self._by_client[client]


class Holdings:
    """What clients hold of something that takes memory, in all and each."""

    def __init__(self, most: int, most_per_client: int) -> None:
        self._most, self._most_per_client = most, most_per_client
        self._by_client: Counter[str] = Counter()

    def change(self, client: str, by: int) -> None:
        """Count what was made, or let go."""
        self._by_client[client] += by
        if self._by_client[client] <= 0:
            del self._by_client[client]

    def have_room(self, client: str, instead_of: int = 0) -> bool:
        """Whether this client may hold more, or something else instead of so much."""
        total, its_own = self._by_client.total() - instead_of, self._by_client[client] - instead_of
        return total < self._most and its_own < self._most_per_client
