"""Where everything lies in a state: every cell has a place of its own, and locals share what they can."""

import pytest
from racewalk.program.layout import size_of
from racewalk.program.program import Program
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

from tests.program.texts import codes, complaints, program

EVERYTHING = """\
enum small { A, B }; enum large { C = 300 }; enum minus { D = -1, E = 1 };
typedef struct { enum small kind; struct thing *thing; bool flag; u8 n; } w_t;
struct inner { u8 a; unsigned long b; };
struct thing {
	bool flag; s8 c; s16 d; int e; w_t word; w_t words[2]; struct inner inner[2]; struct thing *next;
	spinlock_t spin; bit_lock_t bit; struct rw_semaphore sem; struct rcu_head rcu; enum large l; enum minus s;
};
POOL(struct thing, 3, "T");
struct thing fixed, more[2];
u8 plain; ghost u8 ghost_value; u8 table[2][3];
CPU(0, "a") { plain = 1; }
CPU(1, "b") { plain = 2; }
"""


def uffd_copy() -> Program:
    bundle = shipped().bundle("uffd-copy")
    assert bundle is not None
    return build("uffd-copy", bundle, "patch-v1", shipped().library).model.program


@pytest.mark.parametrize("found", [program(EVERYTHING), uffd_copy()], ids=["everything", "uffd-copy"])
def test_no_two_things_share_a_byte(found: Program) -> None:
    layout = found.layout
    taken = [range(1)]  # where NULL points
    taken += [range(layout.header(a), layout.header(a + 1)) for a in range(layout.actors + 1)]
    for thing in layout.objects:
        if thing.life is not None:
            taken.append(range(thing.life, thing.life + 1))
        taken += [range(leaf.address, leaf.address + leaf.size) for leaf in thing.cell.leaves()]
    taken += [range(*actor.frame) for actor in found.actors]
    addresses = [address for one in taken for address in one]

    assert len(addresses) == len(set(addresses))
    assert max(addresses) < layout.size


@pytest.mark.parametrize("found", [program(EVERYTHING), uffd_copy()], ids=["everything", "uffd-copy"])
def test_the_parts_of_an_object_fill_it_in_order(found: Program) -> None:
    for thing in found.layout.objects:
        leaves = thing.cell.leaves()
        assert [leaf.address for leaf in leaves] == sorted(leaf.address for leaf in leaves)
        assert sum(leaf.size for leaf in leaves) == size_of(thing.type)
        assert len({leaf.id for leaf in leaves}) == len(leaves)


def test_cells_are_named_as_the_text_would_reach_them() -> None:
    names = {leaf.id for thing in program(EVERYTHING).layout.objects for leaf in thing.cell.leaves()}

    assert {"T2.inner[1].b", "more[0].words[1]", "table[1][2]", "plain", "fixed.sem"} <= names


@pytest.mark.parametrize("found", [program(EVERYTHING), uffd_copy()], ids=["everything", "uffd-copy"])
def test_locals_that_live_at_the_same_step_have_places_of_their_own(found: Program) -> None:
    for actor in found.actors:
        for step in actor.steps:
            addresses = [
                address
                for register in step.in_scope
                if register.slot is not None
                for address in range(register.slot, register.slot + size_of(register.type))
            ]
            cleared = [address for gap in step.clear for address in range(*gap)]
            assert sorted(addresses + cleared) == list(range(*actor.frame))


def test_locals_that_never_live_together_share_their_place() -> None:
    block = "{ int v%d = x; x = v%d; }"
    body = " ".join(block % (n, n) for n in range(20))

    found = program(f'u8 x;\nCPU(0, "a") {{ {body} }}\nCPU(1, "b") {{ x = 1; }}\n')

    start, end = found.actors[0].frame
    assert end - start == 2


def test_a_local_that_no_step_finds_alive_takes_no_room() -> None:
    found = program('u8 x;\nCPU(0, "a") { int y = 3; y = y * 2; x = y; }\nCPU(1, "b") { x = 1; }\n')

    assert found.actors[1].frame[0] == found.actors[1].frame[1]


def test_a_state_that_is_too_large_is_refused_with_what_is_large_in_it() -> None:
    found = complaints('u8 table[256][256];\nu8 x;\nCPU(0, "a") { }\n')

    assert "a state takes 65,5" in found
    assert "(limit STATE_BYTES)" in found
    assert "table 65,536" in found


def test_locals_count_into_the_size_of_a_state() -> None:
    values = ", ".join(f"v{n} = x" for n in range(140))
    sum_ = "; ".join(f"x = v{n}" for n in range(140))
    body = f"u8 {values}; {sum_};"

    assert codes('u8 table[600];\nCPU(0, "a") { }\n'.replace("600", "250")) == []
    assert codes(f'u8 x, t[250], u[250], w[250];\nCPU(0, "a") {{ {body} }}\nCPU(1, "b") {{ {body} }}\n') == [
        "state-too-large"
    ]
