"""Parses types as they are written: `struct page *`, `unsigned long`, `wrapping u8`, `pte_t`."""

from __future__ import annotations

from typing import Literal, NoReturn

from racewalk.lang import tree
from racewalk.lang.foreign import ANNOTATIONS, INSTEAD, LEFT_OUT_TYPES, NOT_YET_TYPES, SCALARS, TYPE_WORDS, not_yet
from racewalk.lang.landmarks import NUMBER_WORDS, Landmarks
from racewalk.lang.source import Span

TYPE_START = NUMBER_WORDS | frozenset(
    "struct enum union void wrapping const volatile register restrict auto typeof".split()
)
"""Keywords that a type begins with; a type may also begin with a name."""

SCALAR_NAMES = frozenset("bool u8 s8 u16 s16".split()) | frozenset(name for name in SCALARS if " " not in name)
"""Names that mean a type in every text."""

_WIDTHS = "the types of numbers are bool u8 s8 u16 s16 int (16 bits) and unsigned long (16 bits)"


class TypeNames(Landmarks):
    def specifier(self) -> tree.TypeName:
        """declaration-specifiers without a storage class: the type before any star.

        type-specifier: `struct` name | `enum` name | type name | `unsigned long` | `int`, perhaps `wrapping`
        """
        start = self.starts[self.index]
        wrapping = False
        while True:
            if self.kind == "wrapping":
                wrapping = True
                self.advance()
            elif self.kind in TYPE_WORDS:
                self._leave_out()
            elif self.kind == "name" and self.word() in ANNOTATIONS:
                self.annotation()
            else:
                break
        tag: Literal["struct", "enum", "name"] = "name"
        if self.kind == "struct" or self.kind == "enum":
            tag = "struct" if self.kind == "struct" else "enum"
            self.advance()
            if self.kind == "{":
                self.panic(
                    "nested-type",
                    f"a {tag} is defined on its own, outside others",
                    f"give it a name, define it before, and write '{tag} name' here",
                )
            name = self.tokens.text(self.expect_name(f"the name of the {tag}"))
        elif self.kind in NUMBER_WORDS:
            name = self._number_type()
        elif self.kind == "void":
            self.advance()
            name = "void"
        elif self.kind == "union":
            self.union()
        elif self.kind == "typeof":
            self.panic("typeof", "there is no typeof", "write the type")
        else:
            index = self.expect_name("a type")
            name = self.tokens.text(index)
            if name in SCALARS:
                name = self._foreign_scalar(name, self.tokens.span(index))
        while self.kind in TYPE_WORDS:
            self._leave_out()
        span = self.since(start)
        written = f"struct {name}" if tag == "struct" else name
        if written in NOT_YET_TYPES and self.kind != "{":
            self.error(
                "not-yet",
                not_yet(NOT_YET_TYPES[written]),
                span,
                INSTEAD.get(NOT_YET_TYPES[written]),
            )
        if written in LEFT_OUT_TYPES:
            self.error("foreign-type", f"there is no type '{written}'", span, LEFT_OUT_TYPES[written])
        return tree.TypeName(span, tag, name, 0, wrapping)

    def pointers(self) -> int:
        """pointer: how many stars stand here."""
        count = 0
        while True:
            if self.kind == "*":
                count += 1
                self.advance()
            elif self.kind in TYPE_WORDS:
                self._leave_out()
            elif self.kind == "name" and self.word() in ANNOTATIONS:
                self.annotation()
            else:
                return count

    def type_name(self) -> tree.TypeName:
        """type-name: a specifier with its stars, and no name after it: `kmalloc(struct page)`."""
        return self.starred(self.specifier(), self.pointers())

    def starred(self, specifier: tree.TypeName, pointers: int) -> tree.TypeName:
        """The specifier with a declarator's own stars."""
        if pointers == 0:
            return specifier
        span = self.since(specifier.span.start)
        if specifier.name == "void" and specifier.tag == "name":
            self.error("void-pointer", "there is no 'void *': a pointer knows what it points to", span, "name the type")
        return tree.TypeName(span, specifier.tag, specifier.name, pointers, specifier.wrapping)

    def union(self) -> NoReturn:
        self.panic(
            "union",
            "there are no unions",
            "write a word, 'typedef struct { enum kind kind; ... } name_t;': fields that the kind does not use stay 0",
        )

    def annotation(self) -> None:
        """Complain about a mark such as __init, and pass it with its arguments."""
        self.error("annotation", f"'{self.word()}' means nothing here", hint="leave it out")
        self.advance()
        if self.kind == "(" and self.peek() in ("(", "name"):
            self.skip_balanced()

    def _leave_out(self) -> None:
        self.error("foreign-word", f"there is no '{self.kind}'", hint=TYPE_WORDS[self.kind])
        self.advance()

    def _number_type(self) -> str:
        """`unsigned long int` and the like: C's words for one type, in any order."""
        start = self.starts[self.index]
        words: list[str] = []
        while self.kind in NUMBER_WORDS:
            words.append(self.kind)
            self.advance()
        name = " ".join(words)
        if sorted(words) in (["int"], ["long", "unsigned"], ["int", "long", "unsigned"]):
            return "int" if name == "int" else "unsigned long"
        return self._foreign_scalar(name, self.since(start))

    def _foreign_scalar(self, name: str, span: Span) -> str:
        nearest = SCALARS.get(name, "u16" if "unsigned" in name else "int")
        self.error("foreign-type", f"there is no type '{name}'", span, f"write {nearest}; {_WIDTHS}")
        return nearest
