"""A scenario's own files: paths, limits and the one-file form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from racewalk.lang.bundle import Bundle, check_bundle, decode, parse_bundle, path_problem, print_bundle
from racewalk.lang.diagnostics import Diagnostics


def test_files_stand_behind_their_separators() -> None:
    sink = Diagnostics()

    bundle = parse_bundle("u8 x;\n/*--- file: mm/rmap.c ---*/\nu8 y;\n", "race.c", sink)

    assert bundle.files == (("race.c", "u8 x;\n"), ("mm/rmap.c", "u8 y;\n"))
    assert bundle.main == "race.c"
    assert len(sink) == 0


def test_a_separator_before_everything_names_the_first_file() -> None:
    bundle = parse_bundle("/*--- file: a.c ---*/\nx\n/*--- file: b.c ---*/\n", "other.c", Diagnostics())

    assert bundle.files == (("a.c", "x\n"), ("b.c", ""))


def test_front_matter_is_no_separator() -> None:
    text = "/*---\ntitle: /*--- file: x.c\n---*/\nu8 x;\n"

    assert parse_bundle(text, "race.c", Diagnostics()).files == (("race.c", text),)


def test_a_name_that_stands_twice_is_reported_and_its_first_text_kept() -> None:
    sink = Diagnostics()

    bundle = parse_bundle("/*--- file: a.c ---*/\nx\n/*--- file: a.c ---*/\ny\n", "a.c", sink)

    assert bundle.files == (("a.c", "x\n"),)
    assert [d.code for d in sink] == ["duplicate-file"]


@pytest.mark.parametrize("path", ["mm/khugepaged/retract.v6.4.c", "a", "x-1+2_b.h", "linux/mm_types.h"])
def test_relative_paths_of_plain_characters_are_good(path: str) -> None:
    assert path_problem(path) is None


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x.c", "a/../b.c", "./a.c", "a//b.c", "a/", "a b.c", "a\\b.c", "ä.c", "a\0.c", "x" * 200],
)
def test_other_paths_are_refused_with_a_reason(path: str) -> None:
    assert path_problem(path)


def test_a_bundle_is_bounded_in_bytes_and_files() -> None:
    large, many = Diagnostics(), Diagnostics()

    check_bundle(Bundle.of([("a.c", "ä" * 20_000), ("b.c", "ä" * 20_000)]), large)
    check_bundle(Bundle.of((f"f{n}.c", "") for n in range(65)), many)

    assert [d.code for d in large] == ["limit-source"]
    assert "SOURCE_BYTES" in large.errors[0].message
    assert [d.code for d in many] == ["limit-files"]


def test_a_text_cannot_hold_a_separator() -> None:
    sink = Diagnostics()

    check_bundle(Bundle.of([("a.c", "x;\n/*--- file: b.c ---*/\ny;\n")]), sink)

    assert [d.code for d in sink] == ["separator-inside"]


def test_bytes_that_are_no_text_are_reported_where_they_stand() -> None:
    sink = Diagnostics()

    text = decode(b"u8 x;\nu8 \xff;\n", "race.c", sink)

    assert text == ""
    (diagnostic,) = sink
    assert diagnostic.code == "not-utf-8"
    assert diagnostic.span is not None
    assert diagnostic.span.begin == (2, 4)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbfu8 x;", "race.c", Diagnostics()) == "u8 x;"


paths = st.from_regex(r"[a-z0-9_+-]{1,8}(/[a-z0-9_.-]{1,8}x){0,3}\.[ch]", fullmatch=True)
lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["/*--- file: ---", "---*/", "/*---", "", "\r", "u8 x;"]
)
texts = st.lists(lines, max_size=6).map("\n".join)


@given(st.dictionaries(paths, texts, min_size=1, max_size=5))
def test_printed_bundles_are_read_back_as_they_were(files: dict[str, str]) -> None:
    bundle = Bundle.of(files.items())
    fit = Diagnostics()
    check_bundle(bundle, fit)
    if fit.has_errors:  # a text that holds a separator
        return
    sink = Diagnostics()

    again = parse_bundle(print_bundle(bundle), "other.c", sink)

    assert again == bundle
    assert len(sink) == 0
