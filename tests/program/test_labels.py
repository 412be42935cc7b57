"""Labels name steps for notes, schedules and golden files, so they outlive what does not change a step."""

import pytest

from tests.program.texts import labels

OTHER = 'CPU(1, "other") { x = 9; }\n'


def test_a_label_is_the_function_and_the_text_of_the_access() -> None:
    text = 'u8 x;\nvoid f(void) { x = 1; }\nCPU(0, "a") { f(); x = 2; }\n' + OTHER
    assert labels(text) == ["f: x = 1", "a: x = 2"]


def test_the_second_place_of_the_same_text_has_a_number() -> None:
    text = 'u8 x;\nCPU(0, "a") { x = 1; x = 2; x = 1; if (x) x = 1; }\n' + OTHER
    assert labels(text) == ["a: x = 1", "a: x = 2", "a: x = 1 #2", "a: x", "a: x = 1 #3"]


def test_callers_stand_in_front_where_one_place_is_reached_in_several_ways() -> None:
    text = """\
u8 x;
void f(void) { x = 1; }
void g(void) { f(); }
void h(void) { f(); x = 2; }
CPU(0, "a") { g(); h(); f(); }
"""
    assert labels(text + OTHER) == ["g > f: x = 1", "h > f: x = 1", "h: x = 2", "a > f: x = 1"]


def test_only_as_many_callers_stand_there_as_it_takes() -> None:
    text = """\
u8 x;
void f(void) { x = 1; }
void g(void) { f(); }
void one(void) { g(); }
void two(void) { g(); }
CPU(0, "a") { one(); two(); }
"""
    assert labels(text + OTHER) == ["one > g > f: x = 1", "two > g > f: x = 1"]


def test_two_calls_in_one_function_are_counted() -> None:
    text = 'u8 x;\nvoid f(void) { x = 1; }\nCPU(0, "a") { f(); f(); f(); }\n' + OTHER
    assert labels(text) == ["a > f: x = 1", "a > f: x = 1 @2", "a > f: x = 1 @3"]


def test_a_static_inline_function_is_shown_at_its_call() -> None:
    text = """\
u8 x;
static inline void set(u8 v) { x = v; }
static inline void set_one(void) { set(1); }
CPU(0, "a") { set_one(); }
"""
    assert labels(text + OTHER) == ["a: set_one()"]


def test_a_function_inside_a_static_inline_one_has_its_own_place() -> None:
    text = 'u8 x;\nvoid f(void) { x = 1; }\nstatic inline void g(void) { f(); }\nCPU(0, "a") { g(); }\n'
    assert labels(text + OTHER) == ["f: x = 1"]


def test_a_very_long_text_is_cut() -> None:
    (label,) = labels(f'u8 x;\nCPU(0, "a") {{ x = {" + ".join(["100 - 100"] * 20)}; }}\n' + OTHER)
    assert len(label) < 200
    assert label.endswith(" ...")


PLAIN = """\
u8 x;
void f(u8 v) { x = v; }
CPU(0, "a") { f(1); x = 2; f(3); x = 2; }
"""


@pytest.mark.parametrize(
    "text",
    [
        "/* a remark */\n\n\n" + PLAIN,
        PLAIN.replace("; ", ";\n\t\t/* why */\n\t"),
        PLAIN.replace("x = 2", "x  =\n2 // two\n"),
        PLAIN.replace("void f(u8 v) { x = v; }\n", "") + "void unused(void) { x = 7; }\nvoid f(u8 v) { x = v; }\n",
        "#define N 3\n" + PLAIN,
    ],
)
def test_comments_white_space_and_moved_lines_change_no_label(text: str) -> None:
    assert labels(text + OTHER) == labels(PLAIN + OTHER)
