"""The front matter of a scenario, `/*--- YAML ---*/`, as a small tree with positions.

Only the plain part of YAML is read: maps, lists and scalars, and every scalar is a string. Anchors,
aliases, tags and merge keys are refused: whoever reads the text should see what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from racewalk.lang import limits
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.source import SourceFile, Span
from racewalk.record import frozen_record


@frozen_record
class Scalar:
    """A string. `inside` is the place of the text itself when it stands in the file as it is, unquoted."""

    span: Span
    value: str
    inside: Span | None = None


@frozen_record
class ListNode:
    span: Span
    items: list[Value] = field(default_factory=list)


@frozen_record
class MapNode:
    span: Span
    entries: list[tuple[Scalar, Value]] = field(default_factory=list)


Value = Scalar | ListNode | MapNode

_OPENING = re.compile(r"(?:\s|//[^\n]*\n|/\*(?!---)(?:[^*]|\*(?!/))*\*/)*(/\*---)(?![ \t]*file:)")

_INDENTED_BY_TAB = re.compile(r"^ *\t", re.MULTILINE)

_LATE = re.compile(r"^/\*---[ \t]*\n(?:[^*]|\*(?!/))*?---\*/", re.MULTILINE)
"""Front matter where code stands before it."""

_VALUE_BEFORE = re.compile(r":[ \t]+([^\s\"'{\[\]},:][^\"\]},:\n]*)\Z")
"""The words of an unquoted value that stand before the place where YAML stopped."""


class _Refused(Exception):
    """The front matter is given up; a diagnostic was reported."""


def read_front_matter(file: SourceFile, sink: Diagnostics) -> MapNode | None:
    """The map at the head of the file; None when there is none, or none that can be read."""
    opening = _OPENING.match(file.text)
    if opening is None:
        late = _LATE.search(file.text)
        if late is not None:
            message = "front matter stands before everything else; here it is a comment, and nothing is read"
            sink.error("late-front-matter", message, Span(file, late.start(), late.start() + 5), "move it to the top")
        return None
    start = opening.end()
    whole = Span(file, opening.start(1), start)
    end = file.text.find("*/", start)
    if end < 0:
        sink.error("unclosed-front-matter", "the front matter never ends", whole, "close it with ---*/ on its own line")
        return None
    if not file.text.startswith("---", end - 3) or end - 3 < start:
        sink.error(
            "comment-end-in-front-matter",
            "'*/' ends the front matter before its '---*/'",
            Span(file, end, end + 2),
            "an edit's tokens need no comments; close the front matter with ---*/",
        )
        return None
    end -= 3
    if end - start > limits.HEADER_CHARS:
        message = f"the front matter has more than {limits.HEADER_CHARS:,} characters (limit HEADER_CHARS)"
        sink.error("limit-header", message, whole)
        return None
    try:
        root = _Reader(file, sink, start, end).read()
    except _Refused:
        return None
    if root is None:
        return None
    if not isinstance(root, MapNode):
        sink.error("front-matter-type", "the front matter is a map of keys to values", root.span, "write title: ...")
        return None
    return root


class _Reader:
    """Turns ruamel's events into nodes without recursion; gives up at the first thing that is refused."""

    def __init__(self, file: SourceFile, sink: Diagnostics, start: int, end: int) -> None:
        self.file = file
        self.sink = sink
        self.start = start
        self.text = file.text[start:end]
        self.values = 0

    def read(self) -> Value | None:
        root: Value | None = None
        documents = 0
        open_nodes: list[ListNode | MapNode] = []
        keys: list[Scalar | None] = []  # of each open node: the key whose value comes next
        for event, begin, end in self._events():
            span = self._span(begin, end)
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse("front-matter-documents", "the front matter is one document", span, "delete the '---'")
                continue
            if isinstance(event, AliasEvent):
                self._refuse(
                    "yaml-alias", f"an alias, '*{event.anchor}', is not read here", span, "write the value out"
                )
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                open_nodes.pop()
                keys.pop()
                continue
            if not isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                continue
            if event.anchor is not None:
                hint = "write the value out wherever it is needed"
                self._refuse(
                    "yaml-anchor", f"an anchor, '&{event.anchor}', is not read here", self._mark(begin, "&"), hint
                )
            if event.ctag is not None:
                self._refuse(
                    "yaml-tag", "a tag, '!...', is not read here: every value is a string", self._mark(begin, "!")
                )
            self.values += 1
            if self.values > limits.HEADER_VALUES:
                self._refuse("limit-header", f"more than {limits.HEADER_VALUES:,} values (limit HEADER_VALUES)", span)
            node: Value
            if isinstance(event, ScalarEvent):
                node = self._scalar(event.value, begin, end)
            elif len(open_nodes) >= limits.HEADER_NESTING:
                message = f"lists and maps nested deeper than {limits.HEADER_NESTING} (limit HEADER_NESTING)"
                self._refuse("limit-header", message, span)
            elif isinstance(event, MappingStartEvent):
                node = MapNode(span)
            else:
                node = ListNode(span)
            if not open_nodes:
                root = node
            else:
                self._attach(open_nodes[-1], keys, node)
            if not isinstance(node, Scalar):
                open_nodes.append(node)
                keys.append(None)
        if isinstance(root, Scalar) and not root.value:
            return None  # nothing between the marks
        return root

    def _attach(self, parent: ListNode | MapNode, keys: list[Scalar | None], node: Value) -> None:
        if isinstance(parent, ListNode):
            parent.items.append(node)
            return
        key = keys[-1]
        if key is not None:
            parent.entries.append((key, node))
            keys[-1] = None
            return
        if not isinstance(node, Scalar):
            self._refuse("front-matter-key", "a key is a word", node.span)
        if node.value == "<<":
            self._refuse("yaml-merge", "a merge key, '<<', is not read here", node.span, "write the values out")
        if any(known.value == node.value for known, _ in parent.entries):
            self._refuse("duplicate-key", f"the key '{node.value}' stands twice in this map", node.span, "delete one")
        keys[-1] = node

    def _events(self) -> Iterator[tuple[object, int, int]]:
        """ruamel's events with their offsets in the front matter; its errors become diagnostics.

        Its parser in C is thirty times as fast. What that one refuses the one in Python reads again: it says better
        what is wrong, and says the same where there is none in C.
        """
        try:
            events: Iterable[Event]
            try:
                events = list(_as_deep_as_allowed(YAML(typ="safe").parse(self.text)))
            except Exception:  # of any class, see below
                events = YAML(typ="safe", pure=True).parse(self.text)
            for event in events:
                yield event, event.start_mark.index, event.end_mark.index
        except _Refused:
            raise
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = mark.index if mark is not None else 0
            problem = str(error.problem or error.context or "it is not YAML")
            self._colon_inside(at)
            self._tab_indents(problem)
            self._refuse("front-matter-syntax", f"the front matter is no YAML: {problem}", self._span(at, at + 1))
        except Exception as error:  # the reader meets any text at all, and its other errors have no common class
            at = getattr(error, "position", 0)
            at = at if isinstance(at, int) else 0
            self._refuse("front-matter-syntax", "the front matter is no YAML", self._span(at, at + 1))

    def _tab_indents(self, problem: str) -> None:
        """If YAML stopped at a tab, the line that one indents is the cause, wherever it stopped."""
        tab = _INDENTED_BY_TAB.search(self.text) if "\\t" in problem else None
        if tab is not None:
            place = self._span(tab.end() - 1, tab.end())
            hint = "indent with blanks: YAML takes no tab"
            self._refuse("front-matter-syntax", "a tab stands in the front matter", place, hint)

    def _colon_inside(self, at: int) -> None:
        """If YAML stopped at a ': ' inside a value that has no quotes, say so."""
        before = _VALUE_BEFORE.search(self.text, self.text.rfind("\n", 0, at) + 1, at)
        if self.text.startswith((": ", ":\n"), at) and before is not None:
            message = f"a value that contains ': ' stands in quotes: '{before[1][:60]}: ...'"
            self._refuse("unquoted-colon", message, self._span(before.start(1), at + 1), 'write key: "words: words"')

    def _scalar(self, value: str, begin: int, end: int) -> Scalar:
        for skip in (0, 1):  # plain, or in quotes
            if value and self.text.startswith(value, begin + skip):
                at = self.start + begin + skip
                return Scalar(self._span(begin, end), value, Span(self.file, at, at + len(value)))
        return Scalar(self._span(begin, end), value)

    def _span(self, begin: int, end: int) -> Span:
        """A place in the front matter as one in the file, without white space at its end."""
        begin = max(0, min(begin, len(self.text)))
        end = max(begin, min(end, len(self.text)))
        end = begin + len(self.text[begin:end].rstrip())
        return Span(self.file, self.start + begin, self.start + end)

    def _mark(self, begin: int, char: str) -> Span:
        """The anchor or tag that stands before a value."""
        at = self.text.rfind(char, 0, begin + 1)
        return self._span(begin, begin + 1) if at < 0 else self._span(at, max(begin, at + 1))

    def _refuse(self, code: str, message: str, span: Span, hint: str | None = None) -> NoReturn:
        self.sink.error(code, message, span, hint)
        raise _Refused


def _as_deep_as_allowed(events: Iterable[Event]) -> Iterator[Event]:
    """Events up to the first that nests too deep: the parser's time grows with the square of the nesting."""
    depth = 0
    for event in events:
        yield event
        depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
        depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
        if depth > limits.HEADER_NESTING:
            return
