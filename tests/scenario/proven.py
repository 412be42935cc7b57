"""The pinned numbers of every shipped variant, a file a scenario in `proven/`.

    python -m tests.scenario.proven uffd-copy ...     prove these (all without a name), and write what is found

A changed number is a changed meaning: look at the difference before it is committed, and say why in the commit.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import Judgement, judge

FOLDER = Path(__file__).parent / "proven"


class Numbers(NamedTuple):
    verdict: str
    """Of the finding that the variant asks for."""
    shortest: int | None
    """Steps of its shortest schedule."""
    states: int
    states_cut: int
    """With the fuses cut."""


def read_proven() -> dict[tuple[str, str], Numbers]:
    """By scenario and variant."""
    proven = {}
    for file in sorted(FOLDER.glob("*.txt")):
        for line in file.read_text().splitlines():
            variant, verdict, shortest, states, cut = line.replace(",", "").split()
            steps = None if shortest == "-" else int(shortest)
            proven[file.stem, variant] = Numbers(verdict, steps, int(states), int(cut))
    return proven


def slow_beyond(states: int, most: int = 1 << 62) -> list[object]:
    """Every pinned variant with at most so many states, as parameters; a test of more, with the fuses cut, is slow."""
    return [
        pytest.param(*variant, id="-".join(variant), marks=(pytest.mark.slow,) if numbers.states_cut > states else ())
        for variant, numbers in read_proven().items()
        if numbers.states <= most
    ]


def numbers_of(judgement: Judgement) -> Numbers:
    """Of a judgement that also proved the text with its fuses cut."""
    assert judgement.cut is not None
    found = judgement.result.get(judgement.headline or "")
    shortest = len(found.schedule) if found is not None else None
    return Numbers(judgement.verdict, shortest, judgement.result.states, judgement.cut.states)


def line(variant: str, numbers: Numbers) -> str:
    shortest = "-" if numbers.shortest is None else str(numbers.shortest)
    return f"{variant:24} {numbers.verdict:9} {shortest:>5} {numbers.states:>11,} {numbers.states_cut:>11,}\n"


def write_proven(name: str) -> str:
    """Prove all variants of a scenario and write its file; what they complain of is the result."""
    bundle = shipped().bundle(name)
    assert bundle is not None, f"no scenario is called {name}"
    lines, complaints = [], []
    for variant in build(name, bundle, None, shipped().library).header.variants:
        judgement = judge(
            build(name, bundle, variant, shipped().library), Bounds(seconds=900), cut_fuses_with=shipped().library
        )
        lines.append(line(variant, numbers_of(judgement)))
        complaints += [f"{name} {variant}: {complaint}\n" for complaint in judgement.complaints]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.txt").write_text("".join(lines))
    return "".join([f"{name}\n", *lines, *complaints])


if __name__ == "__main__":
    for scenario in sys.argv[1:] or shipped().ids():
        sys.stdout.write(write_proven(scenario))
