"""Locals keep their values over steps on every way, and are zero when they are gone."""

import pytest
from racewalk.explore.search import search

from tests.program.texts import model

NOISE = 'CPU(1, "noise") { x = 7; }\n'

BODIES = {
    "a loop": "int s = 0; for (int i = 0; i < 4; i++) { int d = i * 2; x = d; s += d; } check(s, 12);",
    "a loop in a loop": (
        "int s = 0; for (int i = 0; i < 3; i++) { for (int j = 0; j < i; j++) { x = j; s += i; } } check(s, 5);"
    ),
    "continue": "int s = 0; for (int i = 0; i < 4; i++) { x = i; if (i == 1) continue; s += i; } check(s, 5);",
    "break": "int i = 0; while (1) { x = i; if (i == 3) break; i++; } check(i, 3);",
    "do while": "int i = 5; do { x = i; i--; } while (i > 2); check(i, 2);",
    "goto backwards": "int n = 0; again: x = n; n++; if (n < 3) goto again; check(n, 3);",
    "goto forwards": "int n = 4; x = n; if (n) goto out; n = 9; out: x = n; check(n, 4);",
    "goto out of loops": (
        "int i, j; for (i = 0; i < 3; i++) { for (j = 0; j < 3; j++) { x = j; if (i + j == 3) goto out; } }"
        " out: check(i * 10 + j, 12);"
    ),
    "switch": (
        "int s = 0; for (int i = 0; i < 4; i++) { int k = i; x = i; switch (k) { case 0: s += 1; break;"
        " case 1: x = 5; case 2: { int t = k; x = t; s += t * 10; break; } default: s += 100; } } check(s, 131);"
    ),
    "nested blocks": (
        "int a = 1; { int b = 2; x = b; { int c = 3; x = c; a += b + c; } } { int d = 4; x = d; a += d; } check(a, 10);"
    ),
    "shadowing": "int a = 1; { int a = 2; x = a; { int a = 3; x = a; check(a, 3); } check(a, 2); } check(a, 1);",
    "return in a loop": "int r = find(2); x = r; check(r, 2); r = find(9); check(r, -1);",
    "a result that is kept": "int r = find(1) * 10 + find(2); check(r, 12);",
    "a declaration met again": "for (int i = 0; i < 3; i++) { int z; x = i; check(z, 0); z = 5; x = z; }",
    "a value computed before a step": "int a = 5; int b = a + find(3); x = a; check(b, 8);",
    "pointers": "int *p = &x; for (int i = 0; i < 2; i++) { *p = i; } check(p == &x, 1);",
    "words": "w_t w = { .a = 3 }; for (int i = 0; i < 2; i++) { x = i; w.b = w.b + w.a; } check(w.b, 6);",
    "ternaries": "int a = find(1) == 1 ? find(2) : find(0); check(a, 2);",
    "short circuits": (
        "int a = find(1) == 1 && find(0) == 0; x = a; int b = find(1) == 0 || find(2) == 2; check(a + b, 2);"
    ),
    "for_each_object": "int n = 0; for_each_object (o, struct o) { x = n; n += o->v; } check(n, 6);",
}  # fmt: skip

DECLARATIONS = """\
int x;
typedef struct { u8 a, b; } w_t;
struct o { u8 v; };
struct o O1 = { .v = 1 }, O2 = { .v = 2 }, O3 = { .v = 3 };
int find(int n) { for (int i = 0; i < 4; i++) { x = i; if (i == n) return i; } return -1; }
static inline void check(int got, int wanted) { assert(got == wanted, "lost: %d, not %d", got, wanted); }
"""


@pytest.mark.parametrize("name", BODIES)
def test_locals_keep_their_values_over_steps(name: str) -> None:
    race = model(f'{DECLARATIONS}CPU(0, "a") {{ {BODIES[name]} }}\n{NOISE}')

    result = search(race)

    assert [found.finding.message for found in result.found] == []
    assert result.exhaustive
    assert race.program.actors[0].steps


@pytest.mark.parametrize("name", BODIES)
def test_a_frame_is_zero_after_the_end(name: str) -> None:
    race = model(f'{DECLARATIONS}CPU(0, "a") {{ {BODIES[name]} }}\n{NOISE}')
    state = race.initial()

    while not race.finished(state, 0):
        state = race.expand(state)[0][1].state

    start, end = race.program.actors[0].frame
    assert state[start:end] == bytes(end - start)


def test_the_locals_of_a_function_are_gone_when_it_has_returned() -> None:
    text = """\
u8 x, y;
void f(void) { u8 a = x, b = x, c = x; x = a + b + c; }
CPU(0, "a") { f(); y = 1; f(); y = 2; }
CPU(1, "b") { x = 1; y = 3; }
"""
    race = model(text)

    for step in race.program.actors[0].steps:
        if step.function == "a":
            assert [register.name for register in step.in_scope] == []


def test_rcu_forgets_the_callback_that_it_has_run() -> None:
    text = """\
struct node { u8 v; struct rcu_head rcu; };
POOL(struct node, 1, "N");
u8 x;
void gone(struct rcu_head *head) { struct node *node = container_of(head, struct node, rcu); x = 1; kfree(node); }
CPU(0, "a") { struct node *n = kmalloc(struct node); call_rcu(&n->rcu, gone); x = 2; }
"""
    race = model(text)
    start, end = race.program.actors[1].frame
    states = {race.initial()}
    todo = [race.initial()]
    while todo:
        for _, outcome in race.expand(todo.pop()):
            if outcome.state not in states:
                states.add(outcome.state)
                todo.append(outcome.state)

    resting = [state for state in states if race.position(state, 1) == 0]

    assert len(resting) > 1
    assert all(state[start:end] == bytes(end - start) for state in resting)
