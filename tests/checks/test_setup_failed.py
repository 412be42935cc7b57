"""What runs before the race may neither block nor go wrong; the diagnostic says what did."""

import pytest
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError, Diagnostic
from racewalk.scenario.build import build


def complaint(text: str) -> Diagnostic:
    with pytest.raises(CompileError) as refused:
        build("x", Bundle.of([("x.c", text)]), None, lambda path: None)
    return refused.value.diagnostics[-1]


def test_a_setup_that_goes_wrong_is_shown_at_its_place_in_the_words_of_the_finding() -> None:
    text = 'struct o { u8 v; };\nstruct o *p;\nsetup { p->v = 1; }\nCPU(0, "idle") { }\n'

    found = complaint(text)

    assert found.code == "setup-failed"
    assert "NULL pointer dereference in setup" in found.message
    assert found.span is not None
    assert found.span.text == "p->v = 1"


def test_a_setup_that_blocks_names_the_lock_and_its_holder() -> None:
    text = """\
spinlock_t lock;
CPU(0, "first") { setup { spin_lock(&lock); } spin_unlock(&lock); }
CPU(1, "second") { setup { spin_lock(&lock); } spin_unlock(&lock); }
"""

    found = complaint(text)

    assert 'the setup of "second"' in found.message
    assert "waits for lock, held by CPU 0" in found.message


def test_work_before_the_first_step_that_goes_wrong_is_told_from_a_setup() -> None:
    text = 'u8 x;\nCPU(0, "only") { x = 1; assert(x == 2, "wrong: x is %d", x); }\n'

    found = complaint(text)

    assert found.message == 'what "only" does before its first step: x is 1'
