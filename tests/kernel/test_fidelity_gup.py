"""GUP-fast, the collapse of anonymous memory, the flush of TLBs: their texts have the actions, in order."""

from __future__ import annotations

import pytest

from tests.kernel.library_text import numbers, places, text_of


@pytest.mark.parametrize(("path", "actions"), [("mm/gup.c", {1, 2, 3, 4, 5, 6, 7}), ("mm/gup.v5.19.c", {3, 4, 5, 6})])
def test_every_numbered_action_of_gup_fast_stands_in_its_text(path: str, actions: set[int]) -> None:
    assert set(numbers(path, "G")) == actions


def test_only_since_v6_0_gup_fast_looks_at_the_pmd_again() -> None:
    again = "pmdp_get_lockless(pmdp) != pmd || ptep_get(ptep) != pte"

    assert again in text_of("mm/gup.c")
    assert again not in text_of("mm/gup.v5.19.c")
    assert "ptep_get(ptep) != pte" in text_of("mm/gup.v5.19.c")


@pytest.mark.parametrize(
    ("version", "left_out"),
    [("v6.0", {8}), ("v6.1", set()), ("v6.6", set())],
)
def test_every_numbered_action_of_collapse_huge_page_stands_in_its_text(version: str, left_out: set[int]) -> None:
    found = numbers(f"mm/khugepaged/collapse_huge_page.{version}.c", "H")

    assert set(found) == set(range(1, 14)) - left_out
    assert [n for n in found if n not in (9, 10)] == sorted(n for n in found if n not in (9, 10))


@pytest.mark.parametrize("version", ["v6.0", "v6.1", "v6.6"])
def test_the_table_is_taken_out_before_its_pages_are_looked_at_and_these_before_they_are_copied(version: str) -> None:
    path = f"mm/khugepaged/collapse_huge_page.{version}.c"
    order = places(
        path,
        "mmap_write_lock(mm)",
        "down_write(&anon_vma->rwsem)",
        "mmu_notifier_invalidate_range_start(",
        "pmdp_collapse_flush(",
        "mmu_notifier_invalidate_range_end(",
        "__collapse_huge_page_isolate(",
        "up_write(&anon_vma->rwsem)",
        "__collapse_huge_page_copy(",
        "install_huge_pmd(",
        "mmap_write_unlock(mm)",
    )

    assert order == sorted(order)


@pytest.mark.parametrize("version", ["v6.1", "v6.6"])
def test_since_v6_1_the_interrupt_comes_between_taking_the_table_out_and_counting_references(version: str) -> None:
    path = f"mm/khugepaged/collapse_huge_page.{version}.c"
    order = places(path, "pmdp_collapse_flush(", "tlb_remove_table_sync_one(", "__collapse_huge_page_isolate(")

    assert order == sorted(order)
    assert "tlb_remove_table_sync_one" not in text_of("mm/khugepaged/collapse_huge_page.v6.0.c")


def test_from_v6_1_to_v6_5_the_interrupt_comes_between_flush_and_free() -> None:
    order = places(
        "mm/khugepaged/collapse-and-free.c", "pmdp_collapse_flush(", "tlb_remove_table_sync_one(", "pte_free("
    )

    assert order == sorted(order)


def test_the_pmd_is_emptied_before_the_flush() -> None:
    for path in ("mm/pgtable-generic.c", "mm/pgtable-generic.v6.4.c"):
        order = places(path, "pmdp_huge_get_and_clear(pmdp)", "flush_tlb_range(")

        assert order == sorted(order)
