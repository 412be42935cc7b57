"""What the type checker refuses, beyond types that do not fit, and what it must get through quickly."""

import pytest
from racewalk.lang import limits

from tests.program.texts import codes, complaints, program

IDLE = 'CPU(0, "idle") { }\n'


@pytest.mark.parametrize(
    "text",
    [
        "struct s { u8 a; };\nstruct s A;\nstruct s B = A;\n" + IDLE,
        "struct in { u8 a; };\nstruct s { struct in in; };\nstruct in A;\nstruct s B = { .in = A };\n" + IDLE,
        'struct s { u8 a; };\nstruct s A;\nCPU(0, "a") { A; }\n',
        'u8 a[2];\nCPU(0, "a") { int i; for (i = 0; i < 2; a) i++; }\n',
        'spinlock_t lock;\nu8 x;\nCPU(0, "a") { x = (lock, 1); }\n',
    ],
)
def test_an_object_is_never_a_value(text: str) -> None:
    assert codes(text) == ["not-a-value"]


WORD = "typedef struct { struct node *node; u8 n; } w_t;\nstruct node { u8 v; w_t word; };\nw_t word;\n"


@pytest.mark.parametrize("target", ["word.n", "word.node->word.n", "(&word)->n"])
def test_one_field_of_a_word_in_memory_cannot_be_stored(target: str) -> None:
    assert codes(WORD + f'CPU(0, "a") {{ {target} = 1; }}\n') == ["part-of-a-word"]


@pytest.mark.parametrize("target", ["word.node->v", "local.n", "word.node->word.node->v", "local.node->v"])
def test_what_a_word_points_to_can_be_stored_in(target: str) -> None:
    assert codes(WORD + f'CPU(0, "a") {{ w_t local = word; {target} = 1; }}\n') == []


@pytest.mark.parametrize("pointer", ["&word.n", "&(&word)->n", "&word.node->word.n"])
def test_a_field_of_a_word_has_no_address(pointer: str) -> None:
    assert codes(WORD + f'u8 *p;\nCPU(0, "a") {{ p = {pointer}; }}\n') == ["no-address"]


# -- the way that control goes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "if (x) return 1;",
        "while (x) return 1;",
        "for (; x;) return 1;",
        "switch (x) { case 0: return 1; case 1: return 2; }",
        "switch (x) { case 0: break; default: return 1; }",
        "switch (x) { default: switch (x) { default: break; } }",
        "for (;;) { if (x) break; }",
        "goto out; out: ;",
        "return 1; again: x = 2;",
        "do { x--; } while (x);",
        "atomic { x = 1; }",
        "",
    ],
)
def test_a_function_with_a_result_may_not_come_to_its_end(body: str) -> None:
    assert codes(f"u8 x;\nint f(void) {{ {body} }}\n" + IDLE) == ["missing-return"]


@pytest.mark.parametrize(
    "body",
    [
        "if (x) return 1; else return 2;",
        "for (;;) { if (x) return 1; }",
        "while (1) x++;",
        "do { if (x) continue; x++; } while (true);",
        "switch (x) { case 0: return 1; default: return 2; }",
        "switch (x) { case 0: default: return 2; }",
        "for (;;) { switch (x) { case 0: break; } }",
        "goto out; x = 1; out: return 2;",
        "{ { return 1; } }",
        "atomic { return x; }",
    ],
)
def test_a_function_that_returns_on_every_way_is_complete(body: str) -> None:
    assert codes(f"u8 x;\nint f(void) {{ {body} }}\n" + IDLE) == []


@pytest.mark.parametrize(
    "body",
    [
        "goto out; int y = 1; out: x = y;",
        "goto in; { int y = 1; in: x = y; }",
        "{ int y = 1; in: x = y; } goto in;",
        "goto in; for (int i = 0; i < 2; i++) { in: x = i; }",
        "goto in; for_each_object (o, struct o) { in: x = o->v; }",
        "switch (x) { int y = 1; case 0: x = y; }",
        "switch (x) { case 0: ; int y = 1; x = y; break; case 1: x = 2; }",
    ],
)
def test_a_jump_may_not_pass_a_declaration(body: str) -> None:
    text = f'struct o {{ u8 v; }};\nu8 x;\nCPU(0, "a") {{ {body} }}\n'
    assert codes(text) == ["jump-over-declaration"]


@pytest.mark.parametrize(
    "body",
    [
        "again: ; int y = 1; if (x) goto again; x = y;",
        "int y = 1; goto out; { int z = 2; x = z; } out: x = y;",
        "for (int i = 0; i < 2; i++) { if (x) goto out; } out: ;",
        "switch (x) { case 0: { int y = 1; x = y; break; } case 1: x = 2; }",
        "int y = 1; switch (x) { case 0: x = y; }",
    ],
)
def test_a_jump_out_of_a_scope_or_back_in_front_of_it_is_fine(body: str) -> None:
    assert codes(f'u8 x;\nCPU(0, "a") {{ {body} }}\n') == []


def test_a_jump_may_not_come_into_a_block_that_is_one_step() -> None:
    assert codes('u8 x;\nCPU(0, "a") { goto in; atomic { x = 1; in: x = 2; } }\n') == ["jump-into-block"]
    assert codes('u8 x;\nCPU(0, "a") { fuse { x = 1; in: x = 2; } goto in; }\n') == ["jump-into-block"]
    assert codes('u8 x;\nCPU(0, "a") { atomic { in: x++; if (x < 3) goto in; } }\n') == []
    assert codes('u8 x;\nCPU(0, "a") { out: ; atomic { x++; if (x < 3) goto out; } }\n') == []


