"""An atomic block may block only at its start, whatever it is that blocks."""

import pytest
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import CompileError
from racewalk.scenario.build import build

SHARED = """\
struct item { u8 data; };
POOL(struct item, 1, "I");
spinlock_t lock;
u8 x;
CPU(1, "other") { x = 2; kfree(kmalloc(struct item)); spin_lock(&lock); spin_unlock(&lock); }
"""

BLOCKING = ["spin_lock(&lock);", "wait_until(x);", "kmalloc_freed(struct item);"]


def steps_of(block: str) -> int:
    text = f'{SHARED}CPU(0, "one") {{ {block} }}\n'
    built = build("x", Bundle.of([("x.c", text)]), None, lambda path: None)
    return len(built.model.program.actors[0].steps)


@pytest.mark.parametrize("blocking", BLOCKING)
def test_an_atomic_block_that_blocks_first_is_one_step(blocking: str) -> None:
    assert steps_of(f"atomic {{ {blocking} x = 1; }}") == 1


@pytest.mark.parametrize("blocking", BLOCKING)
def test_an_atomic_block_that_blocks_after_a_change_is_refused(blocking: str) -> None:
    with pytest.raises(CompileError) as refused:
        steps_of(f"atomic {{ x = 1; {blocking} }}")

    assert [diagnostic.code for diagnostic in refused.value.diagnostics] == ["late-blocking"]


@pytest.mark.parametrize("blocking", BLOCKING)
def test_a_fuse_may_block_in_its_middle(blocking: str) -> None:
    assert steps_of(f"fuse {{ x = 1; {blocking} }}") == 1
