"""After mistakes in some bodies: the types of everything else, so that one look at the answer is enough.

It is only done when nothing but bodies is broken. Then every name that they do not declare themselves is
known, and no complaint about another body can follow from theirs. What is found in a broken body is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from racewalk.lang.check import check
from racewalk.lang.diagnostics import Diagnostic, Diagnostics
from racewalk.lang.source import Span
from racewalk.lang.unit import Unit

_NOTHING_LOST = frozenset(("built-in-header", "property-values", "prototype", "unknown-define"))
"""Mistakes outside of bodies after which every declaration is there all the same."""

_LABEL = re.compile(r"\w+[ \t]*:")


def check_intact(unit: Unit, sink: Diagnostics) -> None:
    """Add what is wrong with the types of the bodies that were parsed without a mistake."""
    bodies = list(_bodies(unit))
    broken: list[Span] = []
    for error in sink.errors:
        around = next((b for b in bodies if error.span is not None and _inside(error.span, b)), None)
        if around is None and _loses_nothing(error):
            continue
        if around is None or not _ends_where_it_should(around):
            return
        broken.append(around)
    found = Diagnostics()
    check(unit, found)
    for diagnostic in found:
        if diagnostic.span is not None and not any(_inside(diagnostic.span, b) for b in broken):
            sink.add(diagnostic)


def _bodies(unit: Unit) -> Iterator[Span]:
    """Where a mistake costs only the body: an actor's parentheses declare no names, either."""
    for function in unit.functions.values():
        yield function.body.span
    for setup in unit.setups:
        yield setup.body.span
    for final in unit.finals:
        yield final.body.span
    for actor in unit.actors:
        yield actor.span


def _loses_nothing(error: Diagnostic) -> bool:
    if error.code == "missing-semicolon" and error.span is not None:  # at the end of a line it is only that
        return error.span.file.text.startswith(("\n", "\r\n"), error.span.end)
    return error.code in _NOTHING_LOST


def _inside(inner: Span, outer: Span) -> bool:
    return inner.file is outer.file and outer.start <= inner.start and inner.end <= outer.end


def _ends_where_it_should(body: Span) -> bool:
    """No bracket is left open in there, and no line stands as far left as the declaration: it swallowed no other."""
    text = body.text
    if any(text.count(opening) != text.count(closing) for opening, closing in ("()", "[]", "{}")):
        return False
    first = body.file.line_text(body.begin.line)
    margin = len(first) - len(first.lstrip())
    for line in text.split("\n")[1:]:
        words = line.strip()
        if words and words[0] not in "{}#/*" and not _LABEL.match(words) and len(line) - len(line.lstrip()) <= margin:
            return False
    return True
