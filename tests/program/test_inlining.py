"""Calls are inlined: parameters, results and out-parameters are what they would be in C."""

import pytest

from tests.program.texts import codes, complaints, model, walk

OTHER = 'CPU(1, "other") { x = 0; }\n'


def result(declarations: str, body: str) -> object:
    """What x is after CPU 0 has run; every access of x is a step."""
    text = f'int x;\n{declarations}\nCPU(0, "a") {{ {body} }}\nCPU(1, "other") {{ wait_until(finished(0)); x = -1; }}\n'
    race = model(text)
    state = race.initial()
    while not race.finished(state, 0):
        state = race.expand(state)[0][1].state
    return race.describe(state)["x"]


@pytest.mark.parametrize(
    ("declarations", "body", "expected"),
    [
        ("int f(int v) { v = v + 1; return v; }", "int v = 5; x = f(v) * 10 + v;", 65),
        ("int f(int v) { if (v) return 1; return 2; }", "x = f(0) * 10 + f(3);", 21),
        ("void f(int *out) { *out = 7; }", "int v = 1; f(&v); x = v;", 7),
        ("void g(int *p) { *p += 2; }\nvoid f(int *p) { g(p); *p *= 3; }", "int v = 1; f(&v); x = v;", 9),
        ("void f(int *a, int *b) { int t = *a; *a = *b; *b = t; }", "int p = 1, q = 2; f(&p, &q); x = p * 10 + q;", 21),
        ("void f(int **to) { *to = &x; }", "int *p; f(&p); *p = 4;", 4),
        ("int f(int *p) { return ++*p; }", "int v = 1; x = f(&v) + v * 10;", 22),
        ("int f(int *p) { return (*p)++; }", "int v = 1; x = v * 100 + f(&v) * 10 + v;", 112),
        ("int f(int a, int b) { return a * 10 + b; }", "int v = 1; x = f(v++, v++);", 12),
        ("int f(int a, int b) { return a * 10 + b; }", "int v = 1; x = f(v, v = 2);", 12),
        ("int f(void) { for (int i = 0; ; i++) { x = i; if (i == 3) return i; } }", "x = f() + 100;", 103),
        ("int f(void) { switch (x) { case 0: return 5; default: return 6; } }", "x = f();", 5),
        ("int f(int n) { again: if (n > 3) return n; n++; x = n; goto again; }", "x = f(1);", 4),
        ("int id(int v) { return v; }", "x = id(id(3)) + id(id(id(4)));", 7),
        ("atomic int f(int v) { x = v; return x; }", "x = f(f(2) + 1);", 3),
        ("typedef struct { u8 a, b; } w_t;\nw_t f(w_t w) { w.a = 9; return w; }",
         "w_t w = { .b = 4 }; w_t r = f(w); x = r.a * 100 + w.a * 10 + r.b;", 904),
        ("typedef struct { u8 a, b; } w_t;\nvoid f(w_t *w) { w_t c = *w; c.b = 8; *w = c; }",
         "w_t w = { .a = 4 }; f(&w); x = w.a * 10 + w.b;", 48),
        ("#define each(i, n) for (i = 0; i < n; i++)", "int i; int s = 0; each (i, 4) { x = i; s += i; } x = s;", 6),
    ],
)  # fmt: skip
def test_a_call_gives_what_it_gives_in_c(declarations: str, body: str, expected: int) -> None:
    assert result(declarations, body) == expected


def test_a_result_that_does_not_fit_its_type_is_reported_and_cut() -> None:
    race = model('u16 x = 300;\nu8 f(void) { return x; }\nCPU(0, "a") { x = f(); }\nCPU(1, "b") { x = 1; }\n')

    state, found = walk(race, "aa")

    assert [finding.kind for finding in found] == ["overflow"]
    assert race.describe(state)["x"] == 44


def test_an_argument_that_does_not_fit_its_parameter_is_reported() -> None:
    race = model('u16 x = 300;\nvoid f(u8 v) { x = v; }\nCPU(0, "a") { f(x); }\nCPU(1, "b") { x = 1; }\n')

    state, found = walk(race, "aa")

    assert [finding.message for finding in found] == ["UBSAN: overflow in f: the value 300 does not fit u8 in x"]
    assert race.describe(state)["x"] == 44


def test_recursion_is_refused_with_its_circle() -> None:
    text = "int x;\nvoid f(void) { g(); }\nvoid g(void) { h(); }\nvoid h(void) { f(); }\n"

    assert "f -> g -> h -> f" in complaints(text + 'CPU(0, "a") { f(); }\n')
    assert codes(text + 'CPU(0, "a") { }\n') == []  # nobody calls it


def test_an_actor_may_be_called_like_a_function() -> None:
    assert codes('int x;\nvoid worker(void) { x = 1; }\nCPU(0, "worker") { worker(); }\n' + OTHER) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('void f(int *p) { p = NULL; }\nCPU(0, "a") { int v; f(&v); }\n', "out-parameter"),
        ('void g(int **p) { }\nvoid f(int *p) { g(&p); }\nCPU(0, "a") { int v; f(&v); }\n', "out-parameter"),
        ('int *q;\nvoid f(int *p) { q = p; }\nCPU(0, "a") { int v; f(&v); }\n', "out-parameter"),
        ('int *q;\nCPU(0, "a") { int v; q = &v; }\n', "local-address"),
        ('CPU(0, "a") { int v; atomic_inc(&v); }\n', "local-address"),
    ],
)
def test_the_address_of_a_local_can_only_be_followed_and_passed_on(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_a_processor_knows_its_number_also_in_its_setup() -> None:
    race = model(
        'u8 x, y, z;\nsetup { z = smp_processor_id() + 1; }\n'
        'CPU(3, "a") { setup { x = smp_processor_id(); } y = smp_processor_id(); }\n'
    )  # fmt: skip
    world = race.describe(race.initial())

    assert (world["x"], world["y"], world["z"]) == (3, 3, 0)
