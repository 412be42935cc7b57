"""Kinds of findings that a header names."""

import pytest
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

from tests.scenario.texts import bundle, expecting, lost

LIBRARY = shipped().library
CODE = 'u8 x;\nCPU(0, "w") { x = 1; assert(x == 1, "lost-page: it is %d", x); }\nCPU(1, "r") { u8 y = x; }'


def unknown(text: str, asks: str = "", code: str = CODE) -> list[tuple[str, str | None, int | None]]:
    """Message, hint and line of each warning of that cause."""
    found = build("own", expecting(text, code, asks), "v", LIBRARY).warnings
    return [
        (one.message, one.hint, one.span.begin.line if one.span else None)
        for one in found
        if one.code == "unknown-kind"
    ]


def test_a_misspelt_kind_is_a_warning_in_the_header_with_the_one_that_was_meant() -> None:
    ((message, hint, line),) = unknown("never", asks="asks: lost-pgae")

    assert "no check of v is called 'lost-pgae'" in message
    assert hint == "did you mean 'lost-page'?"
    assert line == 3


def test_kinds_of_the_text_and_of_the_machine_are_known() -> None:
    assert unknown("{lost-page: never, deadlock: never, use-after-free: never, bug-on: never}") == []
    assert [hint for _, hint, _ in unknown("{use-afterfree: never}")] == ["did you mean 'use-after-free'?"]


def test_of_equally_near_kinds_it_is_always_the_same_that_is_meant() -> None:
    code = CODE + 'finally { report("lost-pagf: x"); report("lost-pagd: x"); report("lost-pagb: x"); }\n'

    ((_, hint, _),) = unknown("never", asks="asks: lost-pagx", code=code)

    assert hint == "did you mean 'lost-pagb'?"


def test_a_goal_that_nothing_leads_to_is_a_warning_once() -> None:
    text = "/*---\ngoals:\n  - {find: lost-pgae, say: Lose it.}\n  - {find: elsewhere, say: There.}\nvariants:\n"
    text += "  v: {}\n  w: {expect: {elsewhere: sometimes}}\n---*/\n" + CODE

    found = [one for name in "vw" for one in build("own", bundle(text), name, LIBRARY).warnings]

    goals = {(one.message, one.hint) for one in found if "goal" in one.message}
    assert goals == {("no check is called 'lost-pgae', so nobody can reach this goal", "did you mean 'lost-page'?")}


def test_a_check_that_a_variant_switches_off_is_still_known() -> None:
    code = "#define ON false\n" + CODE.replace("assert(", "if (ON) assert(")

    assert unknown("{lost-page: never}", code=code) == []


@pytest.mark.parametrize("name", shipped().ids())
def test_no_shipped_scenario_names_an_unknown_kind(name: str) -> None:
    text = shipped().bundle(name)
    assert text is not None

    for variant in build(name, text, None, LIBRARY).header.variants:
        assert [one.message for one in build(name, text, variant, LIBRARY).warnings if one.code == "unknown-kind"] == []


def test_a_text_without_a_header_names_no_kind() -> None:
    assert build("own", bundle(CODE), None, LIBRARY).warnings == ()
    assert build("own", lost(), "plain", LIBRARY).warnings == ()


def test_what_a_comment_quotes_is_no_kind() -> None:
    code = CODE + '/* as in "lost-table: x" */ // "lost-slot: x"\n'

    assert len(unknown("{lost-table: never, lost-slot: never}", code=code)) == 2
