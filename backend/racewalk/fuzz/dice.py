"""The only source of chance in a generated program."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """The same seed gives the same throws, on every machine and in every process."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def pick(self, items: Sequence[T]) -> T:
        return items[self._random.randrange(len(items))]

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def weighted(self, items: Sequence[tuple[int, T]]) -> T:
        """One of the items, as often as its weight says."""
        at = self._random.randrange(sum(weight for weight, _ in items))
        for weight, item in items:
            at -= weight
            if at < 0:
                return item
        raise AssertionError("[racewalk bug] weights do not add up")

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Several different items, in their order."""
        chosen = set(self._random.sample(range(len(items)), min(count, len(items))))
        return [item for at, item in enumerate(items) if at in chosen]
