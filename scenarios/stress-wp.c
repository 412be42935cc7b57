/*---
dialect: 1
title: Does write protection hold when khugepaged, the monitor and faults meet?
group: Stress mixes
summary: khugepaged retracts, a monitor registers and write-protects, and the program reads and stores whenever it likes.
story: |
  wp-marker lets the program wait until its page is protected. Here it does not: it has a read fault, which may map the huge page of the
  file, and a store, which in a private mapping takes the huge page away again and makes a copy. Both may come before, between and
  after the steps of UFFDIO_WRITEPROTECT. A store that completes before the call has returned may go unnoticed, a later one may not.

  No marker is lost but in the patch of the mail. But there is a hole in UFFDIO_WRITEPROTECT itself, with or without khugepaged. It first
  makes sure that there is a page table for a marker to stand in. A huge page that is mapped will do, as it will be taken away for a table in a
  moment. If a store of the program takes it away first, nothing is left when the call comes to look, and it takes the range for one
  without memory: it succeeds, and nothing is protected. Peter Xu described a neighbour of this hole on 2 June 2023: up to v6.4 a huge page that
  is mapped again at the wrong moment is passed over. v6.5 looks again there, but not here. That this one is open in v6.5
  and v6.6 follows from the code; nobody reported it. The two looks are plain loads there, and where a compiler makes one of them the
  hole is closed.
sources:
  - lkml: "20230602230552.350731-2-peterx@redhat.com"
  - text: "Peter Xu to Yang Shi, 4 June 2023 (ZH0lGt747WoemufM@x1n): mprotect() itself is not affected, userfaultfd is"
  - commit: 670ddd8cdcbd
  - commit: 1d65b771bc08
  - version: "v6.4, v6.5, v6.6"
asks: lost-marker
goals:
  - find: lost-marker
    say: Lose a marker in patch-v1.
  - find: missed-wp-event
    say: In v6.6, let the program's store go unnoticed, with no marker lost.
variants:
  v6.4:
    summary: "before the patch, with the page-table walks of that time"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, mm/mprotect.v6.4.c]
    expect: {lost-marker: never, missed-wp-event: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor", "mmap_write_trylock() fails"]
  v6.5:
    summary: "the parent of the patch"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: {lost-marker: never, missed-wp-event: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor", "mmap_write_trylock() fails"]
    note: That a store may go unnoticed follows from the code of UFFDIO_WRITEPROTECT; nobody reported it. See v6.6-one-look.
  patch-v1:
    summary: "the patch as the mail answers it"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {lost-marker: sometimes, missed-wp-event: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
  v6.6:
    summary: "as merged"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: {lost-marker: never, missed-wp-event: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
    note: That a store may go unnoticed follows from the code of UFFDIO_WRITEPROTECT; nobody reported it. See v6.6-one-look.
  v6.6-one-look:
    summary: "the merged code as a compiler may read it: the two looks at the PMD in UFFDIO_WRITEPROTECT are one load"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/mprotect.c
        from: "change_pmd_prepare(vma, pmd, cp_flags); if (pmd_none(pmdp_get_lockless(pmd)))"
        to: "change_pmd_prepare(vma, pmd, cp_flags); if (!(cp_flags & MM_CP_UFFD_WP) && pmd_none(pmdp_get_lockless(pmd)))"
    expect: never
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
notes:
  - at: "application > do_user_addr_fault: mmap_read_lock(mm)"
    say: Shared, like the monitor's. Faults and UFFDIO_WRITEPROTECT do not exclude each other.
  - at: "change_pmd_range: change_pmd_prepare(vma, pmd, cp_flags)"
    say: Is there a table for a marker to stand in, or a huge page, which will make room for one?
  - at: "change_pmd_range: pmdp_get_lockless(pmd)"
    variants: [v6.4, v6.5, patch-v1, v6.6]
    say: Is there any memory here? If what the line before saw has gone since, nothing is protected, and the call succeeds.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "mm/pte-marker.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"
#include "mm/debug_vm.c"

#define SLOT		1			/* what the monitor protects, and the program writes */
#define NEW_DATA	42

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	bool protect = true;			/* first on; then off, in answer to an event */
	bool told;

	userfaultfd_register(&uffd, &VA, VM_UFFD_WP);
	for (;;) {
		userfaultfd_writeprotect(&uffd, SLOT, protect);
		protect = false;
		fuse {
			wait_until(uffd.fault_pending || finished(2));
			told = uffd.fault_pending;
		}
		if (!told)
			break;
	}
}

CPU(2, "application") {
	do_user_addr_fault(&A, SLOT, false);	/* a read fault, as of MADV_POPULATE_READ: not tried again */
	user_store(&A, SLOT, NEW_DATA);
}

bool is_stored(struct mm_struct *mm, unsigned long addr, u8 data)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == PAGE_ANON && pte.page->data == data;
}

finally("content: the program's copy of the page holds what it stored", is_stored(&A, SLOT, NEW_DATA));
finally("content: the file does not change", H.data == 0);

finally {
	mmput(&A);
	check_pages();
}
