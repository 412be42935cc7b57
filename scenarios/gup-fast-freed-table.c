/*---
dialect: 1
title: Is GUP-fast still in the page table that khugepaged frees?
group: The mail
summary: Somebody looks up and pins a page with interrupts off and without any lock, while khugepaged takes the page table away and frees it.
story: |
  Direct I/O, futexes and virtual machines need the pages behind an address, and want them fast. GUP-fast takes no lock for it. It
  switches interrupts off on its CPU, reads the PMD entry, reads a slot of the page table that it names, takes a reference to the
  page that it finds there, and looks again whether all is as it was. Meanwhile the table must not be freed: it would read whatever
  the page of the table is used for next, and take it for a page-table entry.

  For a long time the TLB flush saw to that, by the way: who had taken a table out of use sent an interrupt to every CPU to flush
  the TLBs, and an interrupt comes only when GUP-fast is through. But on arm64, and in some virtual machines, a TLB is flushed by a
  broadcast that waits for no software. Here it is so, unless the variant says otherwise. khugepaged freed the
  table right after the flush.

  From v6.1 on khugepaged sends an interrupt of its own, tlb_remove_table_sync_one(), before it frees the table. The patch of the mail
  leaves it out again, and frees the table by RCU instead: a CPU that has interrupts off is an RCU reader, and is waited for.

  What comes of it otherwise depends on who gets the page of the table, and on GUP-fast. Up to v5.19 GUP-fast looked only at the
  slot again, and returned what it found there: a page that was never mapped there, or that belongs to another process. Since
  70cbc3cc78a9, which is in v6.0, it looks at the PMD again, too. Then it still reads freed memory and still pins a page that is none
  of its business, but only for a moment.
sources:
  - commit: 2ba99c5e0881
  - commit: 70cbc3cc78a9
  - lkml: "20221129154730.2274278-2-jannh@google.com"
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Yang Shi, 7 September 2022, [v2 PATCH 1/2] mm: gup: fix the fast GUP race against THP collapse"
  - version: "v5.19, v6.0 (released with 70cbc3cc78a9), v6.1, v6.4, v6.5, v6.6"
asks: use-after-free
goals:
  - find: use-after-free
    say: Let GUP-fast read a page table that is freed. It must have found the table before it was taken away.
  - find: wrong-page
    say: "Let it return a page that was never mapped there (v5.19). Somebody has to reuse the page of the table at the right moment."
  - find: cross-mm
    say: "Let it return a page of another process (v5.19)."
variants:
  v5.19:
    summary: "no interrupt before the table is freed, and GUP-fast looks only at the slot again"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c, mm/gup.v5.19.c]
    expect: {use-after-free: sometimes, wrong-page: sometimes, cross-mm: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  v6.0:
    summary: "no interrupt before the table is freed; GUP-fast looks at the PMD again, too"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    note: >-
      The table is read after it was freed, and a page that it seems to name is held for a moment, and let go because the PMD has
      changed. So nothing wrong is returned: 70cbc3cc78a9 is in v6.0 as released.
    expect: {use-after-free: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page", "GUP-fast drops the page again"]
  v6.0-ipi-flush:
    summary: "the same where a TLB flush is an interrupt, as on x86 without paravirt help"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    define: {TLB_FLUSH_IPI: true}
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  v6.1.0:
    summary: "an interrupt to every CPU before the table is freed"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  v6.4:
    summary: "before the patch: likewise"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  v6.5:
    summary: "the parent of the patch: likewise, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  v6.4-no-ipi:
    summary: "never shipped: v6.4 without the interrupt"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    edit:
      - in: mm/khugepaged/collapse-and-free.c
        from: "tlb_remove_table_sync_one();"
        to: ";"
    expect: {use-after-free: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page", "GUP-fast drops the page again"]
  patch-v1:
    summary: "the patch as the mail answers it: no interrupt, the table is freed by RCU"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  patch-v1-free-at-once:
    summary: "never shipped: the patch without RCU"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/khugepaged/retract.patch-v1.c
        from: "pte_free_defer(mm, pmd_pgtable(pgt_pmd));"
        to: "pte_free(pmd_pgtable(pgt_pmd));"
    expect: {use-after-free: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page", "GUP-fast drops the page again"]
  v6.6:
    summary: "as merged: freed by RCU"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page"]
  v6.6-pae:
    summary: "as merged, on a machine where a PMD is two words: an interrupt to every CPU after all, under both page-table locks"
    use: [mm/khugepaged/retract.v6.6.c, mm/mmu_gather.pae.c]
    note: >-
      The wait is for those who read a PMD in two halves, with interrupts off. It comes before the table is freed, so RCU is not needed
      against GUP-fast here; it decides no verdict, because RCU is there anyway.
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a freed page table is in use by another mm", "GUP-fast returns the huge page", "pmdp_get_lockless_sync() waits"]
notes:
  - at: "get_user_page_fast_only: local_irq_disable()"
    say: From here on this CPU takes no interrupt. It holds no lock, and does not say which page table it is about to read.
  - at: "get_user_page_fast_only: pmdp_get_lockless(pmdp)"
    say: The PMD is read once. From now on GUP-fast goes by what it read, whatever becomes of the entry.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: No walk that begins now finds the table any more. Has one begun before?
  - at: "smp_call_function_wait: send_to_all_others()"
    variants: [v6.1.0, v6.4, v6.5]
    say: The interrupt runs nothing. It is only taken by CPUs that have interrupts on, and so are not in GUP-fast.
  - at: "smp_call_function_wait: send_to_all_others()"
    variants: [v6.0-ipi-flush]
    say: The interrupt flushes the TLB of each CPU. That it waits for GUP-fast, too, is luck, and was relied on.
  - at: "smp_call_function_wait: send_to_all_others()"
    variants: [v6.6-pae]
    say: Nobody reads half of the old PMD and half of the new one from here on.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v5.19, v6.0, v6.4-no-ipi]
    say: The table is given back while a CPU with interrupts off may still be about to read it.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v6.0-ipi-flush, v6.1.0, v6.4, v6.5]
    say: Every CPU has had its interrupts on since the PMD was cleared, so nobody is in the table any more.
  - at: "retract_page_tables: pte_free(pmd_pgtable(pgt_pmd))"
    variants: [patch-v1-free-at-once]
    say: The table is given back while a CPU with interrupts off may still be about to read it.
  - at: "retract_page_tables: pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
    variants: [patch-v1, v6.6]
    say: RCU waits for every CPU that has its interrupts off now. So GUP-fast needs no interrupt here.
  - at: "gup_pte_range: ptep_get(ptep)"
    say: Read from the table that the PMD named before. Is it still one?
  - at: "gup_pte_range: try_get_page(pte.page)"
    say: Whatever page the slot names gets one reference more.
  - at: "gup_pte_range: ptep_get(ptep) #2"
    variants: [v5.19]
    say: The slot is as it was a moment ago. The PMD is not asked.
  - at: "gup_pte_range: pmdp_get_lockless(pmdp)"
    variants: [v6.0, v6.4-no-ipi, patch-v1-free-at-once]
    say: The PMD is not what it was, so the page is let go. But the table was read, and the page held, all the same.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "arch/fault.c"
#include "mm/gup.c"
#include "mm/page_alloc.c"

#define TLB_FLUSH_IPI	false			/* arm64, paravirt: a TLB flush waits for no CPU */
#define SLOT		1			/* what GUP-fast looks for */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = 7 };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

