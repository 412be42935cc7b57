"""Parses functions and global variables."""

from __future__ import annotations

from typing import NoReturn

from racewalk.lang import toplevel, tree
from racewalk.lang.directives import Directives
from racewalk.lang.foreign import ANNOTATIONS, FOREIGN_DECLARATIONS, NOT_YET_CALLS, TYPE_WORDS, not_yet
from racewalk.lang.spelling import closest

QUALIFIERS = frozenset(("static", "inline", "__weak", "atomic", "fuse", "ghost", "extern"))
"""Keywords before the type of a function or a variable."""


class Functions(Directives):
    def function_or_global(self, decls: list[toplevel.Decl]) -> None:
        """function-definition | init-declarator-list, with their qualifiers"""
        start = self.starts[self.index]
        seen: set[str] = set()
        while True:
            if self.kind in QUALIFIERS:
                if self.kind == "extern":
                    self.error("foreign-word", "there is no 'extern'", hint=TYPE_WORDS["extern"])
                seen.add(self.kind)
                self.advance()
            elif self.kind == "name" and self.word() in ANNOTATIONS:
                self.annotation()
            elif not self._misspelt_qualifier():
                break
        if self.kind == "{" and seen & {"atomic", "fuse"}:
            self.panic("statement-outside", "atomic { } stands in a function or an actor")
        if self.kind == "name" and self.peek() == "(" and self.word() in FOREIGN_DECLARATIONS:
            self.foreign_declaration()
        specifier = self.specifier()
        at = self.starts[self.index]
        while self.kind in QUALIFIERS:  # `void __weak f(...)`
            seen.add(self.kind)
            self.advance()
        if self.kind == ";":
            what = f"{specifier.tag} {specifier.name}" if specifier.tag != "name" else specifier.name
            self.error(
                "no-name", f"this declares nothing: '{what};'", specifier.span, "order never matters; leave it out"
            )
            self.advance()
            return
        ahead = 0
        while self.peek(ahead) == "*":
            ahead += 1
        while self.peek(ahead) == "name" and self.word(ahead) in ANNOTATIONS:
            ahead += 1
        if self.peek(ahead) == "name" and self.peek(ahead + 1) == "(":
            decls.extend(self._function(start, seen, specifier))
            return
        for word in sorted(seen - {"ghost", "static", "extern"}):
            self.error("qualifier", f"'{word}' belongs to a function, not to a variable", self.since(start))
        self.global_variables(decls, at, specifier, "ghost" in seen)

    def foreign_declaration(self) -> NoReturn:
        """At a macro of the kernel that declares something: DEFINE_SPINLOCK(lock);"""
        word = self.word()
        name = self.word(2) if self.peek(2) == "name" else "name"
        hint = FOREIGN_DECLARATIONS[word].format(name=name)
        self.panic("foreign-declaration", f"there is no {word}(...)", hint)

    def _misspelt_qualifier(self) -> bool:
        """`statc inline u8 f()`, `gost u8 x;`: passed as what it was meant to be."""
        after, third = self.peek(), self.peek(2)
        if self.kind != "name" or not (after in QUALIFIERS or (after == "name" and third in ("name", "*", "=", ";"))):
            return False
        known = closest(self.word(), ("struct", "enum") if after == "name" else ())
        if known is None and (third == "name" or after in QUALIFIERS):
            known = closest(
                self.word(), ("static", "inline", "ghost", "__weak", "atomic", "fuse", "wrapping", "unsigned")
            )
        if known is None:
            return False
        self.error("misspelt", f"unknown word '{self.word()}'", hint=f"did you mean '{known}'?")
        self.advance()
        return True

    def global_variables(self, decls: list[toplevel.Decl], start: int, specifier: tree.TypeName, ghost: bool) -> None:
        while True:
            declarator = self.declarator(specifier)
            if specifier.name == "void" and declarator.type.pointers == 0:
                self.error("void-variable", "a variable cannot be void", specifier.span)
            init = self.initializer() if self.accept("=") else None
            decls.append(toplevel.Global(self.since(start), declarator, init, ghost))
            if not self.accept(","):
                break
            start = self.starts[self.index]
        if self.kind == "{":
            self.panic(
                "unexpected-token",
                f"expected ';' after the variable '{declarator.name}', but found '{{'",
                "a function has parentheses, as in f(void); values need '='",
            )
        self.semicolon("after the declaration")

    def _function(self, start: int, seen: set[str], specifier: tree.TypeName) -> tuple[toplevel.Function, ...]:
        """function-definition: specifier { * } name ( parameters ) compound-statement"""
        pointers = self.pointers()
        while self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        name = self.tokens.span(self.expect_name("the name of the function"))
        if name.text in NOT_YET_CALLS:
            self.error(
                "not-yet", not_yet(NOT_YET_CALLS[name.text]), name, "the name is kept for them; choose another one"
            )
        if self._prototype():
            self.error(
                "prototype",
                f"a prototype is not needed: {name.text}() may be used before its definition",
                self.since(start),
                "delete it",
            )
            return ()
        result = self.starred(specifier, pointers)
        params = self._parameters()
        while self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        if self.kind != "{":
            self.panic("unexpected-token", f"expected '{{' and the body of {name.text}(), but found {self.describe()}")
        body = self.block()
        for word in sorted(seen & {"ghost"}):
            self.error("qualifier", f"'{word}' belongs to a variable, not to a function", name)
        words = {"inline": "inline", "__weak": "weak", "atomic": "atomic", "fuse": "fuse"}
        qualifiers = frozenset(words[word] for word in seen if word in words)
        if {"atomic", "fuse"} <= qualifiers:
            self.error("qualifier", "a function is atomic or fuse, not both", name)
        void = result.tag == "name" and result.name == "void"
        function = toplevel.Function(
            self.since(start), name.text, name, None if void else result, params, body, qualifiers
        )
        return (function,)

    def _prototype(self) -> bool:
        """At the '(' of a function: passes it if ';' and no body follows."""
        depth, ahead = 0, 0
        while self.peek(ahead) not in ("{", "}", ";", "#", "end"):
            depth += (self.peek(ahead) == "(") - (self.peek(ahead) == ")")
            ahead += 1
        if self.peek(ahead) != ";" or depth != 0:
            return False
        for _ in range(ahead + 1):
            self.advance()
        return True

    def _parameters(self) -> tuple[toplevel.Param, ...]:
        """( void ) | ( [specifier declarator { , specifier declarator }] )"""
        opening = self.index
        self.advance()
        params: list[toplevel.Param] = []
        if self.kind == "void" and self.peek() == ")":
            self.advance()
        elif self.kind != ")":
            while True:
                if self.kind == "...":
                    self.panic("varargs", "there are no variable arguments", "name each parameter")
                start = self.starts[self.index]
                specifier = self.specifier()
                if self._unnamed():
                    self.pointers()
                    message = "a parameter has a type and a name"
                    self.error("parameter-name", message, self.since(start), "write u8 name, or struct page *name")
                else:
                    declarator = self.declarator(specifier)
                    if declarator.dims:
                        message = "an array is passed by a pointer to its struct, or element by element"
                        self.error("array-parameter", message, declarator.span)
                    params.append(toplevel.Param(self.since(start), declarator))
                if not self.accept(","):
                    break
        self.close_paren(opening, "after the parameters")
        return tuple(params)

    def _unnamed(self) -> bool:
        ahead = 0
        while self.peek(ahead) == "*":
            ahead += 1
        return self.peek(ahead) in (",", ")")
