/*---
dialect: 1
title: Why does khugepaged only try to take the mmap lock?
group: The mail
summary: A page fault takes the mmap lock and then waits for a page. khugepaged holds that page, and wants the mmap lock.
story: |
  khugepaged has put a huge page into the page cache and keeps it locked until it has gone through all mappings of the file. In each
  it wants to take away the page table that is in the way. Before the patch of the mail it took the mmap lock exclusively
  for that, and only by trylock: where the lock is not free, it writes down the place, and comes again later. That is why
  collapses failed for no visible reason, and what the patch wants to be rid of.

  Why not wait? A page fault takes the mmap lock, shared, and then waits for the page. If khugepaged waited for the mmap lock, with the
  page locked, the two would wait for each other for ever. The lock of the file's list of mappings makes a second circle: mmap() takes
  the mmap lock exclusively and then this lock, which khugepaged holds while it walks the list.

  The lock of a single mapping, which v6.4 takes after the mmap lock, stands above the file's list, too. In March 2023
  linux-next waited for it here, and lockdep complained. Nobody could have hung: file mappings had page faults under this lock
  only from v6.6 on. The finding is the order, not a deadlock. It was corrected by another trylock, before v6.4.
sources:
  - text: "Suren Baghdasaryan, 3 March 2023: mm/khugepaged: fix vm_lock/i_mmap_rwsem inversion in retract_page_tables"
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 1d65b771bc08
  - file: "mm/rmap.c and mm/filemap.c: the lists of lock orders on top"
  - version: "v6.0, v6.1, v6.4, v6.5, v6.6; linux-next of 1 March 2023"
asks: deadlock
goals:
  - find: deadlock
    say: Let khugepaged and the page fault wait for each other.
  - find: lock-order
    say: Take a lock in the wrong order, without anybody hanging.
variants:
  v6.0:
    summary: "the mmap lock by trylock"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "the page fault comes to its end", "mmap() comes to its end"]
  v6.1.0:
    summary: "the mmap lock by trylock"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "the page fault comes to its end", "mmap() comes to its end"]
  v6.4:
    summary: "the mmap lock and the lock of the mapping, both by trylock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "the page fault comes to its end", "mmap() comes to its end"]
  v6.5:
    summary: "the parent of the patch: the same"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails"]
  patch-v1:
    summary: "the patch as the mail answers it: neither lock is taken"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "the page fault comes to its end", "mmap() comes to its end"]
  v6.6:
    summary: "as merged: neither lock is taken"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "the page fault comes to its end", "mmap() comes to its end"]
  v6.4-blocking:
    summary: "never shipped: v6.4, but khugepaged waits for the mmap lock; against a page fault"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    edit: [{in: mm/khugepaged/retract.v6.4.c, from: "if (mmap_write_trylock(mm)) goto locked;", to: "mmap_write_lock(mm); goto locked;"}]
    define: {MMAP: false}
    expect: {deadlock: sometimes, lock-order: sometimes}
    reach: ["a page table is retracted", "the page fault comes to its end"]
  v6.4-blocking-mmap:
    summary: "the same, against mmap()"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    edit: [{in: mm/khugepaged/retract.v6.4.c, from: "if (mmap_write_trylock(mm)) goto locked;", to: "mmap_write_lock(mm); goto locked;"}]
    define: {FAULT: false}
    expect: {deadlock: sometimes, lock-order: sometimes}
    reach: ["a page table is retracted", "mmap() comes to its end"]
  v6.4-blocking-vma:
    summary: "linux-next of 1 March 2023: khugepaged waits for the lock of the mapping, having got the mmap lock by trylock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    edit: [{in: mm/khugepaged/retract.v6.4.c, from: "if (!vma_try_start_write(vma)) goto unlock;", to: "vma_start_write(vma);"}]
    asks: lock-order
    expect: {lock-order: sometimes}
    reach: ["a page table is retracted", "mmap_write_trylock() fails"]
    note: Reported by lockdep. Page faults of file mappings take this lock from v6.6 on, so nobody could hang in it.
notes:
  - at: "retract_page_tables: i_mmap_lock_write(mapping)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, v6.4-blocking, v6.4-blocking-mmap, v6.4-blocking-vma]
    say: The second lock that khugepaged holds, after the lock of the huge page.
  - at: "retract_page_tables: i_mmap_lock_read(mapping)"
    variants: [patch-v1, v6.6]
    say: The second lock that khugepaged holds, after the lock of the huge page. The others that it takes are spinlocks, which nobody holds while he sleeps.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, v6.4-blocking-vma]
    say: If it is not free, khugepaged goes on without it. Who never waits is in no circle.
  - at: "retract_page_tables: mmap_write_lock(mm)"
    variants: [v6.4-blocking]
    say: Waits for the page fault, which holds the mmap lock shared. With the page locked.
  - at: "retract_page_tables: mmap_write_lock(mm)"
    variants: [v6.4-blocking-mmap]
    say: Waits for mmap(), which holds the mmap lock exclusively. With the list of the file's mappings locked.
  - at: "retract_page_tables: vma_start_write(vma)"
    variants: [v6.4-blocking-vma]
    say: Everywhere else this lock is taken before the lock of the file's list. lockdep needs no deadlock to complain.
  - at: "do_user_addr_fault: mmap_read_lock(mm)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6, v6.4-blocking, v6.4-blocking-vma]
    say: The first lock of a page fault.
  - at: "find_lock_page: lock_page_of(page, mapping)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6, v6.4-blocking, v6.4-blocking-vma]
    say: The second lock of a page fault. khugepaged holds it until all page tables are gone.
  - at: "mmap_region: mmap_write_lock(mm)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6, v6.4-blocking-mmap, v6.4-blocking-vma]
    say: The first lock of mmap().
  - at: "mmap_region: i_mmap_lock_write(mapping)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6, v6.4-blocking-mmap, v6.4-blocking-vma]
    say: The second lock of mmap(). khugepaged holds it while it goes from mapping to mapping.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define DATA		7			/* what the file holds */
#define SLOT		1
#define FAULT		true			/* who comes along */
#define MMAP		true

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = DATA };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* mm A maps the whole file; and a part of it a second time, later. */
#define NR_REGIONS	2
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct vm_area_struct VB = { .vm_mm = &A, .vm_start = HPAGE_PMD_SIZE, .vm_end = HPAGE_PMD_SIZE + 1, .vm_file = &file,
			     .vm_flags = VM_WRITE | VM_SHARED };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

u8 seen;					/* what the application read */

setup { __pte_alloc(&A, &A.pmd[0]); }		/* T0, empty: the small pages were unmapped (C4) */

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "page fault") {
	if (FAULT) {
		seen = user_load(&A, SLOT);
		cover("the page fault comes to its end");
	}
}

CPU(2, "mmap") {
	if (MMAP) {
		mmap_region(&A, &VB);
		cover("mmap() comes to its end");
	}
}

finally("content: the application reads the file", !FAULT || seen == DATA);
finally("not-mapped: both mappings are known", !MMAP || (A.mmap[1] == &VB && file.i_mmap[1] == &VB));

finally {
	mmput(&A);
	check_pages();
}
