"""Parses declared names with their stars and array bounds, and tells a declaration from an expression."""

from __future__ import annotations

from racewalk.lang import tree
from racewalk.lang.expressions import Expressions
from racewalk.lang.foreign import ANNOTATIONS
from racewalk.lang.spelling import closest
from racewalk.lang.typenames import TYPE_START


class Declarators(Expressions):
    def declarator(self, specifier: tree.TypeName) -> tree.Declarator:
        """declarator: { * } name { [ constant-expression ] }"""
        start = self.starts[self.index]
        pointers = self.pointers()
        if self.kind == "(" and self.peek() == "*":
            self.panic(
                "function-pointer",
                "there are no pointers to functions, and a declarator needs no parentheses",
                "for a hook of an optional part define a __weak function",
            )
        while self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        if self.kind == ":":
            self.panic("bit-field", "there are no bit-fields", "write bool or u8: a word is stored whole anyway")
        name = self.expect_name("a name")
        type_ = self.starred(specifier, pointers)
        dims: list[tree.Expr] = []
        while self.kind == "[":
            self.advance()
            if self.kind == "]":
                self.panic("array-size", "an array needs its size here", f"write {self.tokens.text(name)}[N]")
            dims.append(self.constant())
            self.expect("]", "after the size of the array")
        if self.kind == ":":
            self.panic("bit-field", "there are no bit-fields", "write bool or u8: a word is stored whole anyway")
        return tree.Declarator(self.since(start), self.tokens.text(name), self.tokens.span(name), type_, tuple(dims))

    def init_declarator(self, specifier: tree.TypeName) -> tree.Declare:
        """init-declarator: declarator [ = initializer ]"""
        start = self.starts[self.index]
        declarator = self.declarator(specifier)
        if self.kind == "(":
            self.panic("local-function", "a function stands outside others", "move it out; prototypes are not needed")
        init = self.initializer() if self.accept("=") else None
        return tree.Declare(self.since(start), declarator, init)

    def at_declaration(self) -> bool:
        """Whether a declaration begins here: a type word, or a name that another name, or its stars, follow."""
        kind = self.kind
        if kind != "name":
            return kind in TYPE_START or kind in ("static", "extern", "typedef", "inline", "ghost")
        after = self.peek()
        if after == "name":
            if self.word() in ANNOTATIONS:
                return True
            # `retrun err;` and `goot out;` look like declarations
            return self.peek(2) in ("=", ";", ",", "[", ")") and closest(self.word(), ("return", "goto")) is None
        if after != "*":
            return False
        ahead = 2
        while self.peek(ahead) == "*":
            ahead += 1
        return self.peek(ahead) == "name" and self.peek(ahead + 1) in ("=", ";", ",", "[")
