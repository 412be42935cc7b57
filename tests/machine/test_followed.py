"""What becomes of what is read: which later steps use it, and when nobody needs it any more."""

from __future__ import annotations

from typing import NamedTuple

from racewalk.machine.followed import Carried, Followed, Follower
from racewalk.model import Move

from tests.machine.test_states import shipped_model
from tests.program.texts import model

OTHER = 'CPU(1, "b") { x = y; y = x; p = p ? &x : &y; }\n'
GLOBALS = "u8 x, y; u8 *p = &x;\n"


class Said(NamedTuple):
    """One step in short: uses as "how cell@step", ends as "of cell@step"."""

    uses: list[str]
    ends: list[str]


def follow(body: str, steps: int, before: str = GLOBALS, other: str = OTHER) -> list[Said]:
    """The first steps of an actor with this body."""
    race = model(f'{before}CPU(0, "a") {{ {body} }}\n{other}')
    follower, carried, state, said = Follower(race.machine), Carried(), race.initial(), []
    for number in range(1, steps + 1):
        step = follower.step(state, Move(0), number, carried)
        said.append(_said(step))
        carried, state = step.carried, race.step(state, Move(0)).state
    return said


def _said(step: Followed) -> Said:
    def name(cell: str, at: int, field: str | None) -> str:
        return f"{cell}{'.' + field if field else ''}@{at}"

    return Said(
        [f"{use.how} {name(use.reading.cell, use.reading.step, use.reading.field)}" for use in step.uses],
        [f"{end.of} {name(end.reading.cell, end.reading.step, end.reading.field)}" for end in step.ends],
    )


def test_an_increment_stores_what_it_has_read_and_needs_it_no_more() -> None:
    assert follow("x++;", 2) == [Said([], []), Said(["stores x@1"], ["value x@1"])]


def test_a_decision_is_in_force_until_the_ways_of_its_branch_meet() -> None:
    first, inside, last, after = follow("if (!x) { y = 1; y = 2; } x = 3;", 4)

    assert first == Said(["decides x@1"], ["value x@1"])
    assert inside == Said([], [])
    assert last == Said([], ["decision x@1"])
    assert after == Said([], [])


def test_an_early_return_decides_on_the_rest_of_the_function_and_no_further() -> None:
    told = follow("look(); x = 3;", 3, GLOBALS + "void look(void) { if (x) return; y = 1; }\n")

    assert told == [Said(["decides x@1"], ["value x@1"]), Said([], ["decision x@1"]), Said([], [])]


def test_a_local_carries_a_reading_through_others_and_through_calls() -> None:
    text = GLOBALS + "u8 twice(u8 v) { return v + v; }\n"
    told = follow("u8 seen = x; y = 0; u8 more = twice(seen); y = more;", 3, text)

    assert [step.uses for step in told] == [[], [], ["stores x@1"]]
    assert told[2].ends == ["value x@1"]


def test_a_test_of_how_a_decision_went_is_a_decision_on_the_same_reading() -> None:
    told = follow("bool ok = false; if (x) ok = true; y = 0; if (ok) y = 1; x = 0;", 3)

    assert told[0] == Said(["decides x@1"], ["value x@1", "decision x@1"])
    assert told[1] == Said(["decides x@1"], ["decision x@1"])


def test_a_pointer_is_followed_and_what_it_points_to_is_another_reading() -> None:
    told = follow("u8 v = *p; y = v;", 3)

    assert [step.uses for step in told] == [[], ["follows p@1"], ["stores x@2"]]


def test_a_field_of_a_word_is_told_from_the_whole() -> None:
    text = "typedef struct { bool set; u8 n; } pte_t;\npte_t slot; u8 x, y;\n"
    other = 'CPU(1, "b") { pte_t old = slot; old.n = x; slot = old; y = 1; }\n'
    told = follow("pte_t old = slot; if (!old.set) x = 1; y = old.n;", 3, text, other)

    assert told[0].uses == ["decides slot.set@1"]
    assert told[2].uses == ["stores slot.n@1"]


def test_in_a_loop_the_latest_look_counts() -> None:
    told = follow("while (!x) y = 1; y = 2;", 3)

    assert told[0].uses == ["decides x@1"]
    assert told[2].uses == ["decides x@3"]
    assert told[2].ends == ["value x@3", "decision x@1"]


def test_what_an_atomic_operation_gives_back_is_a_reading() -> None:
    told = follow("if (atomic_dec_and_test(&x)) y = 1;", 1)

    assert told == [Said(["decides x@1"], ["value x@1", "decision x@1"])]


def test_what_a_check_looks_at_is_no_use() -> None:
    told = follow('u8 seen = x; assert(seen == 0, "odd: never said"); y = 1;', 2)

    assert [step.uses for step in told] == [[], []]


def test_the_look_at_anon_vma_is_still_in_force_when_the_pmd_is_cleared() -> None:
    race = shipped_model("uffd-copy", "patch-v1")
    follower, state = Follower(race.machine), race.initial()
    carried = {0: Carried(), 1: Carried()}
    for number, actor in enumerate([0] * 5 + [1] * 14 + [0] * 2, 1):
        carried[actor] = follower.step(state, Move(actor), number, carried[actor]).carried
        state = race.step(state, Move(actor)).state

    in_force = {(reading.step, reading.cell) for reading in carried[0].in_decisions}
    assert race.describe(state)["A.pmd[0]"]["fields"]["kind"] == "PMD_NONE"  # type: ignore[index, call-overload]
    assert (2, "VA.anon_vma") in in_force
