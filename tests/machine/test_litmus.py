"""Litmus tests by their known names: what can be observed under sequential consistency, and what cannot.

The kernel's memory model has them in tools/memory-model/litmus-tests; here memory is sequentially consistent, so
of each exactly the outcomes of its interleavings are reachable. They are counted by a second, naive machine too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from racewalk.explore.search import search

from tests.program.texts import model

Op = tuple[str, str, int]
"""("W", variable, value) or ("R", variable, number of the register)."""


@dataclass(frozen=True)
class Litmus:
    """`forbidden`: what sequential consistency excludes; `allowed`: some outcomes that it permits.

    An outcome is the registers in their order, then the final values of the variables named in `finals`.
    """

    threads: tuple[tuple[str, ...], ...]
    forbidden: tuple[tuple[int, ...], ...]
    allowed: tuple[tuple[int, ...], ...]
    finals: str = ""


LITMUS = {
    "SB": Litmus((("Wx1", "Ry"), ("Wy1", "Rx")), ((0, 0),), ((0, 1), (1, 0), (1, 1))),
    "MP": Litmus((("Wx1", "Wy1"), ("Ry", "Rx")), ((1, 0),), ((0, 0), (0, 1), (1, 1))),
    "LB": Litmus((("Rx", "Wy1"), ("Ry", "Wx1")), ((1, 1),), ((0, 0), (0, 1), (1, 0))),
    "IRIW": Litmus(
        (("Wx1",), ("Wy1",), ("Rx", "Ry"), ("Ry", "Rx")),
        ((1, 0, 1, 0),),
        ((1, 0, 0, 1), (0, 1, 1, 0), (1, 1, 1, 1), (0, 0, 0, 0), (1, 0, 1, 1)),
    ),
    "2+2W": Litmus((("Wx1", "Wy2"), ("Wy1", "Wx2")), ((1, 1),), ((1, 2), (2, 1), (2, 2)), "xy"),
    "WRC": Litmus((("Wx1",), ("Rx", "Wy1"), ("Ry", "Rx")), ((1, 1, 0),), ((1, 1, 1), (1, 0, 0), (0, 1, 1), (0, 1, 0))),
    "R": Litmus((("Wx1", "Wy1"), ("Wy2", "Rx")), ((0, 2),), ((0, 1), (1, 1), (1, 2)), "y"),
    "S": Litmus((("Wx2", "Wy1"), ("Ry", "Wx1")), ((1, 2),), ((0, 1), (0, 2), (1, 1)), "x"),
    "ISA2": Litmus(
        (("Wx1", "Wy1"), ("Ry", "Wz1"), ("Rz", "Rx")), ((1, 1, 0),), ((1, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1))
    ),
    "CoRR": Litmus((("Wx1",), ("Rx", "Rx")), ((1, 0),), ((0, 0), (0, 1), (1, 1))),
    "CoRW": Litmus((("Rx", "Wx1"), ("Wx2",)), ((2, 2),), ((0, 1), (0, 2), (2, 1)), "x"),
    "CoWR": Litmus((("Wx1", "Rx"), ("Wx2",)), ((2, 1),), ((1, 1), (1, 2), (2, 2)), "x"),
    "CoWW": Litmus((("Wx1", "Wx2"),), ((1,),), ((2,),), "x"),
}


def operations(test: Litmus) -> list[list[Op]]:
    registers = 0
    threads: list[list[Op]] = []
    for thread in test.threads:
        ops: list[Op] = []
        for text in thread:
            if text[0] == "W":
                ops.append(("W", text[1], int(text[2])))
            else:
                ops.append(("R", text[1], registers))
                registers += 1
        threads.append(ops)
    return threads


def registers(threads: list[list[Op]]) -> int:
    return sum(op == "R" for thread in threads for op, _, _ in thread)


def interleavings(threads: list[list[Op]]) -> Iterator[list[Op]]:
    if not any(threads):
        yield []
    for number, thread in enumerate(threads):
        if thread:
            rest = [other[1:] if i == number else other for i, other in enumerate(threads)]
            for tail in interleavings(rest):
                yield [thread[0], *tail]


def naive_outcomes(test: Litmus) -> set[tuple[int, ...]]:
    """What all interleavings of the accesses end in."""
    threads, found = operations(test), set()
    for order in interleavings(threads):
        memory, seen = {"x": 0, "y": 0, "z": 0}, [0] * registers(threads)
        for op, variable, number in order:
            if op == "W":
                memory[variable] = number
            else:
                seen[number] = memory[variable]
        found.add((*seen, *(memory[name] for name in test.finals)))
    return found


def outcomes(test: Litmus) -> set[tuple[int, ...]]:
    """The ends of the text in the dialect, each of which is a finding of its own."""
    threads = operations(test)
    names = [f"r{n}" for n in range(registers(threads))]
    text = "u8 x, y, z" + "".join(f", {name}" for name in names) + ";\n"
    for cpu, ops in enumerate(threads):
        body = "".join(f" {v} = {n};" if op == "W" else f" r{n} = {v};" for op, v, n in ops)
        text += f'CPU({cpu}, "P{cpu}") {{{body} }}\n'
    shown = [*names, *test.finals]
    text += "finally {\n"
    for outcome in sorted(candidates(len(shown))):
        holds = " && ".join(f"{name} == {value}" for name, value in zip(shown, outcome, strict=True))
        kind = "o-" + "-".join(map(str, outcome))
        text += f'\tif ({holds}) report("{kind}: it happens");\n'
    result = search(model(text + "}\n"))
    assert result.exhaustive
    return {tuple(int(part) for part in found.kind.split("-")[1:]) for found in result.found}


def candidates(length: int) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = {()}
    for _ in range(length):
        found = {(*one, value) for one in found for value in range(3)}
    return found


@pytest.mark.parametrize("name", LITMUS)
def test_exactly_the_outcomes_of_the_interleavings_are_reachable(name: str) -> None:
    test = LITMUS[name]

    reached = outcomes(test)

    assert reached.isdisjoint(test.forbidden)
    assert reached >= set(test.allowed)
    assert reached == naive_outcomes(test)
