"""Applies a variant's edits to the text of a file: token by token, so comments and white space do not count."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from racewalk.lang import limits
from racewalk.lang.diagnostics import Diagnostics, Note
from racewalk.lang.frontmatter import Scalar
from racewalk.lang.header import Edit
from racewalk.lang.lexer import Tokens, lex
from racewalk.lang.source import SourceFile, Span

_MARK = "\0"  # stands around every token when tokens are searched as one text; no token holds it
_SHOWN = 3


def apply_edits(file: SourceFile, edits: Sequence[Edit], sink: Diagnostics) -> SourceFile:
    """The file as it runs. Every edit sees the file as it is written, so their order does not matter."""
    haystack = _Haystack(file)
    cuts: list[tuple[int, int, str, Edit]] = []
    for edit in edits:
        needle = _tokens_of(edit.before, sink)
        if needle is None:
            continue
        found = haystack.find(needle)
        if len(found) == 1:
            first, last = found[0]
            cuts.append((haystack.tokens.starts[first], haystack.tokens.ends[last], edit.after.value, edit))
        elif found:
            _report_many(haystack, edit, found, sink)
        else:
            _report_none(haystack, edit, needle, sink)
    return _cut(file, sorted(cuts, key=lambda cut: cut[0]), sink)


def _cut(file: SourceFile, cuts: list[tuple[int, int, str, Edit]], sink: Diagnostics) -> SourceFile:
    if not cuts:
        return file
    parts: list[str] = []
    at = 0
    for start, end, after, edit in cuts:
        if start < at:
            sink.error("edit-overlap", "two edits replace the same tokens", edit.before.span, "make them one")
            continue
        parts += (file.text[at:start], after)
        at = end
    return SourceFile(file.path, "".join([*parts, file.text[at:]]))


class _Haystack:
    """A file's tokens as one text in which sequences of tokens can be searched."""

    def __init__(self, file: SourceFile) -> None:
        self.tokens = lex(file, Diagnostics())  # what is wrong with the file is said when it is parsed
        self.index: list[int] = []  # of the token in `tokens`
        self.offset: list[int] = []  # of its mark in `text`
        parts: list[str] = []
        length = 0
        for index, word in _words(self.tokens):
            self.index.append(index)
            self.offset.append(length)
            parts.append(_MARK + word)
            length += 1 + len(word)
        self.text = "".join(parts) + _MARK

    def find(self, needle: list[str], enough: int = _SHOWN + 1) -> list[tuple[int, int]]:
        """First and last token of each place where the needle stands."""
        joined = _MARK + _MARK.join(needle) + _MARK
        found: list[tuple[int, int]] = []
        at = self.text.find(joined)
        while at >= 0 and len(found) < enough:
            first = bisect_left(self.offset, at)
            found.append((self.index[first], self.index[first + len(needle) - 1]))
            at = self.text.find(joined, at + 1)
        return found


def _words(tokens: Tokens) -> list[tuple[int, str]]:
    """The tokens that count, with their indices."""
    return [
        (index, tokens.text(index).replace(_MARK, " "))
        for index, kind in enumerate(tokens.kinds)
        if kind != "eol" and kind != "end"
    ]


def _tokens_of(scalar: Scalar, sink: Diagnostics) -> list[str] | None:
    """The tokens that an edit looks for; mistakes in them are shown where they stand in the front matter."""
    if scalar.inside is not None:
        tokens = lex(scalar.inside.file, sink, scalar.inside.start, scalar.inside.end)
    else:
        tokens = lex(SourceFile(scalar.span.file.path, scalar.value), Diagnostics())
    words = [word for _, word in _words(tokens)]
    if not words or len(words) > limits.EDIT_TOKENS:
        message = f"an edit replaces 1 to {limits.EDIT_TOKENS} tokens (limit EDIT_TOKENS), these are {len(words)}"
        sink.error("limit-edit-tokens", message, scalar.span)
        return None
    return words


def _report_many(haystack: _Haystack, edit: Edit, found: list[tuple[int, int]], sink: Diagnostics) -> None:
    tokens = haystack.tokens
    many = f"{len(found)} times" if len(found) <= _SHOWN else f"more than {_SHOWN} times"
    notes = [
        Note("here" if number == 0 else "and here", Span(tokens.file, tokens.starts[first], tokens.ends[last]))
        for number, (first, last) in enumerate(found[:_SHOWN])
    ]
    message = f"these tokens stand {many} in {edit.file}; an edit replaces one place"
    sink.error("edit-ambiguous", message, edit.before.span, "add tokens before or behind them", notes)


def _report_none(haystack: _Haystack, edit: Edit, needle: list[str], sink: Diagnostics) -> None:
    """Shows the longest beginning of the needle that the file has."""
    tokens = haystack.tokens
    matched, missing = 0, len(needle)  # the first `matched` are somewhere, the first `missing` are nowhere
    while missing - matched > 1:
        middle = (matched + missing) // 2
        if haystack.find(needle[:middle], 1):
            matched = middle
        else:
            missing = middle
    notes: list[Note] = []
    if matched:
        first, last = haystack.find(needle[:matched], 1)[0]
        after = next((i for i in range(last + 1, len(tokens.kinds)) if tokens.kinds[i] not in ("eol", "end")), None)
        found = f"'{tokens.text(after)[:40]}'" if after is not None else "the end of the file"
        begin = (
            f"the first {matched} of {len(needle)} tokens stand here" if matched > 1 else "the first token stands here"
        )
        message = f"{begin}; then comes {found}, not '{needle[matched][:40]}'"
        notes.append(Note(message, Span(tokens.file, tokens.starts[first], tokens.ends[last])))
    else:
        notes.append(Note(f"'{needle[0][:40]}' stands nowhere in {edit.file}"))
    sink.error("edit-no-match", f"these tokens do not stand in {edit.file}", edit.before.span, None, notes)
