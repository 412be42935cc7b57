/*---
dialect: 1
title: Can GUP-fast pin a page that is about to be replaced?
group: The mail
summary: Direct I/O pins a small page of anonymous memory, while khugepaged has made sure that nobody has pinned it, and copies it into a huge page.
story: |
  Anonymous memory becomes huge as files do, and yet otherwise. khugepaged takes the mmap lock exclusively, takes the page table out of
  the PMD, copies the small pages into a huge one, and puts that in. A page that somebody has pinned must stay where it is: a disk
  may be writing into it at this moment, and what it writes after the copy would be in a page that the process does not see any more. Whether a page
  is pinned can be told from its references: there must be no more of them than page-table entries that map it. khugepaged looks when the
  table is out, so that nobody can find the page any more.

  Except GUP-fast, which read the PMD before, and holds no lock. It has the page already, takes its reference when khugepaged has counted, looks at the
  slot again, and finds it as it was. The slots are emptied only while the pages are copied.

  Two things were done about it, and either is enough. GUP-fast looks at the PMD again when it has its reference (70cbc3cc78a9, in
  v6.0 as released). And khugepaged waits, between taking the table out and counting, until every CPU has had its interrupts on
  (2ba99c5e0881, v6.1): whoever read the PMD before has his reference by then, and it is counted. The second was made for another reason,
  because the table must not be freed or used otherwise under GUP-fast; its author notes that it makes the first one redundant.

  A "wrong page" is more than a page that is not mapped when it is returned: while khugepaged has the table out, none is. It is
  one that is held although the process has another in its place.
sources:
  - commit: 70cbc3cc78a9
  - commit: 2ba99c5e0881
  - text: "Yang Shi, 7 September 2022, [v2 PATCH 1/2] mm: gup: fix the fast GUP race against THP collapse"
  - lkml: "20221129154730.2274278-2-jannh@google.com"
  - version: "v5.19, v6.0 (released with 70cbc3cc78a9), v6.1, v6.6"
asks: wrong-page
goals:
  - find: wrong-page
    say: Let the disk hold a page that the process has no more. khugepaged must count the references too early, and GUP-fast look again too late.
variants:
  v5.19:
    summary: "neither an interrupt nor a second look at the PMD"
    use: [mm/khugepaged/collapse_huge_page.v6.0.c, mm/pgtable-generic.v6.4.c, mm/gup.v5.19.c]
    expect: {wrong-page: sometimes, lost-write: sometimes}
    reach: ["the small pages are collapsed", "a pinned page stops the collapse", "GUP-fast returns the huge page", "GUP-fast returns the small page",
      "the small page is in use for something else"]
  v6.0:
    summary: "GUP-fast looks at the PMD again"
    use: [mm/khugepaged/collapse_huge_page.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["the small pages are collapsed", "a pinned page stops the collapse", "GUP-fast returns the huge page", "GUP-fast returns the small page",
      "the small page is in use for something else",
      "GUP-fast drops the page again"]
    note: >-
      Follows from the code: 70cbc3cc78a9 came with v6.0-rc8. Kernels that call themselves v6.0 and lack it are as v5.19 here.
  v6.1.0:
    summary: "and khugepaged sends an interrupt before it counts the references"
    use: [mm/khugepaged/collapse_huge_page.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["the small pages are collapsed", "a pinned page stops the collapse", "GUP-fast returns the huge page", "GUP-fast returns the small page",
      "the small page is in use for something else",
      "GUP-fast drops the page again"]
  v6.6:
    summary: "the same, with the VMA lock and page-table walks that may fail"
    use: [mm/khugepaged/collapse_huge_page.v6.6.c]
    expect: never
    reach: ["the small pages are collapsed", "a pinned page stops the collapse", "GUP-fast returns the huge page", "GUP-fast returns the small page",
      "the small page is in use for something else",
      "GUP-fast drops the page again"]
  v6.6-no-reread:
    summary: "never shipped: v6.6 whose GUP-fast looks only at the slot again"
    use: [mm/khugepaged/collapse_huge_page.v6.6.c, mm/gup.v5.19.c]
    expect: never
    reach: ["the small pages are collapsed", "a pinned page stops the collapse", "GUP-fast returns the huge page", "GUP-fast returns the small page",
      "the small page is in use for something else"]
    note: >-
      The interrupt alone is enough. It is waited for until GUP-fast is through: by then either the slow way was taken, or the reference is
      there and is counted, and the collapse is given up. The commit of the interrupt says so, too.
  v6.6-no-ipi:
    summary: "never shipped: v6.6 without the interrupt"
    extends: v6.6
    edit:
      - in: mm/khugepaged/collapse_huge_page.v6.6.c
        from: "tlb_remove_table_sync_one();"
        to: ";"
    expect: never
    note: >-
      The second look at the PMD alone is enough for this question. The interrupt is still needed: the table lies under the huge page
      afterwards, and whoever unmaps that frees it at once, with GUP-fast perhaps still in it (gup-fast-deposited-table).
  v6.6-no-ipi-no-reread:
    summary: "never shipped: v6.6 with neither"
    extends: v6.6-no-reread
    edit:
      - in: mm/khugepaged/collapse_huge_page.v6.6.c
        from: "tlb_remove_table_sync_one();"
        to: ";"
    expect: {wrong-page: sometimes, lost-write: sometimes}
notes:
  - at: "get_user_page_fast_only: local_irq_disable()"
    say: From here on this CPU takes no interrupt. No lock is held, so the mmap lock that khugepaged holds excludes nobody here.
  - at: "get_user_page_fast_only: pmdp_get_lockless(pmdp)"
    say: The PMD is read once. If it leads to the table now, GUP-fast goes on in the table, whatever becomes of the PMD.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: Nobody finds the small pages by way of the mm any more. Who found the table before still does. The slots stay as they are for now.
  - at: "smp_call_function_wait: send_to_all_others()"
    variants: [v6.1.0, v6.6, v6.6-no-reread]
    say: Before the references are counted, everybody who may be in the table with interrupts off has to be through.
  - at: "collapse_huge_page: __collapse_huge_page_isolate(pmd_pgtable(_pmd))"
    variants: [v5.19, v6.0, v6.6-no-ipi, v6.6-no-ipi-no-reread]
    say: "The references are counted: one, that of the slot, so nobody has pinned the page. But GUP-fast may have found it and not have taken its reference yet."
  - at: "collapse_huge_page: __collapse_huge_page_isolate(pmd_pgtable(_pmd))"
    variants: [v6.1.0, v6.6, v6.6-no-reread]
    say: "The references are counted. Whoever found the page before the table was taken out has taken his by now; nobody else finds it."
  - at: "gup_pte_range: try_get_page(pte.page)"
    say: A reference to the small page. Has khugepaged counted already?
  - at: "gup_pte_range: ptep_get(ptep) #2"
    variants: [v5.19, v6.6-no-ipi-no-reread]
    say: The slot is as it was. That the table is out of use does not show in the slot.
  - at: "gup_pte_range: pmdp_get_lockless(pmdp)"
    variants: [v6.0, v6.6-no-ipi]
    say: Does the mm still use the table? If the PMD has changed, the page is let go, and the slow way waits for the mmap lock.
  - at: "collapse_huge_page: pmd_populate(pmd, pmd_ptl, pmd_pgtable(_pmd))"
    say: Somebody has pinned the page, so it has to stay. The table goes back to its place.
  - at: "__collapse_huge_page_copy: copy_next_page(table, &i, hpage, vma->vm_mm)"
    variants: [v5.19]
    say: What is written to the small page from now on is not in the huge page.
  - at: "__collapse_huge_page_copy: copy_all_pages(table, hpage)"
    variants: [v6.6-no-ipi-no-reread]
    say: What is written to the small page from now on is not in the huge page.
  - at: "collapse_huge_page: install_huge_pmd(vma, pmd, pmd_ptl, hpage, pmd_pgtable(_pmd))"
    variants: [v5.19, v6.6-no-ipi-no-reread]
    say: The process has the huge page now. Does somebody still hold the small one?
  - at: "direct I/O: pinned->data = NEW_DATA"
    say: The disk writes to the page that it was told to write to.
---*/
/* collapse_huge_page() comes with the variant. */
#include "linux/mm.h"
#include "mm/gup.c"

