"""Short links: what a long link says after its '#', kept under a name made of that very text.

The same text has the same name, so nothing is kept twice and nobody can change what a name stands for. Without a
folder the texts live as long as the server, and the oldest go when there is no more room; in a folder they stay, and
there is no room for further ones then.
"""

from __future__ import annotations

import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock

ID_CHARS = 16
ID_PATTERN = r"[A-Za-z0-9_-]{16}"


class LinksFull(Exception):
    """There is no room for another text."""


class LinksNotKept(Exception):
    """The folder takes no texts: it cannot be made or written, its disk is full, its file is something else."""


class LinkStore:
    """May be used by several threads, and its folder by several servers."""

    def __init__(self, folder: Path | None, most: int, most_bytes: int) -> None:
        """Raises LinksNotKept."""
        self.lasting = folder is not None
        self._most, self._most_bytes = most, most_bytes
        self._lock = Lock()
        try:
            self._base = _opened(folder)
        except (OSError, sqlite3.Error) as error:
            raise LinksNotKept(f"short links cannot be kept in {folder}: {error}") from None

    def keep(self, text: str) -> str:
        """The name under which the text is found. Raises LinksFull, LinksNotKept."""
        name = urlsafe_b64encode(sha256(text.encode()).digest()).decode()[:ID_CHARS]
        try:
            with self._changing() as base:
                if base.execute("SELECT 1 FROM links WHERE id = ?", (name,)).fetchone() is None:
                    self._make_room(base, len(text))
                    base.execute("INSERT INTO links (id, text) VALUES (?, ?)", (name, text))
        except sqlite3.Error as error:
            raise LinksNotKept(f"a short link could not be kept: {error}") from None
        return name

    def find(self, name: str) -> str | None:
        with self._lock:
            row = self._base.execute("SELECT text FROM links WHERE id = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        with self._lock:
            self._base.close()

    def _make_room(self, base: sqlite3.Connection, size_bytes: int) -> None:
        """For a text of ASCII alone, so that its bytes are its characters."""
        while True:
            count, used = base.execute("SELECT COUNT(*), COALESCE(SUM(LENGTH(text)), 0) FROM links").fetchone()
            if count < self._most and used + size_bytes <= self._most_bytes:
                return
            if self.lasting or count == 0:
                raise LinksFull
            base.execute("DELETE FROM links WHERE number = (SELECT MIN(number) FROM links)")

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """What is done inside is done as a whole or not at all."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:  # after a full disk SQLite has gone back by itself, or has not
                    self._base.execute("ROLLBACK")
                raise


def _opened(folder: Path | None) -> sqlite3.Connection:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    where = ":memory:" if folder is None else folder / "links.sqlite3"
    base = sqlite3.connect(where, timeout=10.0, isolation_level=None, check_same_thread=False)
    try:
        base.execute(
            "CREATE TABLE IF NOT EXISTS links (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL)"
        )
        base.execute("BEGIN IMMEDIATE")  # a file that can only be read says so here, and not to the first client
        base.execute("ROLLBACK")
    except sqlite3.Error:
        base.close()
        raise
    return base
