"""What a scenario says of itself: its question, its story and its variants.

    /*---
    dialect: 1
    title: Can a page that UFFDIO_COPY stored disappear?
    asks: lost-pte
    variants:
      v6.4:     {use: [mm/khugepaged/retract.v6.4.c], expect: never}
      patch-v1: {use: [mm/khugepaged/retract.patch-v1.c], expect: sometimes}
    ---*/

`read_header` never fails: what is wrong is reported, and left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Literal

from racewalk.lang import limits
from racewalk.lang.bundle import path_problem
from racewalk.lang.diagnostics import Diagnostics, did_you_mean
from racewalk.lang.frontmatter import ListNode, MapNode, Scalar, Value, read_front_matter
from racewalk.lang.source import SourceFile, Span
from racewalk.record import value_record

Verdict = Literal["always", "sometimes", "never"]

DIALECT = "1"
DEFAULT_VARIANT = "default"

ANY_KIND = "*"
"""Key of a bare verdict (`expect: never`) where no finding kind is asked for: any finding at all."""

_VERDICTS: dict[str, Verdict] = {"always": "always", "sometimes": "sometimes", "never": "never"}
_VARIANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_KEYS = ("dialect", "title", "summary", "group", "story", "asks", "begin", "sources", "goals", "notes", "variants")
_VARIANT_KEYS = ("summary", "use", "define", "edit", "extends", "expect", "asks", "reach", "note")
_SOURCE_KINDS = ("lkml", "commit", "cve", "version", "text", "paper", "url", "file")


@value_record
class Source:
    """Where a fact comes from: ("commit", "1d65b771bc08"); a bare string has the kind "text"."""

    kind: str
    text: str


@value_record
class Goal:
    """What the reader is asked to bring about: a finding kind and a sentence."""

    find: str
    say: str


@value_record
class Remark:
    """An author's remark on the steps whose label is `at`."""

    at: str
    say: str
    actor: str | None = None  # as written: a number of a CPU, or a title
    variants: tuple[str, ...] | None = None  # None: all
    span: Span | None = field(default=None, compare=False)


@value_record
class Edit:
    """Replace the tokens `before`, which stand once in the file, by the text `after`."""

    file: str
    before: Scalar
    after: Scalar
    file_span: Span = field(compare=False)