#define TLB_FLUSH_IPI	false			/* arm64, paravirt: a TLB flush waits for no CPU */
#define SLOT		1			/* the one slot that is in use */
#define OLD_DATA	7
#define NEW_DATA	42			/* what the disk writes */

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_flags = VM_WRITE };

POOL(struct ptdesc, 1, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

struct page *hpage, *pinned, *reused;

setup {
	struct anon_vma *anon_vma = kmalloc(struct anon_vma);
	struct page *small = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .mapcount = 1, .anon_vma = anon_vma, .data = OLD_DATA);
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

/* A read from a disk, straight into the memory of the process. */
CPU(1, "direct I/O") {
	pinned = get_user_page_fast_only(&A, SLOT);
	if (pinned) {
		if (pinned == hpage)
			cover("GUP-fast returns the huge page");
		else
			cover("GUP-fast returns the small page");
		pinned->data = NEW_DATA;
	}
}

/* The small page is free when khugepaged is through with it. */
EVENT("somebody needs a page") {
	reused = kmalloc_freed(struct page, .kind = PAGE_DATA, .refcount = 1);
	cover("the small page is in use for something else");
}

/* What the process has at an address. */
struct page *mapped_page(struct mm_struct *mm, unsigned long addr)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];

	if (pmd.kind == PMD_TABLE)
		return pmd.table->pte[addr % PTRS_PER_PTE].page;
	return pmd.huge;
}

always("wrong-page: the page that is held is the one that the process has there",
	!pinned || A.pmd[0].kind != PMD_HUGE || pinned == A.pmd[0].huge);
finally("lost-write: what the disk wrote is in the memory of the process", !pinned || mapped_page(&A, SLOT)->data == NEW_DATA);
finally("counts: every page that is mapped is counted once, and as often as it is held",
	A.rss_stat[MM_ANONPAGES] == (mapped_page(&A, SLOT)->huge ? HPAGE_PMD_NR : 1) && A.pgtables_bytes == PTE_TABLE_BYTES &&
	mapped_page(&A, SLOT)->mapcount == 1 && mapped_page(&A, SLOT)->refcount == 1 + (pinned == mapped_page(&A, SLOT)) &&
	(!reused || reused->refcount == 1));
