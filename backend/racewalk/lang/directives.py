"""Parses what begins with '#': includes, constants and iterator macros."""

from __future__ import annotations

from typing import NoReturn

from racewalk.lang import toplevel, tree
from racewalk.lang.bundle import path_problem
from racewalk.lang.cursor import Panic, TooDeep
from racewalk.lang.foreign import built_in_header
from racewalk.lang.spelling import did_you_mean
from racewalk.lang.statements import Statements
from racewalk.lang.typenames import TYPE_START


class Directives(Statements):
    def directive(self, decls: list[toplevel.Decl]) -> None:
        """# include text | # define ..., to the end of the line"""
        start = self.starts[self.index]
        self.advance()
        word = self.word() if self.kind != "eol" else ""
        try:
            if word == "include":
                decls.append(self._include(start))
            elif word == "define":
                self._define(decls, start)
            elif self.conditional(0):
                pass
            elif word == "undef":
                self.panic("directive", "there is no #undef", "a variant's 'define' changes a constant")
            elif word in ("pragma", "error", "warning", "line", "import"):
                self.panic("directive", f"there is no #{word}", "leave it out")
            elif self.kind != "eol":
                hint = did_you_mean(word, ("include", "define"))
                self.panic("directive", f"unknown directive #{word[:40]}", hint or "there are #include and #define")
            if word in ("include", "define") and self.kind not in ("eol", "end"):
                self.panic("directive-end", f"expected the end of the line, but found {self.describe()}")
        except (Panic, TooDeep):
            self.depth = 0
        self.skip_line()

    def _include(self, start: int) -> toplevel.Include:
        """# include "path" """
        self.advance()
        if self.kind == "<":
            self._angle_include()
        if self.kind != "text":
            self.panic("include-path", f"expected a file name in quotes, but found {self.describe()}")
        span = self.here()
        path = self.tokens.texts[self.index]
        self.advance()
        return toplevel.Include(self.since(start), path, span)

    def _angle_include(self) -> NoReturn:
        """# include < path >"""
        end = self.index
        while self.kinds[end] not in (">", "eol", "end"):
            end += 1
        path = self.file.text[self.ends[self.index] : self.starts[end]].strip()
        built_in = built_in_header(path)
        if built_in is not None:
            self.panic("built-in-header", f"<{path[:80]}> is not needed: {built_in}", "delete the line")
        name = path if path_problem(path) is None else "linux/mm.h"
        self.panic("angle-include", "files are included by their names in quotes", f'write #include "{name}"')

    def _define(self, decls: list[toplevel.Decl], start: int) -> None:
        """# define name constant-expression | # define name(params) for (...)"""
        self.advance()
        name = self.expect_name("a name after #define")
        if self.kind == "(" and self.starts[self.index] == self.ends[name]:
            decls.append(self._macro(start, name))
            return
        if self.kind == "eol":
            self.panic(
                "empty-define", "a #define needs a value; nothing asks whether a name is defined", "write true or 1"
            )
        if (self.kind in self.by_kind and self.kind != ";") or self.kind in TYPE_START:
            self.panic(
                "macro-text",
                "a #define gives a name to an expression, not to any text",
                "for statements write a static inline function, for a type a struct or a word",
            )
        value = self.constant()
        if self.kind == ";":
            self.panic("define-semicolon", "a #define ends without ';'", "delete the ';'")
        span = self.tokens.span(name)
        decls.append(toplevel.Define(self.since(start), span.text, span, value))

    def _macro(self, start: int, name: int) -> toplevel.Macro:
        """An iterator: # define name ( name { , name } ) for ( ... )"""
        opening = self.index
        self.advance()
        params: list[str] = []
        while self.kind == "name":
            params.append(self.word())
            self.advance()
            if not self.accept(","):
                break
        if self.kind == "...":
            self.panic("varargs", "there are no variable arguments")
        self.close_paren(opening, "after the parameters")
        if self.kind != "for":
            self.panic(
                "function-macro",
                "a macro with parameters is an iterator: its text is 'for (...)' and nothing else",
                f"for anything else write a function: static inline type {self.tokens.text(name)}(...) {{ ... }}",
            )
        at = self.starts[self.index]
        init, test, step = self.for_head()
        if self.kind not in ("eol", "end"):
            self.panic(
                "macro-body", "an iterator macro ends with the ')' of its 'for'", "the body stands where it is used"
            )
        head = self.since(at)
        template = tree.For(head, init, test, step, tree.Empty(self.after_previous()))
        span = self.tokens.span(name)
        if len(set(params)) < len(params):
            self.error("duplicate-parameter", "two parameters of one name", span)
        return toplevel.Macro(self.since(start), span.text, span, tuple(params), template)
