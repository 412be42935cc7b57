"""GUP-fast and TLBs: of each kind of finding a run that must be reported, and one that looks alike and must not."""

from __future__ import annotations

import pytest

from tests.kernel.runs import END, Runs, all_schedules, found

CLEAR = "pmdp_huge_get_and_clear"

REPORTED: dict[str, tuple[str, str, Runs, str]] = {
    "a table that is freed while GUP-fast is in it": (
        "gup-fast-freed-table",
        "v6.0",
        [("b", "pmdp_get_lockless"), ("a", "pte_free"), ("b", "ptep_get")],
        "use-after-free",
    ),
    "a page that GUP-fast finds in reused memory": (
        "gup-fast-freed-table",
        "v5.19",
        [("b", "pmdp_get_lockless"), ("a", "pte_free"), ("d", END), ("b", END)],
        "wrong-page",
    ),
    "a page of another mm whose table the memory is now": (
        "gup-fast-freed-table",
        "v5.19",
        [("b", "pmdp_get_lockless"), ("a", "pte_free"), ("e", END), ("b", END)],
        "cross-mm",
    ),
    "a page that is pinned after its references were counted": (
        "gup-fast-stale-page",
        "v5.19",
        [("b", "pmdp_get_lockless"), ("a", "isolate"), ("b", "local_irq_enable"), ("a", "install_huge_pmd")],
        "wrong-page",
    ),
    "a table that is freed while a CPU remembers it": (
        "stale-tlb",
        "v6.4-no-flush",
        [("a", "pte_free")],
        "stale-tlb",
    ),
    "a walk that goes on in a freed table": (
        "stale-tlb",
        "v6.4-no-flush",
        [("a", "pte_free"), ("b", "tlb_walk_slot")],
        "freed-table-walk",
    ),
    "a store to a page that was copied already": (
        "stale-tlb-store",
        "v6.6-no-flush",
        [("b", "tlb_walk_slot"), ("a", "copy_all_pages"), ("b", END), ("a", END)],
        "lost-write",
    ),
}

LOOK_ALIKES: dict[str, tuple[str, str, Runs]] = {
    "GUP-fast that reads the PMD after the table was taken out": (
        "gup-fast-freed-table",
        "v6.0",
        [("b", "local_irq_disable"), ("a", "pte_free"), ("b", END)],
    ),
    "GUP-fast that reads a table that is out of use and not freed": (
        "gup-fast-freed-table",
        "v6.4",
        [("b", "pmdp_get_lockless"), ("a", "send_to_all_others"), ("b", END), ("a", END)],
    ),
    "GUP-fast that is in a table which RCU is about to free": (
        "gup-fast-freed-table",
        "patch-v1",
        [("b", "pmdp_get_lockless"), ("a", END), ("b", END)],
    ),
    "a page that is held for a moment and not returned": (
        "gup-fast-freed-table",
        "v5.19",
        [("b", "pmdp_get_lockless"), ("a", CLEAR), ("b", END)],
    ),
    "a page of another mm that is not returned": (
        "gup-fast-freed-table",
        "v5.19",
        [("a", "pte_free"), ("e", END), ("b", END)],
    ),
    "a page that is pinned before its references are counted": (
        "gup-fast-stale-page",
        "v5.19",
        [("b", "pmdp_get_lockless"), ("a", CLEAR), ("b", END), ("a", END)],
    ),
    "a page that GUP-fast takes when the huge one is in its place": (
        "gup-fast-stale-page",
        "v5.19",
        [("a", END), ("b", END)],
    ),
    "a CPU that walks a table between its removal and the flush": (
        "stale-tlb",
        "v6.4",
        [("a", CLEAR), ("b", "tlb_walk_slot"), ("a", END), ("b", END)],
    ),
    "a store by way of the TLB between removal and flush": (
        "stale-tlb-store",
        "v6.6",
        [("b", "tlb_walk_slot"), ("a", CLEAR), ("b", "tlb_access"), ("a", END), ("b", END)],
    ),
}


@pytest.mark.parametrize("what", REPORTED)
def test_it_is_reported(what: str) -> None:
    name, variant, runs, kind = REPORTED[what]

    assert kind in found(name, variant, runs)


@pytest.mark.parametrize("what", LOOK_ALIKES)
def test_what_looks_alike_is_not_reported(what: str) -> None:
    name, variant, runs = LOOK_ALIKES[what]

    assert found(name, variant, runs) == []


REFERENCE = """\
#include "linux/mm.h"
#include "mm/gup.c"
POOL(struct page, 1, "P");
struct page *old, *next, *got;
setup { old = kmalloc(struct page, .refcount = 1); %s }
CPU(0, "late") { got = try_get_page(old); }
CPU(1, "owner") { if (next) { get_page(next); put_page(next); } }
finally("missed: a reference was taken", got);
finally("count: it is counted where the page is now", !got || (got == next && next->refcount == 2));
"""


def test_a_reference_to_a_freed_page_is_not_to_be_had_and_asking_for_it_is_no_use_after_free() -> None:
    result = all_schedules(REFERENCE % "kfree(old);")

    assert [found.kind for found in result.found] == ["missed"]


def test_a_reference_to_a_freed_page_goes_to_whoever_has_the_page_now() -> None:
    result = all_schedules(REFERENCE % "kfree(old); next = kmalloc(struct page, .refcount = 1);")

    assert [found.kind for found in result.found] == []


FLUSH = """\
#include "linux/mm.h"
#include "arch/tlb-flush.entries.c"
#define TLB_FLUSH_IPI %s
POOL(struct ptdesc, 1, "T");
struct mm_struct A;
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE };
setup { A.pmd[0] = __pmd_table(kmalloc(struct ptdesc)); tlb[1].upper[0] = A.pmd[0].table; }
CPU(0, "flusher") { flush_tlb_range(&V, 0, HPAGE_PMD_SIZE); }
CPU(1, "busy") {
	local_irq_disable();
	bool before = tlb[1].upper[0] != NULL;
	bool after = tlb[1].upper[0] != NULL;
	if (before && !after)
		report("reached: the flush comes while interrupts are off");
	local_irq_enable();
}
finally("forgotten: the table is remembered", !tlb[1].upper[0]);
"""


@pytest.mark.parametrize(("interrupts", "kinds"), [("true", []), ("false", ["reached"])])
def test_a_flush_by_interrupt_waits_for_a_cpu_that_has_them_off_and_a_broadcast_does_not(
    interrupts: str, kinds: list[str]
) -> None:
    result = all_schedules(FLUSH % interrupts)

    assert [found.kind for found in result.found] == kinds
