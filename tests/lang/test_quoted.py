"""What was pasted from a mail that quotes it, and what only looks so."""

from time import process_time

import pytest
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import Diagnostic

TEXT = 'u8 x;\n\nCPU(0, "a") {\n\tif (x)\n\t\tx = 1;\n}\nCPU(1, "b") { x = 2; }\n'


def complaints(text: str) -> list[Diagnostic]:
    return list(assemble(Bundle.of([("x.c", text)]), "x.c", None, lambda path: None)[1])


def codes(text: str) -> list[str]:
    return [one.code for one in complaints(text)]


def quoted(text: str, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}\n" if line else f"{mark.rstrip()}\n" for line in text.splitlines())


@pytest.mark.parametrize("mark", ["> ", ">", ">> ", "> > "])
@pytest.mark.parametrize(
    "header", ["", "/*---\ntitle: Is it quoted?\n---*/\n", "/*\n * A comment.\n */\n#define N 2\n"]
)
def test_a_quoted_text_has_one_complaint_that_says_so(mark: str, header: str) -> None:
    text = quoted(header + TEXT, mark)

    (one,) = complaints(text)

    assert one.code == "quoted-line"
    assert (
        one.message
        == f"this line is quoted, as in a mail ({text.count(chr(10))} lines of this file are): it begins with '>'"
    )
    assert one.hint is not None
    assert "without the '>'" in one.hint
    assert one.span is not None
    assert one.span.file.text == text


@pytest.mark.parametrize(
    "above",
    ["On Fri, 27 Nov 2026, Jo wrote:\n", "On Fri, Nov 27, 2026 at 10:00 AM Jo Doe\n<jo@races.example> wrote:\n\n"],
)
def test_the_line_that_says_whom_a_mail_quotes_is_no_second_mistake(above: str) -> None:
    assert codes(above + quoted(TEXT)) == ["quoted-line"]
    assert codes(above + TEXT)[0] != "quoted-line"


def test_what_is_quoted_in_the_middle_is_named_where_it_stands() -> None:
    text = TEXT + quoted("u8 y;\nvoid f(void)\n{\n\ty = x\n\t\t> 1;\n}")

    (one,) = complaints(text)

    assert one.code == "quoted-line"
    assert one.span is not None
    assert one.span.begin.line == 8


@pytest.mark.parametrize(
    "statement",
    [
        "x = x\n> 1;",
        "x = x\n>> 1;",
        "if (x\n>= 1)\n\t\tx = 1;",
        "x = (x)\n> (1);",
        "x = a[0]\n> 1;",
        "/*\n> x\n*/",
        "x = x /* ; */\n> 1;",
        "x = x // ;\n> 1\n> 0;",
    ],
)
def test_an_expression_may_go_on_with_the_sign(statement: str) -> None:
    assert codes('u8 a[1];\nu8 x;\nCPU(0, "a") {\n' + statement + '\n}\nCPU(1, "b") { x = a[0]++; }\n') == []


def test_other_mistakes_in_a_quoted_text_are_told_at_their_places() -> None:
    text = quoted(TEXT.replace("x = 1;", "x = ;"))

    first, second = complaints(text)

    assert (first.code, second.code) == ("quoted-line", "expected-expression")
    assert second.span is not None
    assert text[second.span.start : second.span.end] == ";"


def test_a_mistake_of_the_lexer_shows_the_line_as_it_was_pasted() -> None:
    text = quoted(TEXT.replace("x = 1;", "x = 1.5;"))

    _, second = complaints(text)

    assert second.span is not None
    assert second.span.file.text == text


def test_a_quoted_patch_is_both() -> None:
    text = quoted('u8 x;\n@@ -1,3 +1,3 @@\n CPU(0, "a") {\n-\tx = 1;\n+\tx = 2;\n }\n CPU(1, "b") { x = 3; }')

    assert codes(text) == ["quoted-line", "patch-line"]


def test_a_deeper_quote_inside_one_goes_only_as_far_as_all_of_it() -> None:
    assert codes(quoted("u8 x;\n> u8 y;\n")) == ["quoted-line", "expected-declaration"]


@pytest.mark.parametrize("line", ["> x;\n", ">\n", "> > > >\n", ">> +;\n"])
def test_a_long_quote_is_read_once(line: str) -> None:
    text = line * (60_000 // len(line))

    before = process_time()
    complaints(text)

    assert process_time() - before < 3
