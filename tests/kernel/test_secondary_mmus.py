"""IOMMUs and KVM: of each kind of finding a run that must be reported, and one that looks alike and must not."""

from __future__ import annotations

import pytest

from tests.kernel.runs import END, Runs, all_schedules, found

WALK = "iommu_translate_at_once"
DETACH = "pmdp_huge_get_and_clear"
DEFER = "pte_free_defer"
FREE = "pte_free("
AGAIN = "gup_pte_range: ptep_get(ptep) #2"
MAP = "kvm_map"

REPORTED: dict[str, tuple[str, str, Runs, list[str]]] = {
    "a walk cache that leads to a free page": (
        "sva-walk-cache",
        "patch-v1",
        [("b", WALK), ("a", DEFER), ("e", FREE)],
        ["dangling-walk-cache"],
    ),
    "a walk by way of it": (
        "sva-walk-cache",
        "patch-v1",
        [("b", WALK), ("a", DEFER), ("e", FREE), ("b", WALK)],
        ["dangling-walk-cache", "freed-table-walk"],
    ),
    "a walk under way while the table is freed": (
        "sva-walk-cache",
        "patch-v1-inflight",
        [("b", "iommu_translate"), ("a", DEFER), ("e", FREE), ("b", "iommu_read_slot")],
        ["freed-table-walk"],
    ),
    "an access to what somebody else wrote into the page": (
        "sva-walk-cache",
        "patch-v1",
        [("b", WALK), ("a", DEFER), ("e", FREE), ("d", "WRITE_ONCE"), ("b", WALK), ("b", WALK)],
        ["dangling-walk-cache", "freed-table-walk", "foreign-dma"],
    ),
    "an SPTE whose page goes with the table": (
        "kvm-after-copy",
        "patch-v1",
        [("a", "pte_lockptr"), ("b", "pte_unmap_unlock"), ("c", MAP), ("a", DETACH)],
        ["lost-pte", "stale-spte"],
    ),
    "an SPTE that is made after range_start, for the range of another": (
        "kvm-retry",
        "last-range-only",
        [("a", "kvm_mmu_invalidate_begin"), ("b", "kvm_mmu_invalidate_begin"), ("c", MAP), ("b", END), ("a", END)],
        ["stale-spte"],
    ),
    "an SPTE that is made after range_end, from an answer of before": (
        "kvm-retry",
        "no-number",
        [
            ("c", AGAIN),
            ("a", "zap_present_pte"),
            ("c", "put_page"),
            ("a", END),
            ("c", MAP),
        ],
        ["stale-spte"],
    ),
}

LOOK_ALIKES: dict[str, tuple[str, str, Runs]] = {
    "a walk cache that is told before the table is freed": (
        "sva-walk-cache",
        "v6.6",
        [("b", WALK), ("a", DEFER), ("e", FREE)],
    ),
    "a walk cache that is filled while the table goes": (
        "sva-walk-cache",
        "v6.4",
        [("a", "mmap_write_trylock"), ("b", WALK), ("a", END)],
    ),
    "a walk that finds the PMD empty": (
        "sva-walk-cache",
        "patch-v1",
        [("a", DEFER), ("b", WALK), ("e", FREE), ("b", WALK)],
    ),
    "a walk in a table that is out of use and not freed": (
        "sva-walk-cache",
        "patch-v1-inflight",
        [("b", "iommu_translate"), ("a", DEFER), ("b", "iommu_read_slot"), ("e", FREE)],
    ),
    "a page that is in other hands when no walk leads there": (
        "sva-walk-cache",
        "patch-v1-inflight",
        [("a", DEFER), ("e", FREE), ("d", "WRITE_ONCE"), ("b", "iommu_translate")],
    ),
    "an SPTE whose page stays where it is": (
        "kvm-after-copy",
        "v6.6",
        [("a", "pte_lockptr"), ("b", "pte_unmap_unlock"), ("c", MAP), ("a", END)],
    ),
    "an SPTE that would be made after range_start": (
        "kvm-retry",
        "v6.6",
        [("a", "kvm_mmu_invalidate_begin"), ("b", "kvm_mmu_invalidate_begin"), ("c", MAP), ("b", END), ("a", END)],
    ),
    "an SPTE that would be made after range_end": (
        "kvm-retry",
        "v6.6",
        [
            ("c", AGAIN),
            ("a", "zap_present_pte"),
            ("c", "put_page"),
            ("a", END),
            ("c", MAP),
        ],
    ),
    "an SPTE whose page goes while an invalidation is under way": (
        "kvm-retry",
        "v6.6",
        [("c", MAP), ("a", "zap_present_pte")],
    ),
}


