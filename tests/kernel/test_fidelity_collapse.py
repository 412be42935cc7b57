"""collapse_file(), try_to_unmap(), collapse_pte_mapped_thp(): their texts have the actions, in order."""

from __future__ import annotations

import pytest

from tests.kernel.library_text import code_of, in_order, numbers, text_of

COLLAPSE = "mm/khugepaged/collapse_file.c"
PTE_MAPPED = ["mm/khugepaged/pte-mapped.v6.4.c", "mm/khugepaged/pte-mapped.v6.6.c"]


def test_every_numbered_action_of_collapse_file_stands_in_its_text() -> None:
    assert set(numbers(COLLAPSE, "C")) == set(range(1, 14))


@pytest.mark.parametrize(("path", "left_out"), zip(PTE_MAPPED, [{4, 5, 6}, set()], strict=True))
def test_every_numbered_action_of_collapse_pte_mapped_thp_stands_in_its_text(path: str, left_out: set[int]) -> None:
    assert set(numbers(path, "P")) == set(range(13)) - left_out


def test_collapse_file_unmaps_counts_flushes_copies_stores_retracts_and_frees_in_this_order() -> None:
    assert in_order(
        code_of(COLLAPSE),
        "enum scan_result collapse_file(",
        "alloc_charge_hpage(",
        "trylock_page_at(",
        "isolate_page(",
        "try_to_unmap(",
        "is_unused(",
        "try_to_unmap_flush(",
        "copy_to_hpage(",
        "close_holes(",
        "xas_store_hpage(",
        "collapse_file_end(",
        "free_small_page(",
        "rollback:",
        "putback_small_page(",
        "free_hpage(",
    )


def test_holes_are_closed_under_the_rmap_lock_and_the_lock_of_the_page_cache_before_anybody_is_asked() -> None:
    assert in_order(
        code_of(COLLAPSE),
        "enum scan_result close_holes(",
        "i_mmap_lock_read(",
        "xa_lock(",
        "store_retry_entries(",
        "userfaultfd_missing(",
        "i_mmap_unlock_read(",
        "remove_retry_entries(",
    )


def test_three_references_are_counted_with_the_lock_of_the_page_cache() -> None:
    assert in_order(code_of(COLLAPSE), "fuse bool is_unused(", "xa_lock(mapping)", "page->refcount == 3")


def test_a_slot_is_emptied_before_it_is_counted_out_and_the_notifiers_stand_around_it() -> None:
    path = "mm/rmap-file.c"
    emptied = ("set_pte_at(", "dec_mm_counter(", "page_remove_rmap(", "put_page(")

    assert in_order(code_of(path), "fuse void unmap_pte(", *emptied)
    assert in_order(code_of(path), "void try_to_unmap_one(", "range_start(", "unmap_pte(", "range_end(")
    assert in_order(
        code_of(path), "void try_to_unmap(", "i_mmap_lock_read(", "try_to_unmap_one(", "i_mmap_unlock_read("
    )


def test_in_v6_6_pml_is_taken_early_only_where_a_userfaultfd_is_on_a_private_mapping() -> None:
    assert in_order(
        code_of(PTE_MAPPED[1]),
        "enum scan_result collapse_pte_mapped_thp(",
        "scan_ptes(",
        "mmu_notifier_invalidate_range_start(",
        "if (userfaultfd_armed(vma) && !(vma->vm_flags & VM_SHARED))",
        "pml = pmd_lock(",
        "pte_offset_map_nolock(",
        "clear_ptes(",
        "pmdp_collapse_flush(",
        "mmu_notifier_invalidate_range_end(",
        "pte_free_defer(",
        "set_huge_pmd(",
    )


def test_up_to_v6_5_the_table_goes_away_with_its_entries_under_every_higher_lock() -> None:
    assert in_order(
        code_of(PTE_MAPPED[0]),
        "enum scan_result collapse_pte_mapped_thp(",
        "vma_start_write(",
        "i_mmap_lock_write(",
        "scan_ptes(",
        "remove_rmaps(",
        "down_write(&anon_vma->rwsem)",
        "collapse_and_free_pmd(",
        "up_write(&anon_vma->rwsem)",
        "i_mmap_unlock_write(",
        "set_huge_pmd(",
    )
    assert "set_pte_at(" not in text_of(PTE_MAPPED[0])


def test_up_to_v6_5_the_table_is_freed_after_the_interrupt_and_inside_the_notifiers_count() -> None:
    assert in_order(
        code_of("mm/khugepaged/collapse-and-free.c"),
        "void collapse_and_free_pmd(",
        "mmu_notifier_invalidate_range_start(",
        "pmdp_collapse_flush(",
        "tlb_remove_table_sync_one(",
        "mmu_notifier_invalidate_range_end(",
        "pte_free(",
    )
