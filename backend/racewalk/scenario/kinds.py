"""The kinds of findings that a text can have, and a warning for what its header says of any other.

A kind is the machine's, or stands in the text as the first word of a message: "lost-pte: ...". The
text of the variant is looked at as a whole, with what a constant switches off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import get_args

from racewalk.lang.diagnostics import SUGGESTIONS, Diagnostic, did_you_mean
from racewalk.lang.header import ANY_KIND
from racewalk.lang.source import SourceFile, Span
from racewalk.lang.unit import Unit
from racewalk.machine.incident import IncidentKind
from racewalk.program.calls import split_kind

WITHOUT_WORDS = frozenset(
    {
        "bug-on",
        "warn-on",
        "lockdep-assert",
        "assert",
        "warn",
        "report",
        "always",
        "never",
        "finally",
        "deadlock",
        "livelock",
    }
)
"""Of checks whose message names no kind."""

ASKED_FOR = ("data-race", "lock-cycle")
"""Warnings that are looked for where that is asked."""

_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
"""Its text is the group; a comment has none, and what it quotes is no message."""
_HEADER = re.compile(r"/\*---.*?---\*/", re.DOTALL)


def unknown_kinds(unit: Unit) -> Iterator[Diagnostic]:
    """A warning for each kind that the variant asks for or expects, and that its text cannot have; and for goals.

    A goal may be of another variant's text, which then expects it.
    """
    known = kinds_of(unit.files)
    variant = unit.variant
    named = [kind for kind in (variant.asks, *variant.expect) if kind is not None and kind != ANY_KIND]
    elsewhere = {kind for other in unit.header.variants.values() for kind in other.expect}
    goals = [goal.find for goal in unit.header.goals if goal.find not in elsewhere]
    unknown = [kind for kind in dict.fromkeys([*named, *goals]) if kind not in known]
    for number, kind in enumerate(unknown):
        guess = did_you_mean(kind, sorted(known)) if number < SUGGESTIONS else None
        hint = guess or 'a kind is the first word of a message: assert(x, "lost-page: ...")'
        if kind in named:
            message = (
                f"no check of {unit.header.called(variant.id)} is called '{kind[:80]}', so that can never be found"
            )
        else:
            message = f"no check is called '{kind[:80]}', so nobody can reach this goal"
        yield Diagnostic("warning", "unknown-kind", message, _place(unit.files, kind), hint)


def kinds_of(files: Iterable[SourceFile]) -> frozenset[str]:
    """Every kind that a text made of these files can have."""
    words = (match[1] or "" for file in files for match in _STRING.finditer(file.text))
    own = (split_kind(text, "")[0] for text in words)
    return frozenset(filter(None, own)) | WITHOUT_WORDS | {*ASKED_FOR, *get_args(IncidentKind)}


def _place(files: tuple[SourceFile, ...], kind: str) -> Span | None:
    """Where the header names the kind first."""
    for file in files:
        header = _HEADER.match(file.text)
        found = re.search(rf"(?<![\w-]){re.escape(kind)}(?![\w-])", header[0]) if header else None
        if found is not None:
            return Span(file, found.start(), found.end())
    return None
