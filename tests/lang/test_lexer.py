"""Text to tokens: kinds, offsets, captions, and what no token begins with."""

from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.lexer import Tokens, lex
from racewalk.lang.source import SourceFile


def tokens(text: str, sink: Diagnostics | None = None) -> Tokens:
    return lex(SourceFile("test.c", text), sink if sink is not None else Diagnostics())


def codes(text: str) -> list[str]:
    sink = Diagnostics()
    tokens(text, sink)
    return [d.code for d in sink]


def test_every_token_knows_its_place_in_the_text() -> None:
    text = "struct page *p; /* a page */\n\tp->data <<= 0x10;"

    found = tokens(text)

    assert [found.text(i) for i in range(len(found.kinds) - 1)] == [
        *("struct", "page", "*", "p", ";", "p", "->", "data", "<<=", "0x10", ";"),
    ]
    assert found.kinds[:4] == ["struct", "name", "*", "name"]
    assert found.kinds[-1] == "end"


def test_a_directive_ends_with_its_line_unless_a_backslash_continues_it() -> None:
    found = tokens("#define A 1 /* one\n more */ + 2\n#define B \\\n\t3\nx")

    assert found.kinds == [
        *("#", "name", "name", "number", "+", "number", "eol"),
        *("#", "name", "name", "number", "eol", "name", "end"),
    ]


def test_only_a_name_followed_at_once_by_a_parenthesis_takes_macro_parameters() -> None:
    assert tokens("#define each(x) for (;;)\n#define value (x)\n").macros == {"each"}


def test_numbers_are_read_as_c_reads_them() -> None:
    found = tokens("0 7 0x1F 0b101 42UL 9u")

    assert list(found.numbers.values()) == [0, 7, 31, 5, 42, 9]


def test_strings_lose_their_quotes_and_escapes() -> None:
    assert list(tokens(r'"a \"b\"\n" "\\"').texts.values()) == ['a "b"\n', "\\"]


def test_a_short_comment_behind_code_is_the_caption_of_its_line() -> None:
    text = "\n".join(
        [
            "/* head */",
            "lock(); /* U7 */",
            "unlock(); // U8: done",
            "/* alone */",
            "f(/* inside */);",
            "two(); /* over",
            "lines */",
            "long(); /* " + "so " * 30 + "*/",
        ]
    )

    assert tokens(text).captions == {2: "U7", 3: "U8: done"}


def test_typographic_signs_are_read_as_what_they_look_like_and_reported() -> None:
    sink = Diagnostics()

    found = tokens("x = 1； y ≠ “text”", sink)

    assert found.kinds == ["name", "=", "number", ";", "name", "!=", "text", "end"]
    assert [d.hint for d in sink] == ["write ;", "write !=", 'write "']


def test_a_foreign_letter_in_a_name_is_reported_with_the_letter_it_looks_like() -> None:
    sink = Diagnostics()

    found = tokens("vm\u0430 = 1", sink)

    assert found.kinds == ["name", "=", "number", "end"]
    (diagnostic,) = sink
    assert "U+0430 CYRILLIC SMALL LETTER A" in diagnostic.message
    assert diagnostic.hint == "write a"


def test_characters_that_turn_or_hide_text_are_refused_even_in_comments_and_strings() -> None:
    assert codes("/* \u202e */") == ["unreadable"]
    assert codes('"\x1b[31m"') == ["unreadable"]
    assert codes("x \ud800") == ["unreadable"]


def test_an_unclosed_comment_is_reported_at_its_beginning() -> None:
    sink = Diagnostics()

    found = tokens("x; /* y;\nz;", sink)

    (diagnostic,) = sink
    assert diagnostic.code == "unclosed-comment"
    assert diagnostic.span is not None
    assert diagnostic.span.text == "/*"
    assert found.kinds == ["name", ";", "end"]


def test_what_stood_between_nested_comment_ends_was_a_comment() -> None:
    assert tokens("x; /* one /* two */ three */ y;").kinds == ["name", ";", "name", ";", "end"]


def test_a_file_has_a_bounded_number_of_tokens() -> None:
    assert codes("; " * 50_000) == ["limit-tokens"]
