/*---
dialect: 1
title: What if the two page-table locks are one?
group: The mail
summary: khugepaged takes the lock of the PMD entry and then that of the page table. Small machines have one lock for both.
story: |
  To take a page table away without the mmap lock, khugepaged takes two spinlocks: pml, which guards the PMD entry, and ptl, which
  guards the slots of the table. On most machines they are two. Where few CPUs are configured the kernel spares itself
  the trouble: both are the one lock of the address space, mm->page_table_lock. Who takes it a second time waits for himself,
  for ever.

  So the patch compares the two addresses before it takes the second lock, and again before it gives it back. All variants here
  are of such a small kernel, except for the last two: one shows that with two locks nobody would have noticed.

  spin_lock_nested() is not the answer to this, though its name sounds like it. It takes the lock like spin_lock() does, and waits like it.
  It only tells lockdep, which knows both locks as one class, that the second one is meant.

  The order of the two is a rule as well: pml first, then ptl. Who holds a ptl may only try to take pml. The other of the last
  two takes them the other way round: that need not hang, but lockdep complains.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Hugh Dickins, [PATCH 09/12] of 29 May 2023, and a mail of 21 August 2023 on the order of the two locks"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6, v6.14"
asks: recursive-locking
goals:
  - find: recursive-locking
    say: Let khugepaged wait for itself.
  - find: lock-order
    say: Take the two locks in the wrong order.
variants:
  v6.4:
    summary: "before the patch: khugepaged takes neither lock, the mmap lock is enough"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted"]
  patch-v1:
    summary: "the patch as the mail answers it: the second lock is taken only if it is another"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted"]
  v6.6:
    summary: "as merged: likewise"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted"]
  v6.14:
    summary: "likewise"
    use: [mm/khugepaged/retract.v6.14.c]
    expect: never
    reach: ["a page table is retracted"]
  patch-v1-no-compare:
    summary: "never shipped: the patch without the comparison"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - {in: mm/khugepaged/retract.patch-v1.c, from: "if (ptl != pml) spin_lock_nested", to: "spin_lock_nested"}
      - {in: mm/khugepaged/retract.patch-v1.c, from: "if (ptl != pml) spin_unlock(ptl);", to: "spin_unlock(ptl);"}
    expect: always
  patch-v1-ptl-first:
    summary: "never shipped: two locks, and the patch takes them in the wrong order"
    use: [mm/khugepaged/retract.patch-v1.c]
    define: {SPLIT_PTLOCKS: true}
    edit:
      - {in: mm/khugepaged/retract.patch-v1.c, from: "pml = pmd_lock(mm, pmd); ptl = pte_lockptr(mm, pmd);", to: "pml = pmd_lockptr(mm, pmd); ptl = pte_lockptr(mm, pmd); spin_lock(ptl);"}
      - {in: mm/khugepaged/retract.patch-v1.c, from: "spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);", to: "spin_lock_nested(pml, SINGLE_DEPTH_NESTING);"}
    asks: lock-order
    expect: always
    reach: ["a page table is retracted"]
  split-no-compare:
    summary: "never shipped: the patch without the comparison, on a machine with two locks"
    use: [mm/khugepaged/retract.patch-v1.c]
    define: {SPLIT_PTLOCKS: true}
    edit:
      - {in: mm/khugepaged/retract.patch-v1.c, from: "if (ptl != pml) spin_lock_nested", to: "spin_lock_nested"}
      - {in: mm/khugepaged/retract.patch-v1.c, from: "if (ptl != pml) spin_unlock(ptl);", to: "spin_unlock(ptl);"}
    expect: never
    reach: ["a page table is retracted"]
notes:
  - at: "retract_page_tables: pmd_lock(mm, pmd)"
    variants: [patch-v1, v6.6, v6.14, patch-v1-no-compare]
    say: pml. It guards the PMD entry, and here it is the one lock of the address space.
  - at: "retract_page_tables: pmd_lock(mm, pmd)"
    variants: [split-no-compare]
    say: pml, a lock of its own.
  - at: "retract_page_tables: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)"
    variants: [patch-v1-no-compare]
    say: ptl is the lock that was just taken. That it says nested helps nobody, it is for lockdep only.
  - at: "retract_page_tables: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)"
    variants: [split-no-compare]
    say: ptl, in the page of the table. Without the comparison nothing goes wrong here, so nobody would have missed it.
  - at: "retract_page_tables: spin_lock(ptl)"
    variants: [patch-v1-ptl-first]
    say: The inner of the two locks comes first.
  - at: "retract_page_tables: spin_lock_nested(pml, SINGLE_DEPTH_NESTING)"
    variants: [patch-v1-ptl-first]
    say: Everybody else takes pml first. Two who do it in different orders can wait for each other; lockdep complains before that.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [patch-v1, v6.6, v6.14]
    say: The one lock is enough. It guards the entry as well as the slots.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define SPLIT_PTLOCKS	false			/* few CPUs: pml and ptl are both mm->page_table_lock */
#define DATA		7			/* what the file holds */
#define SLOT		1

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = DATA };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

u8 seen;					/* what the application read */

setup { __pte_alloc(&A, &A.pmd[0]); }		/* T0, empty: the small pages were unmapped (C4) */

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "page fault") { seen = user_load(&A, SLOT); }

finally("content: the application reads the file", seen == DATA);

finally {
	mmput(&A);
	check_pages();
}
