"""Bad input and what is said about it: each `golden/x.c` has its diagnostics, as printed, in `golden/x.err`.

UPDATE_GOLDEN=1 writes the .err files anew; read the difference before it is committed.
"""

import os
from pathlib import Path

import pytest
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import parse_bundle
from racewalk.lang.diagnostics import Diagnostics, render

GOLDEN = Path(__file__).parent / "golden"
TEXTS = sorted(GOLDEN.glob("*.c"))


def complaints(path: Path) -> str:
    """Everything that is said about a file in the one-file form, in its first variant."""
    sink = Diagnostics()
    bundle = parse_bundle(path.read_text(encoding="utf-8"), path.name, sink)
    assert bundle.main is not None
    _, found = assemble(bundle, bundle.main, None, lambda path: None)
    sink.extend(found)
    return "\n\n".join(render(d) for d in sink) + "\n"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_bad_input_is_explained_as_in_its_golden_file(path: Path) -> None:
    expected = path.with_suffix(".err")

    found = complaints(path)

    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
    assert "error: " in found


def test_every_golden_answer_belongs_to_a_text() -> None:
    assert {p.stem for p in GOLDEN.glob("*.err")} == {p.stem for p in TEXTS}
