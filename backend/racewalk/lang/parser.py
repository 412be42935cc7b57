"""Text to tree, one file at a time: recursive descent by hand, with recovery.

The grammar is C's where the dialect is C, under the C standard's rule names. It is spread over classes,
each in a file of its own and a layer over the one before: `cursor`, `landmarks`, `typenames`,
`expressions`, `declarators`, `statements`, `directives`, `functions`, `typedefs`, `actors`, `declarations`.
Because a file is parsed without those that it includes, a name that is a type is told from one that is
a value by what stands around it.
"""

from __future__ import annotations

from racewalk.lang import toplevel, tree
from racewalk.lang.cursor import Panic, TooDeep
from racewalk.lang.declarations import Declarations
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.lexer import Tokens, lex
from racewalk.lang.patch import looks_like_patch, without_patch_marks
from racewalk.lang.quoted import looks_quoted, without_quote_marks
from racewalk.lang.source import SourceFile, Span


def parse(file: SourceFile, sink: Diagnostics) -> toplevel.File:
    """The file's tree; what could not be parsed is missing from it, and the sink says why."""
    tokens = _tokens(file, sink)
    decls = Declarations(tokens, sink).declarations()
    return toplevel.File(Span(file, 0, len(file.text)), decls, tokens.captions)


def _tokens(file: SourceFile, sink: Diagnostics) -> Tokens:
    """Those of the file, or, where it was pasted from a mail or a patch, of the code that it means."""
    text, found = file.text, Diagnostics()
    tokens = lex(file, found)
    for looks_so, without_marks in ((looks_quoted, without_quote_marks), (looks_like_patch, without_patch_marks)):
        plain = without_marks(tokens, text, sink) if looks_so(text) else None
        if plain is not None:
            text, found = plain, Diagnostics()
            tokens = lex(file, found, plain=text)
    sink.extend(found)
    return tokens


def parse_expression(file: SourceFile, sink: Diagnostics, start: int, end: int) -> tree.Expr:
    """One expression that is the whole of `file.text[start:end]`; BadExpr when it is none."""
    parser = Declarations(lex(file, sink, start, end), sink)
    parser.end_called = "the end of the value"
    try:
        value = parser.constant()
        if parser.kind != "end":
            parser.panic("unexpected-token", f"expected one expression, but found {parser.describe()}")
    except (Panic, TooDeep):
        return tree.BadExpr(Span(file, start, end))
    return value
