"""Parses a file: which kind of declaration stands where, and how to go on after a bad one."""

from __future__ import annotations

from racewalk.lang import toplevel
from racewalk.lang.actors import Actors
from racewalk.lang.cursor import Panic, TooDeep
from racewalk.lang.foreign import FOREIGN_DECLARATIONS, TYPE_WORDS
from racewalk.lang.functions import QUALIFIERS
from racewalk.lang.landmarks import BLOCK_WORDS, FILE_LEVEL_WORDS, Unclosed
from racewalk.lang.spelling import closest, did_you_mean
from racewalk.lang.typenames import SCALAR_NAMES, TYPE_START

_STATEMENT_SIGNS = frozenset(("=", "+=", "-=", "|=", "&=", "++", "--", "->", ".", "["))


class Declarations(Actors):
    def declarations(self) -> tuple[toplevel.Decl, ...]:
        """translation-unit: { external-declaration }"""
        decls: list[toplevel.Decl] = []
        while self.kind != "end":
            before = self.index
            try:
                self._external(decls)
            except (Panic, TooDeep):
                self._to_next_declaration(before)
            except Unclosed:
                pass
            self.depth = 0
            self.blocks.clear()
            self.suspect = None
            if self.index == before:
                self.advance()
        return tuple(decls)

    def _external(self, decls: list[toplevel.Decl]) -> None:
        kind = self.kind
        if kind == "#":
            self.directive(decls)
        elif kind == "typedef":
            decls.append(self.typedef())
        elif kind == "struct" and self.peek() == "name" and self.peek(2) == "{":
            self.struct(decls)
        elif kind == "struct" and self.peek() == "{":
            self.panic("unnamed-struct", "a struct needs a name", "write 'struct name { ... };' and then its variables")
        elif kind == "enum" and (self.peek() == "{" or (self.peek() == "name" and self.peek(2) == "{")):
            self.enum(decls)
        elif kind == "union":
            self.union()
        elif kind == ";":
            self.advance()
        elif kind == "}":
            self.error("stray-brace", "'}' without a '{' before it", hint="delete it, or look for a '}' too many above")
            self.advance()
        elif kind == "name" and self._special(decls):
            pass
        elif (kind in self.by_kind and kind not in QUALIFIERS) or (
            kind == "name" and self.peek() in _STATEMENT_SIGNS and self.word() not in SCALAR_NAMES
        ):
            self.panic(
                "statement-outside",
                f"a statement stands in a function, an actor or setup {{ }}, but here is {self.describe()}",
                "look for a '}' too many above",
            )
        elif kind in QUALIFIERS or kind in TYPE_START or kind in TYPE_WORDS or kind == "name":
            self.function_or_global(decls)
        else:
            self.panic("expected-declaration", f"expected a declaration, but found {self.describe()}")

    def _special(self, decls: list[toplevel.Decl]) -> bool:
        """Declarations that begin with a name of their own; False when it is no such name."""
        word, after = self.word(), self.peek()
        if after == "{":
            if word == "setup":
                start = self.starts[self.index]
                self.advance()
                body = self.block()
                decls.append(toplevel.Setup(self.since(start), body))
            elif word == "finally":
                start = self.starts[self.index]
                self.advance()
                body = self.block()
                decls.append(toplevel.Finally(self.since(start), body))
            elif word == "lock_order":
                decls.append(self.lock_order())
            else:
                hint = did_you_mean(word, (*sorted(BLOCK_WORDS), "struct", "enum"))
                self.panic(
                    "expected-declaration",
                    f"no declaration begins with '{word} {{'",
                    hint or "a function has a result type and parameters",
                )
            return True
        if after == "(":
            if word == "CPU":
                decls.append(self.actor("CPU"))
            elif word == "SOFTIRQ":
                decls.append(self.actor("SOFTIRQ"))
            elif word == "DEVICE":
                decls.append(self.actor("DEVICE"))
            elif word == "EVENT":
                decls.append(self.actor("EVENT"))
            elif word == "POOL":
                decls.append(self.pool())
            elif word == "always":
                decls.append(self.claim("always"))
            elif word == "never":
                decls.append(self.claim("never"))
            elif word == "sometimes":
                decls.append(self.claim("sometimes"))
            elif word == "finally":
                decls.append(self.claim("finally"))
            elif word in FOREIGN_DECLARATIONS:
                self.foreign_declaration()
            else:
                hint = did_you_mean(word, sorted(FILE_LEVEL_WORDS))
                self.panic(
                    "expected-declaration",
                    f"'{word}(...)' cannot stand outside functions",
                    hint
                    or "a call stands in a function, an actor or setup { }; a function begins with its result type",
                )
            return True
        if after == "name" and self.peek(2) == "{":
            known = closest(word, ("struct", "enum"))
            if known:
                self.error("misspelt", f"unknown word '{word}'", hint=f"did you mean '{known}'?")
                if known == "struct":
                    self.struct(decls)
                else:
                    self.enum(decls)
                return True
        return False

    def _to_next_declaration(self, start: int) -> None:
        """Over the ';' or '}' that ends the declaration begun at a token, or up to what can only begin another."""
        depth = self.kinds[start : self.index].count("{") - self.kinds[start : self.index].count("}")
        if self.index == start:
            self.advance()
        while self.kind != "end" and self.kind != "#" and not self.outside():
            kind = self.kind
            self.advance()
            depth += (kind == "{") - (kind == "}")
            if kind == "}" and depth <= 0:
                if self.kind == "name" and self.peek() == ";":
                    self.advance()  # the variable or the word behind the '}'
                self.accept(";")
                return
            if kind == ";" and depth <= 0:
                return
