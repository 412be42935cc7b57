"""The diagram of a commit message: columns, nesting, marks, and never a line that is too long."""

from __future__ import annotations

import pytest
from racewalk.explain.diagram import COMMIT_WIDTH, commit_text
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.scenario.build import build, header_of
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import Run, run_of
from racewalk.session.summary import schedule_of

from tests.scenario.texts import bundle

CALLS = """\
spinlock_t lock;
u8 x, y;
void store(u8 value) { x = value; }
void both(u8 value)
{
	spin_lock(&lock);
	store(value);
	spin_unlock(&lock);
}
CPU(0, "first") { both(1); both(2); }
CPU(1, "second") { y = x; both(3); y = y; }
never("odd: the second has seen nothing", y == 0 && x == 3);
"""


def run(text: str, schedule: str, variant: str | None = None) -> Run:
    return run_of(build("own", bundle(text), variant, shipped().library), False, schedule)


def lines(text: str, schedule: str, width: int = COMMIT_WIDTH) -> list[str]:
    return commit_text(run(text, schedule).diagram, width).splitlines()


def test_calls_are_shown_by_indentation_and_once_for_all_their_steps() -> None:
    assert lines(CALLS, "1.a3") == [
        "CPU0 (first)",
        "------------",
        "both()",
        "  spin_lock(&lock)",
        "  store()",
        "    x = value",
        "  spin_unlock(&lock)",
    ]


def test_a_second_call_of_the_same_function_is_a_call_again() -> None:
    assert lines(CALLS, "1.a4").count("both()") == 2


def test_what_was_read_is_told_and_who_was_preempted() -> None:
    assert lines(CALLS, "1.a2b1")[2:] == [
        "both()",
        "  spin_lock(&lock)",
        "  store()",
        "    x = value",
        "    [preempted]",
        "                                     x = 1",
    ]


def test_who_waits_is_told_for_what() -> None:
    assert "                                     [waits for lock, held by CPU 0]" in lines(CALLS, "1.a1b1a1")


def test_what_goes_wrong_stands_below_its_step() -> None:
    found = lines(CALLS, "1.b3")

    assert found[-2].split() == ["x", "=", "value"]
    assert found[-1] == "*** property violated, it happened: the second has seen nothing"


def test_no_column_is_lost_where_three_move_and_more_stand_below_each_other() -> None:
    three = 'u8 x;\nCPU(0, "a") { x = 1; }\nCPU(1, "b") { x = 2; }\nCPU(2, "c") { x = 3; }\n'
    four = three + 'CPU(3, "d") { x = 4; }\n'

    assert lines(three, "1.a1b1c1")[0].split() == ["CPU0", "(a)", "CPU1", "(b)", "CPU2", "(c)"]
    assert lines(four, "1.a1b1c1d1")[:2] == ["CPU0 (a):", "  x = 1"]


def test_an_empty_run_says_so() -> None:
    assert lines(CALLS, "") == ["(no step)"]


def racy() -> list[tuple[str, str]]:
    """Variants in which a schedule has what the scenario asks for."""
    names = [(name, header_of(files)) for name in shipped().ids() if (files := shipped().bundle(name)) is not None]
    return [
        (name, variant.id)
        for name, header in names
        for variant in header.variants.values()
        if variant.asks is not None and variant.expect.get(variant.asks, "never") != "never"
    ]


@pytest.mark.parametrize(("name", "variant"), racy())
def test_the_run_of_every_shipped_race_fits_into_a_commit_message(name: str, variant: str) -> None:
    files = shipped().bundle(name)
    assert files is not None
    built = build(name, files, variant, shipped().library)
    result = search(built.model, Query("shortest", Goal("finding", built.variant.asks or "")))
    found = result.get(built.variant.asks or "")
    assert found is not None

    text = commit_text(run_of(built, True, schedule_of(built.model, found.schedule)).diagram)

    assert max(len(line) for line in text.splitlines()) <= COMMIT_WIDTH
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert "*** " in text


def test_an_actor_that_is_named_after_what_it_is_is_told_once() -> None:
    text = 'u8 x;\nCPU(0, "driver") { x = 1; }\nDEVICE("device") { x = 2; }\n'

    assert lines(text, "1.a1b1")[0].split() == ["CPU0", "(driver)", "device"]
