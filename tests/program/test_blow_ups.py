"""Texts that are short and could become endless: each compiles, or the limit that it runs into is named.

None of them asserts a time. Without the limits they would not end, or fill the memory.
"""

import pytest
from racewalk.lang import limits
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import build

from tests.program.texts import program

IDLE = 'CPU(0, "idle") { }\n'


def doubling(leaf: str, inner: str, levels: int = 30) -> str:
    """Functions f0 to f<levels>, each of which calls the one below twice."""
    calls = "".join(f"{inner.format(name=f'f{n + 1}', below=f'f{n}')}\n" for n in range(levels))
    return f"{leaf}\n{calls}"


def wide(leaf: str, levels: int) -> str:
    expr = leaf
    for _ in range(levels):
        expr = f"({expr} + {expr})"
    return expr


TOO_MUCH = {
    "calls of what does nothing": (
        doubling("void f0(void) { }", "void {name}(void) {{ {below}(); {below}(); }}") + 'CPU(0, "a") { f30(); }',
        "LOWERING_VISITS",
    ),
    "calls of constants": (
        doubling("int f0(void) { return 1; }", "int {name}(void) {{ return {below}() - {below}(); }}")
        + 'u8 x;\nCPU(0, "a") { x = f30(); }',
        "LOWERING_VISITS",
    ),
    "calls of local work": (
        "void f(void) { int i = 0; " + "i++; " * 200 + "}\nvoid g(void) { " + "f(); " * 50
        + '}\nCPU(0, "a") { g(); g(); g(); }',
        "INSTRUCTIONS",
    ),
    "calls of steps": (
        doubling("spinlock_t l;\nvoid f0(void) { spin_lock(&l); }", "void {name}(void) {{ {below}(); {below}(); }}")
        + 'CPU(0, "a") { f12(); }',
        "STEPS",
    ),
    "wide expressions": (
        f"u8 x, y;\nvoid f(void) {{ int v = x; y = {wide('v', 11)}; }}\nCPU(0, \"a\") {{ {'f(); ' * 100} }}",
        "LOWERING_VISITS",
    ),
    "pools of large objects": (
        "".join(f'struct s{n} {{ u8 a[250]; }}; POOL(struct s{n}, 64, "P{n}_");\n' for n in range(300)) + IDLE,
        "STATE_BYTES",
    ),
    "arrays of arrays": ("u8 a[256][256][256][256][256];\n" + IDLE, "STATE_BYTES"),
    "structs of structs": (
        "struct s0 { u8 a[256]; };\n"
        + "".join(f"struct s{n + 1} {{ struct s{n} a[256]; }};\n" for n in range(40))
        + "struct s40 all;\n"
        + IDLE,
        "STATE_BYTES",
    ),
    "many locals": (
        "u8 s;\nvoid f(void) { " + " ".join(f"int a{n} = s;" for n in range(600)) + " s = a0; "
        + " ".join(f"s = a{n};" for n in range(600)) + '}\nCPU(0, "a") { f(); }\nCPU(1, "b") { f(); }',
        "STATE_BYTES",
    ),
    "many properties": ("u8 x;\n" + 'always("x", x == 0);\n' * 1_000 + IDLE, "PROPERTIES"),
    "a setup in a setup of loops": (
        "u8 x;\n" + "setup { u8 i, j; for (i = 0; i < 90; i++) for (j = 0; j < 50; j++) x = 1; }\n" * 300 + IDLE,
        "SETUP_WORK",
    ),
    "a setup with long expressions": (
        f"u8 x, y;\nsetup {{ u8 v = x; u8 i; for (i = 0; i < 250; i++) y = {wide('v', 11)}; }}\n" + IDLE,
        "SETUP_WORK",
    ),
    "a setup with many locks": (
        "spinlock_t l[250], m[250], n[250];\n"
        "setup { int i; for (i = 0; i < 20000; i++) { spin_lock(&l[0]); spin_unlock(&l[0]); } }\n" + IDLE,
        "SETUP_WORK",
    ),
    "an endless setup": ("setup { for (;;) ; }\n" + IDLE, "SETUP_WORK"),
    "an endless beginning": ('DEVICE("d") { for (;;) ; }\n' + IDLE, "SETUP_WORK"),
    "an endless property": ('int f(void) { for (;;) ; }\nnever("f", f());\n' + IDLE, "STEP_WORK"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_text_that_would_grow_for_ever_runs_into_its_limit(name: str) -> None:
    text, limit = TOO_MUCH[name]

    with pytest.raises(CompileError) as refused:
        build("x", Bundle.of([("x.c", text)]), None, lambda path: None)

    assert any(f"limit {limit})" in diagnostic.message for diagnostic in refused.value.diagnostics)


ENOUGH = {
    "a dead branch that is inlined often": (
        "int y;\nvoid f(void) { if (false) { " + "y++; " * 3_000 + "} }\nvoid g(void) { " + "f(); " * 2_000
        + '}\nCPU(0, "a") { g(); g(); g(); }'
    ),
    "a dispatch in front of much local work": (
        'u8 x; int g;\nspinlock_t l;\nCPU(0, "a") { for (;;) { switch (x) { '
        + " ".join(f"case {n}: spin_lock(&l); break;" for n in range(1_000))
        + " } " + "g++; " * 1_000 + '} }\nCPU(1, "b") { x = 1; }'
    ),
    "many endless loops of a device": 'u8 x;\nDEVICE("d") { ' + "for (;;) { if (!x) break; } " * 2_000 + "}\n" + IDLE,
    "blocks in blocks around many accesses": (
        'u8 x;\nCPU(0, "a") { ' + "atomic { " * (limits.NESTING - 2) + "x++; " * 2_000 + "} " * (limits.NESTING - 2)
        + '}\nCPU(1, "b") { x = 1; }'
    ),
    "constants of constants": (
        "#define A0 1\n" + "".join(f"#define A{n + 1} (A{n} + A{n} - A{n})\n" for n in range(400))
        + 'u8 x;\nCPU(0, "a") { x = A400; }'
    ),
    "constants that are shown at every step": (
        'u8 s;\nCPU(0, "a") { ' + " ".join(f"int a{n} = 1;" for n in range(1_500)) + " s++; " * 500
        + '}\nCPU(1, "b") { s = 2; }'
    ),
    "one block with everything in it": (
        'u8 x;\nCPU(0, "a") { atomic { ' + "x++; " * 4_000 + '} }\nCPU(1, "b") { x = 1; }'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENOUGH)
def test_a_text_that_looks_large_and_is_not_compiles(name: str) -> None:
    assert program(ENOUGH[name]).layout.size < limits.STATE_BYTES
