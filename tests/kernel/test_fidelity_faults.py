"""The page fault and the reverse map: their texts have the actions, in order."""

from __future__ import annotations

import re

import pytest

from tests.kernel.library_text import body, in_order, text_of

MEMORY = "mm/memory.c"
RMAP = "mm/rmap.c"


def test_every_numbered_action_of_the_page_fault_stands_in_its_text() -> None:
    captions = " ".join(re.findall(r"/\*(.*?)\*/", "".join(map(text_of, ("arch/fault.c", MEMORY, "mm/filemap.c")))))

    assert {int(number) for number in re.findall(r"\bK(\d+)", captions)} == set(range(1, 8))


def test_a_fault_looks_at_pmd_and_slot_before_it_decides_and_at_the_slot_again_under_its_lock() -> None:
    fault = body(MEMORY, "u8 handle_pte_fault(")

    assert in_order(fault, "pmdp_get_lockless(", "pte_offset_map_nolock(", "ptep_get(", "do_fault(")
    assert in_order(fault, "do_fault(", "spin_lock(ptl)", "ptep_get(pte) != orig", "do_wp_page(")


def test_a_cow_fault_sets_anon_vma_before_it_waits_for_the_page_of_the_file() -> None:
    parts = (
        "anon_vma_prepare(",
        "kmalloc(struct page",
        "__do_fault(",
        "copy_user_highpage(",
        "finish_fault(",
        "unlock_page(",
    )

    assert in_order(body(MEMORY, "u8 do_cow_fault("), *parts)


def test_a_page_is_mapped_huge_where_it_can_be_else_in_a_slot_that_is_still_empty() -> None:
    parts = (
        "do_set_pmd(",
        "__pte_alloc(",
        "pte_offset_map_lock(",
        "ptep_get(pte) == orig",
        "inc_mm_counter(",
        "set_pte_at(",
    )

    assert in_order(body(MEMORY, "bool finish_fault("), *parts)


def test_a_copy_on_write_takes_no_page_lock_and_sets_anon_vma_before_it_touches_the_slot() -> None:
    prepared = (
        "anon_vma_prepare(",
        "kmalloc(struct page",
        "copy_user_highpage(",
        "range_start(",
        "pte_offset_map_lock(",
    )
    replaced = (
        "== orig",
        "set_pte_at(mm, addr, pte, __pte_none)",
        "flush_tlb_range(",
        "mk_pte(copy, true)",
        "range_end(",
    )

    assert in_order(body(MEMORY, "void wp_page_copy("), *prepared, *replaced)
    for head in ("u8 do_wp_page(", "void wp_page_copy("):
        assert "lock_page" not in body(MEMORY, head)


def test_under_a_vma_lock_nothing_is_mapped_that_was_not_and_no_anon_vma_is_made() -> None:
    fault = body(MEMORY, "u8 handle_pte_fault(")

    assert fault.count("if (flags & FAULT_FLAG_VMA_LOCK)\n") == 2
    assert in_order(fault, "if (pte_none(orig))", "FAULT_FLAG_VMA_LOCK", "retry_under_mmap_lock(", "do_fault(")
    assert in_order(
        body(MEMORY, "u8 do_wp_page("), "!READ_ONCE(vma->anon_vma)", "retry_under_mmap_lock(", "wp_page_copy("
    )


def test_an_anon_vma_is_set_under_its_lock_and_the_page_table_lock_if_it_is_still_null() -> None:
    assert in_order(
        body(RMAP, "fuse void __anon_vma_prepare("),
        "find_mergeable_anon_vma(",
        "down_write(&anon_vma->rwsem)",
        "spin_lock(&mm->page_table_lock)",
        "if (!vma->anon_vma)",
        "anon_vma_chain_link(",
        "spin_unlock(",
        "up_write(",
    )


def test_a_reverse_map_walk_holds_the_anon_vma_lock_and_nothing_of_the_mm() -> None:
    walk = body(RMAP, "u8 folio_referenced(") + body(RMAP, "bool folio_referenced_one(")

    assert in_order(walk, "folio_lock_anon_vma_read(", "interval_tree_foreach", "up_read(", "page_vma_mapped_walk(")
    for word in ("mmap_", "vma_start", "rcu_read_lock"):
        assert word not in walk


def test_a_reverse_map_walk_looks_before_it_locks_and_looks_again() -> None:
    assert in_order(
        body("mm/page_vma_mapped.c", "pte_t *page_vma_mapped_walk("),
        *(
            "pmdp_get_lockless(",
            "pte_offset_map_nolock(",
            "ptep_get(",
            "spin_lock(ptl)",
            "ptep_get(",
            "pte.page != page",
        ),
    )


@pytest.mark.parametrize("parts", [("unlink_anon_vmas(", "unlink_file_vma(", "free_pte_range(")])
def test_the_exit_takes_a_mapping_out_of_both_reverse_maps_before_its_tables_go(parts: tuple[str, ...]) -> None:
    assert in_order(body("mm/mmap.c", "void free_pgtables("), *parts)


def test_a_vma_lock_is_only_tried_and_the_write_lock_is_looked_at_before_and_after() -> None:
    parts = ("vma_is_write_locked(", "down_read_trylock(", "vma_is_write_locked(", "up_read(")

    assert in_order(body("linux/mmap_lock.h", "fuse bool vma_start_read("), *parts)
