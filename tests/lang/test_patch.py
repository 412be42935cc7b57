"""What was pasted from a patch, and what only looks so."""

import pytest
from racewalk.lang.assemble import assemble
from racewalk.lang.bundle import Bundle

TEXT = 'u8 x;\nCPU(0, "a") {\n    x = 1;\n%s\n}\n'


def codes(text: str) -> list[str]:
    sink = assemble(Bundle.of([("x.c", text)]), "x.c", None, lambda path: None)[1]
    return [diagnostic.code for diagnostic in sink]


@pytest.mark.parametrize("line", ["-    x = 2;", "+    x = 2;", "-", "@@ -1,2 +1,2 @@"])
def test_a_line_of_a_patch_is_named_as_such(line: str) -> None:
    assert codes(TEXT % line) == ["patch-line"]


@pytest.mark.parametrize("line", ["-(x);", "    x = 1\n- 0;", "/*\n- x\n*/", "    -x;"])
def test_a_sign_that_c_may_have_there_is_none_of_a_patch(line: str) -> None:
    assert "patch-line" not in codes(TEXT % line)


def test_between_functions_nothing_begins_with_a_sign() -> None:
    assert codes('u8 x;\n-u8 y;\nCPU(0, "a") { x = 1; }\n') == ["patch-line"]
