"""Where a case may stand."""

from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle
from racewalk.lang.check import check


def codes(text: str) -> list[str]:
    unit, sink = assemble(Bundle.of([("x.c", text)]), "x.c", None, lambda path: None)
    check(unit, sink)
    return [diagnostic.code for diagnostic in sink]


def test_a_case_stands_directly_in_the_braces_of_its_switch() -> None:
    assert codes('u8 x;\nCPU(0, "a") { switch (x) { case 0: x = 1; break; default: x = 2; } }\n') == []


def test_a_case_in_a_block_inside_a_switch_is_refused_because_nothing_would_jump_there() -> None:
    assert codes('u8 x;\nCPU(0, "a") { switch (x) { case 0: { case 1: x = 1; } } }\n') == ["stray-case"]
