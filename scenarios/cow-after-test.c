/*---
dialect: 1
title: Does the page lock keep a private write out of the page table?
group: The mail
summary: khugepaged sees that a mapping was never written to, and then somebody writes to it, before its page table is taken away.
story: |
  khugepaged has put a huge page in the place of a file's small pages. It keeps the huge page locked while it removes the
  page tables that are left behind. It spares a mapping that has pages of its own, which it can tell by
  anon_vma; but it asks only once, and without a lock that would keep the answer true.

  A program writes to its private mapping of the file just then. The fault gives the mapping an anon_vma, too late to be
  seen. Then it needs the page of the file, to copy it, and that is the huge page; so it waits for its lock.
  When it gets the lock the table is gone, and it puts the copy into a new one.

  This is the argument of the patch, and for page faults it holds: nobody maps a page of this file, nor a copy of one,
  without its page lock. What the mail says is that UFFDIO_COPY does (see uffd-copy). One variant here unlocks the huge
  page before the page tables are removed, to show what the lock is good for.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Hugh Dickins, 29 May 2023, [PATCH 09/12]: page locks and retry entries keep new page-table entries of the file away"
  - text: "do_cow_fault() in mm/memory.c: anon_vma_prepare(), then the page of the file, locked, then the page table"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.5 (the parent of the patch), v6.6"
asks: lost-pte
goals:
  - find: lost-pte
    say: Lose the copy. It can be done only in the variant that lets the page lock go early.
  - find: content
    say: Let the program read what stood in the file, after it has written something else.
variants:
  v6.4:
    summary: "before the patch: khugepaged takes the mmap lock exclusively, by trylock, which fails while somebody waits in a fault"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails"]
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails"]
  patch-v1:
    summary: "the patch as the mail answers it: anon_vma is looked at once, and no mmap lock is taken"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted"]
    note: If khugepaged looked before the fault set anon_vma, the copy ends in a new table and the first one is freed.
  v6.6:
    summary: "as merged: anon_vma is tested again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {FILE_FAULTS_UNDER_VMA_LOCK: true}
    expect: never
    reach: ["a page table is retracted", "the test under ptl skips the VMA"]
    note: A page fault does not need the second test. If the test sees the anon_vma the table stays, and the copy goes into it.
  patch-v1-early-unlock:
    summary: "never shipped: the patch, but the huge page is unlocked before the page tables are removed"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/khugepaged/retract.patch-v1.c
        from: "retract_page_tables(mapping, start);"
        to: "unlock_page(hpage); retract_page_tables(mapping, start);"
      - in: mm/khugepaged/retract.patch-v1.c
        from: "unlock_page(hpage); return result;"
        to: "return result;"
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes, bad-map-count: sometimes}
    reach: ["a page table is retracted"]
notes:
  - at: "collapse_file_end: unlock_page(hpage)"
    variants: [patch-v1-early-unlock]
    say: Too early. From here on a fault gets the lock of the huge page while the old page table is still in place.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [patch-v1, patch-v1-early-unlock]
    say: The only look at anon_vma. It stays NULL only until somebody writes.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.4, v6.5, v6.6]
    say: A first guess, without a lock that would keep the answer true.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.4, v6.5]
    say: A fault that waits for the page lock holds the mmap lock, so this fails, and khugepaged leaves the table for later. To wait here would be a deadlock.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.6]
    say: If the fault has set anon_vma since, the mapping is skipped, and its table stays for the copy.
  - at: "do_cow_fault: __anon_vma_prepare(vma)"
    say: The mapping is going to have a page of its own. This comes before the fault asks for the page of the file, and so before it waits.
  - at: "do_cow_fault > __do_fault > find_lock_page: lock_page_of(page, mapping)"
    variants: [v6.4, v6.5, patch-v1, v6.6]
    say: To copy the page of the file the fault needs its lock. khugepaged has it until all page tables are dealt with.
  - at: "do_cow_fault > __do_fault > find_lock_page: lock_page_of(page, mapping)"
    variants: [patch-v1-early-unlock]
    say: The lock is free, though the old page table is still there.
  - at: "do_cow_fault > finish_fault: pmdp_get_lockless(pmd)"
    say: Only now does the fault look where to put the copy. If the table is gone it makes a new one.
  - at: "do_cow_fault > finish_fault: set_pte_at(mm, addr, pte, new)"
    say: The copy is in the table. khugepaged must not throw this table away any more.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [patch-v1-early-unlock]
    say: The table is taken out, and nobody looks what is in its slots.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.4, v6.5, patch-v1, v6.6]
    say: The table is taken out. It is empty, as whoever wants to fill a slot waits for the page lock.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the program writes */
#define SLOT		1			/* where */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

u8 seen;					/* what another thread of it reads after that */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "program") {
	user_store(&A, SLOT, NEW_DATA);
}

CPU(2, "its other thread") {
	wait_until(finished(1));
	seen = user_load(&A, SLOT);
}

bool is_mapped(struct mm_struct *mm, unsigned long addr, u8 data)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == PAGE_ANON && pte.page->data == data;
}

finally("content: its other thread reads what the program has written", seen == NEW_DATA);
finally("not-mapped: the copy is mapped where it was written", is_mapped(&A, SLOT, NEW_DATA));
finally("table-freed: the first table is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));
finally("file: what stands in the file does not change", H.data == OLD_DATA);

sometimes("the copy is in the first table", is_mapped(&A, SLOT, NEW_DATA) && A.pmd[0].table == &T0);
sometimes("the copy is in a new table", is_mapped(&A, SLOT, NEW_DATA) && A.pmd[0].table != &T0);

finally {
	check_map_counts();
	mmput(&A);
	check_pages();
}
