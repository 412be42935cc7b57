"""The export as text: what it says, that it is the same each time, and that nobody's words become code in it.

Whether it means the same is for tests/spin.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from racewalk.explain.promela import NotExpressible, PromelaExport, export_promela
from racewalk.explain.promela.c_text import c_blocks
from racewalk.explain.promela.names import comment, identifier
from racewalk.explain.promela.numbers import (
    NO,
    YES,
    Byte,
    Num,
    ShiftsTooFar,
    Temp,
    both,
    either,
    in_c,
    no,
    operate,
    pick,
)
from racewalk.program.code import Enter, Instr

from tests.program.texts import model

GOLDEN = Path(__file__).parent / "golden"


def exported(text: str, title: str = "a title") -> PromelaExport:
    made = model(text)
    return export_promela(made.program, made.initial(), title)


def processes(export: PromelaExport) -> str:
    """The processes without what only a search for a finding adds."""
    whole = export.text[export.text.index("/* CPU 0") : export.text.index("/* What is wrong before")]
    return re.sub(r"^#if FIND\n.*?^#endif\n", "", whole, flags=re.MULTILINE | re.DOTALL)


def test_each_step_is_one_d_step_with_its_label_and_its_words() -> None:
    found = processes(exported((GOLDEN / "handover.c").read_text()))

    assert found == (GOLDEN / "handover.pml").read_text()


def test_the_same_program_gives_the_same_text() -> None:
    text = (GOLDEN / "handover.c").read_text()

    assert exported(text).text == exported(text).text


def test_the_head_lists_every_kind_of_finding_with_its_number() -> None:
    export = exported('u8 x; CPU(0, "a") { x++; report("odd: so it is"); } CPU(1, "b") { x = 0; }')

    assert "odd" in export.kinds.values()
    for number, kind in export.kinds.items():
        assert f" *\t{number}\t{kind}\n" in export.text


def test_a_count_of_simple_steps_needs_no_c_at_all() -> None:
    export = exported('u8 x; CPU(0, "a") { x++; } CPU(1, "b") { x = 0; }')

    counting = re.sub(r"^#if FIND\n.*?^#endif$", "", export.text, flags=re.MULTILINE | re.DOTALL)
    counting = "\n".join(line for line in counting.splitlines() if not line.startswith("#define"))

    assert "c_code" not in counting
    assert "c_expr" not in counting


HOSTILE = [
    "end */ active proctype evil() { assert(false) } /*",
    "two\nlines\r\n#define S T",
    "trailing backslash \\",
    "\x1b[31mred\x07 \u2028 \U0001f600",
    '"); system("true',
    "/*/ */*/",
    "",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_end_the_comment_that_they_stand_in(words: str) -> None:
    line = comment(words)

    assert line.startswith("/* ")
    assert line.endswith(" */")
    assert "*/" not in line[3:-2]
    assert "/*" not in line[2:]
    assert line.isascii()
    assert line.isprintable()
    assert "\\" not in line


def test_names_of_actors_become_identifiers_that_differ() -> None:
    names = [identifier("a", "active"), identifier("b", "if"), identifier("c", "*/ ü"), identifier("d", "x" * 99)]

    assert all(re.fullmatch(r"[a-d](_[A-Za-z0-9_]+)?", name) for name in names)
    assert len(set(names)) == len(names)
    assert max(len(name) for name in names) <= 32


def test_a_title_and_a_name_of_anybody_are_only_ever_comments() -> None:
    plain = exported('u8 x; CPU(0, "a") { x = 1; } CPU(1, "b") { x = 2; }')
    hostile = exported('u8 x; CPU(0, "*/ evil /*") { x = 1; } CPU(1, "b") { x = 2; }', "*/ int evil; /*")

    def code(export: PromelaExport) -> str:
        return re.sub(r"/\*.*?\*/", "", export.text, flags=re.DOTALL).replace("a_evil", "a_a")

    assert code(hostile) == code(plain)


def test_an_instruction_that_is_not_known_is_refused() -> None:
    class Unheard(Instr):
        pass

    made = model('u8 x; CPU(0, "a") { x = 1; x = 3; } CPU(1, "b") { x = 2; }')
    actor = made.program.actors[0]
    actor.instrs[actor.steps[1].at] = Unheard(Enter(actor.instrs[0].site).site, visible=True)

    with pytest.raises(NotExpressible, match="no export knows the instruction Unheard yet"):
        export_promela(made.program, made.initial(), "")


def test_a_number_of_more_than_62_bits_is_refused() -> None:
    with pytest.raises(NotExpressible, match="62 bits"):
        exported('u16 x = 9; CPU(0, "a") { x = (x * x * x * x) & 7; } CPU(1, "b") { x = 2; }')


@pytest.mark.parametrize("count", ["65535", "x + 65535"])
def test_a_number_that_is_kept_and_shifted_further_than_c_can_is_refused(count: str) -> None:
    text = f'u16 x; bool b = 1; CPU(0, "one") {{ choose(2); switch (b << ({count})) {{}} }} CPU(1, "two") {{ x = 1; }}'

    with pytest.raises(ShiftsTooFar):
        exported(text)


def test_long_c_is_cut_into_pieces_with_their_braces_paired() -> None:
    function = "static int f(void)\n{\n" + "\tif (1) { }\n" * 9_000 + "}\n"

    pieces = c_blocks("c_code", function).split("c_code ")[1:]

    assert len(pieces) > 1
    assert all(len(piece) < 64_000 and piece.count("{") == piece.count("}") for piece in pieces)
    assert "".join(re.findall(r"<%|%>", "".join(pieces))) == "<%%>"


# -- numbers ------------------------------------------------------------------------------------------

T = Temp("t", 0, 9)


def test_what_is_constant_is_folded() -> None:
    assert operate("+", Num(2), Num(3)) == Num(5)
    assert operate("<", T, Num(10)) == YES
    assert operate("&", T, Num(15)) == T
    assert both(YES, operate(">", T, Num(3)), YES) == operate(">", T, Num(3))
    assert either(operate(">", T, Num(3)), YES) == YES
    assert pick(NO, T, Num(4)) == Num(4)
    assert no(no(T)) == operate("!=", T, NO)


def test_the_bytes_of_two_that_were_put_together_are_these_bytes() -> None:
    word = operate("|", Byte(Num(7)), operate("<<", Byte(Num(8)), Num(8)))

    assert operate("&", word, Num(255)) == Byte(Num(7))
    assert operate(">>", word, Num(8)) == Byte(Num(8))


def test_a_shift_stays_within_what_c_defines() -> None:
    shifted = operate("<<", Num(1), Temp("n", -5, 200))

    assert in_c(shifted, "S") == "((n < 0) ? 0 : (1 << ((n < 29) ? n : 29)))"


def test_a_byte_keeps_its_place_in_a_long_number() -> None:
    assert in_c(operate("<<", Temp("n", 0, 255), Num(24)), "S") == "((long long)n << 24)"