def test_labels_are_named_once_and_every_goto_finds_one() -> None:
    assert codes('CPU(0, "a") { a: ; a: ; goto a; }\n') == ["duplicate"]
    assert "did you mean 'out'?" in complaints('CPU(0, "a") { goto uot; out: ; }\n')


# -- types and constants ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("struct e { };\n", "empty-struct"),
        ("typedef struct { } e_t;\n", "empty-struct"),
        ("struct a { struct b b; };\nstruct b { struct a a[2]; };\n", "endless-struct"),
        ("struct rcu_head { u8 x; };\n", "duplicate"),
        ("typedef struct { u8 x; } spinlock_t;\n", "duplicate"),
        ("enum e { LARGE = 70000 };\n", "enum-range"),
        ("enum e { LOW = -1, HIGH = 40000 };\n", "enum-range"),
        (f"u8 {'*' * (limits.NESTING + 1)}p;\n", "limit-nesting"),
        (f"u8 a{'[1]' * (limits.NESTING + 1)};\n", "limit-nesting"),
    ],
)
def test_a_type_that_cannot_lie_in_memory_is_refused(text: str, code: str) -> None:
    assert code in codes(text + IDLE)


def test_a_define_is_a_constant() -> None:
    assert codes('u8 x;\n#define CURRENT x\nCPU(0, "a") { CURRENT = 1; }\n')[0] == "not-constant"
    assert codes('int f(void) { return 1; }\n#define F f()\nu8 x;\nCPU(0, "a") { x = F; }\n') == ["not-constant"]
    assert codes('#define N (1 / 0)\nu8 x;\nCPU(0, "a") { x = N; }\n') == ["not-constant"]
    assert codes('#define A B\n#define B A\nu8 x;\nCPU(0, "a") { x = A; }\n') == ["circular-define"]


def test_defines_and_enums_may_mention_each_other_in_any_order() -> None:
    text = """\
#define LAST SECOND
#define COUNT (LAST + 1)
enum kind { FIRST, SECOND };
u8 a[COUNT];
CPU(LAST, "a") { a[LAST] = NR_CPUS; }
"""

    found = program(text)

    assert found.layout.objects[0].cell.size == 2
    assert found.actors[0].number == 1


# -- texts that are made to take long -------------------------------------------------------------------

DOUBLING = "#define A0 1\n" + "".join(f"#define A{n + 1} (A{n} + A{n} - 1)\n" for n in range(400))
NESTED = "struct s0 { u8 a; };\n" + "".join(f"struct s{n + 1} {{ struct s{n} a, b; }};\n" for n in range(200))
PRODUCT = "#define each(x) for (x = 0; x; " + " + ".join(["(x)"] * 40) + ")\n"


def test_defines_that_mention_each_other_twice_are_each_looked_at_once() -> None:
    assert codes(DOUBLING + 'u8 x[A400];\nCPU(0, "a") { x[0] = A400; }\n') == []


def test_objects_inside_each_other_have_a_limit() -> None:
    assert "(limit NESTING)" in complaints(NESTED + IDLE)


def test_a_macro_that_multiplies_the_text_has_a_limit() -> None:
    argument = ", ".join(["y + y + y + y"] * 300)
    text = PRODUCT + f'CPU(0, "a") {{ int y = 0; each (({argument})) ; }}\n'
    assert "(limit EXPANSION)" in complaints(text)


def test_thousands_of_unknown_names_are_complained_about_at_once() -> None:
    names = " ".join(f"{'a' * 35}{n};" for n in range(1000, 1600))
    known = " ".join(f"u8 {'a' * 34}{n};" for n in range(1000, 1600))
    assert len(codes(f'{known}\nCPU(0, "a") {{ {names} }}\n')) == limits.DIAGNOSTICS


@pytest.mark.parametrize(
    ("head", "warned"),
    [
        ("if (x = 1)", True),
        ("while (x = y)", True),
        ("if ((x = 1))", False),
        ("if ((x = 1) == 1)", False),
        ("if (x == 1)", False),
        ("if ((x) = 1)", True),
    ],
)
def test_an_assignment_as_a_condition_is_warned_of_unless_it_has_its_own_parentheses(head: str, warned: bool) -> None:
    found = codes(f'u8 x, y;\nCPU(0, "a") {{ {head} {{ y = 2; break_out(); }} }}\nvoid break_out(void) {{ }}\n')

    assert found == ["assignment-as-condition"] * warned


@pytest.mark.parametrize(
    ("body", "warned"),
    [
        ("u8 y; x = y;", True),
        ("u8 y; x = y; x = y;", True),
        ("u8 y = 0; x = y;", False),
        ("u8 y; y = 1; x = y;", False),
        ("u8 y; y++; x = y;", False),
        ("u8 y; fill(&y); x = y;", False),
        ("u8 y; WRITE_ONCE(y, 1); x = y;", False),
        ("struct o *p; for_each_object (p, struct o) x = p->v;", False),
        ("u8 y;", False),
    ],
)
def test_a_local_that_is_read_and_never_stored_in_is_warned_of(body: str, warned: bool) -> None:
    text = f'u8 x;\nstruct o {{ u8 v; }} O;\nvoid fill(u8 *y) {{ *y = 1; }}\nCPU(0, "a") {{ {body} }}\n'

    assert codes(text) == ["unset-local"] * warned
