"""Write protection, walks and page_table_check: their texts have the actions, in order."""

from __future__ import annotations

import re

import pytest

from tests.kernel.library_text import body, code_of, text_of


def test_every_numbered_action_of_uffdio_writeprotect_stands_in_its_texts() -> None:
    texts = "".join(text_of(path) for path in ("fs/userfaultfd.c", "mm/mprotect.c"))
    captions = " ".join(re.findall(r"/\*(.*?)\*/", texts))

    assert {int(number) for number in re.findall(r"\bW(\d+)", captions)} == set(range(1, 12))


@pytest.mark.parametrize(
    ("path", "head", "parts"),
    [
        (
            "fs/userfaultfd.c",
            "void userfaultfd_register(",
            ["mmap_write_lock", "vma_start_write", "vm_flags |=", "vm_userfaultfd_ctx =", "mmap_write_unlock"],
        ),
        (
            "fs/userfaultfd.c",
            "int mwriteprotect_range(",
            [
                "mmap_read_lock",
                "mmap_changing",
                "vma_lookup",
                "userfaultfd_wp(",
                "change_pmd_range",
                "flush_tlb_range",
                "mmap_read_unlock",
            ],
        ),
        (
            "mm/mprotect.c",
            "bool change_pmd_range(",
            [
                "change_pmd_prepare",
                "pmd_none(",
                "range_start",
                "pmd_trans_huge",
                "__split_huge_pmd",
                "change_pmd_prepare",
                "change_pte(",
                "ret < 0",
                "range_end",
            ],
        ),
        ("mm/mprotect.c", "int change_pte(", ["pte_offset_map_lock", "-EAGAIN", "__change_pte", "pte_unmap_unlock"]),
        (
            "mm/mprotect.v6.4.c",
            "int change_pte(",
            ["pmd_devmap_trans_unstable", "return 0", "pte_offset_map_lock", "__change_pte", "pte_unmap_unlock"],
        ),
        (
            "mm/pte-marker.c",
            "u8 do_pte_marker(",
            ["userfaultfd_wp(", "pte_marker_clear", "do_fault("],
        ),
        (
            "mm/pte-marker.c",
            "bool do_uffd_wp(",
            ["orig.uffd_wp", "userfaultfd_wp(", "pte_unmap_unlock", "handle_userfault"],
        ),
        (
            "mm/pte-marker.c",
            "void handle_userfault(",
            ["fault_pending", "vma_end_read", "mmap_read_unlock", "wait_until"],
        ),
        (
            "mm/pgtable-generic.c",
            "pte_t *pte_offset_map_lock(",
            ["__pte_offset_map", "pte_lockptr", "spin_lock(", "val == pmdp_get_lockless", "pte_unmap_unlock"],
        ),
        (
            "mm/pgtable-generic.c",
            "fuse pte_t *__pte_offset_map(",
            ["rcu_read_lock", "pmdp_get_lockless", "rcu_read_unlock", "return NULL"],
        ),
        ("linux/pgtable.h", "static inline void set_pte_at(", ["page_table_check_pte_set", "WRITE_ONCE"]),
        (
            "mm/page_table_check.enabled.c",
            "fuse void page_table_check_pte_set(",
            ["page_table_check_pte_clear(ptep_get(", "page_table_check_set("],
        ),
    ],
)
def test_the_actions_stand_in_the_order_of_the_kernel(path: str, head: str, parts: list[str]) -> None:
    text, at = body(path, head), 0

    for part in parts:
        at = text.find(part, at)
        assert at >= 0, part
        at += len(part)


def test_write_protection_of_file_memory_sets_no_anon_vma() -> None:
    assert "anon_vma" not in code_of("mm/mprotect.c")


@pytest.mark.parametrize("file", ["retract.v6.0.c", "collapse-and-free.c", "retract.patch-v1.c", "retract.v6.6.c"])
def test_every_retraction_takes_the_table_out_of_the_account_after_it_is_detached(file: str) -> None:
    text = code_of(f"mm/khugepaged/{file}")

    assert text.index("pmdp_collapse_flush") < text.index("page_table_check_pte_clear_range") < text.index("pte_free")
