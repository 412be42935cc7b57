"""Prints a message with the source line that it is about and a caret under the place."""

from __future__ import annotations

import unicodedata

from racewalk.lang.source import Span

TAB = 8
WINDOW = 100
"""Columns of a source line that are shown; of a longer line, those around the caret."""

ELLIPSIS = "..."


def render_excerpt(label: str, message: str, span: Span | None) -> list[str]:
    """`path:line:col: label: message`, then the line and the caret; without a span only the message."""
    if span is None:
        return [f"{label}: {printable(message)}"]
    begin = span.begin
    head = f"{printable(span.file.path)}:{begin.line}:{begin.column}: {label}: {printable(message)}"
    source, caret = _line_and_caret(span)
    gutter = f"{begin.line:5} | "
    return [head, (gutter + source).rstrip(), " " * (len(gutter) - 2) + "| " + caret]


def printable(text: str) -> str:
    """The text with everything that a terminal would obey, or not show, written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _line_and_caret(span: Span) -> tuple[str, str]:
    """The span's first line and the mark below it, tabs spread and both cut to the window."""
    line = span.file.line_text(span.begin.line)
    first = min(span.begin.column - 1, len(line))
    last = first + max(1, span.end - span.start)
    last = min(last, max(first + 1, len(line)))

    # A line may be the whole 64 KiB: only the part that can be shown is looked at.
    cut = max(0, first - WINDOW)
    shown = line[cut : first + 2 * WINDOW]
    cells: list[str] = []
    columns = [0]  # columns[i]: the column where character i of `shown` begins
    for char in shown:
        cells.append(_cell(char, columns[-1]))
        columns.append(columns[-1] + _width(cells[-1]))

    begin = columns[first - cut]
    end = columns[min(last - cut, len(shown))] if first - cut < len(shown) else begin + 1
    if cut == 0 and columns[-1] <= WINDOW:
        left, right = 0, len(shown)
    else:
        left = next(i for i, column in enumerate(columns) if column >= begin - WINDOW // 2)
        right = len(shown)
        while right > left and columns[right] - columns[left] > WINDOW:
            right -= 1
    before = ELLIPSIS if left > 0 or cut > 0 else ""
    after = ELLIPSIS if right < len(shown) or cut + len(shown) < len(line) else ""
    end = min(end, columns[right])
    source = before + "".join(cells[left:right]) + after
    caret = " " * (len(before) + begin - columns[left]) + "^" + "~" * max(0, end - begin - 1)
    return source, caret


def _cell(char: str, column: int) -> str:
    if char == "\t":
        return " " * (TAB - column % TAB)
    return char if char.isprintable() else _escape(char)


def _width(cell: str) -> int:
    if cell.isascii():
        return len(cell)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
