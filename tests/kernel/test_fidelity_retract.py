"""Retraction, userfaultfd, exit: their texts have the actions in order, and versions differ where the facts say so."""

from __future__ import annotations

import pytest

from tests.kernel.library_text import code_of, in_order, numbers

RETRACT = "mm/khugepaged/retract"


@pytest.mark.parametrize(
    ("path", "letter", "missing"),
    [
        (f"{RETRACT}.v6.0.c", "O", {4, 7, 8, 12, 14}),
        (f"{RETRACT}.v6.1.c", "O", {7, 8}),
        (f"{RETRACT}.v6.4.c", "O", set()),
    ],
)
def test_every_action_of_the_old_retraction_stands_in_its_text(path: str, letter: str, missing: set[int]) -> None:
    assert set(range(1, 16)) - set(numbers(path, letter)) <= missing


@pytest.mark.parametrize(("version", "letter"), [("patch-v1", "V"), ("v6.6", "F"), ("v6.14", "F")])
def test_every_action_of_the_new_retraction_stands_in_its_text(version: str, letter: str) -> None:
    path = f"{RETRACT}.{version}.c"
    last = [max(numbers(path, letter)[:n]) for n in range(1, len(numbers(path, letter)))]

    assert set(numbers(path, letter)) == set(range(1, 15))
    assert last == sorted(last)


@pytest.mark.parametrize("path", ["mm/userfaultfd.c", "mm/userfaultfd.v6.6.c"])
def test_the_actions_of_userfaultfd_up_to_the_two_looks_stand_in_order(path: str) -> None:
    parts = ("mmap_read_lock(mm)", "find_dst_vma(", "anon_vma_prepare(", "pmdp_get_lockless(", "__pte_alloc(")

    assert in_order(code_of(path), *parts)


def test_every_action_of_userfaultfd_stands_in_its_text() -> None:
    assert set(numbers("mm/userfaultfd.c", "U")) == set(range(1, 14))


def test_a_stored_page_is_counted_before_its_slot_is_filled_and_a_page_of_zeros_is_not_counted() -> None:
    assert in_order(
        code_of("mm/userfaultfd.c"), "page_add_new_anon_rmap(", "inc_mm_counter(", "set_pte_at(mm, dst, pte, new)"
    )
    assert "inc_mm_counter" not in code_of("mm/userfaultfd.c").split("int mfill_atomic_pte_zeropage(")[1]


def test_userfaultfd_takes_no_page_lock() -> None:
    for path in ("mm/userfaultfd.c", "mm/userfaultfd.v6.6.c"):
        assert "lock_page" not in code_of(path)
        assert "i_mmap" not in code_of(path)


def test_only_u4_as_first_released_asserts_that_there_is_a_table() -> None:
    assert "BUG_ON(pmd_none(dst_pmdval))" in code_of("mm/userfaultfd.v6.6.c")
    assert "BUG_ON(pmd_none" not in code_of("mm/userfaultfd.c")


@pytest.mark.parametrize("version", ["v6.0", "v6.1", "v6.4"])
def test_the_old_retraction_takes_i_mmap_exclusively_and_the_mmap_lock_by_trylock(version: str) -> None:
    assert in_order(
        code_of(f"{RETRACT}.{version}.c"), "i_mmap_lock_write(", "mmap_write_trylock(", "mmap_write_unlock("
    )


@pytest.mark.parametrize("version", ["patch-v1", "v6.6", "v6.14"])
def test_the_new_retraction_takes_i_mmap_shared_and_neither_mmap_lock_nor_vma_lock(version: str) -> None:
    code = code_of(f"{RETRACT}.{version}.c")

    assert "i_mmap_lock_read(" in code
    for word in ("mmap_write", "mmap_read_lock(mm", "vma_start_write", "vma_try_start_write"):
        assert word not in code


@pytest.mark.parametrize(("version", "looks"), [("v6.0", 1), ("v6.1", 1), ("v6.4", 2), ("patch-v1", 1), ("v6.6", 2)])
def test_anon_vma_is_looked_at_as_often_as_the_facts_say(version: str, looks: int) -> None:
    assert code_of(f"{RETRACT}.{version}.c").count("vma->anon_vma") == looks


def test_v6_14_is_v6_6_and_one_more_look_at_the_pmd_under_pml() -> None:
    path = f"{RETRACT}.v6.14.c"

    assert in_order(
        code_of(path), "pmd_lock(mm, pmd)", "check_pmd_state(pmd)", "pte_lockptr(mm, pmd)", "vma->anon_vma ||"
    )
    assert "check_pmd_state" not in code_of(f"{RETRACT}.v6.6.c")


@pytest.mark.parametrize("version", ["patch-v1", "v6.6", "v6.14"])
def test_the_second_lock_is_compared_before_it_is_taken_and_before_it_is_given_back(version: str) -> None:
    assert code_of(f"{RETRACT}.{version}.c").count("if (ptl != pml)") == 2


def test_the_exit_takes_no_lock_in_v5_8_one_in_v6_0_and_two_after_each_other_later() -> None:
    assert "lock(" not in code_of("mm/mmap.v5.8.c")
    assert in_order(
        code_of("mm/mmap.v6.0.c"), "mmap_write_lock(", "unmap_vmas(", "free_pgtables(", "mmap_write_unlock("
    )
    assert in_order(
        code_of("mm/mmap.c"),
        *("mmap_read_lock(", "unmap_vmas(", "mmap_read_unlock("),
        *("mmap_write_lock(", "free_pgtables(", "mmap_write_unlock("),
    )


def test_khugepaged_is_waited_for_before_the_exit_begins_and_the_counters_are_looked_at_last() -> None:
    assert in_order(code_of("kernel/fork.c"), "khugepaged_exit(mm)", "exit_mmap(mm)", "check_mm(mm)")
