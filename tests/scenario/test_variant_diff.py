"""Two variants side by side: what differs, who executes it, and where a run parts."""

from __future__ import annotations

import pytest
from racewalk.scenario.build import build
from racewalk.scenario.built import Built
from racewalk.scenario.catalog import shipped
from racewalk.scenario.line_diff import Effort, line_diff
from racewalk.scenario.run_diff import Followed, followed, parting, parting_words
from racewalk.scenario.variant_diff import executed_lines, steps_in, text_diff
from racewalk.session.schedule import parse_schedule

LOST = "1.a5b14a2"


def built(name: str, variant: str) -> Built:
    bundle = shipped().bundle(name)
    assert bundle is not None
    return build(name, bundle, variant, shipped().library)


@pytest.fixture(scope="module")
def patch() -> Built:
    return built("uffd-copy", "patch-v1")


@pytest.fixture(scope="module")
def merged() -> Built:
    return built("uffd-copy", "v6.6")


def both(left: Built, right: Built, schedule: str) -> tuple[Followed, Followed]:
    moves = parse_schedule(schedule)
    return followed(left, moves), followed(right, moves)


def marked(left: str, right: str) -> tuple[list[str], list[str]]:
    (row,) = line_diff([left], [right])
    return [one.text for one in row.left_pieces if one.marked], [one.text for one in row.right_pieces if one.marked]


def test_what_differs_inside_a_line_is_marked_word_by_word() -> None:
    assert marked("\tspin_lock(ptl);", "\tspin_lock(pml);") == (["ptl"], ["pml"])


def test_indentation_and_the_caption_behind_a_line_make_no_difference() -> None:
    (row,) = line_diff(["\tspin_lock(ptl);\t/* V8 */"], ["\t\tspin_lock(ptl);\t\t/* F9 */"])

    assert row.how == "same"
    assert row.right_pieces[0].text.endswith("/* F9 */")


def test_a_line_stands_beside_the_one_that_it_is_most_like() -> None:
    rows = line_diff(["a = f(x);", "end;"], ["first();", "a = f(y);", "end;"])

    assert [(row.how, row.left, row.right) for row in rows] == [
        ("added", None, 0),
        ("changed", 0, 1),
        ("same", 1, 2),
    ]


def test_lines_that_have_little_in_common_are_no_pair() -> None:
    assert [row.how for row in line_diff(["alpha(beta);"], ["for (;;) { }"])] == ["removed", "added"]


def test_what_would_be_too_dear_to_compare_is_shown_as_replaced() -> None:
    left, right = ["a();", "b();"] * 50, ["b();", "a();"] * 50

    assert {row.how for row in line_diff(left, right, Effort(1_000))} == {"removed", "added"}
    assert "same" in {row.how for row in line_diff(left, right)}


def test_a_long_line_of_one_word_again_and_again_is_marked_whole() -> None:
    (row,) = line_diff(["x" + "(" * 390], ["y" + "(" * 390], Effort(100_000))

    assert (row.how, [piece.marked for piece in row.left_pieces]) == ("changed", [True])


def test_a_function_is_compared_with_that_of_its_name_in_whatever_file(patch: Built, merged: Built) -> None:
    parts = [part for part in text_diff(patch, merged) if part.hunks]
    first = parts[0]

    assert first.part.name == "retract_page_tables()"
    assert first.left is not None
    assert first.right is not None
    assert (first.left.path, first.right.path) == ("mm/khugepaged/retract.patch-v1.c", "mm/khugepaged/retract.v6.6.c")


def test_the_test_under_the_lock_is_the_hunk_that_the_run_executes(patch: Built, merged: Built) -> None:
    first = next(part for part in text_diff(patch, merged) if part.hunks)
    mine, theirs = both(patch, merged, LOST)

    here, there = executed_lines(mine), executed_lines(theirs)

    executed = [(steps_in(here, first.left, one.left), steps_in(there, first.right, one.right)) for one in first.hunks]

    assert ([], [21]) in executed
    assert all(one in (([], []), ([], [21])) for one in executed)


def test_a_run_parts_where_the_patch_clears_and_the_merged_code_looks_again(patch: Built, merged: Built) -> None:
    runs = both(patch, merged, LOST)

    assert parting(*runs) == 21
    assert parting_words(*runs) == [
        "Both go the same way for 20 steps.",
        (
            "At step 21 CPU 0 of patch-v1 set A.pmd[0] to PMD_NONE, with `pmdp_huge_get_and_clear(pmdp)`; "
            "CPU 0 of v6.6 read VA.anon_vma: AV0, with `vma->anon_vma`."
        ),
        "On this schedule patch-v1 meets lost-pte; v6.6 meets nothing.",
    ]


def test_what_the_other_variant_cannot_do_is_said_with_the_reason() -> None:
    wait = both(built("lost-update", "locked"), built("lost-update", "atomic"), "1.a1b1")

    assert parting(*wait) == 1

    same = both(built("lost-update", "locked"), built("lost-update", "locked"), "1.a1b1")

    assert parting(*same) is None
    assert parting_words(*same) == [
        "locked and locked go the same way for 1 step; neither can go on: CPU 1 waits for lock, held by CPU 0."
    ]


def test_constants_are_compared_by_their_names() -> None:
    (part,) = (one for one in text_diff(built("lost-update", "plain"), built("lost-update", "locked")) if one.hunks)

    assert part.part.kind == "constants"
    assert [row.how for row in part.rows].count("changed") == 1
