"""Lines that were pasted from a mail that quotes them: each begins with `>`.

C never begins so after `;`, a brace or a directive, as `>` needs something before it to compare. An expression may go
on with `>` on the next line, so lines that follow each other are quoted only where one of them begins something. As
many marks are blanked as all of them have, and what is left is parsed as if it had been pasted so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.lexer import Tokens
from racewalk.lang.patch import LINE, begins_something
from racewalk.lang.source import Span

_MARKS = re.compile(r"^>(?: ?>)*(?!=) ?", re.MULTILINE)
_WHO_WROTE = re.compile(r"^On [^\n]*(?:\n[^\n]+)?\bwrote:\s*\Z", re.MULTILINE)
"""What a mail program puts above what it quotes, in one line or two."""


def looks_quoted(text: str) -> bool:
    """Some line looks so; it may be in a comment, or the second of an expression."""
    return text.startswith(">") or "\n>" in text


def without_quote_marks(tokens: Tokens, text: str, sink: Diagnostics) -> str | None:
    """The text with blanks for its marks, offsets unchanged, and a complaint; None where it has no marks.

    The sign of a quoted patch comes to the beginning of its line, where it is looked for.
    """
    parts: list[str] = []
    at, lines, first = 0, 0, None
    for block in _blocks(text):
        if not any(begins_something(tokens, marks.start()) for marks in block):
            continue
        above = text[at : block[0].start()]
        parts.append(_WHO_WROTE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), above))
        at = block[0].start()
        depth = min(marks[0].count(">") for marks in block)
        for marks in block:
            start, end = marks.start(), _end(marks, depth)
            stop = _line_end(text, end)
            parts += [text[at:start], _unquoted(text[end:stop], end - start)]
            at, lines, first = stop, lines + 1, first or Span(tokens.file, start, end)
    if first is None:
        return None
    more = f" ({lines} lines of this file are)" if lines > 1 else ""
    sink.error(
        "quoted-line",
        f"this line is quoted, as in a mail{more}: it begins with '>'",
        first,
        "paste the code alone, without the '>' in front of each line",
    )
    return "".join([*parts, text[at:]])


def _blocks(text: str) -> Iterator[Sequence[re.Match[str]]]:
    """The marks of lines that follow each other."""
    block: list[re.Match[str]] = []
    follows = 0
    for marks in _MARKS.finditer(text):
        if block and marks.start() != follows:
            yield block
            block = []
        block.append(marks)
        follows = _line_end(text, marks.end()) + 1
    if block:
        yield block


def _line_end(text: str, offset: int) -> int:
    newline = text.find("\n", offset)
    return len(text) if newline < 0 else newline


def _end(marks: re.Match[str], depth: int) -> int:
    """Where the first `depth` marks of a line end, with the blank behind them."""
    end = -1
    for _ in range(depth):
        end = marks[0].index(">", end + 1)
    return marks.start() + end + (2 if marks[0][end + 1 : end + 2] == " " else 1)


def _unquoted(rest: str, width: int) -> str:
    """What follows the marks, which are `width` wide, in a line as long as it was."""
    found = LINE.match(rest)
    kept = 0 if found is None else found.end()
    return rest[:kept] + " " * width + rest[kept:]
