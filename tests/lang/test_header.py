"""Front matter: what is read, what a variant inherits, and what is refused."""

from racewalk.lang.diagnostics import Diagnostics, render
from racewalk.lang.header import ANY_KIND, Goal, Header, Remark, Source, read_header
from racewalk.lang.source import SourceFile


def header(yaml: str) -> Header:
    """The header of a scenario that has no mistake."""
    sink = Diagnostics()
    found = read_header(SourceFile("race.c", f"/*---\n{yaml}\n---*/\nu8 x;\n"), sink)
    assert len(sink) == 0, "\n".join(render(d) for d in sink)
    return found


def mistakes(text: str) -> list[str]:
    """line:column and code of each diagnostic of a scenario's text."""
    sink = Diagnostics()
    read_header(SourceFile("race.c", text), sink)
    return [f"{d.span.begin.line}:{d.span.begin.column} {d.code}" for d in sink.in_order() if d.span is not None]


def test_a_header_says_what_the_scenario_is() -> None:
    found = header(
        """dialect: 1
title: Can a page disappear?
summary: A page, and who takes it.
group: The mail
story: |
  One line.
  Another.
asks: lost-pte
sources: [{commit: 1d65b771bc08}, "a talk"]
goals: [{find: lost-pte, say: Lose the page.}]
notes:
  - {at: "x = 1", actor: 0, say: "Look here.", variants: [first]}
variants:
  first: {summary: the old way, expect: never, reach: ["a table goes"], note: derived}
  second: {}"""
    )

    assert (found.title, found.summary, found.group) == (
        "Can a page disappear?",
        "A page, and who takes it.",
        "The mail",
    )
    assert found.story == "One line.\nAnother.\n"
    assert found.sources == (Source("commit", "1d65b771bc08"), Source("text", "a talk"))
    assert found.goals == (Goal("lost-pte", "Lose the page."),)
    assert found.notes == (Remark("x = 1", "Look here.", "0", ("first",)),)
    assert list(found.variants) == ["first", "second"]
    first = found.variants["first"]
    assert (first.summary, first.reach, first.note, first.asks) == (
        "the old way",
        ("a table goes",),
        "derived",
        "lost-pte",
    )


def test_a_reader_begins_with_the_variant_that_the_header_names_else_with_the_first_that_goes_wrong() -> None:
    variants = "asks: lost\nvariants: {new: {expect: never}, older: {expect: sometimes}, old: {expect: sometimes}}"

    assert header(f"begin: old\n{variants}").first_shown == "old"
    assert header(variants).first_shown == "older"
    assert header("variants: {new: {expect: never}, newer: {}}").first_shown == "new"
    assert header("begin: default").first_shown == "default"


def test_a_header_cannot_begin_with_a_variant_that_it_has_not() -> None:
    assert mistakes("/*---\nbegin: od\nvariants: {old: {}}\n---*/\n") == ["2:8 unknown-variant"]


def test_every_scalar_is_a_string() -> None:
    found = header("title: 010\nsummary: true\ngroup: 1e3\nvariants: {6.10: {expect: never}, on: {}}")

    assert (found.title, found.summary, found.group) == ("010", "true", "1e3")
    assert list(found.variants) == ["6.10", "on"]


def test_without_front_matter_or_variants_there_is_the_variant_default() -> None:
    without = read_header(SourceFile("race.c", "u8 x;\n"), Diagnostics())

    assert list(without.variants) == ["default"]
    assert list(header("title: x").variants) == ["default"]
    assert list(header("").variants) == ["default"]


def test_comments_may_stand_before_the_front_matter() -> None:
    text = "// SPDX-License-Identifier: MIT\n/* a note */\n/*---\ntitle: x\n---*/\n"

    assert read_header(SourceFile("race.c", text), Diagnostics()).title == "x"


def test_a_bare_verdict_is_about_the_kind_that_is_asked_for() -> None:
    found = header(
        """asks: lost-pte
variants:
  a: {expect: never}
  b: {expect: {lost-pte: sometimes, stale: never}}
  c: {asks: stale, expect: always}
  d: {}"""
    )

    assert {name: dict(v.expect) for name, v in found.variants.items()} == {
        "a": {"lost-pte": "never"},
        "b": {"lost-pte": "sometimes", "stale": "never"},
        "c": {"stale": "always"},
        "d": {},
    }
    assert [v.verdict for v in found.variants.values()] == ["never", "sometimes", "always", None]


def test_where_nothing_is_asked_a_bare_verdict_is_about_any_kind() -> None:
    found = header("variants: {a: {expect: never}}")

    assert found.variants["a"].expect == {ANY_KIND: "never"}
    assert found.variants["a"].verdict == "never"


