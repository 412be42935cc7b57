"""Text of a scenario in comments and names of an export: it is data, and can end no comment and no line."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"[^A-Za-z0-9 _.,:;()<>=!&|+*/\-\[\]{}%~^'\"#@$]")
_NAME = re.compile(r"[^A-Za-z0-9]+")

COMMENT_CHARS = 160


def comment(text: str) -> str:
    """One line that ends no comment, begins none, and continues on no other line."""
    line = _COMMENT.sub("?", " ".join(text.split()))
    while "*/" in line or "/*" in line:
        line = line.replace("*/", "* /").replace("/*", "/ *")
    return f"/* {line[:COMMENT_CHARS]} */"


def identifier(letter: str, name: str) -> str:
    """A name of Promela and of C; the letter in front keeps it apart from their words and from other names."""
    return f"{letter}_{_NAME.sub('_', name)[:30].strip('_')}".rstrip("_")
