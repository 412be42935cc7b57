"""The shipped scenarios: every verdict proven, with the fuses kept and cut, and the numbers pinned.

A changed number is a changed meaning: the commit that changes one says why.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.model import Finding, Move
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import scenario_folder, shipped
from racewalk.scenario.judge import judge

from tests.scenario.index import README, index, parts
from tests.scenario.proven import numbers_of, read_proven, slow_beyond

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = shipped().library

PROVEN = read_proven()


def built(name: str, variant: str | None) -> Built:
    bundle = shipped().bundle(name)
    assert bundle is not None
    return build(name, bundle, variant, LIBRARY)


def variants() -> list[tuple[str, str]]:
    return [(name, variant) for name in shipped().ids() for variant in built(name, None).header.variants]


def test_every_shipped_variant_has_pinned_numbers() -> None:
    assert sorted(variants()) == sorted(PROVEN)


@pytest.mark.parametrize(("name", "variant"), slow_beyond(60_000))
def test_every_variant_holds_what_its_file_says_with_fuses_kept_and_cut(name: str, variant: str) -> None:
    judgement = judge(built(name, variant), Bounds(seconds=900), cut_fuses_with=LIBRARY)

    assert judgement.complaints == ()
    assert judgement.result.exhaustive
    assert judgement.cut is not None
    assert judgement.cut.exhaustive
    assert numbers_of(judgement) == PROVEN[name, variant]


def walk(name: str, variant: str, actors: str) -> list[tuple[Finding, ...]]:
    """What each step of a run finds; `actors` are letters in order."""
    model = built(name, variant).model
    state = model.initial()
    found = []
    for letter in actors:
        outcome = model.step(state, Move("abcdefgh".index(letter)))
        found.append(outcome.findings)
        state = outcome.state
    return found


def test_uffdio_copy_after_the_anon_vma_check_loses_its_page_in_patch_v1() -> None:
    found = walk("uffd-copy", "patch-v1", "aa" + "b" * 14 + "aaaaa")

    assert not any(found[:-1])
    assert [f.kind for f in found[-1]] == ["lost-pte"]
    assert found[-1][0].message == "PTE table T0 is detached while its slot 1 maps P0"


def test_the_same_walk_finds_nothing_where_the_test_is_made_again_under_ptl() -> None:
    assert not any(walk("uffd-copy", "v6.6", "aa" + "b" * 14 + "aaaaa"))


@pytest.mark.parametrize(("name", "variant"), variants())
def test_every_note_stands_at_a_step_of_its_variant(name: str, variant: str) -> None:
    scenario = built(name, variant)
    labels = {step.label for actor in scenario.model.program.actors for step in actor.steps}

    for note in scenario.header.notes:
        if not note.variants or variant in note.variants:
            assert note.at in labels


@pytest.mark.parametrize(
    ("file", "letter", "last"),
    [("retract.v6.4.c", "O", 15), ("retract.patch-v1.c", "V", 14), ("retract.v6.6.c", "F", 14)],
)
def test_every_numbered_action_of_retract_page_tables_stands_in_its_text(file: str, letter: str, last: int) -> None:
    text = (scenario_folder() / "kernel" / "mm" / "khugepaged" / file).read_text()
    captions = set(re.findall(rf"\b{letter}(\d+)", " ".join(re.findall(r"/\*(.*?)\*/", text))))

    assert captions >= {str(number) for number in range(1, last + 1)}


@pytest.mark.parametrize("path", sorted((scenario_folder() / "kernel").rglob("*.[ch]")), ids=lambda p: p.name)
def test_every_library_file_says_what_it_is_faithful_to_and_what_it_leaves_out(path: Path) -> None:
    head = path.read_text().split("*/", 2)[1]

    for word in ("Linux:", "Source:", "Left out:"):
        assert word in head


def test_the_index_of_the_scenarios_says_what_is_proven() -> None:
    _, written, _ = parts(README.read_text())

    assert written.strip() == index().strip(), "run: python -m tests.scenario.index"


def test_the_readme_quotes_the_proven_numbers() -> None:
    readme = (ROOT / "README.md").read_text()

    for (name, variant), (_, steps, states, _) in PROVEN.items():
        if name == "uffd-copy":
            row = next(line for line in readme.splitlines() if line.startswith(f"| `{variant}` |"))
            assert f"| {states:,} |" in row
            assert ("never" in row) if steps is None else (f"after {steps} steps" in row)
