"""Parses the definitions of objects, words and enums."""

from __future__ import annotations

from racewalk.lang import toplevel, tree
from racewalk.lang.cursor import Panic
from racewalk.lang.foreign import ANNOTATIONS, TYPE_WORDS
from racewalk.lang.functions import Functions


class TypeDefinitions(Functions):
    def typedef(self) -> toplevel.Struct:
        """A word: typedef struct { { field-declaration } } name ;"""
        start = self.starts[self.index]
        self.advance()
        while self.kind in TYPE_WORDS:
            self.advance()
        if self.kind == "union":
            self.union()
        if self.kind != "struct":
            self.panic(
                "typedef",
                "typedef makes a word, 'typedef struct { ... } name_t;', and nothing else",
                "write the type itself where it is used",
            )
        self.advance()
        if self.kind == "name":
            if self.peek() != "{":
                self.panic(
                    "typedef", "typedef gives no second name to a struct", "write 'struct name' where it is used"
                )
            self.error("word-tag", "a word has no name behind 'struct', only the one at its end", hint="delete it")
            self.advance()
        fields = self._fields()
        if self.kind == "*":
            self.panic("typedef", "typedef names no pointer", "write the star where the type is used")
        name = self.expect_name("the name of the word, such as pte_t, after '}'")
        self.semicolon("after the word type")
        span = self.tokens.span(name)
        return toplevel.Struct(self.since(start), span.text, span, fields, True)

    def struct(self, decls: list[toplevel.Decl]) -> None:
        """An object type: struct name { { field-declaration } } ; perhaps with variables before the ';'"""
        start = self.starts[self.index]
        self.advance()
        name = self.tokens.span(self.expect_name("the name of the struct"))
        fields = self._fields()
        span = self.since(start)
        decls.append(toplevel.Struct(span, name.text, name, fields, False))
        self._variables(decls, tree.TypeName(span, "struct", name.text), "after the struct")

    def _variables(self, decls: list[toplevel.Decl], type_: tree.TypeName, where: str) -> None:
        """Globals between the '}' of a type and the ';'."""
        if self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        if (self.kind == "name" and self.peek() in (";", "=", ",", "[")) or self.kind == "*":
            self.global_variables(decls, self.starts[self.index], type_, False)
        else:
            self.semicolon(where)

    def _fields(self) -> tuple[toplevel.Field, ...]:
        """{ { specifier declarator { , declarator } ; } }"""
        opening = self.index
        self.expect("{", "before the fields")
        self.blocks.append(opening)
        fields: list[toplevel.Field] = []
        while self.kind != "}":
            if self.kind == "end" or self.outside():
                self.unclosed()
            before = self.index
            try:
                self._field(fields)
            except Panic:
                self.to_next_statement()
                if self.index == before and self.kind != "}":
                    self.advance()
                if self.kind == "name" and self.peek() == ";":
                    self.advance()  # the name behind the '}' of a nested struct
                self.accept(";")
        self.advance()
        self.blocks.pop()
        return tuple(fields)

    def _field(self, fields: list[toplevel.Field]) -> None:
        if self.kind in ("struct", "union", "enum") and self.peek() == "{":
            if self.kind == "union":
                self.union()
            self.panic(
                "nested-type", f"a {self.kind} is defined on its own, outside others", "give it a name and move it out"
            )
        if self.kind in ("struct", "enum") and self.peek(2) == "{":
            self.panic(
                "nested-type",
                f"a {self.kind} is defined on its own, outside others",
                "move it out; order never matters",
            )
        if self.kind == "static" or self.kind == "ghost":
            self.error("field-storage", f"a field cannot be {self.kind}", hint="leave it out")
            self.advance()
        specifier = self.specifier()
        while True:
            start = self.starts[self.index]
            declarator = self.declarator(specifier)
            if self.kind == "=":
                self.panic(
                    "field-value", "a field has no value of its own", "write it at the variable: { .field = value }"
                )
            fields.append(toplevel.Field(self.since(start), declarator))
            if not self.accept(","):
                break
        self.semicolon("after the field")

    def enum(self, decls: list[toplevel.Decl]) -> None:
        """enum [name] { name [= constant-expression] { , ... } [,] } ;"""
        start = self.starts[self.index]
        self.advance()
        name = self.tokens.text(self.expect_name("the name of the enum")) if self.kind == "name" else None
        opening = self.index
        self.expect("{", "before the names of the enum")
        members: list[toplevel.EnumMember] = []
        while self.kind != "}":
            if self.kind in ("end", "#") or self.outside():
                self.blocks.append(opening)
                self.unclosed()
            at = self.starts[self.index]
            member = self.tokens.text(self.expect_name("a name in the enum"))
            value = self.constant() if self.accept("=") else None
            members.append(toplevel.EnumMember(self.since(at), member, value))
            if self.kind == "name" or self.kind == ";":
                self.error("missing-comma", "expected ',' between two names", self.after_previous(), "write ',' here")
                self.accept(";")
            elif self.kind != "}":
                self.expect(",", "between two names of the enum")
        self.advance()
        span = self.since(start)
        decls.append(toplevel.Enum(span, name, tuple(members)))
        if name is None:
            self.semicolon("after the enum")
        else:
            self._variables(decls, tree.TypeName(span, "enum", name), "after the enum")
