/*---
dialect: 1
title: Can a write-protect marker be thrown away with its table?
group: The mail
summary: khugepaged throws away a page table that it believes to be empty, while a userfaultfd monitor write-protects a slot of it that maps nothing.
story: |
  A monitor takes a snapshot of a program that runs on. It registers the program's memory for write protection, protects
  it with UFFDIO_WRITEPROTECT, and copies page by page; whoever stores to a page that is not copied yet is stopped, and the
  monitor is told. The memory is a file (shmem), and a page of a file may be dropped and come back at any time. So the
  protection must outlive the page: where nothing is mapped the kernel writes a marker into the page table, an entry that says
  only "no page here, but protected". A table that maps no page need not be empty.

  khugepaged knows: it leaves a mapping alone that is registered for write protection. But in the patch of the mail it asks
  before it takes any lock that matters. Its comment there argues that a registration a moment later does no harm, as the page
  lock keeps new mappings of the page away, and markers come in the place of mappings. Peter Xu, on 29 May 2023:
  registration and markers may both slip in after that question; would the mmap lock, shared, help? Hugh Dickins did not
  want it back, with its trylock and the work left over when that fails, and would rather ask again under the page-table lock. Two
  days later Peter confirms what the comment had overlooked: a marker needs no mapping before it, it may appear where nothing was
  ever mapped. That, and the same question about anon_vma (see uffd-copy), is what v2 tests under ptl.

  A lost marker crashes nothing, and no counter is wrong. The next store to the page goes through unseen, and the snapshot
  holds one page from after its time.

  The mapping is shared here: no store ever sets anon_vma, so the test of write protection is all that there is. In a private
  one the markers are lost the same way, as UFFDIO_WRITEPROTECT does not set anon_vma either.
sources:
  - text: "Peter Xu to Hugh Dickins on [PATCH 09/12], 29 and 31 May 2023; Hugh Dickins to Peter Xu, 31 May 2023"
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Hugh Dickins, 6 June 2023: both tests are made once more under the page-table lock; v2 of 20 June and v3 of 11 July 2023, as merged"
  - commit: 1d65b771bc08
  - lkml: "20230602230552.350731-2-peterx@redhat.com"
  - version: "v6.1.0, v6.4, v6.5 (the parent of the patch), v6.6. Markers in file memory come with v5.19"
asks: lost-marker
goals:
  - find: lost-marker
    say: Throw a marker away. Let the monitor register and protect after khugepaged has asked.
  - find: missed-wp-event
    say: Let the program store to the protected page without the monitor being told.
  - find: not-protected
    say: Let UFFDIO_WRITEPROTECT succeed and leave nothing in the slot. In v6.6 it can, without any marker being lost.
variants:
  v6.1.0:
    summary: "as v6.1 was released: VM_UFFD_WP is tested under the mmap lock, which khugepaged takes exclusively, by trylock"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c, mm/mprotect.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
  v6.4:
    summary: "before the patch, with the page-table walks of that time"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, mm/mprotect.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
  patch-v1:
    summary: "the patch as the mail answers it: VM_UFFD_WP is tested once, without a lock that keeps it"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {lost-marker: sometimes, missed-wp-event: sometimes, not-protected: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
  v6.6:
    summary: "as merged: tested again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: {lost-marker: never, missed-wp-event: sometimes, not-protected: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor", "the test under ptl skips the VMA"]
    note: >-
      No marker is lost, but none may be written. UFFDIO_WRITEPROTECT looks at the PMD twice: first whether it must put a
      table there, then whether there is any memory. If the table goes away between the two, it takes the range for one
      without memory and succeeds. For that the monitor has to register and get so far between khugepaged's test under ptl
      and the next line, which clears the PMD. It follows from the code (mm/mprotect.c of 6.6.14, change_pmd_range);
      nobody reported it. Both looks are plain loads: a compiler may make one of them, and that is the next variant.
  v6.6-one-look:
    summary: "the merged code as a compiler may read it: the two looks at the PMD in UFFDIO_WRITEPROTECT are one load"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/mprotect.c
        from: "change_pmd_prepare(vma, pmd, cp_flags); if (pmd_none(pmdp_get_lockless(pmd)))"
        to: "change_pmd_prepare(vma, pmd, cp_flags); if (!(cp_flags & MM_CP_UFFD_WP) && pmd_none(pmdp_get_lockless(pmd)))"
    expect: never
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor", "the test under ptl skips the VMA"]
  v6.6-no-wp-recheck:
    summary: "never shipped: the merged code without the second test of VM_UFFD_WP"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/khugepaged/retract.v6.6.c
        from: "vma->anon_vma || userfaultfd_wp(vma)"
        to: "vma->anon_vma"
    expect: {lost-marker: sometimes, missed-wp-event: sometimes, not-protected: sometimes}
    reach: ["a page table is retracted", "UFFDIO_WRITEPROTECT puts a new table in place", "UFFDIO_WRITEPROTECT writes a marker", "a store tells the monitor"]
notes:
  - at: "retract_page_tables: userfaultfd_wp(vma)"
    variants: [patch-v1, v6.6-no-wp-recheck]
    say: The only look at VM_UFFD_WP. It is not set yet, and nothing that khugepaged holds keeps it so.
  - at: "retract_page_tables: userfaultfd_wp(vma)"
    variants: [v6.6, v6.6-one-look]
    say: A first guess. It is asked again under the page-table lock.
  - at: "retract_page_tables: userfaultfd_wp(vma)"
    variants: [v6.1.0, v6.4, v6.5]
    say: The mmap lock is held exclusively, so nobody can register now, nor write a marker.
  - at: "retract_page_tables: userfaultfd_wp(vma) #2"
    variants: [v6.6, v6.6-one-look]
    say: The flag is set before any marker can be written, and markers are written under ptl. So a marker that is in the table is announced here.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table is taken out of the PMD with all that stands in its slots. It maps no page, but is it empty?
  - at: "userfaultfd_register: fuse { vma->vm_flags |= mode; ... }"
    variants: [patch-v1, v6.6, v6.6-one-look, v6.6-no-wp-recheck]
    say: VM_UFFD_WP is set, with the mmap lock and the VMA lock held exclusively. khugepaged holds neither and does not notice.
  - at: "userfaultfd_register: mmap_write_lock(ctx->mm)"
    variants: [v6.1.0, v6.4, v6.5]
    say: As long as khugepaged is in this mm the monitor waits here; and while the monitor holds it, khugepaged's trylock fails.
  - at: "change_pmd_range: change_pmd_prepare(vma, pmd, cp_flags)"
    say: Is there a table for a marker to stand in? If not, one is made.
  - at: "change_pmd_range: pmdp_get_lockless(pmd)"
    variants: [patch-v1, v6.6, v6.6-no-wp-recheck]
    say: Is there any memory here? The line before made sure of a table; if it has gone since, nothing is protected, and the call succeeds.
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd)"
    actor: uffd monitor
    variants: [v6.5, patch-v1, v6.6, v6.6-one-look, v6.6-no-wp-recheck]
    say: With ptl held, is it still the table of this PMD? If not, the monitor begins again and puts a new table there.
  - at: "change_pte: __change_pte(vma->vm_mm, addr, pte, cp_flags, flush)"
    say: Nothing is mapped, so a marker goes into the slot. In answer to an event the protection is lifted here.
  - at: "uffd monitor: snapshot = true"
    say: The monitor relies on it now that no store to the page escapes it.
  - at: "handle_userfault: atomic_or(&ctx->fault_pending, 1 << addr)"
    say: The store is stopped, and the monitor is told. It copies the page, lifts the protection and wakes the program.
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
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

bool snapshot;					/* "go on": the program may write from here on, and the monitor will be told */
u8 events;					/* how often it was */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

bool is_protected(struct mm_struct *mm, unsigned long addr)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];

	return pmd.kind == PMD_TABLE && pmd.table->pte[addr % PTRS_PER_PTE].uffd_wp;
}

CPU(1, "uffd monitor") {
	bool protect = true;			/* first on; then off, in answer to an event */
	bool told;

	userfaultfd_register(&uffd, &VA, VM_UFFD_WP);
	for (;;) {
		userfaultfd_writeprotect(&uffd, SLOT, protect);
		if (protect) {
			assert(is_protected(&A, SLOT), "not-protected: UFFDIO_WRITEPROTECT has succeeded, and slot %d of %s is not protected",
			       SLOT, &A);
			snapshot = true;
			protect = false;
		}
		fuse {
			wait_until(uffd.fault_pending || finished(2));
			told = uffd.fault_pending;
		}
		if (!told)
			break;
		events++;
	}
}

CPU(2, "application") {
	wait_until(snapshot);
	user_store(&A, SLOT, NEW_DATA);
}

finally("content: what the program stored is in the file", H.data == NEW_DATA);
finally("table-freed: the first table is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));

finally {
	mmput(&A);
	check_pages();
}
