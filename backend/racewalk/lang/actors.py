"""Parses what makes a race of a text: actors, pools, properties and the order of locks."""

from __future__ import annotations

from typing import Literal

from racewalk.lang import toplevel, tree
from racewalk.lang.message import format_places
from racewalk.lang.source import Span
from racewalk.lang.typedefs import TypeDefinitions


class Actors(TypeDefinitions):
    def _title(self, what: str) -> tuple[str, Span]:
        start = self.starts[self.index]
        if self.kind != "text":
            self.panic("expected-text", f"expected {what} in quotes, but found {self.describe()}")
        text = self.text()
        if not text.value.strip():
            self.error("empty-text", f"{what} is empty", text.span)
        return text.value, self.since(start)

    def actor(self, kind: Literal["CPU", "SOFTIRQ", "DEVICE", "EVENT"]) -> toplevel.Actor:
        """CPU ( constant-expression , title ) { [setup] ... }   or DEVICE ( title ) {...}

        SOFTIRQ is written like CPU, EVENT like DEVICE.
        """
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        number: tree.Expr | None = None
        if kind == "CPU" or kind == "SOFTIRQ":
            if self.kind == "text":
                what = "a CPU has a number" if kind == "CPU" else "a SOFTIRQ has the number of its CPU"
                self.panic("cpu-number", f"{what} before its title", f'write {kind}(0, "title")')
            number = self.constant()
            if self.kind != ")":
                self.expect(",", "between the number of the CPU and its title")
        elif self.kind != "text" and self.peek() == ",":
            self.panic("actor-number", f"{kind} has no number, only a title", f'write {kind}("title")')
        if self.kind == ")":  # nothing is lost but a name
            write = f'{kind}("title")' if number is None else f'{kind}(0, "title")'
            self.error("expected-text", f"{kind} needs a title", hint=f"write {write}")
            title, title_span = "?", self.here()
        else:
            title, title_span = self._title("a title")
        self.close_paren(opening, "after the title")
        if self.kind != "{":
            self.panic("unexpected-token", f"expected '{{' and what the {kind} does, but found {self.describe()}")
        setup, body = self._actor_body()
        return toplevel.Actor(self.since(start), kind, number, title, title_span, setup, body)

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
                if self.kind == "end" or self.outside():
                    self.unclosed()
                self.block_item(body)
            self.compare_indentation(opening)
            self.advance()
            self.blocks.pop()
            return setup, tree.Block(self.since(start), tuple(body))
        return None, self.block()

    def pool(self) -> toplevel.Pool:
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
        return toplevel.Pool(self.since(start), type_, count, prefix, span)

    def claim(self, kind: Literal["always", "never", "sometimes", "finally"]) -> toplevel.Property:
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
        text, words = self._title("what the property says")
        self.expect(",", f'after the words: {kind}("words", expression)')
        expr = self.assignment()
        if self.kind == "," or format_places(text):
            self._no_values(kind, words)
            while self.accept(","):
                self.assignment()
        self.close_paren(opening, f"after the expression of {kind}")
        self.semicolon(f"after {kind}(...)")
        return toplevel.Property(self.since(start), kind, text, expr)

    def _no_values(self, kind: Literal["always", "never", "sometimes", "finally"], words: Span) -> None:
        """A property whose words have places for values, or that is given values."""
        block = 'finally { assert(expression, "kind: words %d", value); }'
        if kind != "finally":
            block = 'assert(expression, "kind: words %d", value) in the code'
        hint = f"write words alone; what prints values is {block}"
        self.error("property-values", f"the words of '{kind}' print no values", words, hint)

    def lock_order(self) -> toplevel.LockOrder:
        """lock_order { { struct . field ; } }"""
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        classes: list[toplevel.LockClass] = []
        while self.kind != "}":
            if self.kind == "end" or self.outside():
                self.blocks.append(opening)
                self.unclosed()
            at = self.starts[self.index]
            self.accept("struct")
            struct = self.tokens.text(self.expect_name("the name of a struct: lock_order { page.lock; }"))
            if self.kind == ";":
                self.panic(
                    "lock-order-field",
                    "a lock has its place in the order as the field of a struct",
                    "put the lock into a struct, and write struct.field;",
                )
            self.expect(".", "between struct and field: lock_order { page.lock; }")
            field = self.tokens.text(self.expect_name("the name of a lock's field: lock_order { page.lock; }"))
            classes.append(toplevel.LockClass(self.since(at), struct, field))
            if self.kind in ("<", ">", "->", ","):
                self.panic("lock-order", "the locks stand in order, outermost first, each with a ';'")
            self.semicolon("after the lock")
        self.advance()
        self.accept(";")
        return toplevel.LockOrder(self.since(start), tuple(classes))
