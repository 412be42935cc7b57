"""How fast a client may send, and how many sessions and searches it may have."""

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
