"""Golden files: the steps of small texts and of the shipped scenarios, as `racewalk steps` prints them.

UPDATE_GOLDEN=1 rewrites them; read what changed, because a changed step is a changed meaning.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from racewalk.program.program import Program
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

from tests.program.texts import program

GOLDEN = Path(__file__).with_name("golden")
LIBRARY = shipped().library


def printed(found: Program) -> str:
    """One line per step: position, label, kind, what it is about to do; then what it touches and when it blocks."""
    lines = []
    for actor in found.actors:
        lines.append(f'{actor.info.letter}: {actor.info.title} "{actor.info.name}"')
        for step in actor.steps:
            caption = f"  [{step.caption}]" if step.caption else ""
            lines.append(f"  {step.index} {step.label}{caption}")
            lines.append(f"      {step.kind}: {step.words}")
            if step.footprint:
                lines.append(f"      touches {', '.join(step.footprint)}")
            if step.blocks:
                lines.append(f"      blocks {step.blocks}")
    return "\n".join(lines) + "\n"


def compare(actual: str, file: Path) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(actual)
    assert actual == file.read_text()


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.c")), ids=lambda file: file.stem)
def test_the_steps_of_a_small_text_are_those_of_its_golden_file(file: Path) -> None:
    compare(printed(program(file.read_text())), file.with_suffix(".steps"))


@pytest.mark.parametrize("variant", ["v6.4", "v6.5", "patch-v1", "v6.6", "v6.6-no-recheck"])
def test_the_steps_of_uffd_copy_are_those_of_its_golden_file(variant: str) -> None:
    bundle = shipped().bundle("uffd-copy")
    assert bundle is not None

    built = build("uffd-copy", bundle, variant, LIBRARY)

    compare(printed(built.model.program), GOLDEN / f"uffd-copy.{variant}.steps")
