"""A kind of finding is a warning everywhere or nowhere."""

from __future__ import annotations

import pytest
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

from tests.scenario.texts import bundle

TEXT = 'u8 x;\nCPU(0, "a") { x = 1; warn(x == 1, "%s: x"); }\nCPU(1, "b") { x = 2; }\n'


@pytest.mark.parametrize(
    ("kind", "more", "line"),
    [
        ("odd", 'finally("odd: x is one", x == 1);', 4),
        ("odd", 'finally { report("odd: always"); }', 4),
        ("always", 'always("x is small", x < 3);', 4),
        ("deadlock", "", None),
    ],
)
def test_a_warning_that_elsewhere_counts_is_refused_with_both_places(kind: str, more: str, line: int | None) -> None:
    with pytest.raises(CompileError) as refused:
        build("own", bundle(TEXT % kind + more + "\n"), None, shipped().library)

    (diagnostic,) = [one for one in refused.value.diagnostics if one.severity == "error"]
    assert diagnostic.code == "mixed-kind"
    assert diagnostic.span is not None
    assert diagnostic.span.begin.line == 2
    assert [note.span.begin.line for note in diagnostic.notes if note.span is not None] == (
        [] if line is None else [line]
    )


@pytest.mark.parametrize("more", ["", 'finally { warn(x == 1, "odd: x"); }', 'finally("even: x is one", x == 1);'])
def test_a_warning_of_its_own_is_welcome_any_number_of_times(more: str) -> None:
    built = build("own", bundle(TEXT % "odd" + more + "\n"), None, shipped().library)

    assert built.model.actors