/* Others who need memory: the kernel, for data in which a number looks like an entry for `stranger`; and mm B. */
struct page stranger = { .kind = PAGE_DATA, .refcount = 1 };
struct mm_struct B = { .mm_users = 1 };
struct page Q = { .kind = PAGE_ANON, .refcount = 1, .mapcount = 1 };

POOL(struct ptdesc, 1, "T");
POOL(struct page, 1, "P");			/* faults of private mappings would need these two: there is none */
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

struct page *pinned;

setup { __pte_alloc(&A, &A.pmd[0]); }		/* T0, empty: the small pages were unmapped (C4) */

/* It came to the file by way of mm B. */
CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&B, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "GUP-fast") {
	pinned = get_user_page_fast_only(&A, SLOT);
	/* The table was empty, and only the huge page of the file was ever mapped after it. */
	assert(pinned != &stranger, "wrong-page: GUP-fast returns %s, which was never mapped at address %d of mm A", pinned, SLOT);
	assert(pinned != &Q, "cross-mm: GUP-fast in mm A returns %s, a page of mm B", pinned);
	if (pinned == &H)
		cover("GUP-fast returns the huge page");
}

CPU(2, "application") { user_load(&A, SLOT); }

EVENT("somebody needs a page for data") { get_freed_table_for_data(SLOT, &stranger); }
EVENT("mm B needs a page table") { get_freed_table_for_mm(&B, SLOT, &Q); }

sometimes("GUP-fast has interrupts off while the PMD is none", !irqs_enabled(1) && A.pmd[0].kind == PMD_NONE);

finally("pins: who is returned is held, and nobody else",
	stranger.refcount == 1 + (pinned == &stranger) && Q.refcount == 1 + (pinned == &Q) &&
	H.refcount == 1 + (pinned == &H) + H.mapcount);
finally("retracted: the first table of A is out of use, or noted for later because mmap_lock was held",
	A.pmd[0].kind != PMD_TABLE || A.khugepaged.nr_pte_mapped_thp == 1);
