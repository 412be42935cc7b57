"""Sentences about actors."""

from __future__ import annotations


def told_of(title: str, blocked: str) -> str:
    """Why an actor cannot go, with its subject: models leave it out ("waits for x, held by CPU 0")."""
    return f"{title} {blocked}" if blocked.startswith("waits ") else f"{title}: {blocked}"
