"""Diagnostics: what is collected, and how one is printed."""

import pytest
from racewalk.lang.diagnostics import CompileError, Diagnostic, Diagnostics, Note, render
from racewalk.lang.source import SourceFile, Span


def at(text: str, part: str, path: str = "test.c") -> Span:
    """The place where a part of a text stands first."""
    start = text.index(part)
    return Span(SourceFile(path, text), start, start + len(part))


def test_a_diagnostic_shows_place_line_caret_hint_and_notes() -> None:
    text = "u8 x;\nx = yy;\n"
    diagnostic = Diagnostic(
        "error",
        "unknown-name",
        "nothing is called 'yy'",
        at(text, "yy"),
        "did you mean 'y'?",
        (Note("here", at(text, "u8")),),
    )

    assert render(diagnostic) == "\n".join(
        [
            "test.c:2:5: error: nothing is called 'yy'",
            "    2 | x = yy;",
            "      |     ^~",
            "hint: did you mean 'y'?",
            "test.c:1:1: note: here",
            "    1 | u8 x;",
            "      | ^~",
        ]
    )


def test_without_a_place_only_the_sentences_are_printed() -> None:
    assert render(Diagnostic("warning", "code", "too much", None, "less")) == "warning: too much\nhint: less"


def test_the_caret_stands_under_its_place_behind_tabs_and_wide_letters() -> None:
    lines = render(Diagnostic("error", "code", "message", at("\tx =\t/* 漢字 */ yy;", "yy"))).splitlines()

    assert lines[1] == "    1 |         x =     /* 漢字 */ yy;"
    assert lines[2] == "      |                            ^~"


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    text = "a" * 5_000 + " HERE " + "b" * 5_000

    _, source, caret = render(Diagnostic("error", "code", "message", at(text, "HERE"))).splitlines()

    assert len(source) < 120
    assert source.startswith("    1 | ...aaa")
    assert source.endswith("bbb...")
    column = caret.index("^")
    assert source[column : column + 4] == "HERE"


def test_a_place_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    lines = render(Diagnostic("error", "code", "message", at("if (x) {\n\ty;\n}", "{\n\ty;\n}"))).splitlines()

    assert lines[1:] == ["    1 | if (x) {", "      |        ^"]


def test_the_end_of_the_text_is_a_place() -> None:
    file = SourceFile("test.c", "x\n")

    assert (
        render(Diagnostic("error", "code", "message", Span(file, 2, 2))).splitlines()[0] == "test.c:2:1: error: message"
    )


@pytest.mark.parametrize("char", ["\x1b", "\x00", "\x07", "\x9b", "\u202e", "\ud800", "\r", "\u2028"])
def test_nothing_that_a_terminal_obeys_is_printed_raw(char: str) -> None:
    text = f"x {char}[31m = y;"

    printed = render(Diagnostic("error", "code", f"say {char}", at(text, "y", f"a{char}b.c"), f"hint {char}"))

    assert char not in printed
    assert all(line.isprintable() for line in printed.split("\n"))
    source, caret = printed.split("\n")[1:3]
    assert source[caret.index("^")] == "y"


def test_the_first_error_at_a_place_is_the_cause_and_the_only_one_kept() -> None:
    sink = Diagnostics()
    span = at("x = 1;", "=")

    sink.error("first", "the cause", span)
    sink.error("second", "what follows", span)
    sink.warning("third", "a warning", span)

    assert [d.code for d in sink] == ["first", "third"]
    assert [d.code for d in sink.errors] == ["first"]


def test_the_sink_is_bounded_and_counts_what_it_leaves_out() -> None:
    sink = Diagnostics(limit=3)
    file = SourceFile("test.c", "x" * 10)

    for offset in range(10):
        sink.error("code", "message", Span(file, offset, offset + 1))

    assert len(sink) == 3
    assert sink.full
    assert sink.left_out == 7


def test_an_error_that_finds_no_room_is_still_an_error() -> None:
    sink = Diagnostics(limit=1)
    sink.warning("code", "message", None)

    sink.error("code", "message", None)

    assert sink.has_errors
    assert len(sink) == 1


def test_warnings_alone_raise_nothing() -> None:
    sink = Diagnostics()
    sink.warning("code", "message", None)

    sink.raise_errors()

    sink.error("code", "it is wrong", None)
    with pytest.raises(CompileError, match="it is wrong") as raised:
        sink.raise_errors()
    assert len(raised.value.diagnostics) == 2
