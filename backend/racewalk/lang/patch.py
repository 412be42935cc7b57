"""Lines that were pasted from a patch: `-` and `+` in the first column, `@@`, `diff --git`.

They are found by the tokens, so that a list in a comment is none, and neither is an expression that goes
on with `+` on the next line. A statement may begin with a sign, as in `-(x);`: between braces a sign is one of a
patch only if a blank follows. What is left when their marks are gone is parsed as if it had been pasted so.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.lexer import Tokens
from racewalk.lang.source import Span

LINE = re.compile(
    r"^(?:(?P<head>@@ -[0-9].*|diff --git .*|index [0-9a-f]+\.\.[0-9a-f]+.*|--- [^-;\n]*|\+\+\+ [^+;\n]*)"
    r"|(?P<sign>[-+])(?![-+=>]))",
    re.MULTILINE,
)
BEFORE = frozenset((";", "{", "}", "eol"))
"""After these something begins."""


def looks_like_patch(text: str) -> bool:
    """Some line looks so; it may be in a comment, or the second of an expression."""
    return LINE.search(text) is not None


def without_patch_marks(tokens: Tokens, text: str, sink: Diagnostics) -> str | None:
    """The text with blanks for what only a patch has, offsets unchanged, and a complaint; None where it has nothing."""
    lines: list[re.Match[str]] = []
    depths = list(accumulate((kind == "{") - (kind == "}") for kind in tokens.kinds))
    for line in LINE.finditer(text):
        if _is_code(tokens, line.start()) and (line["head"] or _begins(tokens, depths, line) or _follows(lines, line)):
            lines.append(line)
    if not lines:
        return None
    first = lines[0]
    what = "is no code" if first["head"] else f"begins with '{first['sign']}'"
    more = f" ({len(lines)} lines of this file are)" if len(lines) > 1 else ""
    sink.error(
        "patch-line",
        f"this line is from a patch{more}: it {what}",
        Span(tokens.file, first.start(), first.end()),
        "paste the text as it is after the patch: without the lines that begin with '-' or '@@', and without each '+'",
    )
    return _blanked(text, lines)


def _blanked(text: str, lines: Sequence[re.Match[str]]) -> str:
    """The text without what a patch has added to it: a `+`, or the whole of another line."""
    parts, at = [], 0
    for line in lines:
        newline = text.find("\n", line.end())
        end = line.end() if line["sign"] == "+" else len(text) if newline < 0 else newline
        parts += [text[at : line.start()], " " * (end - line.start())]
        at = end
    return "".join([*parts, text[at:]])


def _is_code(tokens: Tokens, offset: int) -> bool:
    """A token begins there: it is not in the middle of a comment."""
    index = bisect_left(tokens.starts, offset)
    return index < len(tokens.starts) and tokens.starts[index] == offset and tokens.kinds[index] != "end"


def begins_something(tokens: Tokens, offset: int) -> bool:
    """A token stands there, and none before it that an expression could go on from."""
    index = bisect_left(tokens.starts, offset)
    return _is_code(tokens, offset) and (index == 0 or tokens.kinds[index - 1] in BEFORE)


def _begins(tokens: Tokens, depths: Sequence[int], line: re.Match[str]) -> bool:
    """Something begins with the line's sign that cannot begin so. `depths`: of braces, after each token."""
    index = bisect_left(tokens.starts, line.start())
    if index == 0 or tokens.kinds[index - 1] not in BEFORE:
        return index == 0
    return not depths[index - 1] or line.string[line.end() : line.end() + 1].isspace()


def _follows(lines: list[re.Match[str]], line: re.Match[str]) -> bool:
    """The line before is one of a patch, too."""
    return bool(lines) and line.string.find("\n", lines[-1].end(), line.start() - 1) < 0
