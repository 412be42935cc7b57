"""The comment at the head of a file: what the file is, where it comes from, and what it leaves out."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"\s*(?:/\*(?P<block>.*?)\*/|//(?P<line>[^\n]*))", re.DOTALL)
_LEFT_OUT = re.compile(r"\bleft out(?: of [^:\n]{1,60})?:\s*(.+?)(?=\n\s*\n|\Z)", re.IGNORECASE | re.DOTALL)


def head_comment(text: str) -> str:
    """The first comments of the text as plain lines, without front matter and licence line."""
    parts: list[str] = []
    at = 0
    while (found := _COMMENT.match(text, at)) is not None:
        at = found.end()
        block, line = found["block"], found["line"]
        if line is not None:
            body = line.strip()
        elif block.startswith("---"):
            continue
        else:
            body = _plain(block)
        if body and not body.startswith("SPDX-"):
            parts.append(body)
        if block is not None and body and not body.startswith("SPDX-"):
            break  # the next block comment speaks of what follows it
    return "\n".join(parts)


def left_out(head: str) -> str | None:
    """What a head comment says after "Left out:", up to the next empty line, as one line."""
    found = _LEFT_OUT.search(head)
    return " ".join(found[1].split()) if found is not None else None


def _plain(block: str) -> str:
    lines = [line.strip() for line in block.strip("*").splitlines()]
    lines = [line[1:].strip() if line.startswith("*") else line for line in lines]
    return "\n".join(lines).strip()
