"""Source text to tokens with offsets, for the parser and for edits that match token by token.

Any text whatever gives tokens and diagnostics, never an exception. A token is an index into parallel
lists, which is what makes reading a dozen library files cheap. Its kind is "name", "number" or
"text", else the keyword or punctuator itself; "eol" ends a directive's line and "end" the file.

Comments at the end of a line are kept as captions of the line: `down_read(&sem);  /* U1 */`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field

from racewalk.lang import limits
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.lookalikes import INVISIBLE, QUOTES, ascii_for
from racewalk.lang.source import SourceFile, Span
from racewalk.record import record

KEYWORDS = frozenset(
    "if else while do for switch case default break continue return goto "
    "struct enum typedef union static inline extern const volatile register restrict auto "
    "void int unsigned signed long short char float double "
    "sizeof typeof asm true false NULL "
    "atomic fuse ghost wrapping __weak".split()
)

PUNCTUATORS = (
    "<<= >>= ... -> ++ -- << >> <= >= == != && || += -= *= /= %= &= |= ^= "
    "{ } ( ) [ ] ; , : ? . + - * / % & | ^ ~ ! < > = #".split()
)

_TOKEN = re.compile(
    r"[ \t\n\r\f\v]*(?:"
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<comment>/\*.*?\*/|//[^\n]*)"
    r"|(?P<number>\.?[0-9](?:[A-Za-z0-9_.]|(?<=[eEpP])[+-])*)"
    r'|(?P<text>"(?:[^"\\\n]|\\[^\n])*")'
    r"|(?P<open>/\*|\*/|[\"'])"
    r"|(?P<punctuator>" + "|".join(map(re.escape, PUNCTUATORS)) + ")"
    r"|(?P<splice>\\[ \t\r]*\n)"
    r"|(?P<stray>.)"
    r"|)",
    re.DOTALL,
)

_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|0|[1-9][0-9]*)(?:[uU]?[lL]{0,2}|[lL]{1,2}[uU])")
_MAX_NUMBER = (1 << 64) - 1

# What a reader cannot see but a terminal or an editor obeys; U+202A.. turn the direction of the text.
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'"}


@record
class Tokens:
    """The tokens of a file, one per index; the last is "end"."""

    file: SourceFile
    kinds: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    """Value of each number, by token."""
    texts: dict[int, str] = field(default_factory=dict)
    """Value of each string, by token."""
    captions: dict[int, str] = field(default_factory=dict)
    macros: set[str] = field(default_factory=set)
    """Names that a `#define name(` of this file gives parameters to."""
    cut: bool = False
    """The end came early and was reported: what is missing there is no mistake of its own."""

    def text(self, index: int) -> str:
        return self.file.text[self.starts[index] : self.ends[index]]

    def span(self, index: int) -> Span:
        return Span(self.file, self.starts[index], self.ends[index])


def lex(
    file: SourceFile, sink: Diagnostics, start: int = 0, end: int | None = None, plain: str | None = None
) -> Tokens:
    """The tokens of `file.text[start:end]`; offsets count in the whole text.

    `plain` is read instead of the text: as long as that, with blanks for what is no code.
    """
    return _Lexer(file, sink, start, len(file.text) if end is None else end, plain).run()


class _Lexer:
    def __init__(self, file: SourceFile, sink: Diagnostics, start: int, end: int, plain: str | None) -> None:
        self.file = file
        self.source = file.text if plain is None else plain
        self.sink = sink
        self.at = start
        self.end = end
        self.tokens = Tokens(file)

    def run(self) -> Tokens:
        self._unreadable()
        source, end, match = self.source, self.end, _TOKEN.match
        kinds, starts, ends = self.tokens.kinds, self.tokens.starts, self.tokens.ends
        keywords, count = KEYWORDS, 0
        directive = False
        while True:
            found = match(source, self.at, end)
            assert found is not None  # the pattern also matches nothing
            group = found.lastgroup
            if group is None:
                break
            start, stop = found.span(group)
            if directive and source.find("\n", self.at, start) >= 0:
                directive = False
                self._emit("eol", self.at, self.at)
            self.at = stop
            if group == "name":
                name = found[group]
                kinds.append(name if name in keywords else "name")
                starts.append(start)
                ends.append(stop)
                if stop - start > limits.NAME_CHARS:
                    self._name_too_long(start, stop)
            elif group == "punctuator":
                kind = found[group]
                kinds.append(kind)
                starts.append(start)
                ends.append(stop)
                if kind == "#":
                    directive = True
                elif kind == "(" and directive:
                    self._note_macro(start)
            elif group == "comment":
                self._comment(start, stop)
            elif group == "number":
                self._number(start, stop)
            elif group == "text":
                self._text(start, stop)
            elif group == "open":
                self._unclosed(start)
            elif group == "stray":
                self._stray(start)
            count += 1
            if count > limits.TOKENS:
                self.sink.error(
                    "limit-tokens",
                    f"{self.file.path} has more than {limits.TOKENS:,} tokens (limit TOKENS)",
                    Span(self.file, start, stop),
                    "split the file, or leave out what the scenario does not need",
                )
                self.at = end
                self.tokens.cut = True
                break
        if directive:
            self._emit("eol", self.at, self.at)
        self._emit("end", end, end)
        return self.tokens

    def _emit(self, kind: str, start: int, end: int) -> int:
        """Appends a token and gives its index."""
        self.tokens.kinds.append(kind)
        self.tokens.starts.append(start)
        self.tokens.ends.append(end)
        return len(self.tokens.kinds) - 1

    def _error(self, code: str, message: str, start: int, end: int, hint: str | None = None) -> None:
        self.sink.error(code, message, Span(self.file, start, end), hint)

    def _note_macro(self, parenthesis: int) -> None:
        """`#define name(` without a space: the name takes parameters."""
        tokens = self.tokens
        name = len(tokens.kinds) - 2
        if name >= 2 and tokens.ends[name] == parenthesis and tokens.kinds[name - 2] == "#":
            if tokens.text(name - 1) == "define":
                tokens.macros.add(tokens.text(name))

    def _comment(self, start: int, stop: int) -> None:
        """Keeps a short comment that ends a line of code."""
        if stop - start > limits.CAPTION_CHARS + 8 or not self.tokens.ends:
            return
        source = self.source
        after = source.find("\n", stop)
        if (
            source[stop : self.end if after < 0 else after].strip()
            or source.find("\n", self.tokens.ends[-1], stop) >= 0
        ):
            return
        caption = source[start + 2 : stop].removesuffix("*/" if source[start + 1] == "*" else "").strip()
        if caption and len(caption) <= limits.CAPTION_CHARS:
            self.tokens.captions[self.file.position(start).line] = caption

    def _number(self, start: int, stop: int) -> None:
        written = self.source[start:stop]
        index = self._emit("number", start, stop)
        self.tokens.numbers[index] = 0
        parts = _NUMBER.fullmatch(written)
        if parts is not None:
            digits = parts[1]
            if len(digits) <= 66 and (value := int(digits, 0)) <= _MAX_NUMBER:
                self.tokens.numbers[index] = value
            else:
                self._error("number-too-large", "this number does not fit into 64 bits", start, stop)
        elif re.fullmatch(r"0[0-9]+[uUlL]*", written):
            plain = written.rstrip("uUlL").lstrip("0") or "0"
            self._error("octal", "a number that begins with 0 is octal in C", start, stop, f"write {plain[:20]}")
        elif re.fullmatch(r"[0-9.]+(?:[eEpP][+-]?[0-9]*)?[fFlL]?", written):
            self._error("float", "there are no floating-point numbers", start, stop, "count in whole units")
        else:
            self._error(
                "bad-number", "this is not a number", start, stop, "write decimal digits, or 0x and hexadecimal ones"
            )

    def _text(self, start: int, stop: int) -> None:
        """A string with its quotes; they may be typographic ones, which were reported."""
        inner = self.source[start + 1 : stop - 1]
        if len(inner) > limits.TEXT_CHARS:
            self._error(
                "limit-text", f"a string has at most {limits.TEXT_CHARS} characters (limit TEXT_CHARS)", start, stop
            )
            inner = inner[: limits.TEXT_CHARS]
        if "\\" in inner:
            inner = re.sub(r"\\(.?)", lambda m: self._escape(m, start + 1), inner)
        self.tokens.texts[self._emit("text", start, stop)] = inner

    def _escape(self, found: re.Match[str], base: int) -> str:
        value = _ESCAPES.get(found[1])
        if value is None:
            self._error(
                "bad-escape",
                f"there is no escape '{found[0]}' in a string",
                base + found.start(),
                base + found.end(),
                "the escapes are \\n \\t \\\" \\' \\\\",
            )
            return ""
        return value

    def _unclosed(self, start: int) -> None:
        """Met the beginning of a comment, a string or a character that has no end, or the end of no comment."""
        source = self.source
        if source.startswith("/*", start):
            self._error("unclosed-comment", "this comment never ends", start, start + 2, "close it with */")
            self.at = self.end
            self.tokens.cut = True
            return
        if source.startswith("*/", start):
            self._comment_end(start)
            return
        newline = source.find("\n", start, self.end)
        line_end = self.end if newline < 0 else newline
        if source[start] == "'":
            found = re.compile(r"'(\\?[^\n])'").match(source, start, line_end)
            if found is not None:
                self.at = found.end()
                value = _ESCAPES.get(found[1][1:], "?") if found[1][0] == "\\" else found[1]
                self.tokens.numbers[self._emit("number", start, self.at)] = ord(value)
                self._error(
                    "character", "there are no character constants", start, self.at, f"write its number: {ord(value)}"
                )
                return
            self._error("unclosed-character", "a character constant never ends", start, start + 1)
            return
        # Probably the quote was forgotten, not what closes the call around it.
        line_end = start + 1 + len(source[start + 1 : line_end].rstrip(" \t\r{;)"))
        self.at = line_end
        self._error(
            "unclosed-text", "this string has no closing quote on its line", start, start + 1, 'close it with "'
        )
        self.tokens.texts[self._emit("text", start, line_end)] = ""

    def _comment_end(self, start: int) -> None:
        """A '*/' too many. If the last comment holds a '/*', what stands between was meant as comment, too."""
        before = self.source.rfind("*/", 0, start)
        opening = self.source.rfind("/*", 0, before) if before >= 0 else -1
        nested = opening >= 0 and self.source.rfind("/*", 0, opening) > self.source.rfind("*/", 0, opening)
        if nested:
            while self.tokens.starts and self.tokens.starts[-1] > before:
                for parts in (self.tokens.kinds, self.tokens.starts, self.tokens.ends):
                    parts.pop()
        hint = "comments do not nest: the first '*/' ends them all" if nested else None
        self._error("stray-comment-end", "'*/' without a '/*' before it", start, start + 2, hint)

    def _stray(self, start: int) -> None:
        """A character that no token begins with."""
        char = self.source[start]
        if char in INVISIBLE:
            self._error(
                "invisible", f"an invisible character, {_called(char)}", start, start + 1, "delete it, or write a space"
            )
        elif char in QUOTES:
            self._typographic_quote(start)
        elif char == "_" or char.isalnum():
            self._foreign_name(start)
        elif (meant := ascii_for(char)) is not None:
            self._error("look-alike", f"{_called(char)} only looks like '{meant}'", start, start + 1, f"write {meant}")
            if meant in PUNCTUATORS and meant != "#":
                self._emit(meant, start, start + 1)
        else:
            stop = start + 1
            while stop < self.end and self.source[stop] == char:
                stop += 1
            self.at = stop
            self._error("stray-character", f"stray character {_called(char)}", start, stop)
            self._emit("stray", start, stop)

    def _typographic_quote(self, start: int) -> None:
        closing = start + 1
        while closing < self.end and self.source[closing] not in QUOTES and self.source[closing] not in '"\n':
            closing += 1
        self._error("look-alike", f"{_called(self.source[start])} is no quote here", start, start + 1, 'write "')
        if closing < self.end and self.source[closing] != "\n":
            closing += 1
            self._text(start, closing)
        self.at = closing

    def _foreign_name(self, start: int) -> None:
        """Letters that are not ASCII, perhaps in the middle of a name."""
        tokens, source = self.tokens, self.source
        stop = start + 1
        while stop < self.end and (source[stop] == "_" or source[stop].isalnum()):
            stop += 1
        self.at = stop
        joined = bool(tokens.kinds) and tokens.ends[-1] == start and tokens.kinds[-1] not in PUNCTUATORS
        char = source[start]
        meant = ascii_for(char)
        looks = f", which only looks like '{meant}'" if meant else ""
        self._error(
            "foreign-letter",
            f"names are written in ASCII; this is {_called(char)}{looks}",
            start,
            start + 1,
            f"write {meant}" if meant else None,
        )
        if joined and (tokens.kinds[-1] == "name" or tokens.kinds[-1] in KEYWORDS):
            tokens.kinds[-1] = "name"
            tokens.ends[-1] = stop
        else:
            self._emit("name", start, stop)

    def _name_too_long(self, start: int, stop: int) -> None:
        self._error("limit-name", f"a name has at most {limits.NAME_CHARS} characters (limit NAME_CHARS)", start, stop)

    def _unreadable(self) -> None:
        """The text that people read must be the text that runs, also in comments and strings."""
        for number, found in enumerate(_UNREADABLE.finditer(self.source, self.at, self.end)):
            if number >= 5:
                break
            self._error(
                "unreadable",
                f"a character that cannot be seen: {_called(found[0][0])}",
                found.start(),
                found.end(),
                "delete it",
            )


def _called(char: str) -> str:
    """U+201C LEFT DOUBLE QUOTATION MARK; printable ASCII stands for itself."""
    if char.isascii() and char.isprintable():
        return f"'{char}'"
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
