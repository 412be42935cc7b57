"""A number with its noun, as every message has it: "1 step", "4,732 states", "2 switches"."""

from __future__ import annotations


def count(number: int, noun: str, several: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


def seconds(number: float) -> str:
    """ "1 second", "0.5 seconds"."""
    return f"{number:g} second{'' if number == 1 else 's'}"


def are(number: int) -> str:
    """ "is 1", "are 2"."""
    return f"{'is' if number == 1 else 'are'} {number:,}"