def test_a_variant_that_extends_another_appends_lists_and_merges_maps() -> None:
    found = header(
        """asks: lost
variants:
  child:
    extends: parent
    use: [b.c]
    define: {N: 2, M: 3}
    edit: [{in: b.c, from: y, to: z}]
    expect: {other: never}
  parent:
    summary: parent's
    use: [a.c]
    define: {N: 1, K: 0}
    edit: [{in: a.c, from: x, to: y}]
    reach: [one]
    expect: sometimes"""
    )

    child = found.variants["child"]
    assert list(found.variants) == ["child", "parent"]
    assert child.use == ("a.c", "b.c")
    assert {name: scalar.value for name, scalar in child.define.items()} == {"N": "2", "K": "0", "M": "3"}
    assert [edit.file for edit in child.edit] == ["a.c", "b.c"]
    assert child.expect == {"lost": "sometimes", "other": "never"}
    assert (child.summary, child.reach) == ("parent's", ("one",))


def test_variants_that_extend_each_other_in_a_circle_are_reported_once() -> None:
    text = "/*---\nvariants:\n  a: {extends: b}\n  b: {extends: a}\n---*/\n"

    assert mistakes(text) == ["4:16 extends-circle"]


def test_a_defines_value_knows_its_place_when_it_stands_there_as_it_is() -> None:
    plain = header("variants: {a: {define: {N: 1 + 2}}}").variants["a"].define["N"]
    quoted = header("variants: {a: {define: {N: '1 + 2'}}}").variants["a"].define["N"]
    escaped = header('variants: {a: {define: {N: "1 \\x2b 2"}}}').variants["a"].define["N"]

    assert plain.inside is not None
    assert plain.inside.text == "1 + 2"
    assert quoted.inside is not None
    assert quoted.inside.text == "1 + 2"
    assert (escaped.value, escaped.inside) == ("1 + 2", None)


def test_what_hides_the_text_from_its_reader_is_refused() -> None:
    assert mistakes("/*---\na: &x 1\n---*/") == ["2:4 yaml-anchor"]
    assert mistakes("/*---\ntitle: *x\n---*/") == ["2:8 yaml-alias"]
    assert mistakes("/*---\ntitle: !!int 1\n---*/") == ["2:8 yaml-tag"]
    assert mistakes("/*---\n<<: {title: x}\n---*/") == ["2:1 yaml-merge"]
    assert mistakes("/*---\ntitle: a\ntitle: b\n---*/") == ["3:1 duplicate-key"]
    assert mistakes("/*---\ntitle: a\n---\ntitle: b\n---*/") == ["3:1 front-matter-documents"]
    assert mistakes("/*---\n? [a]\n: b\n---*/") == ["2:3 front-matter-key"]


def test_the_end_of_a_comment_inside_is_reported_where_it_stands() -> None:
    assert mistakes("/*---\ntitle: /* x */ y\n---*/") == ["2:13 comment-end-in-front-matter"]
    assert mistakes("/*---\ntitle: x\n") == ["1:1 unclosed-front-matter"]


def test_a_tab_is_named_where_it_indents() -> None:
    assert mistakes("/*---\ntitle: a\tb\nvariants:\n  v: {}\n\tw: {}\n---*/\n") == ["5:1 front-matter-syntax"]


def test_front_matter_is_bounded() -> None:
    assert mistakes(f"/*---\ntitle: {'x' * 20_000}\n---*/") == ["1:1 limit-header"]
    assert mistakes(f"/*---\ntitle: {'[' * 20}\n---*/") == ["2:15 limit-header"]
    assert mistakes(f"/*---\ntitle: {'[' * 16_000}\n---*/") == ["2:15 limit-header"]
    assert mistakes(f"/*---\ntitle: {'[' * 20 + ']' * 20}\n---*/") == ["2:15 limit-header"]
    assert mistakes(f"/*---\nreach: [{'a,' * 5_000}]\n---*/") == ["2:8003 limit-header"]
    many = "".join(f"  v{n}: {{}}\n" for n in range(70))
    assert mistakes(f"/*---\nvariants:\n{many}---*/") == ["67:3 limit-variants"]


def test_a_mistake_in_a_value_leaves_the_rest_readable() -> None:
    sink = Diagnostics()

    found = read_header(SourceFile("race.c", "/*---\ntitle: [x]\nsumary: a\ngroup: b\n---*/"), sink)

    assert found.group == "b"
    assert [d.code for d in sink.in_order()] == ["front-matter-type", "unknown-key"]
    assert sink.in_order()[1].hint == "did you mean 'summary'?"


def test_a_variant_that_no_link_could_carry_is_refused() -> None:
    assert mistakes("/*---\nvariants:\n  v6~1: {}\n  v6.1_a-b: {}\n---*/\n") == ["3:3 variant-name"]
