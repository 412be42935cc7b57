/*---
dialect: 1
title: Does everything that looks into a page table let go of it in time?
group: Stress mixes
summary: khugepaged takes a page table away while GUP-fast, a program with a TLB, a userfaultfd monitor, RCU and whoever gets the freed page are at work.
story: |
  The races of the mail one by one have two or three actors. Here all who may look into a page table, or write to it, meet: GUP-fast, which
  holds no lock and has its interrupts off; a CPU with a TLB, which holds nothing at all; a userfaultfd monitor, which fills a slot under the table's
  lock; and somebody who needs a page and gets that of the table when it is free. The TLB flush is a broadcast, which
  waits for no software.

  The released versions since v6.4 are proven to go wrong in no schedule. Two versions that do go wrong are here to show that the mix would find it.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 2ba99c5e0881
  - commit: 1d65b771bc08
  - version: "v6.0, v6.4, v6.6"
asks: use-after-free
variants:
  v6.0:
    summary: "no interrupt for GUP-fast, and anon_vma is looked at once"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: {use-after-free: sometimes, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes, not-mapped: sometimes, higher-locks: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "a freed page table is in use for something else", "GUP-fast returns the stored page"]
  v6.4:
    summary: "before the patch"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "a freed page table is in use for something else", "GUP-fast returns the stored page"]
  patch-v1:
    summary: "the patch as the mail answers it"
    use: [mm/khugepaged/retract.patch-v1.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: {lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes, not-mapped: sometimes}
    asks: lost-pte
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "a freed page table is in use for something else", "GUP-fast returns the stored page"]
  v6.6:
    summary: "as merged"
    use: [mm/khugepaged/retract.v6.6.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "a freed page table is in use for something else", "GUP-fast returns the stored page"]
---*/
/* retract_page_tables() comes with the variant, and TLBs with entries come with all of them. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/gup.c"
#include "mm/page_alloc.c"
#include "mm/leaks.c"

#define TLB_FLUSH_IPI	false
#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };

/* The file is collapsed on behalf of somebody else. */
struct mm_struct B = { .mm_users = 1 };

/* Whoever takes the reused page for a page table finds this. */
struct page stranger = { .kind = PAGE_DATA, .refcount = 1, .data = 99 };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied = -1;				/* what UFFDIO_COPY answered */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	tlb[2].upper[0] = A.pmd[0].table;	/* CPU 2 has used it before */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&B, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "GUP-fast") {
	struct page *page = get_user_page_fast_only(&A, SLOT);

	assert(page != &stranger, "wrong-page: GUP-fast returns %s, which was never mapped at address %d of mm A", page, SLOT);
	if (page) {
		if (page != &H)
			cover("GUP-fast returns the stored page");
		put_page(page);
	}
}

CPU(2, "program") {
	u8 seen = user_load(&A, SLOT);

	assert(seen == OLD_DATA || seen == NEW_DATA, "content: the program reads %d, which nobody stored for it", seen);
}

CPU(3, "uffd monitor") {
	copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
	if (copied == 0)
		cover("UFFDIO_COPY stores its page");
}

EVENT("somebody needs a page") { get_freed_table_for_data(SLOT, &stranger); }

bool is_mapped(struct mm_struct *mm, unsigned long addr, u8 data)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == PAGE_ANON && pte.page->data == data;
}

always("stale-tlb: what a TLB knows is not freed", tlbs_know_no_freed_table() && tlbs_know_no_freed_page());
finally("stale-tlb: in the end a TLB knows what is in the page tables", tlb_agrees(&tlb[2], &A));
finally("not-mapped: the stored page is mapped where it was stored", copied || is_mapped(&A, SLOT, NEW_DATA));
finally("pins: nobody holds what he has let go", stranger.refcount == 1);

finally {
	mmput(&A);
	check_pages();
}
