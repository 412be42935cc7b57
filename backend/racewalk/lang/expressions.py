"""Parses expressions by precedence climbing (Pratt). Grammar rules have the C standard's names."""

from __future__ import annotations

from typing import Literal

from racewalk.lang import limits, tree
from racewalk.lang.cursor import Panic
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.foreign import FOREIGN_CALLS, INSTEAD, NOT_YET_CALLS, not_yet
from racewalk.lang.landmarks import NUMBER_WORDS
from racewalk.lang.lexer import Tokens
from racewalk.lang.source import Span
from racewalk.lang.typenames import SCALAR_NAMES, TypeNames

# How tightly an operator binds; assignments and `? :` group from the right.
_ASSIGN, _CONDITIONAL, _BINARY = 1, 2, 3
_POWER = {
    **dict.fromkeys(("=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="), _ASSIGN),
    "?": _CONDITIONAL,
    "||": 3,
    "&&": 4,
    "|": 5,
    "^": 6,
    "&": 7,
    **dict.fromkeys(("==", "!="), 8),
    **dict.fromkeys(("<", ">", "<=", ">="), 9),
    **dict.fromkeys(("<<", ">>"), 10),
    **dict.fromkeys(("+", "-"), 11),
    **dict.fromkeys(("*", "/", "%"), 12),
}

_PREFIX: dict[str, Literal["-", "!", "~", "*", "&"]] = {"-": "-", "!": "!", "~": "~", "*": "*", "&": "&"}
_COUNT: dict[str, Literal["++", "--"]] = {"++": "++", "--": "--"}

_TYPE_KEYWORDS = NUMBER_WORDS | {"struct", "enum", "union", "void", "const", "volatile", "wrapping"}
_OPERAND_START = frozenset(("name", "number", "text", "(", "!", "~", "true", "false", "NULL", "sizeof"))


