"""Tells from where a line begins that a '}' is missing above, and which '{' it should have closed."""

from __future__ import annotations

from typing import NoReturn

from racewalk.lang.cursor import Cursor
from racewalk.lang.diagnostics import Diagnostics, Note
from racewalk.lang.lexer import Tokens

FILE_LEVEL_WORDS = frozenset(("CPU", "DEVICE", "EVENT", "SOFTIRQ", "POOL", "always", "never", "sometimes", "finally"))
"""Names that begin a declaration of their own when '(' follows; some also with '{'."""

BLOCK_WORDS = frozenset(("setup", "finally", "lock_order"))
"""Names that begin a declaration of their own when '{' follows."""

NUMBER_WORDS = frozenset("int unsigned signed long short char float double".split())
"""Keywords that types of numbers are made of."""

_OPEN_DECLARATION = frozenset(("typedef", "static", "inline", "extern", "__weak", "ghost"))


class Unclosed(Exception):
    """A '}' is missing and reported; the declaration around it ends before the token in hand."""


class Landmarks(Cursor):
    def __init__(self, tokens: Tokens, sink: Diagnostics) -> None:
        super().__init__(tokens, sink)
        self.blocks: list[int] = []  # '{' that are open
        self.suspect: int | None = None  # a '{' whose '}' stands further left than it should

    def outside(self) -> bool:
        """In column 1 stands what can only be the beginning of a declaration: a '}' is missing above."""
        if not self.at_line_start() or self.kind in ("{", "}"):
            return False
        kind, after, ahead = self.kind, self.peek(), 1
        if kind in _OPEN_DECLARATION:
            return True
        if kind == "struct" or kind == "enum":
            if self.peek(2) == "{" or after == "{":
                return True
            ahead = 2
        elif kind == "name":
            if (after == "(" and self.word() in FILE_LEVEL_WORDS) or (after == "{" and self.word() in BLOCK_WORDS):
                return True
        elif kind not in NUMBER_WORDS and kind not in ("void", "atomic", "fuse", "wrapping"):
            return False
        while self.peek(ahead) == "*":
            ahead += 1
        return self.peek(ahead) == "name" and self.peek(ahead + 1) == "("

    def compare_indentation(self, opening: int) -> None:
        """At a '}' that begins its line: if it stands further left than the line of its '{', a '}' is missing."""
        if self.suspect is None and not self.on_line_of_previous():
            if self.indentation(self.starts[self.index]) < self.indentation(self.starts[opening]):
                self.suspect = opening

    def unclosed(self) -> NoReturn:
        opening = self.blocks[-1] if self.suspect is None else self.suspect
        notice = Note(
            f"the missing '}}' was noticed at {self.describe()}",
            self.after_previous() if self.kind == "end" else self.here(),
        )
        self.error("unclosed-brace", "this '{' is never closed", self.tokens.span(opening), "write '}'", (notice,))
        self.suspect = None
        raise Unclosed
