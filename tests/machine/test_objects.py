"""Objects, pointers and their generations: what lives, what is stale, and what is reported."""

import pytest
from racewalk.model import Move

from tests.program.texts import model, walk

NODE = """\
struct inner { u8 a; spinlock_t lock; };
struct node { u8 v; struct inner inner; struct node *next; u8 *where; };
POOL(struct node, 2, "N");
struct node *p, *q;
struct node fixed, many[2];
u8 x, i; u8 *byte;
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("struct node *n = kmalloc(struct node); kfree(n); n->v = 1;", ["use-after-free"]),
        ("struct node *n = kmalloc(struct node); u8 *v = &n->v; kfree(n); *v = 1;", ["use-after-free"]),
        (
            "struct node *n = kmalloc(struct node); struct inner *in = &n->inner; kfree(n); in->a = 1;",
            ["use-after-free"],
        ),
        ("struct node *n = kmalloc(struct node); kfree(n); spin_lock(&n->inner.lock);", ["use-after-free"]),
        ("N0.v = 1;", ["use-after-free"]),
        ("struct node *n = &N0; n->v = 1;", ["use-after-free"]),
        ("struct node *n = kmalloc(struct node); struct node *m = n; kfree(n); if (m == n) ;", []),
        ("struct node *n = kmalloc(struct node); kfree(n); p = &n->inner.a ? n : NULL;", []),
        ("kfree(q);", []),
        ("kfree(&fixed);", ["bad-free"]),
        ("kfree(container_of(&fixed.inner, struct node, inner));", ["bad-free"]),
        ("kfree(&many[1]);", ["bad-free"]),
        ("struct node *n = kmalloc(struct node); kfree(n); kfree(n);", ["double-free"]),
        ("struct node *n = kmalloc(struct node); kfree(n); kfree(&N0);", ["double-free"]),
    ],
)
def test_a_stale_use_is_reported_and_a_look_at_the_address_is_not(body: str, expected: list[str]) -> None:
    race = model(
        NODE + f'CPU(0, "a") {{ {body} wait_until(0); }}\nCPU(1, "b") {{ N1.v = x; N1.inner.a = 1; p = q; }}\n'
    )
    state, found = race.initial(), []
    while race.position(state, 0) is not None:
        (option,) = [o for o in race.moves(state) if o.move.actor == 0]
        if option.blocked:
            break
        outcome = race.step(state, Move(0))
        found += [finding.kind for finding in outcome.findings]
        if outcome.fatal:
            break
        state = outcome.state
    assert found == expected


def test_a_stale_pointer_meets_what_is_there_now() -> None:
    race = model(
        NODE
        + 'CPU(0, "a") { struct node *old = kmalloc(struct node, .v = 1); kfree(old);\n'
        + "kmalloc(struct node); kmalloc(struct node, .v = 7); x = old->v; old->v = 8; }\n"
        + 'CPU(1, "b") { x = 0; N0.v = 0; }\n'
    )

    state, found = walk(race, "aaaaaaa")

    assert [finding.kind for finding in found] == ["use-after-free", "use-after-free"]
    assert "somebody else's now" in found[0].message
    assert (race.describe(state)["x"], race.describe(state)["N0.v"]) == (7, 8)


def test_a_pointer_shows_that_it_is_stale() -> None:
    race = model(NODE + 'CPU(0, "a") { p = kmalloc(struct node); kfree(p); }\nCPU(1, "b") { p = NULL; }\n')

    assert race.describe(walk(race, "aa")[0])["p"] == {"to": "N0", "stale": False}
    assert race.describe(walk(race, "aaaa")[0])["p"] == {"to": "N0", "stale": True}


def test_what_a_field_of_a_reused_object_held_is_gone() -> None:
    race = model(
        NODE
        + 'CPU(0, "a") { struct node *n = kmalloc(struct node, .v = 1, .inner = { .a = 2 }); kfree(n);\n'
        + "n = kmalloc(struct node); kfree(n); n = kmalloc(struct node, .next = n); }\n"
    )

    world = race.describe(walk(race, "aaaaa")[0])

    assert (world["N0.v"], world["N0.inner.a"], world["N0.next"]) == (0, 0, {"to": "N1", "stale": True})


def test_objects_are_told_by_their_life() -> None:
    race = model(NODE + 'CPU(0, "a") { struct node *n = kmalloc(struct node); kfree(n); x = 1; }\n')

    lives = [race.describe(walk(race, "a" * steps)[0])["object:N0"] for steps in range(3)]

    assert lives == ["unused", "live", "freed"]


def test_kmalloc_freed_takes_the_lowest_freed_object_and_waits_for_one() -> None:
    race = model(
        NODE
        + 'CPU(0, "a") { struct node *m = kmalloc(struct node), *n = kmalloc(struct node);\n'
        + "kfree(n); kfree(m); x = 1; }\n"
        + 'EVENT("reuse") { p = kmalloc_freed(struct node, .v = 3); x = 2; }\n'
    )

    waiting, _ = walk(race, "aa")
    (option,) = [o for o in race.moves(waiting) if o.move.actor == 1]

    assert option.blocked == "waits for an object of pool N to be freed"
    assert race.describe(walk(race, "aaab")[0])["object:N1"] == "live"
    assert race.describe(walk(race, "aaaab")[0])["object:N0"] == "live"


def test_for_each_object_visits_pool_globals_elements_and_parts_that_are_live() -> None:
    race = model(
        NODE
        + 'CPU(0, "a") { setup { kmalloc(struct node); kfree(kmalloc(struct node)); } u8 n = 0; u8 m = 0;\n'
        + "for_each_object (o, struct node) n++;\n"
        + "for_each_object (o, struct inner) { if (o == &N1.inner) break; m++; }\n"
        + "x = n * 10 + m; wait_until(0); }\n"
    )

    assert race.describe(race.initial())["x"] == 44  # N0, fixed, many[0], many[1]; N1 is dead, and so is what is in it


def test_container_of_leads_back_from_a_field_and_nowhere_else() -> None:
    text = (
        NODE
        + "struct inner alone;\nstruct inner *in;\nsetup { in = &many[1].inner; }\n"
        + 'CPU(0, "a") { in = in; struct node *n = container_of(in, struct node, inner); n->v = 5; }\n'
        + 'CPU(1, "b") { in = &alone; many[0].v = 1; }\n'
    )
    race = model(text)

    right, found = walk(race, "aaaa")
    wild = walk(race, "baaa")[1]

    assert found == []
    assert race.describe(right)["many[1].v"] == 5
    assert [(finding.kind, finding.fatal) for finding in wild] == [("wild-access", True)]


def test_after_so_many_reuses_a_stale_pointer_looks_fresh_again() -> None:
    race = model(
        'struct s { u8 v; };\nPOOL(struct s, 1, "S");\nu8 ok;\n'
        'CPU(0, "a") { setup { struct s *old = kmalloc(struct s); struct s *n = old; u8 i;\n'
        "for (i = 0; i < 64; i++) { kfree(n); n = kmalloc(struct s); if (i < 63 && is_live(old)) ok = 99; }\n"
        "if (is_live(old)) ok += 1; } wait_until(0); }\n"
    )

    assert race.describe(race.initial())["ok"] == 1
