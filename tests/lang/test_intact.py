"""After a mistake in one body the others are checked, too, and nobody is told of what only follows from it."""

import pytest
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle
from racewalk.lang.intact import check_intact

OTHER = 'CPU(1, "other") { unheard = 1; }\n'


def codes(text: str) -> list[str]:
    unit, sink = assemble(Bundle.of([("x.c", text)]), "x.c", None, lambda path: None)
    assert sink.has_errors
    check_intact(unit, sink)
    return [d.code for d in sink]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ('CPU(0, "a") { u8 y = ; x = y; }\n', "expected-expression"),
        ("CPU(0) { x = 1; }\n", "expected-text"),
        ("void f(void) { else x = 1; }\n", "else-without-if"),
        ("u8 z\n", "missing-semicolon"),
        ('finally("lost: x is %d", x == 1);\n', "property-values"),
        ("void g(void);\n", "prototype"),
        ("#include <linux/spinlock.h>\n", "built-in-header"),
    ],
)
def test_a_mistake_in_one_body_does_not_hide_those_in_another(broken: str, code: str) -> None:
    assert codes("u8 x;\n" + broken + OTHER) == [code, "unknown-name"]


def test_an_unknown_define_does_not_hide_an_undeclared_name() -> None:
    header = "/*---\nvariants: {a: {define: {SLOT: 3}}}\n---*/\n"

    assert codes(header + "#define SLOTS 2\nu8 x[SLOTS];\n" + OTHER) == ["unknown-define", "unknown-name"]


@pytest.mark.parametrize(
    "broken",
    [
        "u8 unheard, ;\n",
        "struct s { u8 ; };\n",
        "u8 x, y/ unheard;\n",
        'CPU(0, "a") { if (x { x = 1; }\nu8 unheard;\n',
        'CPU(0, "a") { { x = 1; }\nu8 unheard;\n',
        '  CPU(0, "a") { if { ( } }  u8 unheard;\n  void h(void) { x = 1; }\n',
    ],
)
def test_where_a_declaration_may_be_lost_no_name_is_called_unknown(broken: str) -> None:
    assert "unknown-name" not in codes("u8 x;\n" + broken + OTHER)
