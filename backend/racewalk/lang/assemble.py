"""Puts one variant of a scenario together: includes, defines, replaced files and functions, edits.

What a variant may do, so that two variants differ by something that can be read:
- `use` brings files. One called `mm/rmap.v6.4.c` stands wherever another file includes `mm/rmap.c`, and
  may include that itself; and the functions of a `use` file replace those of the same name.
- `define` sets constants, `edit` replaces tokens.
- A `__weak` function is a default that one other definition replaces, with or without a variant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from racewalk.lang import limits, toplevel, tree
from racewalk.lang.bundle import Bundle, check_bundle, path_problem
from racewalk.lang.diagnostics import Diagnostic, Diagnostics, Note, did_you_mean
from racewalk.lang.edits import apply_edits
from racewalk.lang.foreign import built_in_header
from racewalk.lang.frontmatter import Scalar
from racewalk.lang.header import Edit, Header, VariantHeader, read_header
from racewalk.lang.heads import head_comment, left_out
from racewalk.lang.parser import parse, parse_expression
from racewalk.lang.source import SourceFile, Span
from racewalk.lang.unit import Unit as Unit
from racewalk.record import record

_NO_CODE = frozenset(("comment-end-in-front-matter", "unclosed-front-matter"))
"""After these nobody knows where the code begins."""

_FOLDERS = ("linux", "mm", "kernel", "fs", "arch")
"""Where the library may have a file that was asked for without its folder, or in the wrong one."""

Library = Callable[[str], str | None]
"""The text of a library file by its path, or None. It is only asked for paths that are well formed."""


def assemble(bundle: Bundle, main_path: str, variant_id: str | None, library: Library) -> tuple[Unit, Diagnostics]:
    """The unit of one variant (None: the first), as far as the text allows, and all that is wrong with it."""
    sink = Diagnostics()
    check_bundle(bundle, sink)
    text = bundle.get(main_path)
    if text is None:
        sink.error(
            "no-main", f"the bundle has no file '{main_path[:80]}'", None, did_you_mean(main_path, bundle.paths())
        )
    if sink.has_errors:
        main = SourceFile(main_path, "")
        return _Assembly(main, Header(), VariantHeader(""), bundle, library, sink).unit(), sink
    main, header, complaints = _read_main(main_path, text or "")
    sink.extend(complaints)
    variant = _choose(header, variant_id, main, sink)
    if any(complaint.code in _NO_CODE for complaint in complaints):
        return _Assembly(main, header, variant, bundle, library, sink).unit(), sink
    assembly = _Assembly(main, header, variant, bundle, library, sink)
    assembly.gather()
    return assembly.unit(), sink


def read_variants(bundle: Bundle, main_path: str) -> tuple[Header, Diagnostics]:
    """Only the header, without parsing any code: what a list of scenarios needs."""
    sink = Diagnostics()
    check_bundle(bundle, sink)
    if sink.has_errors:
        return Header(), sink
    _, header, complaints = _read_main(main_path, bundle.get(main_path) or "")
    sink.extend(complaints)
    return header, sink


@lru_cache(maxsize=64)
def _read_main(path: str, text: str) -> tuple[SourceFile, Header, tuple[Diagnostic, ...]]:
    """A scenario's header, read once for all its variants: YAML is slower to read than C."""
    sink = Diagnostics()
    file = SourceFile(path, text)
    return file, read_header(file, sink), sink.in_order()


@lru_cache(maxsize=256)
def _parse_library(path: str, text: str) -> tuple[toplevel.File, tuple[Diagnostic, ...]]:
    """A library file's tree. Only library texts are kept, so nobody can fill the memory with texts of his own."""
    sink = Diagnostics()
    return parse(SourceFile(path, text), sink), sink.in_order()


