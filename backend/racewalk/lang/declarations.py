"""Parses what stands at file level: directives, types, functions, globals, actors and properties."""

from __future__ import annotations

from typing import Literal

from racewalk.lang import tree
from racewalk.lang.cursor import Panic, TooDeep
from racewalk.lang.foreign import ANNOTATIONS, NOT_YET_CALLS, TYPE_WORDS, not_yet
from racewalk.lang.source import Span
from racewalk.lang.spelling import closest, did_you_mean
from racewalk.lang.statements import BLOCK_WORDS, FILE_LEVEL_WORDS, Statements, Unclosed
from racewalk.lang.typenames import SCALAR_NAMES, TYPE_START

_QUALIFIERS = frozenset(("static", "inline", "__weak", "atomic", "fuse", "ghost", "extern"))
_STATEMENT_SIGNS = frozenset(("=", "+=", "-=", "|=", "&=", "++", "--", "->", ".", "["))


class Declarations(Statements):
    def declarations(self) -> tuple[tree.Decl, ...]:
        """translation-unit: { external-declaration }"""
        decls: list[tree.Decl] = []
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

    def _external(self, decls: list[tree.Decl]) -> None:
        kind = self.kind
        if kind == "#":
            self._directive(decls)
        elif kind == "typedef":
            decls.append(self._typedef())
        elif kind == "struct" and self.peek() == "name" and self.peek(2) == "{":
            self._struct(decls)
        elif kind == "struct" and self.peek() == "{":
            self.panic("unnamed-struct", "a struct needs a name", "write 'struct name { ... };' and then its variables")
        elif kind == "enum" and (self.peek() == "{" or (self.peek() == "name" and self.peek(2) == "{")):
            self._enum(decls)
        elif kind == "union":
            self.union()
        elif kind == ";":
            self.advance()
        elif kind == "}":
            self.error("stray-brace", "'}' without a '{' before it", hint="delete it, or look for a '}' too many above")
            self.advance()
        elif kind == "name" and self._special(decls):
            pass
        elif (kind in self._by_kind and kind not in _QUALIFIERS) or (
            kind == "name" and self.peek() in _STATEMENT_SIGNS and self.word() not in SCALAR_NAMES
        ):
            self.panic(
                "statement-outside",
                f"a statement stands in a function, an actor or setup {{ }}, but here is {self.describe()}",
                "look for a '}' too many above",
            )
        elif kind in _QUALIFIERS or kind in TYPE_START or kind in TYPE_WORDS or kind == "name":
            self._function_or_global(decls)
        else:
            self.panic("expected-declaration", f"expected a declaration, but found {self.describe()}")

    def _special(self, decls: list[tree.Decl]) -> bool:
        """Declarations that begin with a name of their own; False when it is no such name."""
        word, after = self.word(), self.peek()
        if after == "{":
            if word == "setup":
                start = self.starts[self.index]
                self.advance()
                body = self.block()
                decls.append(tree.Setup(self.since(start), body))
            elif word == "finally":
                start = self.starts[self.index]
                self.advance()
                body = self.block()
                decls.append(tree.Finally(self.since(start), body))
            elif word == "lock_order":
                decls.append(self._lock_order())
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
                decls.append(self._actor("CPU"))
            elif word == "DEVICE":
                decls.append(self._actor("DEVICE"))
            elif word == "EVENT":
                decls.append(self._actor("EVENT"))
            elif word == "POOL":
                decls.append(self._pool())
            elif word == "SOFTIRQ":
                self.panic("not-yet", not_yet("SOFTIRQ actors"), "there are CPU, DEVICE and EVENT")
            elif word == "always":
                decls.append(self._property("always"))
            elif word == "never":
                decls.append(self._property("never"))
            elif word == "sometimes":
                decls.append(self._property("sometimes"))
            elif word == "finally":
                decls.append(self._property("finally"))
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
                    self._struct(decls)
                else:
                    self._enum(decls)
                return True
        return False

    # -- directives ----------------------------------------------------------------------------

    def _directive(self, decls: list[tree.Decl]) -> None:
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
        except Panic:
            pass
        self.skip_line()

    def _include(self, start: int) -> tree.Include:
        """# include "path" """
        self.advance()
        if self.kind == "<":
            self.panic("angle-include", "files are included by their names in quotes", 'write #include "linux/mm.h"')
        if self.kind != "text":
            self.panic("include-path", f"expected a file name in quotes, but found {self.describe()}")
        span = self.here()
        path = self.tokens.texts[self.index]
        self.advance()
        return tree.Include(self.since(start), path, span)

    def _define(self, decls: list[tree.Decl], start: int) -> None:
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
        if (self.kind in self._by_kind and self.kind != ";") or self.kind in TYPE_START:
            self.panic(
                "macro-text",
                "a #define gives a name to an expression, not to any text",
                "for statements write a static inline function, for a type a struct or a word",
            )
        value = self.constant()
        if self.kind == ";":
            self.panic("define-semicolon", "a #define ends without ';'", "delete the ';'")
        span = self.tokens.span(name)
        decls.append(tree.Define(self.since(start), span.text, span, value))

    def _macro(self, start: int, name: int) -> tree.Macro:
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
        return tree.Macro(self.since(start), span.text, span, tuple(params), template)

    # -- types ---------------------------------------------------------------------------------

    def _typedef(self) -> tree.Struct:
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
        return tree.Struct(self.since(start), span.text, span, fields, True)

    def _struct(self, decls: list[tree.Decl]) -> None:
        """An object type: struct name { { field-declaration } } ; perhaps with variables before the ';'"""
        start = self.starts[self.index]
        self.advance()
        name = self.tokens.span(self.expect_name("the name of the struct"))
        fields = self._fields()
        span = self.since(start)
        decls.append(tree.Struct(span, name.text, name, fields, False))
        self._variables(decls, tree.TypeName(span, "struct", name.text), "after the struct")

    def _variables(self, decls: list[tree.Decl], type_: tree.TypeName, where: str) -> None:
        """Globals between the '}' of a type and the ';'."""
        if self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        if (self.kind == "name" and self.peek() in (";", "=", ",", "[")) or self.kind == "*":
            self._globals(decls, self.starts[self.index], type_, False)
        else:
            self.semicolon(where)

    def _fields(self) -> tuple[tree.Field, ...]:
        """{ { specifier declarator { , declarator } ; } }"""
        opening = self.index
        self.expect("{", "before the fields")
        self.blocks.append(opening)
        fields: list[tree.Field] = []
        while self.kind != "}":
            if self.kind == "end" or self._outside():
                self._unclosed()
            before = self.index
            try:
                self._field(fields)
            except Panic:
                self._to_next_statement()
                if self.index == before and self.kind != "}":
                    self.advance()
                if self.kind == "name" and self.peek() == ";":
                    self.advance()  # the name behind the '}' of a nested struct
                self.accept(";")
        self.advance()
        self.blocks.pop()
        return tuple(fields)

    def _field(self, fields: list[tree.Field]) -> None:
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
            fields.append(tree.Field(self.since(start), declarator))
            if not self.accept(","):
                break
        self.semicolon("after the field")

    def _enum(self, decls: list[tree.Decl]) -> None:
        """enum [name] { name [= constant-expression] { , ... } [,] } ;"""
        start = self.starts[self.index]
        self.advance()
        name = self.tokens.text(self.expect_name("the name of the enum")) if self.kind == "name" else None
        opening = self.index
        self.expect("{", "before the names of the enum")
        members: list[tree.EnumMember] = []
        while self.kind != "}":
            if self.kind in ("end", "#") or self._outside():
                self.blocks.append(opening)
                self._unclosed()
            at = self.starts[self.index]
            member = self.tokens.text(self.expect_name("a name in the enum"))
            value = self.constant() if self.accept("=") else None
            members.append(tree.EnumMember(self.since(at), member, value))
            if self.kind == "name" or self.kind == ";":
                self.error("missing-comma", "expected ',' between two names", self.after_previous(), "write ',' here")
                self.accept(";")
            elif self.kind != "}":
                self.expect(",", "between two names of the enum")
        self.advance()
        span = self.since(start)
        decls.append(tree.Enum(span, name, tuple(members)))
        if name is None:
            self.semicolon("after the enum")
        else:
            self._variables(decls, tree.TypeName(span, "enum", name), "after the enum")

    # -- functions and variables ---------------------------------------------------------------

    def _function_or_global(self, decls: list[tree.Decl]) -> None:
        """function-definition | init-declarator-list, with their qualifiers"""
        start = self.starts[self.index]
        seen: set[str] = set()
        while True:
            if self.kind in _QUALIFIERS:
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
        specifier = self.specifier()
        at = self.starts[self.index]
        while self.kind in _QUALIFIERS:  # `void __weak f(...)`
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
        self._globals(decls, at, specifier, "ghost" in seen)

    def _misspelt_qualifier(self) -> bool:
        """`statc inline u8 f()`, `gost u8 x;`: passed as what it was meant to be."""
        after, third = self.peek(), self.peek(2)
        if self.kind != "name" or not (after in _QUALIFIERS or (after == "name" and third in ("name", "*", "=", ";"))):
            return False
        known = closest(self.word(), ("struct", "enum") if after == "name" else ())
        if known is None and (third == "name" or after in _QUALIFIERS):
            known = closest(
                self.word(), ("static", "inline", "ghost", "__weak", "atomic", "fuse", "wrapping", "unsigned")
            )
        if known is None:
            return False
        self.error("misspelt", f"unknown word '{self.word()}'", hint=f"did you mean '{known}'?")
        self.advance()
        return True

    def _globals(self, decls: list[tree.Decl], start: int, specifier: tree.TypeName, ghost: bool) -> None:
        while True:
            declarator = self.declarator(specifier)
            if specifier.name == "void" and declarator.type.pointers == 0:
                self.error("void-variable", "a variable cannot be void", specifier.span)
            init = self.initializer() if self.accept("=") else None
            decls.append(tree.Global(self.since(start), declarator, init, ghost))
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

    def _function(self, start: int, seen: set[str], specifier: tree.TypeName) -> tuple[tree.Function, ...]:
        """function-definition: specifier { * } name ( parameters ) compound-statement"""
        pointers = self.pointers()
        while self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        name = self.tokens.span(self.expect_name("the name of the function"))
        if name.text in NOT_YET_CALLS:
            self.error(
                "not-yet", not_yet(NOT_YET_CALLS[name.text]), name, "the name is kept for them; choose another one"
            )
        result = self.starred(specifier, pointers)
        params = self._parameters()
        while self.kind == "name" and self.word() in ANNOTATIONS:
            self.annotation()
        if self.kind == ";" or self.kind == ",":
            self.error(
                "prototype",
                f"a prototype is not needed: {name.text}() may be used before its definition",
                self.since(start),
                "delete this line",
            )
            while self.kind not in (";", "end", "#"):
                self.advance()
            self.accept(";")
            return ()
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
        function = tree.Function(self.since(start), name.text, name, None if void else result, params, body, qualifiers)
        return (function,)

    def _parameters(self) -> tuple[tree.Param, ...]:
        """( void ) | ( [specifier declarator { , specifier declarator }] )"""
        opening = self.index
        self.advance()
        params: list[tree.Param] = []
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
                    params.append(tree.Param(self.since(start), declarator))
                if not self.accept(","):
                    break
        self.close_paren(opening, "after the parameters")
        return tuple(params)

    def _unnamed(self) -> bool:
        ahead = 0
        while self.peek(ahead) == "*":
            ahead += 1
        return self.peek(ahead) in (",", ")")

    # -- the race ------------------------------------------------------------------------------

    def _title(self, what: str) -> tuple[str, Span]:
        start = self.starts[self.index]
        if self.kind != "text":
            self.panic("expected-text", f"expected {what} in quotes, but found {self.describe()}")
        text = self.text()
        if not text.value.strip():
            self.error("empty-text", f"{what} is empty", text.span)
        return text.value, self.since(start)

    def _actor(self, kind: Literal["CPU", "DEVICE", "EVENT"]) -> tree.Actor:
        """CPU ( constant-expression , title ) { [setup] ... }   or DEVICE ( title ) {...}, EVENT ( title ) {...}"""
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        number: tree.Expr | None = None
        if kind == "CPU":
            if self.kind == "text":
                self.panic("cpu-number", "a CPU has a number before its title", 'write CPU(0, "title")')
            number = self.constant()
            self.expect(",", "between the number of the CPU and its title")
        elif self.kind != "text" and self.peek() == ",":
            self.panic("actor-number", f"{kind} has no number, only a title", f'write {kind}("title")')
        title, title_span = self._title("a title")
        self.close_paren(opening, "after the title")
        if self.kind != "{":
            self.panic("unexpected-token", f"expected '{{' and what the {kind} does, but found {self.describe()}")
        setup, body = self._actor_body()
        return tree.Actor(self.since(start), kind, number, title, title_span, setup, body)

    def _actor_body(self) -> tuple[tree.Block | None, tree.Block]:
        """The statements of an actor; `setup { }` may stand before them and is taken out."""
        if self.peek() == "name" and self.word(1) == "setup" and self.peek(2) == "{":
            opening, start = self.index, self.starts[self.index]
            self.blocks.append(opening)
            self.advance()
            self.advance()
            setup = self.block()
            body: list[tree.Stmt] = []
            while self.kind != "}":
                if self.kind == "end" or self._outside():
                    self._unclosed()
                self.block_item(body)
            self._compare_indentation(opening)
            self.advance()
            self.blocks.pop()
            return setup, tree.Block(self.since(start), tuple(body))
        return None, self.block()

    def _pool(self) -> tree.Pool:
        """POOL ( type-name , constant-expression , prefix ) ;"""
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        type_ = self.type_name()
        self.expect(",", 'after the type: POOL(struct page, 4, "P");')
        if self.kind == "text":
            self.panic("pool-count", "POOL needs the number of objects", 'write POOL(struct page, 4, "P");')
        count = self.constant()
        self.expect(",", 'after the number of objects: POOL(struct page, 4, "P");')
        prefix, span = self._title("the prefix of the objects' names")
        if not (prefix.isascii() and prefix.replace("_", "a").isalnum() and not prefix[0].isdigit()):
            self.error("pool-prefix", "the prefix begins names such as P0: letters, digits and '_'", span)
        self.close_paren(opening, "after the prefix")
        self.semicolon("after POOL(...)")
        return tree.Pool(self.since(start), type_, count, prefix, span)

    def _property(self, kind: Literal["always", "never", "sometimes", "finally"]) -> tree.Property:
        """always ( text , expression ) ;"""
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        if self.kind != "text":
            self.panic(
                "property-words",
                f"expected the words of the property, but found {self.describe()}",
                f'write {kind}("what is {kind} so", expression);',
            )
        text, _ = self._title("what the property says")
        self.expect(",", f'after the words: {kind}("words", expression)')
        expr = self.assignment()
        self.close_paren(opening, f"after the expression of {kind}")
        self.semicolon(f"after {kind}(...)")
        return tree.Property(self.since(start), kind, text, expr)

    def _lock_order(self) -> tree.LockOrder:
        """lock_order { { struct . field ; } }"""
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        classes: list[tree.LockClass] = []
        while self.kind != "}":
            if self.kind == "end" or self._outside():
                self.blocks.append(opening)
                self._unclosed()
            at = self.starts[self.index]
            self.accept("struct")
            struct = self.tokens.text(self.expect_name("the name of a struct: lock_order { page.lock; }"))
            self.expect(".", "between struct and field: lock_order { page.lock; }")
            field = self.tokens.text(self.expect_name("the name of a lock's field: lock_order { page.lock; }"))
            classes.append(tree.LockClass(self.since(at), struct, field))
            if self.kind in ("<", ">", "->", ","):
                self.panic("lock-order", "the locks stand in order, outermost first, each with a ';'")
            self.semicolon("after the lock")
        self.advance()
        self.accept(";")
        return tree.LockOrder(self.since(start), tuple(classes))

    # -- recovering ----------------------------------------------------------------------------

    def _to_next_declaration(self, start: int) -> None:
        """Over the ';' or '}' that ends the declaration begun at a token, or up to what can only begin another."""
        depth = self.kinds[start : self.index].count("{") - self.kinds[start : self.index].count("}")
        if self.index == start:
            self.advance()
        while self.kind != "end" and self.kind != "#" and not self._outside():
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