@value_record
class VariantHeader:
    """A variant with all that it inherits: lists of the variant it extends come first, maps are merged."""

    id: str
    summary: str = ""
    use: tuple[str, ...] = ()
    define: Mapping[str, Scalar] = field(default_factory=lambda: MappingProxyType({}))
    edit: tuple[Edit, ...] = ()
    extends: str | None = None
    expect: Mapping[str, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    """Finding kind -> verdict; kinds not listed must be never. ANY_KIND may be a key."""
    asks: str | None = None
    reach: tuple[str, ...] = ()
    note: str | None = None
    places: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """Where each `use` path and each `define` name stands."""

    @property
    def verdict(self) -> Verdict | None:
        """The headline verdict that is expected: that of the kind asked for."""
        if self.asks is not None and self.asks in self.expect:
            return self.expect[self.asks]
        return self.expect.get(ANY_KIND)


@value_record
class Header:
    dialect: str = DIALECT
    title: str = ""
    summary: str = ""
    group: str = ""
    story: str = ""
    asks: str | None = None
    sources: tuple[Source, ...] = ()
    goals: tuple[Goal, ...] = ()
    notes: tuple[Remark, ...] = ()
    variants: Mapping[str, VariantHeader] = field(
        default_factory=lambda: MappingProxyType({DEFAULT_VARIANT: VariantHeader(DEFAULT_VARIANT)})
    )
    """In the order of the text; never empty."""
    begin: str | None = None
    """The variant that a reader sees first; one of `variants`."""

    def has_name(self, variant: str) -> bool:
        """A text without variants has one that nobody named."""
        return variant != DEFAULT_VARIANT or len(self.variants) > 1

    def called(self, variant: str) -> str:
        """A variant in a sentence: its name, unless nobody gave it one."""
        return variant if self.has_name(variant) else "this text"

    @property
    def first_shown(self) -> str:
        """The variant to begin with where nobody names one: `begin`, else the first that is expected to go wrong, else
        the first."""
        if self.begin is not None:
            return self.begin
        for variant in self.variants.values():
            headline = [variant.verdict] if variant.verdict is not None else variant.expect.values()
            if any(expected in ("sometimes", "always") for expected in headline):
                return variant.id
        return next(iter(self.variants))


def read_header(file: SourceFile, sink: Diagnostics) -> Header:
    """The header of a scenario's text; one without front matter has an empty one."""
    root = read_front_matter(file, sink)
    if root is None:
        return Header()
    return _HeaderReader(sink).header(root)


class _HeaderReader:
    def __init__(self, sink: Diagnostics) -> None:
        self.sink = sink

    # -- the whole -----------------------------------------------------------------------------

    def header(self, root: MapNode) -> Header:
        entries = self._entries(root, _KEYS, "the front matter")
        if "dialect" in entries:
            dialect = self._string(entries["dialect"], "dialect")
            if dialect and dialect != DIALECT:
                hint = f"write dialect: {DIALECT}"
                self.sink.error("dialect", f"this version reads dialect {DIALECT} only", entries["dialect"].span, hint)
        asks = self._optional(entries, "asks")
        variants = self._variants(entries.get("variants"), asks)
        return Header(
            DIALECT,
            self._optional(entries, "title") or "",
            self._optional(entries, "summary") or "",
            self._optional(entries, "group") or "",
            self._optional(entries, "story") or "",
            asks,
            tuple(self._source(node) for node in self._list(entries.get("sources"), "sources")),
            tuple(g for node in self._list(entries.get("goals"), "goals") if (g := self._goal(node))),
            tuple(r for node in self._list(entries.get("notes"), "notes") if (r := self._remark(node, variants))),
            variants,
            self._begin(entries, variants),
        )

    def _begin(self, entries: Mapping[str, Value], variants: Mapping[str, VariantHeader]) -> str | None:
        name = self._optional(entries, "begin")
        if name is None or name in variants:
            return name
        hint = did_you_mean(name, variants) or f"the variants are {', '.join(variants)}"[:300]
        message = f"there is no variant '{name[:60]}' to begin with"
        self.sink.error("unknown-variant", message, entries["begin"].span, hint)
        return None

    def _source(self, node: Value) -> Source:
        if isinstance(node, Scalar):
            return Source("text", node.value)
        if isinstance(node, MapNode) and len(node.entries) == 1:
            key, value = node.entries[0]
            if key.value not in _SOURCE_KINDS:
                hint = did_you_mean(key.value, _SOURCE_KINDS) or f"kinds are {', '.join(_SOURCE_KINDS)}"
                self.sink.error("unknown-key", f"a source cannot be a '{key.value}'", key.span, hint)
            return Source(key.value, self._string(value, key.value))
        self._wrong(node, "a source", "words, or one kind with its text: {commit: 1d65b771bc08}")
        return Source("text", "")

    def _goal(self, node: Value) -> Goal | None:
        entries = self._map(node, ("find", "say"), "a goal")
        if entries is None or not self._needs(node, entries, ("find", "say"), "a goal"):
            return None
        return Goal(self._string(entries["find"], "find"), self._string(entries["say"], "say"))

    def _remark(self, node: Value, variants: Mapping[str, VariantHeader]) -> Remark | None:
        entries = self._map(node, ("at", "say", "actor", "variants"), "a note")
        if entries is None or not self._needs(node, entries, ("at", "say"), "a note"):
            return None
        only: tuple[str, ...] | None = None
        if "variants" in entries:
            only = self._strings(entries["variants"], "variants")
            items = self._list(entries["variants"], "variants", quiet=True)
            for name, item in zip(only, items, strict=False):
                if name not in variants:
                    hint = did_you_mean(name, variants)
                    self.sink.error("unknown-variant", f"there is no variant '{name}'", item.span, hint)
        at, say = self._string(entries["at"], "at"), self._string(entries["say"], "say")
        return Remark(at, say, self._optional(entries, "actor"), only, entries["at"].span)

    # -- variants ------------------------------------------------------------------------------

    def _variants(self, node: Value | None, asks: str | None) -> Mapping[str, VariantHeader]:
        written: dict[str, tuple[Scalar, VariantHeader, Value | None]] = {}
        entries: list[tuple[Scalar, Value]] = []
        if node is not None:
            if isinstance(node, MapNode):
                entries = node.entries
            else:
                self._wrong(node, "variants", "a map: a name for each variant, then {use: [...], expect: never}")
        for key, value in entries:
            if not _VARIANT_ID.fullmatch(key.value):
                hint = "up to 40 letters, digits and . _ -, as links have them"
                self.sink.error("variant-name", f"a variant cannot be called '{key.value[:60]}'", key.span, hint)
                continue
            if len(written) >= limits.VARIANTS:
                message = f"a scenario has at most {limits.VARIANTS} variants (limit VARIANTS)"
                self.sink.error("limit-variants", message, key.span)
                break
            variant, expect = self._variant(key.value, value)
            written[key.value] = (key, variant, expect)
        resolved: dict[str, VariantHeader] = {}
        for name in written:
            self._resolve(name, written, resolved, asks)
        if not resolved:
            resolved[DEFAULT_VARIANT] = VariantHeader(DEFAULT_VARIANT, asks=asks)
        return MappingProxyType({name: resolved[name] for name in (written or resolved)})

    def _variant(self, name: str, node: Value) -> tuple[VariantHeader, Value | None]:
        """The variant alone; what it expects waits until it is known what it asks."""
        if isinstance(node, Scalar) and not node.value:
            return VariantHeader(name), None
        entries = self._map(node, _VARIANT_KEYS, f"the variant '{name}'")
        if entries is None:
            return VariantHeader(name), None
        places: dict[str, Span] = {}
        use = self._strings(entries.get("use"), "use")
        for path, item in zip(use, self._list(entries.get("use"), "use", quiet=True), strict=False):
            places[path] = item.span
            self._check_path(path, item.span)
        define: dict[str, Scalar] = {}
        for key, value in self._map_entries(entries.get("define"), "define"):
            if not _NAME.fullmatch(key.value):
                self.sink.error("define-name", f"'{key.value[:60]}' is no name", key.span)
            elif not isinstance(value, Scalar) or not value.value.strip():
                self._wrong(value, f"the value of {key.value}", "an expression, such as 2 or true")
            else:
                define[key.value] = value
                places[key.value] = key.span
        edits = [e for item in self._list(entries.get("edit"), "edit") if (e := self._edit(item))]
        if "extends" in entries:
            places[""] = entries["extends"].span
        return (
            VariantHeader(
                name,
                self._optional(entries, "summary") or "",
                use,
                MappingProxyType(define),
                tuple(edits),
                self._optional(entries, "extends"),
                asks=self._optional(entries, "asks"),
                reach=self._strings(entries.get("reach"), "reach"),
                note=self._optional(entries, "note"),
                places=MappingProxyType(places),
            ),
            entries.get("expect"),
        )

    def _edit(self, node: Value) -> Edit | None:
        entries = self._map(node, ("in", "from", "to"), "an edit")
        if entries is None or not self._needs(node, entries, ("in", "from", "to"), "an edit"):
            return None
        file, before, after = entries["in"], entries["from"], entries["to"]
        if not (isinstance(file, Scalar) and isinstance(before, Scalar) and isinstance(after, Scalar)):
            for part, what in ((file, "in"), (before, "from"), (after, "to")):
                self._string(part, what)
            return None
        if not before.value.strip():
            self.sink.error("edit-empty", "an edit needs the tokens that it replaces", before.span)
            return None
        self._check_path(file.value, file.span)
        return Edit(file.value, before, after, file.span)

    def _resolve(
        self,
        name: str,
        written: Mapping[str, tuple[Scalar, VariantHeader, Value | None]],
        resolved: dict[str, VariantHeader],
        asks: str | None,
    ) -> None:
        """Enter the variant, and first those that it extends; a circle is cut where it closes."""
        chain: list[str] = []
        at: str | None = name
        while at is not None and at not in resolved:
            key, variant, _ = written[at]
            chain.append(at)
            base = variant.extends
            span = variant.places.get("", key.span)
            if base is None:
                at = None
            elif base in chain:
                circle = " -> ".join([*chain[chain.index(base) :], base])
                self.sink.error("extends-circle", f"a variant extends itself: {circle[:300]}", span)
                at = None
            elif base not in written:
                hint = did_you_mean(base, written)
                self.sink.error("unknown-variant", f"there is no variant '{base[:60]}' to extend", span, hint)
                at = None
            else:
                at = base
        for part in reversed(chain):
            key, variant, expect = written[part]
            inherited = resolved.get(variant.extends) if variant.extends is not None else None
            whole = variant if inherited is None else _extended(inherited, variant)
            if whole.asks is None:
                whole = replace(whole, asks=asks)
            if len(whole.edit) > limits.EDITS:
                message = f"a variant has at most {limits.EDITS} edits (limit EDITS)"
                self.sink.error("limit-edits", message, key.span)
                whole = replace(whole, edit=whole.edit[: limits.EDITS])
            resolved[part] = replace(whole, expect=self._expect(expect, whole))

    def _expect(self, node: Value | None, variant: VariantHeader) -> Mapping[str, Verdict]:
        """The inherited expectations with the variant's own; a bare verdict is one of the kind asked for."""
        if node is None:
            return variant.expect
        expect = {kind: verdict for kind, verdict in variant.expect.items() if kind != ANY_KIND}
        pairs: list[tuple[str, Value]] = []
        if isinstance(node, Scalar):
            pairs.append((variant.asks or ANY_KIND, node))
        else:
            pairs += [(key.value, value) for key, value in self._map_entries(node, "expect")]
        for kind, value in pairs:
            word = self._string(value, "expect")
            if word in _VERDICTS:
                expect[kind] = _VERDICTS[word]
            elif isinstance(value, Scalar):
                hint = did_you_mean(word, _VERDICTS) or "a verdict is always, sometimes or never"
                self.sink.error("verdict", f"'{word[:60]}' is no verdict", value.span, hint)
        return MappingProxyType(expect)

    # -- pieces --------------------------------------------------------------------------------

    def _entries(self, node: MapNode, known: tuple[str, ...], what: str) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        for key, value in node.entries:
            if key.value in known:
                entries[key.value] = value
                continue
            hint = did_you_mean(key.value, known) or f"the keys are {', '.join(known)}"
            if known is _KEYS and key.value in _VARIANT_KEYS:
                hint = f"it belongs to a variant: variants: {{{DEFAULT_VARIANT}: {{{key.value}: ...}}}}"
            self.sink.error("unknown-key", f"{what} has no key '{key.value[:60]}'", key.span, hint)
        return entries

    def _map(self, node: Value, known: tuple[str, ...], what: str) -> dict[str, Value] | None:
        if not isinstance(node, MapNode):
            self._wrong(node, what, f"a map, {{{known[0]}: ...}}")
            return None
        return self._entries(node, known, what)

    def _map_entries(self, node: Value | None, what: str) -> list[tuple[Scalar, Value]]:
        if node is None:
            return []
        if not isinstance(node, MapNode):
            self._wrong(node, what, "a map: {NAME: value}")
            return []
        return node.entries

    def _list(self, node: Value | None, what: str, quiet: bool = False) -> list[Value]:
        if node is None:
            return []
        if not isinstance(node, ListNode):
            if not quiet:
                self._wrong(node, what, "a list: [ ... ]")
            return []
        return node.items

    def _strings(self, node: Value | None, what: str) -> tuple[str, ...]:
        return tuple(self._string(item, what) for item in self._list(node, what))

    def _string(self, node: Value, what: str) -> str:
        if isinstance(node, Scalar):
            return node.value
        self._wrong(node, what, "words; put them into quotes if they hold [ ] { } : or #")
        return ""

    def _optional(self, entries: Mapping[str, Value], key: str) -> str | None:
        return self._string(entries[key], key) or None if key in entries else None

    def _needs(self, node: Value, entries: Mapping[str, Value], keys: tuple[str, ...], what: str) -> bool:
        missing = [key for key in keys if key not in entries]
        if missing:
            self.sink.error("missing-key", f"{what} needs '{missing[0]}'", node.span, f"write {missing[0]}: ...")
        return not missing

    def _check_path(self, path: str, span: Span) -> None:
        reason = path_problem(path)
        if reason is not None:
            self.sink.error("bad-path", f"this is no file of the unit: {reason}", span)

    def _wrong(self, node: Value, what: str, expected: str) -> None:
        found = {Scalar: "words", ListNode: "a list", MapNode: "a map"}[type(node)]
        self.sink.error(
            "front-matter-type",
            f"{what}: expected {expected.split(':')[0].split(',')[0].split(';')[0]}, but found {found}",
            node.span,
            f"write {expected}",
        )


def _extended(base: VariantHeader, own: VariantHeader) -> VariantHeader:
    return VariantHeader(
        own.id,
        own.summary or base.summary,
        base.use + own.use,
        MappingProxyType({**base.define, **own.define}),
        base.edit + own.edit,
        own.extends,
        base.expect,
        own.asks or base.asks,
        base.reach + own.reach,
        own.note or base.note,
        MappingProxyType({**base.places, **own.places}),
    )