@pytest.mark.parametrize("case", REPORTED)
def test_it_is_reported(case: str) -> None:
    name, variant, runs, kinds = REPORTED[case]

    assert found(name, variant, runs) == kinds


@pytest.mark.parametrize("case", LOOK_ALIKES)
def test_it_looks_alike_and_is_not_reported(case: str) -> None:
    name, variant, runs = LOOK_ALIKES[case]

    assert found(name, variant, runs) == []


def test_the_page_is_lost_and_the_guest_loses_it_too_where_the_notifier_is_called() -> None:
    runs = [("a", "find_pmd"), ("b", END), ("c", MAP), ("a", DETACH)]

    assert found("kvm-after-copy", "v6.1.0", runs) == ["lost-pte", "higher-locks"]


WORLD = """
#include "linux/mm.h"
#include "drivers/iommu/sva.c"
#include "virt/kvm.c"

struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };
struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct iommu smmu = { .mm = &A };
struct kvm vm = { .mm = &A };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

setup { user_store(&A, 1, 42); }
"""

UNMAP = """
/* One page goes; `told` is when the IOMMU is told. */
void unmap(bool told)
{
	struct page *page;
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(&A, &A.pmd[0], 1, &ptl);

	page = ptep_get(pte).page;
	set_pte_at(&A, 1, pte, __pte_none);
	if (told)
		mmu_notifier_arch_invalidate_secondary_tlbs(&A, 1, 2);
	pte_unmap_unlock(ptl);
	put_page(page);
}
DEVICE("device") { u8 val; for (;;) dma_access(&smmu, 1, false, &val); }
"""


def test_a_device_that_goes_on_with_a_freed_page_is_a_use_after_free() -> None:
    result = all_schedules(WORLD + UNMAP + 'CPU(0, "unmapper") { unmap(false); }')

    assert result.verdict("use-after-free") == "sometimes"


def test_a_device_whose_iotlb_is_told_before_the_page_is_freed_is_none() -> None:
    result = all_schedules(WORLD + UNMAP + 'CPU(0, "unmapper") { unmap(true); }')

    assert result.found == ()
    assert result.exhaustive


def test_an_iotlb_entry_that_nobody_will_drop_is_stale() -> None:
    text = WORLD + UNMAP + 'finally("stale-tlb: the IOTLB knows only what is mapped", !iotlb_is_stale(&smmu));'

    assert all_schedules(text + 'CPU(0, "unmapper") { unmap(false); }').verdict("stale-tlb") == "sometimes"
    assert all_schedules(text + 'CPU(0, "unmapper") { unmap(true); }').verdict("stale-tlb") == "never"


TOLD_UNDER_A_LOCK = """
CPU(0, "cpu") {
	spinlock_t *ptl;
	pte_t *pte;

	%s
	pte = pte_offset_map_lock(&A, &A.pmd[0], 1, &ptl);
	%s
	pte_unmap_unlock(ptl);
	mmu_notifier_invalidate_range_end(&A, 1, 2);
}
"""


def test_range_start_may_sleep_and_must_not_be_called_under_a_page_table_lock() -> None:
    start = "mmu_notifier_invalidate_range_start(&A, 1, 2);"

    assert all_schedules(WORLD + TOLD_UNDER_A_LOCK % ("", start)).verdict("sleep-in-atomic") == "always"
    assert all_schedules(WORLD + TOLD_UNDER_A_LOCK % (start, "")).found == ()


def test_hardware_may_be_told_under_a_page_table_lock() -> None:
    start = "mmu_notifier_invalidate_range_start(&A, 1, 2);"
    told = "mmu_notifier_arch_invalidate_secondary_tlbs(&A, 1, 2);"

    assert all_schedules(WORLD + TOLD_UNDER_A_LOCK % (start, told)).found == ()


def test_range_end_without_a_start_is_a_bug() -> None:
    result = all_schedules(WORLD + 'CPU(0, "cpu") { mmu_notifier_invalidate_range_end(&A, 1, 2); }')

    assert result.verdict("bug-on") == "always"


def test_a_page_that_becomes_the_table_of_another_mm_is_no_table_of_this_one() -> None:
    result = all_schedules(
        WORLD
        + """
struct mm_struct B = { .mm_users = 1 };
CPU(0, "remover") {
	struct ptdesc *table = A.pmd[0].table;

	A.pmd[0] = __pmd_none;
	kfree(table);
}
EVENT("another mm") { B.pmd[0] = __pmd_table(kmalloc_freed(struct ptdesc)); }
DEVICE("device") { u8 val; dma_access(&smmu, 0, false, &val); }
"""
    )

    assert result.verdict("freed-table-walk") == "sometimes"
