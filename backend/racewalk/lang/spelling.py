"""Finds the word that somebody meant to write."""

from __future__ import annotations

from collections.abc import Iterable

MAX_CHARS = 40
MAX_CANDIDATES = 1_000


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to the word, or None when none is near enough to be meant.

    Up to three characters forgive one slip, up to six two, longer ones three; a slip is a wrong, a missing,
    an extra or a swapped character. Of equally near ones it is the first, so the candidates come in an order.
    Bounded: long words and the candidates past the first thousand are ignored.
    """
    if not 2 <= len(word) <= MAX_CHARS:
        return None
    best: str | None = None
    best_distance = (1 if len(word) <= 3 else 2 if len(word) <= 6 else 3) + 1
    for number, candidate in enumerate(candidates):
        if number >= MAX_CANDIDATES:
            break
        if candidate == word or len(candidate) > MAX_CHARS or abs(len(candidate) - len(word)) >= best_distance:
            continue
        distance = _distance(word.lower(), candidate.lower(), best_distance)
        if distance < best_distance and distance * 2 < max(len(word), len(candidate)) + 1:
            best, best_distance = candidate, distance
    return best


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A hint for an unknown word: "did you mean 'x'?"; None when nothing is near."""
    found = closest(word, candidates)
    return f"did you mean '{found}'?" if found else None


def _distance(a: str, b: str, bound: int) -> int:
    """Edits from a to b with swaps of neighbours counting one; gives up at `bound`.

    Only cells within `bound` of the diagonal are computed: those further away cannot be less.
    """
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    before: list[int] = []
    last = [min(j, bound) for j in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        row = [bound] * (len(b) + 1)
        row[0] = min(i, bound)
        for j in range(max(1, i - bound), min(len(b), i + bound) + 1):
            y = b[j - 1]
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) >= bound:
            return bound
        before, last = last, row
    return last[-1]
