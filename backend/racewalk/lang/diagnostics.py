"""What is wrong with a text, where, and what to write instead.

A stage reports into a `Diagnostics` sink and goes on; whoever started the stages asks the sink at
the end. `render` prints a diagnostic for people; `did_you_mean` makes the hint for an unknown word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from racewalk.lang import limits
from racewalk.lang.render import render_excerpt
from racewalk.lang.source import Span
from racewalk.lang.spelling import did_you_mean as did_you_mean
from racewalk.record import value_record

SUGGESTIONS = 6
"""Complaints that come with a guess at what was meant, which may take a tenth of a second each."""

Severity = Literal["error", "warning"]


@value_record
class Note:
    """A second place that belongs to a diagnostic: the opening brace, the other definition."""

    message: str
    span: Span | None = None


@value_record
class Diagnostic:
    """One complaint. `code` names its cause and never changes; `message` is for people and may."""

    severity: Severity
    code: str  # "missing-semicolon"
    message: str
    span: Span | None
    hint: str | None = None
    notes: tuple[Note, ...] = ()


class Diagnostics:
    """Collects up to `limits.DIAGNOSTICS` complaints; of several errors at one place only the first.

    An error that follows from another one usually stands at the same place, so the first is the cause.
    """

    def __init__(self, limit: int = limits.DIAGNOSTICS) -> None:
        self._limit = limit
        self._items: list[Diagnostic] = []
        self._places: set[tuple[str, int, Severity]] = set()
        self._errors = False
        self._suggestions = 0
        self.left_out = 0

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic.severity == "error":
            self._errors = True
        if diagnostic.span is not None:
            place = (diagnostic.span.file.path, diagnostic.span.start, diagnostic.severity)
            if place in self._places:
                return
            if len(self._items) < self._limit:
                self._places.add(place)
        if len(self._items) < self._limit:
            self._items.append(diagnostic)
        else:
            self.left_out += 1

    def error(
        self, code: str, message: str, span: Span | None, hint: str | None = None, notes: Iterable[Note] = ()
    ) -> None:
        self.add(Diagnostic("error", code, message, span, hint, tuple(notes)))

    def warning(
        self, code: str, message: str, span: Span | None, hint: str | None = None, notes: Iterable[Note] = ()
    ) -> None:
        self.add(Diagnostic("warning", code, message, span, hint, tuple(notes)))

    def suggest(self, word: str, candidates: Iterable[str]) -> str | None:
        """The hint for an unknown word. Only the first complaints have one: looking for it takes time."""
        self._suggestions += 1
        return did_you_mean(word, candidates) if self._suggestions <= SUGGESTIONS else None

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def has_errors(self) -> bool:
        """True after the first error, also when there was no room to keep it."""
        return self._errors

    @property
    def full(self) -> bool:
        return len(self._items) >= self._limit

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self._items if d.severity == "error")

    def in_order(self) -> tuple[Diagnostic, ...]:
        """What was collected of one file, in the order of its text."""
        return tuple(sorted(self._items, key=lambda d: d.span.start if d.span is not None else -1))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def raise_errors(self) -> None:
        """Raise CompileError when an error was reported."""
        if self._errors:
            raise CompileError(tuple(self._items))


class CompileError(Exception):
    """The text is wrong. Whoever catches it shows the diagnostics; they hold at least one error."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(render(d) for d in self.diagnostics))


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as the command line prints it: place and message, source line, caret, hint, notes.

    Nothing of a user's text is printed raw: control characters, which a terminal would obey, are escaped.
    """
    lines = render_excerpt(diagnostic.severity, diagnostic.message, diagnostic.span)
    if diagnostic.hint:
        lines += render_excerpt("hint", diagnostic.hint, None)
    for note in diagnostic.notes:
        lines += render_excerpt("note", note.message, note.span)
    return "\n".join(lines)
