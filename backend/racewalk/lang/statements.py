"""Parses blocks and statements."""

from __future__ import annotations

from collections.abc import Callable

from racewalk.lang import tree
from racewalk.lang.cursor import Panic
from racewalk.lang.declarators import Declarators
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.landmarks import BLOCK_WORDS as BLOCK_WORDS
from racewalk.lang.landmarks import FILE_LEVEL_WORDS as FILE_LEVEL_WORDS
from racewalk.lang.lexer import Tokens
from racewalk.lang.source import Span
from racewalk.lang.spelling import closest

_HEADED = ("if", "while", "for", "switch")
_PLAIN = ("return", "goto", "break", "continue")
_CONDITIONALS = frozenset(("if", "ifdef", "ifndef", "elif", "else", "endif", "elifdef", "elifndef"))


class Statements(Declarators):
    def __init__(self, tokens: Tokens, sink: Diagnostics) -> None:
        super().__init__(tokens, sink)
        self.conditional_seen = False  # one #if is enough to say of a file
        self.by_kind: dict[str, Callable[[], tree.Stmt]] = {
            "{": self.block,
            "if": self._if,
            "while": self._while,
            "do": self._do,
            "for": self._for,
            "switch": self._switch,
            "return": self._return,
            "goto": self._goto,
            "break": self._break,
            "continue": self._continue,
            "case": self._case,
            "default": self._default,
            "atomic": self._atomic,
            "fuse": self._atomic,
            ";": self._empty,
        }

    # -- blocks --------------------------------------------------------------------------------

    def block(self) -> tree.Block:
        """compound-statement: { { declaration | statement } }"""
        opening = self.index
        start = self.starts[opening]
        self.expect("{", "before the statements")
        self.blocks.append(opening)
        self.descend("blocks are")
        body: list[tree.Stmt] = []
        while self.kind != "}":
            if self.kind == "end" or self.outside():
                self.unclosed()
            self.block_item(body)
        self.compare_indentation(opening)
        self.advance()
        self.blocks.pop()
        self.depth -= 1
        return tree.Block(self.since(start), tuple(body))

    def block_item(self, body: list[tree.Stmt]) -> None:
        """block-item: declaration | statement; after a mistake it goes on behind it."""
        depth, blocks, before = self.depth, len(self.blocks), self.index
        try:
            if self.at_declaration():
                self.declaration(body)
            else:
                body.append(self.statement())
        except Panic:
            self.depth = depth
            del self.blocks[blocks:]
            self.to_next_statement()
            if self.index == before and self.kind != "}":
                self.advance()

    def statement(self) -> tree.Stmt:
        """statement"""
        parse = self.by_kind.get(self.kind)
        if parse is not None:
            return parse()
        if self.kind == "name":
            return self._named()
        if self.kind == "else":
            self.panic("else-without-if", "'else' without an 'if' before it")
        if self.kind == "#":
            return self._directive_inside()
        return self._expression_statement()

    def _directive_inside(self) -> tree.Empty:
        """A directive in the middle of statements."""
        start = self.starts[self.index]
        if not self.conditional(1):
            self.error(
                "directive-inside", "a directive stands outside functions", hint="move it out; order never matters"
            )
        self.skip_line()
        return tree.Empty(Span(self.file, start, start))

    def conditional(self, ahead: int) -> bool:
        """Whether a word is that of a conditional directive, which is reported: #else and #endif not again."""
        word = self.word(ahead)
        if word not in _CONDITIONALS:
            return False
        if not self.conditional_seen or word in ("if", "ifdef", "ifndef"):
            self.conditional_seen = True
            self.error(
                "conditional",
                f"there is no #{word}",
                self.tokens.span(self.index + ahead),
                "write if (CONSTANT) { ... }, whose dead branch is dropped; a file is included once without a guard",
            )
        return True

    def substatement(self, of: str) -> tree.Stmt:
        """The statement that belongs to an if or a loop; labels before it come with it, in a block."""
        if self.kind == "}" or self.kind == "end":
            self.panic("missing-statement", f"expected a statement after {of}, but found {self.describe()}")
        if self.at_declaration():
            self.panic("declaration-alone", f"a declaration cannot be the only statement after {of}", "write { ... }")
        start = self.starts[self.index]
        self.descend("statements are")
        first = self.statement()
        if isinstance(first, tree.Label | tree.Case):
            body = [first]
            while isinstance(body[-1], tree.Label | tree.Case):
                if self.kind == "}":
                    break
                body.append(self.statement())  # type: ignore[arg-type]
            first = tree.Block(self.since(start), tuple(body))
        self.depth -= 1
        return first

    # -- declarations in a block ---------------------------------------------------------------

    def declaration(self, body: list[tree.Stmt]) -> None:
        """declaration: specifier init-declarator { , init-declarator } ; each becomes one Declare"""
        while self.kind in ("static", "extern", "inline", "ghost", "typedef"):
            hint = {
                "static": "make it a global variable: that is what keeps its value",
                "extern": "leave it out: the order of files never matters",
                "ghost": "declare the ghost variable outside: it is one more global",
            }.get(self.kind, "write it outside")
            self.error("local-storage", f"'{self.kind}' cannot stand in a function", hint=hint)
            self.advance()
        if self.kind in ("struct", "enum") and self.peek() == "name" and self.peek(2) == "{":
            self.panic("local-type", f"a {self.kind} is defined outside functions", "move it out; order never matters")
        specifier = self.specifier()
        while True:
            body.append(self.init_declarator(specifier))
            if not self.accept(","):
                break
        self.semicolon("after the declaration")

    # -- statements that begin with a keyword --------------------------------------------------

    def _head(self, what: str) -> tree.Expr:
        """( expression ) after if, while or switch."""
        opening = self.index
        self.expect("(", f"after '{what}'")
        depth = self.depth
        try:
            test = self.expression()
            if isinstance(test, tree.Assign) and test.op == "=" and test.span.start == self.starts[opening + 1]:
                hint = "write '==' to compare, or a second pair of parentheses if it is meant: ((x = 1))"
                self.sink.warning("assignment-as-condition", "this stores, and does not compare", test.span, hint)
            self.close_paren(opening, f"after the condition of '{what}'")
        except Panic:
            self.depth = depth
            self._leave_head(opening)
            return tree.BadExpr(self.since(self.starts[opening]))
        return test

    def _leave_head(self, opening: int) -> None:
        """After a mistake in the parentheses of an if or a loop: behind their ')', so that the body is parsed."""
        inside = self.kinds[opening : self.index]
        depth = inside.count("(") - inside.count(")")
        while depth > 0:
            if self.kind in ("{", "}", "end", "#"):
                raise Panic
            if self.kind == ";" and self.kinds[opening - 1] != "for":
                raise Panic
            depth += (self.kind == "(") - (self.kind == ")")
            self.advance()

    def _if(self) -> tree.If:
        """selection-statement: if ( expression ) statement [ else statement ]"""
        start = self.starts[self.index]
        self.advance()
        test = self._head("if")
        then = self.substatement("'if'")
        other: tree.Stmt | None = None
        if self.kind == "name" and self.peek() in ("{", "if") and closest(self.word(), ("else",)):
            self.error("misspelt", f"unknown word '{self.word()}'", hint="did you mean 'else'?")
            self.advance()
            other = self.substatement("'else'")
        elif self.accept("else"):
            other = self.substatement("'else'")
        return tree.If(self.since(start), test, then, other)

    def _while(self) -> tree.While:
        """iteration-statement: while ( expression ) statement"""
        start = self.starts[self.index]
        self.advance()
        test = self._head("while")
        return tree.While(self.since(start), test, self.substatement("'while'"))

    def _do(self) -> tree.DoWhile:
        """iteration-statement: do statement while ( expression ) ;"""
        start = self.starts[self.index]
        self.advance()
        body = self.substatement("'do'")
        self.expect("while", "after the body of 'do'")
        test = self._head("while")
        self.semicolon("after 'do ... while (...)'")
        return tree.DoWhile(self.since(start), body, test)

    def _for(self) -> tree.For:
        """iteration-statement: for ( [declaration | expression ;] [expression] ; [expression] ) statement"""
        head = self.index
        start = self.starts[head]
        depth = self.depth
        try:
            init, test, step = self.for_head()
        except Panic:
            self.depth = depth
            self._leave_head(head + 1)
            init, test, step = (), None, None
        body = self.substatement("'for'")
        return tree.For(self.since(start), init, test, step, body)

    def for_head(self) -> tuple[tuple[tree.Stmt, ...], tree.Expr | None, tree.Expr | None]:
        """The head of a loop, from the 'for' to the ')'."""
        self.advance()
        opening = self.index
        self.expect("(", "after 'for'")
        init: list[tree.Stmt] = []
        if self.at_declaration():
            specifier = self.specifier()
            while True:
                init.append(self.init_declarator(specifier))
                if not self.accept(","):
                    break
        elif self.kind != ";":
            expr = self.expression()
            init.append(tree.ExprStmt(expr.span, expr))
        self.expect(";", "after the first part of 'for'")
        test = None if self.kind == ";" else self.expression()
        self.expect(";", "after the second part of 'for'")
        step = None if self.kind == ")" else self.expression()
        self.close_paren(opening, "after the head of 'for'")
        return tuple(init), test, step

    def _switch(self) -> tree.Switch:
        """selection-statement: switch ( expression ) compound-statement"""
        start = self.starts[self.index]
        self.advance()
        subject = self._head("switch")
        body = self.block()
        return tree.Switch(self.since(start), subject, body)

    def _case(self) -> tree.Case:
        """labeled-statement: case constant-expression :"""
        start = self.starts[self.index]
        self.advance()
        value = self.constant()
        if self.kind == "...":
            self.panic("range", "there are no ranges", "write one 'case' per value")
        self.expect(":", "after the value of 'case'")
        return tree.Case(self.since(start), value)

    def _default(self) -> tree.Case:
        """labeled-statement: default :"""
        start = self.starts[self.index]
        self.advance()
        self.expect(":", "after 'default'")
        return tree.Case(self.since(start), None)

    def _return(self) -> tree.Return:
        """jump-statement: return [expression] ;"""
        start = self.starts[self.index]
        self.advance()
        value = None if self.kind in (";", "}", "end") else self.expression()
        self.semicolon("after 'return'")
        return tree.Return(self.since(start), value)

    def _goto(self) -> tree.Goto:
        """jump-statement: goto name ;"""
        start = self.starts[self.index]
        self.advance()
        if self.kind == "*":
            self.panic("computed-goto", "there is no computed goto", "write a switch")
        name = self.expect_name("the name of a label")
        self.semicolon("after 'goto'")
        return tree.Goto(self.since(start), self.tokens.text(name), self.tokens.span(name))

    def _break(self) -> tree.Break:
        start = self.starts[self.index]
        self.advance()
        self.semicolon("after 'break'")
        return tree.Break(self.since(start))

    def _continue(self) -> tree.Continue:
        start = self.starts[self.index]
        self.advance()
        self.semicolon("after 'continue'")
        return tree.Continue(self.since(start))

    def _empty(self) -> tree.Empty:
        self.advance()
        return tree.Empty(self.tokens.span(self.index - 1))

    def _atomic(self) -> tree.Atomic:
        """atomic-statement: atomic compound-statement | fuse compound-statement"""
        start = self.starts[self.index]
        kind = self.kind
        self.advance()
        if self.kind != "{":
            self.panic("unexpected-token", f"expected '{{' after '{kind}', but found {self.describe()}")
        body = self.block()
        return tree.Atomic(self.since(start), "atomic" if kind == "atomic" else "fuse", body)

    # -- statements that begin with a name -----------------------------------------------------

    def _named(self) -> tree.Stmt:
        after = self.peek()
        name = self.word()
        if after == ":":
            self.advance()
            self.advance()
            return tree.Label(self.since(self.starts[self.index - 2]), name)
        if after == "(":
            if name == "for_each_object":
                return self._for_each_object()
            if name in self.tokens.macros or "for_each" in name or "foreach" in name:
                return self._for_each()
        elif after == "{":
            self._word_before_block(name)
        elif after in ("name", "number") or (after == ";" and closest(name, _PLAIN[2:])):
            keyword = closest(name, _PLAIN)
            if keyword is not None and not (after == "name" and self.at_declaration()):
                self.error("misspelt", f"unknown word '{name}'", hint=f"did you mean '{keyword}'?")
                return self.by_kind[keyword]()
        return self._expression_statement()

    def _word_before_block(self, name: str) -> None:
        """`name {` is no statement."""
        if name == "setup":
            self.panic("setup-place", "setup { } stands outside functions, or first in an actor")
        if name in BLOCK_WORDS:
            self.panic("unexpected-token", f"'{name} {{' stands outside functions")
        keyword = closest(name, ("else", "do", "atomic", "fuse", "setup"))
        hint = f"did you mean '{keyword}'?" if keyword else None
        self.error("misspelt", f"expected ';' or '(' after the name '{name}'", self.here(), hint)
        self.advance()
        if keyword == "do" or keyword == "setup":
            raise Panic

    def _expression_statement(self) -> tree.Stmt:
        """expression-statement: expression ;   or the use of an iterator macro, or a call without its ';'"""
        start = self.starts[self.index]
        expr = self.expression()
        if self.kind == ";":
            self.advance()
            return tree.ExprStmt(self.since(start), expr)
        if isinstance(expr, tree.Call) and self.kind not in ("}", "end", "eol"):
            if self.kind == "{" or self.on_line_of_previous() or self._indented_under(start):
                return self._loop_like(start, expr)
        self.semicolon("after the statement")
        return tree.ExprStmt(self.since(start), expr)

    def _loop_like(self, start: int, call: tree.Call) -> tree.Stmt:
        """`name (args) statement`: an iterator macro of another file, or a misspelt keyword."""
        keyword = closest(call.name, _HEADED)
        if keyword in ("if", "while", "switch") and len(call.args) == 1:
            self.error("misspelt", f"unknown word '{call.name}'", call.name_span, f"did you mean '{keyword}'?")
            if keyword == "switch" and self.kind == "{":
                return tree.Switch(self.since(start), call.args[0], self.block())
            body = self.substatement(f"'{keyword}'")
            if keyword == "while":
                return tree.While(self.since(start), call.args[0], body)
            other = self.substatement("'else'") if self.accept("else") else None
            return tree.If(self.since(start), call.args[0], body, other)
        body = self.substatement(f"'{call.name} (...)'")
        return tree.ForEach(self.since(start), call.name, call.name_span, call.args, body)

    def _indented_under(self, start: int) -> bool:
        """The statement on the next line stands deeper than this one: it is meant to be its body."""
        return self.indentation(self.starts[self.index]) > self.indentation(start)

    def _for_each(self) -> tree.ForEach | tree.ExprStmt:
        """iterator-statement: name ( argument-expression-list ) statement; a function may be called so, too"""
        start = self.starts[self.index]
        name_span = self.here()
        self.advance()
        opening = self.index
        self.advance()
        args: list[tree.Expr] = []
        if self.kind != ")":
            args.append(self.assignment())
            while self.accept(","):
                args.append(self.assignment())
        self.close_paren(opening, f"after the arguments of {name_span.text}")
        if self.kind == ";" and name_span.text not in self.tokens.macros:
            call = tree.Call(self.since(start), name_span.text, name_span, tuple(args))
            self.advance()
            return tree.ExprStmt(self.since(start), call)
        body = self.substatement(f"'{name_span.text} (...)'")
        return tree.ForEach(self.since(start), name_span.text, name_span, tuple(args), body)

    def _for_each_object(self) -> tree.ForEachObject:
        """iterator-statement: for_each_object ( name , type-name ) statement"""
        start = self.starts[self.index]
        self.advance()
        opening = self.index
        self.advance()
        variable = self.expect_name("the name of a pointer: for_each_object (p, struct page)")
        self.expect(",", "after the variable: for_each_object (p, struct page)")
        type_ = self.type_name()
        self.close_paren(opening, "after the type: for_each_object (p, struct page)")
        body = self.substatement("'for_each_object'")
        return tree.ForEachObject(
            self.since(start), self.tokens.text(variable), self.tokens.span(variable), type_, body
        )

    # -- recovering ----------------------------------------------------------------------------

    def to_next_statement(self) -> None:
        """Panic mode: over the next ';' or balanced braces, or up to a '}' or a keyword on a new line."""
        while self.kind not in ("}", "end"):
            if self.kind == ";":
                self.advance()
                return
            if self.kind == "{":
                self.skip_balanced()
                return
            if self.kind == "#":
                self.skip_line()
                return
            if self.kind in self.by_kind and not self.on_line_of_previous():
                return
            if self.outside():
                return
            self.advance()
