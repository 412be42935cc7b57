"""Where the parser stands in the tokens, and how it complains and finds its feet again."""

from __future__ import annotations

from typing import NoReturn

from racewalk.lang import limits
from racewalk.lang.diagnostics import Diagnostics, Note
from racewalk.lang.lexer import KEYWORDS, Tokens
from racewalk.lang.source import SourceFile, Span


class Panic(Exception):
    """A construct could not be parsed and has been reported; whoever knows where the next one begins catches it."""


class TooDeep(Exception):
    """The nesting limit was met and reported; the whole declaration is given up."""


class Cursor:
    """Walks over tokens. `kind` is always the kind of token `index`; the last token is "end" and never passed."""

    def __init__(self, tokens: Tokens, sink: Diagnostics) -> None:
        self.tokens = tokens
        self.file: SourceFile = tokens.file
        self.sink = sink
        self.kinds = tokens.kinds
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.end_called = "the end of the file"
        self.index = 0
        self.kind = tokens.kinds[0]

    # -- moving --------------------------------------------------------------------------------

    def advance(self) -> None:
        if self.kind != "end":
            self.index += 1
            self.kind = self.kinds[self.index]

    def accept(self, kind: str) -> bool:
        """Pass the token if it is of this kind."""
        if self.kind == kind:
            self.advance()
            return True
        return False

    def peek(self, ahead: int = 1) -> str:
        """The kind of a later token."""
        index = self.index + ahead
        return self.kinds[index] if index < len(self.kinds) else "end"

    def word(self, ahead: int = 0) -> str:
        """The text of this token or of a later one."""
        return self.tokens.text(min(self.index + ahead, len(self.kinds) - 1))

    def at_line_start(self) -> bool:
        """True when the token stands in column 1."""
        start = self.starts[self.index]
        return start == 0 or self.file.text[start - 1] == "\n"

    def on_line_of_previous(self) -> bool:
        return self.file.text.find("\n", self.previous_end(), self.starts[self.index]) < 0

    def indentation(self, offset: int) -> int:
        """Columns of white space before the first thing on the line of an offset; a tab goes to a multiple of 8."""
        text = self.file.text
        at = text.rfind("\n", 0, offset) + 1
        column = 0
        while at < offset and text[at] in " \t":
            column = column + 1 if text[at] == " " else column + 8 - column % 8
            at += 1
        return column

    # -- places --------------------------------------------------------------------------------

    def here(self) -> Span:
        return Span(self.file, self.starts[self.index], self.ends[self.index])

    def previous_end(self) -> int:
        return self.ends[self.index - 1] if self.index else 0

    def since(self, start: int) -> Span:
        """From an offset to the end of the token before this one."""
        return Span(self.file, start, max(start, self.previous_end()))

    def after_previous(self) -> Span:
        """The empty place just behind the token before this one: where something is missing."""
        end = self.previous_end()
        return Span(self.file, end, end)

    # -- complaining ---------------------------------------------------------------------------

    def describe(self) -> str:
        """The token in words: "';'", "the name 'foo'", "the end of the file"."""
        kind = self.kind
        if kind == "end":
            return self.end_called
        if kind == "eol":
            return "the end of the line"
        if kind == "text":
            return "a string"
        word = self.word()
        return f"'{word if len(word) <= 40 else word[:37] + '...'}'"

    def error(
        self, code: str, message: str, span: Span | None = None, hint: str | None = None, notes: tuple[Note, ...] = ()
    ) -> None:
        if self.kind == "stray" or (self.kind == "end" and self.tokens.cut):
            return  # it was reported what is wrong here, and all else follows from it
        self.sink.error(code, message, self.here() if span is None else span, hint, notes)

    def panic(self, code: str, message: str, hint: str | None = None) -> NoReturn:
        """Complain about this token and give up the construct."""
        self.error(code, message, hint=hint)
        raise Panic

    def expect(self, kind: str, where: str) -> int:
        """Pass a token of this kind and give its index, or complain: "expected ')' after the arguments"."""
        if self.kind != kind:
            self.panic("unexpected-token", f"expected '{kind}' {where}, but found {self.describe()}")
        self.advance()
        return self.index - 1

    def expect_name(self, what: str) -> int:
        """Pass a name and give its index."""
        if self.kind == "name":
            self.advance()
            return self.index - 1
        hint = f"'{self.word()}' is a word of the language" if self.kind in KEYWORDS else None
        self.panic("expected-name", f"expected {what}, but found {self.describe()}", hint)

    def close_paren(self, opening: int, where: str) -> None:
        """Pass the ')' of the '(' at a token; if it is missing before a '{' or ';', go on as if it stood there."""
        if self.kind == ")":
            self.advance()
            return
        note = Note("it closes this '('", self.tokens.span(opening))
        if self.kind in (";", "{", "end", "eol") or not self.on_line_of_previous():
            self.error("missing-parenthesis", f"expected ')' {where}", self.after_previous(), "write ')' here", (note,))
            if self.kind in (";", "{"):
                return
        else:
            message = f"expected ')' {where}, but found {self.describe()}"
            self.error("missing-parenthesis", message, notes=(note,))
        raise Panic

    def semicolon(self, where: str) -> None:
        """Pass a ';'; a missing one is reported where it should stand, and parsing goes on."""
        if self.kind == ";":
            self.advance()
        else:
            self.error("missing-semicolon", f"expected ';' {where}", self.after_previous(), "write ';' here")

    def too_deep(self, what: str) -> NoReturn:
        self.error("limit-nesting", f"{what} nested deeper than {limits.NESTING} (limit NESTING)")
        raise TooDeep

    # -- recovering ----------------------------------------------------------------------------

    def skip_line(self) -> None:
        """To behind the end of a directive."""
        while self.kind not in ("eol", "end"):
            self.advance()
        self.accept("eol")

    def skip_balanced(self) -> None:
        """Over a bracket with all that is in it, or to the end of the file."""
        depth = 0
        while self.kind != "end":
            if self.kind in ("(", "[", "{"):
                depth += 1
            elif self.kind in (")", "]", "}"):
                depth -= 1
            self.advance()
            if depth <= 0:
                return
