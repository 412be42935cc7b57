"""A limit that a text runs into is named in the diagnostic that it causes."""

import pytest
from racewalk.lang import limits
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import build

IDLE = 'CPU(0, "idle") { }\n'
DEEPEST = limits.INLINE_DEPTH + 2

CALLS = "".join(f"void f{n}(void) {{ f{n + 1}(); }}\n" for n in range(DEEPEST)) + f"void f{DEEPEST}(void) {{ }}\n"

LONG = f"spinlock_t lock;\nvoid f(void) {{ {'spin_lock(&lock); ' * 100} }}\n"
LONGER = f"void f(void) {{ int i = 0; {'i++; ' * 1_000} }}\n"
DOUBLING = "void f0(void) { }\n" + "".join(f"void f{n + 1}(void) {{ f{n}(); f{n}(); }}\n" for n in range(30))
NESTED = "".join(
    f"void f{n}(int x) {{ {'if (x) { ' * 8}f{n + 1}(x); {'} ' * 8}}}\n" for n in range(limits.INLINE_DEPTH - 1)
)
INNERMOST = f"u8 y;\nvoid f{limits.INLINE_DEPTH - 1}(int x) {{ y = x; }}\n"

TOO_MUCH = {
    "ARRAY_LENGTH": f"u8 a[{limits.ARRAY_LENGTH + 1}];\n" + IDLE,
    "POOL_OBJECTS": f'struct o {{ u8 v; }};\nPOOL(struct o, {limits.POOL_OBJECTS + 1}, "O");\n' + IDLE,
    "ACTORS": "".join(f'CPU({n}, "one of many") {{ }}\n' for n in range(limits.ACTORS)),
    "STATE_BYTES": "unsigned long a[256], b[256];\n" + IDLE,
    "INLINE_DEPTH": CALLS + 'CPU(0, "deep") { f0(); }\n',
    "STEPS": LONG + f'CPU(0, "long") {{ {"f(); " * (limits.STEPS // 100 + 1)} }}\n',
    "INSTRUCTIONS": LONGER + f'CPU(0, "longer") {{ {"f(); " * (limits.INSTRUCTIONS // 1_000 + 1)} }}\n',
    "LOWERING_VISITS": DOUBLING + 'CPU(0, "all") { f30(); }\n',
    "LOWERING_DEPTH": NESTED + INNERMOST + 'CPU(0, "deep") { f0(y); }\n',
    "PROPERTIES": "u8 x;\n" + 'never("x", x);\n' * (limits.PROPERTIES + 1) + IDLE,
    "STEP_WORK": 'int f(void) { for (;;) ; }\nalways("endless", f());\n' + IDLE,
    "SETUP_WORK": 'u8 x;\nCPU(0, "busy") { for (;;) ; }\n',
}


@pytest.mark.parametrize("limit", TOO_MUCH)
def test_a_limit_is_named_where_a_text_runs_into_it(limit: str) -> None:
    with pytest.raises(CompileError) as refused:
        build("x", Bundle.of([("x.c", TOO_MUCH[limit])]), None, lambda path: None)

    assert any(f"limit {limit})" in diagnostic.message for diagnostic in refused.value.diagnostics)