class Expressions(TypeNames):
    def __init__(self, tokens: Tokens, sink: Diagnostics) -> None:
        super().__init__(tokens, sink)
        self.depth = 0  # calls of the parser inside each other: bounds its own stack
        self.height = 0  # of the tree parsed last: bounds the stack of whoever walks it

    # -- entry points --------------------------------------------------------------------------

    def expression(self) -> tree.Expr:
        """expression: assignment-expression { , assignment-expression }"""
        start = self.starts[self.index]
        first = self.assignment()
        if self.kind != ",":
            return first
        items, height = [first], self.height
        while self.accept(","):
            items.append(self.assignment())
            height = max(height, self.height)
        self._grow(height)
        return tree.Comma(self.since(start), tuple(items))

    def assignment(self) -> tree.Expr:
        """assignment-expression: an expression without a comma at its top."""
        return self._binary(_ASSIGN)

    def constant(self) -> tree.Expr:
        """constant-expression: no assignment either."""
        return self._binary(_CONDITIONAL)

    def initializer(self) -> tree.Expr | tree.InitList:
        """initializer: assignment-expression | { initializer-list }"""
        return self.init_list() if self.kind == "{" else self.assignment()

    def init_list(self) -> tree.InitList:
        """{ [designation] initializer { , [designation] initializer } [,] }"""
        start = self.starts[self.index]
        opening = self.index
        self.expect("{", "before the values")
        self.descend()
        items: list[tree.InitItem] = []
        height = 0
        while self.kind != "}":
            items.append(self._init_item())
            height = max(height, self.height)
            if self.kind == "}":
                break
            if self.kind != ",":
                self._init_separator(opening)
            else:
                self.advance()
        self.advance()
        self.depth -= 1
        self._grow(height)
        return tree.InitList(self.since(start), tuple(items))

    # -- operators -----------------------------------------------------------------------------

    def _binary(self, floor: int) -> tree.Expr:
        """Everything from assignment-expression down to multiplicative-expression, from the given power up."""
        self.descend()
        start = self.starts[self.index]
        left = self._unary()
        height = self.height
        while True:
            operator = self.kind
            power = _POWER.get(operator, 0)
            if power < floor or power == 0:
                break
            if power >= _BINARY:
                self.advance()
                right = self._binary(power + 1)
                left = tree.Binary(self.since(start), operator, left, right)
            elif power == _ASSIGN:
                self._must_be_place(left, "assigned to")
                self.advance()
                right = self._binary(_ASSIGN)
                left = tree.Assign(self.since(start), operator, left, right)
            else:
                left = self._conditional(start, left)
            height = max(height, self.height) + 1
            if height > limits.NESTING:
                self.too_deep("operators are")
        self.depth -= 1
        self.height = height
        return left

    def _conditional(self, start: int, test: tree.Expr) -> tree.Expr:
        """conditional-expression: test ? expression : conditional-expression"""
        self.advance()
        if self.kind == ":":
            self.panic("missing-operand", "expected a value between '?' and ':'", "write it out: a ? a : b")
        then = self.expression()
        height = self.height
        self.expect(":", "of the '?'")
        other = self._binary(_CONDITIONAL)
        self.height = max(height, self.height)
        return tree.Conditional(self.since(start), test, then, other)

    def _unary(self) -> tree.Expr:
        """unary-expression"""
        kind = self.kind
        if kind == "name" or kind == "number":  # most of them
            return self._postfix()
        start = self.starts[self.index]
        prefix = _PREFIX.get(kind)
        if prefix is not None:
            operand = self._operand()
            return tree.Unary(self.since(start), prefix, operand)
        count = _COUNT.get(kind)
        if count is not None:
            operand = self._operand()
            self._must_be_place(operand, "counted")
            return tree.IncDec(self.since(start), count, True, operand)
        if kind == "+":
            self.error("unary-plus", "there is no '+' before a value", hint="leave it out")
            return self._operand()
        if kind == "&&":
            self.panic("label-address", "there is no address of a label", "for the address of a place write one '&'")
        if kind == "sizeof":
            return self._sizeof()
        return self._postfix()

    def _operand(self) -> tree.Expr:
        """What stands behind a prefix operator."""
        self.advance()
        self.descend()
        operand = self._unary()
        self.depth -= 1
        self._grow(self.height)
        return operand

    def _postfix(self) -> tree.Expr:
        """postfix-expression"""
        start = self.starts[self.index]
        left = self._primary()
        while True:
            kind = self.kind
            if kind == "." or kind == "->":
                self.advance()
                name = self.expect_name("the name of a field")
                span = self.tokens.span(name)
                left = tree.Member(self.since(start), left, kind == "->", span.text, span)
                self._grow(self.height)
            elif kind == "[":
                height = self.height
                self.advance()
                index = self.expression()
                if self.kind != "]":
                    self.panic("missing-bracket", f"expected ']' after the index, but found {self.describe()}")
                self.advance()
                left = tree.Index(self.since(start), left, index)
                self._grow(max(height, self.height))
            elif kind == "++" or kind == "--":
                self._must_be_place(left, "counted")
                self.advance()
                left = tree.IncDec(self.since(start), _COUNT[kind], False, left)
                self._grow(self.height)
            elif kind == "(":
                if isinstance(left, tree.Call) and left.name in FOREIGN_CALLS:
                    self.panic("foreign-call", f"there is no {left.name}()", FOREIGN_CALLS[left.name])
                self.panic(
                    "function-pointer",
                    "a function is called by its name; there are no function pointers",
                    "for a hook of an optional part define it __weak; for call_rcu() give the function's name",
                )
            else:
                return left

    # -- primary expressions -------------------------------------------------------------------

    def _primary(self) -> tree.Expr:
        """primary-expression, and what begins with a word and a parenthesis"""
        kind = self.kind
        index = self.index
        self.height = 1
        if kind == "name":
            span = Span(self.file, self.starts[index], self.ends[index])
            self.advance()
            name = span.text
            if self.kind == "(":
                return self._call(name, span)
            return tree.Name(span, name)
        span = Span(self.file, self.starts[index], self.ends[index])
        if kind == "number":
            self.advance()
            return tree.Number(span, self.tokens.numbers[index])
        if kind == "(":
            return self._parenthesis()
        if kind == "true" or kind == "false":
            self.advance()
            return tree.Bool(span, kind == "true")
        if kind == "NULL":
            self.advance()
            return tree.Null(span)
        if kind == "text":
            self.error(
                "text-outside", "a string stands only in a message, a title or a cover", hint="use an enum or a number"
            )
            self.text()
            return tree.BadExpr(span)
        if kind == "{":
            self.panic(
                "bare-braces",
                "values in braces need their type here",
                "write (name_t){ ... }; bare braces only initialise",
            )
        if kind == "typeof" or kind == "asm":
            self.panic("foreign-word", f"there is no '{kind}'")
        if kind in _TYPE_KEYWORDS:
            self.panic("type-as-value", f"expected a value, but found the type '{self.word()}'")
        self.panic("expected-expression", f"expected an expression, but found {self.describe()}")

    def text(self) -> tree.Text:
        """string-literal { string-literal }: strings side by side are one."""
        start = self.starts[self.index]
        if self.kind != "text":
            self.panic("expected-text", f"expected words in quotes, but found {self.describe()}", 'write "..."')
        parts: list[str] = []
        while self.kind == "text":
            parts.append(self.tokens.texts[self.index])
            self.advance()
        self.height = 1
        value = "".join(parts)
        if len(value) > limits.TEXT_CHARS:
            message = f"a string has at most {limits.TEXT_CHARS} characters (limit TEXT_CHARS)"
            self.error("limit-text", message, self.since(start))
            value = value[: limits.TEXT_CHARS]
        return tree.Text(self.since(start), value)

    def _call(self, name: str, span: Span) -> tree.Expr:
        """name ( [argument-expression-list] )"""
        if name == "kmalloc" or name == "kmalloc_freed":
            return self._allocate(name, span)
        if name == "container_of":
            return self._container_of(span)
        if name in NOT_YET_CALLS:
            self.error("not-yet", not_yet(NOT_YET_CALLS[name]), span, INSTEAD.get(NOT_YET_CALLS[name]))
        if name in ("offsetof", "__builtin_expect", "ARRAY_SIZE"):
            self.error("foreign-call", f"there is no {name}()", span)
        opening = self.index
        self.advance()
        args: list[tree.Expr] = []
        height = 0
        if self.kind != ")":
            while True:
                args.append(self.text() if self.kind == "text" else self.assignment())
                height = max(height, self.height)
                if self.kind != ",":
                    break
                self.advance()
            self._close_arguments(opening)
        else:
            self.advance()
        self._grow(height)
        return tree.Call(self.since(span.start), name, span, tuple(args))

    def _close_arguments(self, opening: int) -> None:
        if self.kind in _OPERAND_START and self.on_line_of_previous():
            self.panic(
                "missing-comma", f"expected ',' or ')' before {self.describe()}", "arguments are separated by ','"
            )
        self.close_paren(opening, "after the arguments")

    def _allocate(self, name: str, span: Span) -> tree.Expr:
        """kmalloc ( type-name { , . field = initializer } )"""
        opening = self.index
        self.advance()
        if self.kind not in ("struct", "name") or (self.kind == "name" and self.peek() not in (",", ")")):
            self.panic(
                "kmalloc-type",
                f"{name}() takes the type of the new object",
                f"write {name}(struct page, .field = value)",
            )
        type_ = self.type_name()
        fields: list[tree.InitItem] = []
        height = 0
        while self.accept(","):
            if self.kind != ".":
                self.panic(
                    "kmalloc-field",
                    f"expected '.field = value', but found {self.describe()}",
                    "there are no GFP flags: the arguments after the type initialise the new object",
                )
            fields.append(self._init_item())
            height = max(height, self.height)
        self.close_paren(opening, f"after the arguments of {name}")
        self._grow(height)
        return tree.Allocate(self.since(span.start), type_, tuple(fields), name == "kmalloc_freed")

    def _container_of(self, span: Span) -> tree.Expr:
        """container_of ( expression , type-name , field )"""
        opening = self.index
        self.advance()
        pointer = self.assignment()
        height = self.height
        self.expect(",", "after the pointer: container_of(pointer, struct type, field)")
        type_ = self.type_name()
        self.expect(",", "after the type: container_of(pointer, struct type, field)")
        field = self.expect_name("the name of a field")
        self.close_paren(opening, "after container_of's field")
        self._grow(height)
        return tree.ContainerOf(
            self.since(span.start), pointer, type_, self.tokens.text(field), self.tokens.span(field)
        )

    def _parenthesis(self) -> tree.Expr:
        """( expression ), a compound literal, or a cast, which the dialect has not"""
        opening = self.index
        after = self.peek()
        if after in _TYPE_KEYWORDS or (after == "name" and self._type_in_parentheses()):
            return self._typed_parenthesis()
        if after == "{":
            self.panic(
                "statement-expression", "there are no statements in expressions", "write a static inline function"
            )
        self.advance()
        self.descend()
        inner = self.expression()
        self.depth -= 1
        self.close_paren(opening, "after the expression")
        return inner

    def _type_in_parentheses(self) -> bool:
        """At `( name`: whether a type ends at the next ')', by what stands around it; files are parsed alone."""
        ahead = 2
        while self.peek(ahead) == "*":
            ahead += 1
        if self.peek(ahead) != ")":
            return False
        after = self.peek(ahead + 1)
        return (
            ahead > 2
            or after in _OPERAND_START
            or after == "{"
            or (self.word(1) in SCALAR_NAMES and (after in ("-", "&", "*", "+")))
        )

    def _typed_parenthesis(self) -> tree.Expr:
        """( type-name ) { initializer-list }"""
        start = self.starts[self.index]
        opening = self.index
        self.advance()
        type_ = self.type_name()
        self.close_paren(opening, "after the type")
        if self.kind == "{":
            init = self.init_list()
            self._grow(self.height)
            return tree.Compound(self.since(start), type_, init)
        self.error(
            "cast",
            "there are no casts: a value keeps its type",
            self.since(start),
            "leave it out; a store outside the width is a finding; container_of() leads from a field to its object",
        )
        self.descend()
        operand = self._unary()
        self.depth -= 1
        return operand

    def _sizeof(self) -> tree.Expr:
        start = self.starts[self.index]
        self.error("sizeof", "there is no sizeof: memory has no bytes here", hint="kmalloc() takes the type itself")
        self.advance()
        if self.kind == "(":
            self.skip_balanced()
        elif self.kind == "name":
            self.advance()
        self.height = 1
        return tree.BadExpr(self.since(start))

    # -- initialisers --------------------------------------------------------------------------

    def _init_item(self) -> tree.InitItem:
        """[ designator = ] initializer, where designator: . field | [ constant-expression ]"""
        start = self.starts[self.index]
        field: str | None = None
        index: tree.Expr | None = None
        height = 0
        if self.kind == ".":
            self.advance()
            field = self.tokens.text(self.expect_name("the name of a field"))
            self._end_designator(f".{field}")
        elif self.kind == "[":
            self.advance()
            index = self.constant()
            height = self.height
            if self.kind == "...":
                self.panic("range", "there are no ranges", "write one entry per index")
            self.expect("]", "after the index")
            self._end_designator("[...]")
        elif self.kind == "name" and self.peek() == ":":
            self.panic("old-designator", "a field is named with a dot", f"write .{self.word()} = ...")
        value = self.initializer()
        self._grow(max(height, self.height))
        return tree.InitItem(self.since(start), field, index, value)

    def _end_designator(self, written: str) -> None:
        if self.kind in (".", "["):
            self.panic("designator-chain", "a designator names one field or one index", f"write {written} = {{ ... }}")
        self.expect("=", f"after {written}")

    def _init_separator(self, opening: int) -> None:
        """Something other than ',' or '}' stands behind a value."""
        if self.kind in (".", "[", "{") or self.kind in _OPERAND_START:
            self.error("missing-comma", "expected ',' between two values", self.after_previous(), "write ',' here")
            return
        self.error(
            "unclosed-brace", "these values are not closed", self.tokens.span(opening), "write '}' after the last one"
        )
        raise Panic

    # -- bounds --------------------------------------------------------------------------------

    def descend(self, what: str = "the expression is") -> None:
        """One level deeper; the caller counts `depth` down again."""
        self.depth += 1
        if self.depth > 2 * limits.NESTING:
            self.too_deep(what)

    def _grow(self, height: int) -> None:
        """The tree parsed last stands on others of this height."""
        self.height = height + 1
        if self.height > limits.NESTING:
            self.too_deep("the expression is")

    def _must_be_place(self, expr: tree.Expr, verb: str) -> None:
        if not isinstance(expr, tree.Name | tree.Member | tree.Index | tree.BadExpr) and not (
            isinstance(expr, tree.Unary) and expr.op == "*"
        ):
            self.error(
                "not-a-place",
                f"this cannot be {verb}: it is a value and no place in memory",
                expr.span,
                "write == to compare" if verb == "assigned to" and self.kind == "=" else None,
            )
