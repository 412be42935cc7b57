/*---
dialect: 1
title: Is GUP-fast still in the table that lies under a huge page?
group: Around the mail
summary: khugepaged puts the page table of anonymous memory under the huge page, and whoever unmaps that frees the table at once.
story: |
  When anonymous memory becomes huge, its page table is not freed but deposited: if the huge page has to be split one day, a table must be at hand.
  The table is out of use from then on, and so whoever unmaps the huge page frees the table with it, without waiting for anybody.

  But GUP-fast may have read the PMD before khugepaged took the table out, and may be slow. With interrupts off and no lock held it can still be on
  its way to a slot when the program gives the memory back. Then it reads from a page that is somebody else's. Since v6.0 it looks at the PMD afterwards and
  keeps nothing that it found there; that does not undo the reading. (On some machines deposited tables hold other things than entries even before.)

  Since v6.1 khugepaged waits, when it has taken the table out, until every CPU has had its interrupts on. Nobody is in the table when it is
  deposited, and so nobody needs to wait when it is freed.
sources:
  - commit: 2ba99c5e0881
  - lkml: "20221129154730.2274278-2-jannh@google.com"
  - version: "v6.0, v6.1, v6.6"
asks: use-after-free
goals:
  - find: use-after-free
    say: Let GUP-fast read the table when it is freed. Collapse and unmapping must both come while it has its interrupts off.
variants:
  v6.0:
    summary: "no interrupt before the table is deposited"
    use: [mm/khugepaged/collapse_huge_page.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: {use-after-free: sometimes}
    reach: ["a deposited page table is freed", "a pinned page stops the collapse", "a freed page table is in use for something else", "GUP-fast drops the page again"]
  v6.0-ipi-flush:
    summary: "the same where a TLB flush is an interrupt, as on x86 without paravirt help"
    use: [mm/khugepaged/collapse_huge_page.v6.0.c, mm/pgtable-generic.v6.4.c]
    define: {TLB_FLUSH_IPI: true}
    expect: never
    reach: ["a deposited page table is freed", "a pinned page stops the collapse", "a freed page table is in use for something else"]
  v6.1.0:
    summary: "an interrupt to every CPU before the table is deposited"
    use: [mm/khugepaged/collapse_huge_page.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a deposited page table is freed", "a pinned page stops the collapse", "a freed page table is in use for something else"]
  v6.6:
    summary: "the same, with the VMA lock and page-table walks that may fail"
    use: [mm/khugepaged/collapse_huge_page.v6.6.c]
    expect: never
    reach: ["a deposited page table is freed", "a pinned page stops the collapse", "a freed page table is in use for something else"]
  v6.6-no-ipi:
    summary: "never shipped: v6.6 without the interrupt"
    use: [mm/khugepaged/collapse_huge_page.v6.6.c]
    edit:
      - in: mm/khugepaged/collapse_huge_page.v6.6.c
        from: "tlb_remove_table_sync_one();"
        to: ";"
    expect: {use-after-free: sometimes}
    reach: ["a deposited page table is freed", "a pinned page stops the collapse", "a freed page table is in use for something else", "GUP-fast drops the page again"]
notes:
  - at: "get_user_page_fast_only: pmdp_get_lockless(pmdp)"
    say: The PMD is read once. If it leads to the table now, GUP-fast goes there, however long it takes.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: Nobody else finds the table. Who has found it is not known.
  - at: "smp_call_function_wait: send_to_all_others()"
    variants: [v6.1.0, v6.6]
    say: When every CPU has taken this interrupt, nobody is in the table any more.
  - at: "smp_call_function_wait: send_to_all_others()"
    variants: [v6.0-ipi-flush]
    say: The interrupt flushes the TLB of each CPU. That it waits for GUP-fast, too, is luck, and was relied on.
  - at: "collapse_huge_page: install_huge_pmd(vma, pmd, pmd_ptl, hpage, pmd_pgtable(_pmd))"
    say: The huge page is mapped, and the table lies under it, empty.
  - at: "zap_deposited_table: pte_free(table)"
    variants: [v6.0, v6.6-no-ipi]
    say: The table is freed at once. GUP-fast may have been on its way to it since before the collapse.
  - at: "zap_deposited_table: pte_free(table)"
    variants: [v6.0-ipi-flush, v6.1.0, v6.6]
    say: The table is freed at once. Nobody can have been in it since it was taken out.
  - at: "gup_pte_range: ptep_get(ptep)"
    say: Read from the table that the PMD named when it was read.
---*/
/* collapse_huge_page() comes with the variant. */
#include "linux/mm.h"
#include "mm/gup.c"
#include "mm/huge_memory-anon.c"
#include "mm/page_alloc.c"

#define TLB_FLUSH_IPI	false			/* arm64, paravirt: a TLB flush waits for no CPU */
#define SLOT		1			/* the one slot that is in use */

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_flags = VM_WRITE };

/* The kernel gets the page of the table for data in which a number looks like an entry for this one. */
struct page stranger = { .kind = PAGE_DATA, .refcount = 1 };

POOL(struct ptdesc, 1, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

struct page *hpage;

setup {
	struct anon_vma *anon_vma = kmalloc(struct anon_vma);
	struct page *small = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .mapcount = 1, .anon_vma = anon_vma);
	struct ptdesc *table = kmalloc(struct ptdesc);

	VA.anon_vma = anon_vma;
	table->pte[SLOT] = mk_pte(small, true);
	A.pmd[0] = __pmd_table(table);
	A.pgtables_bytes = PTE_TABLE_BYTES;
	A.rss_stat[MM_ANONPAGES] = 1;
	hpage = kmalloc(struct page, .kind = PAGE_ANON, .huge = true, .refcount = 1);
}

CPU(0, "khugepaged") {
	if (collapse_huge_page(&A, 0, hpage) != SCAN_SUCCEED)
		put_page(hpage);
}

CPU(1, "GUP-fast") {
	struct page *page = get_user_page_fast_only(&A, SLOT);

	assert(page != &stranger, "wrong-page: GUP-fast returns %s, which was never mapped at address %d of mm A", page, SLOT);
	if (page)
		put_page(page);
}

CPU(2, "program") {
	wait_until(finished(0));
	madvise_dontneed_huge(&A, 0);
}

EVENT("somebody needs a page for data") { get_freed_table_for_data(SLOT, &stranger); }

finally("pins: nobody holds what he has let go", stranger.refcount == 1);
finally("gone: the memory was given back, or is as it was", A.pmd[0].kind == PMD_NONE ?
	!A.rss_stat[MM_ANONPAGES] && !A.pgtables_bytes && !is_live(hpage) :
	A.rss_stat[MM_ANONPAGES] == 1 && A.pgtables_bytes == PTE_TABLE_BYTES && is_live(A.pmd[0].table));
