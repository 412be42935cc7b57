"""The places of a message that values fill: %s and %d, and %% for one %."""

from __future__ import annotations


def format_places(text: str) -> list[int]:
    """Offsets of the %s, %d, %u, %x of a message; %% is none."""
    places, i = [], 0
    while i < len(text) - 1:
        if text[i] == "%":
            if text[i + 1] in "sdux":
                places.append(i)
            i += 1
        i += 1
    return places