def _choose(header: Header, variant_id: str | None, main: SourceFile, sink: Diagnostics) -> VariantHeader:
    first = next(iter(header.variants.values()))
    if variant_id is None or variant_id in header.variants:
        return first if variant_id is None else header.variants[variant_id]
    hint = did_you_mean(variant_id, header.variants) or f"the variants are {', '.join(header.variants)}"[:300]
    sink.error("unknown-variant", f"there is no variant '{variant_id[:60]}'", Span(main, 0, 0), hint)
    return first


def stem(path: str) -> str:
    """`mm/pgtable-generic.v6.4.c` -> `mm/pgtable-generic`: up to the first dot of the file's own name."""
    folder, slash, name = path.rpartition("/")
    return folder + slash + name.split(".", 1)[0]


@record
class _Loaded:
    tree: toplevel.File
    path: str
    main: bool = False
    used: bool = False  # named by the variant's `use`


@record
class _Assembly:
    main: SourceFile
    header: Header
    variant: VariantHeader
    bundle: Bundle
    library: Library
    sink: Diagnostics
    loaded: dict[str, _Loaded] = field(default_factory=dict)
    """Files in the order in which they were opened."""
    decls: list[tuple[toplevel.Decl, _Loaded]] = field(default_factory=list)
    """All declarations in the order of the text."""
    replaced: dict[str, str] = field(default_factory=dict)
    """Stem -> `use` file of that stem."""
    edits: dict[str, list[Edit]] = field(default_factory=dict)

    # -- files ---------------------------------------------------------------------------------

    def gather(self) -> None:
        """Load the scenario, all that it includes, and what the variant uses."""
        for edit in self.variant.edit:
            self.edits.setdefault(edit.file, []).append(edit)
        for path in self.variant.use:
            other = self.replaced.setdefault(stem(path), path)
            if other != path:
                message = f"two files for {stem(path)}: '{other}' and '{path}'"
                self.sink.error("two-uses", message, self.variant.places[path], "a variant uses one of them")
        self._load(self.main.path, Span(self.main, 0, 0), 0)
        for path in self.variant.use:
            self._load(path, self.variant.places[path], 0)
        for path, edits in self.edits.items():
            if path not in self.loaded:
                hint = did_you_mean(path, self.loaded)
                message = f"'{path[:80]}' is not part of this variant, so it cannot be edited"
                self.sink.error("edit-file", message, edits[0].file_span, hint)

    def _load(self, path: str, asked: Span, depth: int) -> None:
        """Open a file once, then those that it includes; includes in a circle do no harm."""
        if path in self.loaded:
            return
        if len(self.loaded) >= limits.FILES:
            self.sink.error("limit-files", f"the unit has more than {limits.FILES} files (limit FILES)", asked)
            return
        if depth > limits.INCLUDE_DEPTH:
            message = f"files are included deeper than {limits.INCLUDE_DEPTH} (limit INCLUDE_DEPTH)"
            self.sink.error("limit-include", message, asked)
            return
        parsed = self._parse(path, asked)
        if parsed is None:
            return
        loaded = _Loaded(parsed, path, path == self.main.path, path in self.variant.use)
        self.loaded[path] = loaded
        for decl in parsed.decls:
            if isinstance(decl, toplevel.Include):
                self._load(self._meant(decl.path, path), decl.path_span, depth + 1)
            else:
                self.decls.append((decl, loaded))

    def _meant(self, path: str, by: str) -> str:
        """The file that an include opens: a `use` file stands for the plain one, except in itself."""
        use = self.replaced.get(stem(path))
        plain = path.rpartition("/")[2].count(".") == 1
        if use is not None and plain and use != by and use.rpartition(".")[2] == path.rpartition(".")[2]:
            return use
        return path

    def _parse(self, path: str, asked: Span) -> toplevel.File | None:
        reason = path_problem(path)
        if reason is not None:
            self.sink.error("bad-path", f"'{path[:80]}' cannot be included: {reason}", asked)
            return None
        own, shipped = self.bundle.get(path), self.library(path)
        text = own if own is not None else shipped
        if text is None:
            built_in = built_in_header(path)
            if built_in is not None:
                self.sink.error("built-in-header", f"'{path}' is not needed: {built_in}", asked, "delete the line")
                return None
            hint = self._elsewhere(path) or did_you_mean(path, [*self.bundle.paths(), *self.loaded])
            self.sink.error("no-file", f"there is no file '{path}'", asked, hint)
            return None
        if text == shipped and path not in self.edits:
            parsed, complaints = _parse_library(path, text)
            self.sink.extend(complaints)
            return parsed
        file = self.main if path == self.main.path else SourceFile(path, text)
        return self._parse_own(file)

    def _elsewhere(self, path: str) -> str | None:
        """A hint for a file that the library has in another of its folders: `mm.h`, `include/linux/mm.h`."""
        name = path.rpartition("/")[2]
        for folder in _FOLDERS:
            other = f"{folder}/{name}"
            if path_problem(other) is None and self.library(other) is not None:
                return f"did you mean '{other}'?"
        return None

    def _parse_own(self, file: SourceFile) -> toplevel.File:
        """Parse a text of the scenario, or an edited one: its mistakes name the edit, as they show another text."""
        edits = self.edits.get(file.path, [])
        edited = apply_edits(file, edits, self.sink)
        own = Diagnostics()
        parsed = parse(edited, own)
        for diagnostic in own.in_order():
            if edited is not file:
                note = Note(f"the variant '{self.variant.id}' edited this text", edits[0].before.span)
                diagnostic = replace(diagnostic, notes=(*diagnostic.notes, note))
            self.sink.add(diagnostic)
        return parsed

    # -- names ---------------------------------------------------------------------------------

    def unit(self) -> Unit:
        names = _Names(self.sink)
        defines = self._defines(names)
        functions = self._functions(names)
        structs: dict[str, toplevel.Struct] = {}
        words: dict[str, toplevel.Struct] = {}
        enums: list[toplevel.Enum] = []
        enumerators: dict[str, tuple[toplevel.Enum, toplevel.EnumMember]] = {}
        macros: dict[str, toplevel.Macro] = {}
        globals_: list[toplevel.Global] = []
        prefixes = _Names(self.sink)
        tags = _Names(self.sink)
        for decl, _ in self.decls:
            match decl:
                case toplevel.Struct(word=False) if tags.new(decl.name, decl.name_span, f"struct {decl.name}"):
                    structs[decl.name] = decl
                case toplevel.Struct(word=True) if names.new(decl.name, decl.name_span):
                    words[decl.name] = decl
                case toplevel.Enum():
                    if decl.name is None or tags.new(decl.name, decl.span, f"enum {decl.name}"):
                        members = tuple(m for m in decl.members if names.new(m.name, m.span))
                        if len(members) < len(decl.members):
                            decl = toplevel.Enum(decl.span, decl.name, members)
                        enums.append(decl)
                        enumerators.update((m.name, (decl, m)) for m in members)
                case toplevel.Macro() if names.new(decl.name, decl.name_span):
                    macros[decl.name] = decl
                case toplevel.Global() if names.new(decl.declarator.name, decl.declarator.name_span):
                    globals_.append(decl)
        main = self.loaded[self.main.path].tree.span.file if self.main.path in self.loaded else self.main
        heads = {path: head_comment(loaded.tree.span.file.text) for path, loaded in self.loaded.items()}
        return Unit(
            main,
            self.header,
            self.variant,
            tuple(loaded.tree.span.file for loaded in self.loaded.values()),
            MappingProxyType(functions),
            MappingProxyType(structs),
            MappingProxyType(words),
            tuple(enums),
            MappingProxyType(enumerators),
            MappingProxyType(defines),
            MappingProxyType(macros),
            tuple(globals_),
            tuple(p for p in self._all(toplevel.Pool) if prefixes.new(p.prefix, p.prefix_span, f"the pool {p.prefix}")),
            tuple(self._all(toplevel.Setup)),
            tuple(self._all(toplevel.Actor)),
            tuple(self._all(toplevel.Property)),
            tuple(self._all(toplevel.Finally)),
            tuple(self._all(toplevel.LockOrder)),
            MappingProxyType({path: loaded.tree.captions for path, loaded in self.loaded.items()}),
            MappingProxyType(heads),
            MappingProxyType({path: said for path, head in heads.items() if (said := left_out(head)) is not None}),
        )

    def _all(self, kind: type[D]) -> list[D]:
        return [decl for decl, _ in self.decls if isinstance(decl, kind)]

    def _defines(self, names: _Names) -> dict[str, toplevel.Define]:
        """Each #define once: the variant's before the scenario's, before a `use` file's, before the library's."""
        best: dict[str, tuple[int, toplevel.Define]] = {}
        for decl, loaded in self.decls:
            if not isinstance(decl, toplevel.Define):
                continue
            rank = 2 if loaded.main else 1 if loaded.used else 0
            known = best.get(decl.name)
            if known is None or known[0] < rank:
                best[decl.name] = (rank, decl)
            elif known[0] == rank:
                _report_twice(self.sink, f"'{decl.name}'", decl.name_span, known[1].name_span)
        for name, value in self.variant.define.items():
            span = self.variant.places[name]
            if name not in best:
                hint = did_you_mean(name, best)
                self.sink.error("unknown-define", f"no file of the unit has a #define {name}", span, hint)
            else:
                best[name] = (3, toplevel.Define(span, name, span, self._value(name, value)))
        return {name: decl for name, (_, decl) in best.items() if names.new(name, decl.name_span)}

    def _value(self, name: str, value: Scalar) -> tree.Expr:
        """A variant's value of a #define, with its place in the front matter if it stands there as it is."""
        if value.inside is not None:
            return parse_expression(value.inside.file, self.sink, value.inside.start, value.inside.end)
        own = SourceFile(f"{self.main.path} (define {name})", value.value)
        return parse_expression(own, self.sink, 0, len(value.value))

    def _functions(self, names: _Names) -> dict[str, toplevel.Function]:
        """One definition of each name: those of `use` files before others, others before __weak ones."""
        found: dict[str, list[tuple[toplevel.Function, bool]]] = {}
        for decl, loaded in self.decls:
            if isinstance(decl, toplevel.Function):
                found.setdefault(decl.name, []).append((decl, loaded.used))
        chosen: dict[str, toplevel.Function] = {}
        for name, definitions in found.items():
            strong = [(f, used) for f, used in definitions if "weak" not in f.qualifiers] or definitions
            left = [f for f, used in strong if used] or [f for f, _ in strong]
            for other in left[1:]:
                _report_twice(self.sink, f"{name}()", other.name_span, left[0].name_span, _twice_hint(other))
            if names.new(name, left[0].name_span):
                chosen[name] = left[0]
        return chosen


D = TypeVar("D", bound=toplevel.Decl)


def _twice_hint(function: toplevel.Function) -> str:
    if "weak" in function.qualifiers:
        return "only one default of a name: delete one"
    return "make the default one __weak, or name the file of the other in a variant's 'use'"


def _report_twice(sink: Diagnostics, what: str, span: Span, first: Span, hint: str | None = None) -> None:
    sink.error("duplicate", f"{what} is defined twice", span, hint, (Note("the other one is here", first),))


class _Names:
    """One space of names: the first declaration of each has it."""

    def __init__(self, sink: Diagnostics) -> None:
        self._sink = sink
        self._first: dict[str, Span] = {}

    def new(self, name: str, span: Span, what: str | None = None) -> bool:
        """Enter the name; if it is taken, say so and give False."""
        first = self._first.setdefault(name, span)
        if first is not span:
            _report_twice(self._sink, what or f"'{name}'", span, first)
        return first is span
