"""Where the ways of a branch meet again, and what it decides about."""

from __future__ import annotations

from racewalk.program.code import Branch, End, Jump
from racewalk.program.dependence import Dependence
from racewalk.program.reach import successors

from tests.program.texts import program

OTHER = 'u8 x, y;\nCPU(1, "b") { x = y; y = x; }\n'


def facts(body: str) -> tuple[Dependence, list[int]]:
    """The facts of an actor with this body, and where its branches are."""
    actor = program(f'{OTHER}CPU(0, "a") {{ {body} }}\n').actors[0]
    return Dependence(actor), [at for at, instr in enumerate(actor.instrs) if isinstance(instr, Branch)]


def test_the_ways_of_an_if_meet_behind_it() -> None:
    dependence, (branch,) = facts("if (x) y = 1; else y = 2; y = 3;")

    meets = dependence.meets(branch)
    assert meets is not None
    assert dependence.actor.steps[-1].at == meets


def test_the_ways_of_a_return_meet_at_the_end() -> None:
    dependence, (branch,) = facts("if (x) return; y = 1;")

    meets = dependence.meets(branch)
    assert meets is not None
    assert isinstance(dependence.actor.instrs[meets], End)


def test_what_one_way_assigns_is_decided_about_only_where_it_is_needed_later() -> None:
    dependence, (first, *_) = facts("u8 used = 0; u8 idle = 0; if (x) { used = 1; idle = 2; idle = idle; } y = used;")

    assert {register.name for register in dependence.merged(first)} == {"used"}


def test_the_ways_in_a_round_of_a_daemon_meet_at_its_end() -> None:
    text = OTHER + 'DEVICE("d") { for (;;) { wait_until(x); if (y) continue; y = 1; } }\n'
    actor = next(actor for actor in program(text).actors if actor.info.daemon)
    dependence = Dependence(actor)

    (branch,) = (at for at, instr in enumerate(actor.instrs) if isinstance(instr, Branch))
    meets = dependence.meets(branch)
    assert meets is not None
    assert isinstance(actor.instrs[meets], Jump)
    assert successors(actor.instrs, meets)[0] in dependence.rests
