/*---
dialect: 1
title: Can a page be stored in a page table that is already detached?
group: The mail
summary: UFFDIO_COPY finds a page table, and while it waits for the table's lock khugepaged takes the table away.
story: |
  Since v6.5 a page table may go away while others look at it. Two rules make up for that. Who touches a table is in an RCU
  read section, so that its memory stays a page table with a lock until he has left. And who has taken the table's lock,
  ptl, looks at the PMD once more, whether the table is still the one that the PMD names. The first rule is about memory; this
  scenario is about the second. Without it the lock is good, the slot is empty, all counters go up, and the page goes into a table
  that no PMD leads to. When the last reader has left, table and page are gone.

  The mail's patch is right here, because pte_offset_map_lock() looks again; the mutant does not. (What the mail
  finds wrong in the patch, a page that is stored before the table goes away, is possible here too: see uffd-copy. It shows
  as lost-pte in patch-v1.)

  Would the test that v6.6 makes under ptl do instead? UFFDIO_COPY sets anon_vma before it looks for the table, and v6.6
  lets the table be when it finds anon_vma set. That hides the missing look nearly always, but not quite: the test is followed
  by the removal, and anon_vma is set without ptl. If it is set in between, UFFDIO_COPY still finds the table, and waits for its lock while
  the table goes away. And whoever writes into a table without setting anon_vma would not be noticed at all.

  In the thread (31 May to 6 June 2023) Jann Horn asks to have it written down that a look-up may end in a detached
  table, and that such a table must hold only empty entries, as somebody may look at it and believe it. He would like one
  uniform rule: who locks a page table looks at once whether the PMD still refers to it. The comments on
  pte_offset_map() and its family came with v3.
sources:
  - text: "Jann Horn and Hugh Dickins on [PATCH 00/12] mm: free retracted page table by RCU, 31 May, 2 June and 6 June 2023"
  - text: "Hugh Dickins, v3 13/13 of 11 July 2023: comments on pte_offset_map() and pte_offset_map_lock()"
  - commit: 0d940a9b270b
  - commit: 1d65b771bc08
  - version: "v6.5 (walks that may fail), v6.6"
asks: detached-write
goals:
  - find: detached-write
    say: Store the page where nobody will find it. khugepaged has to be quick between two steps of the monitor.
  - find: leaked-page
    say: Bring it to the end. Nothing maps the page, and nothing will ever free it.
variants:
  patch-v1:
    summary: "the patch as the mail answers it: who has ptl looks at the PMD again"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {detached-write: never, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "UFFDIO_COPY finds the table gone"]
    note: What goes wrong is the other order, the page first and the removal then, which is the question of uffd-copy.
  v6.6:
    summary: "as merged"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "UFFDIO_COPY finds the table gone", "the test under ptl skips the VMA"]
  patch-v1-no-pmd-recheck:
    summary: "never shipped: pte_offset_map_lock() believes what it saw before it had the lock"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/pgtable-generic.c
        from: "if (val == pmdp_get_lockless(pmd))"
        to: "if (true)"
    expect: {detached-write: sometimes, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page"]
  v6.6-no-pmd-recheck:
    summary: "never shipped: the same in v6.6, where the test of anon_vma under ptl catches all but one moment"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/pgtable-generic.c
        from: "if (val == pmdp_get_lockless(pmd))"
        to: "if (true)"
    expect: {detached-write: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the test under ptl skips the VMA"]
    note: >-
      Only if the monitor sets anon_vma and finds the table after khugepaged's test and before the next line, which clears the PMD.
      Found by searching all schedules; the thread does not discuss it.
notes:
  - at: "mfill_atomic: __anon_vma_prepare(vma)"
    variants: [v6.6, v6.6-no-pmd-recheck]
    say: From here on khugepaged's test under ptl would let the table be. Has it been made already?
  - at: "pte_offset_map_lock: __pte_offset_map(pmd, addr, &val)"
    say: The table is found, and an RCU section entered that keeps its memory. That does not keep it in its place.
  - at: "pte_offset_map_lock: spin_lock(ptl)"
    variants: [patch-v1, v6.6]
    say: The lock is part of the table, so it is the lock of the table that was found, wherever that table is by now.
  - at: "pte_offset_map_lock: spin_lock(ptl)"
    variants: [patch-v1-no-pmd-recheck, v6.6-no-pmd-recheck]
    say: The lock is part of the table that was found. Nobody asks any more whether a PMD leads there.
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd)"
    variants: [patch-v1, v6.6]
    say: With ptl held, is it still the table of this PMD? If not, UFFDIO_COPY answers -EAGAIN.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table is detached. Somebody who found it before may be waiting for its lock.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.6, v6.6-no-pmd-recheck]
    say: If the monitor has come to its anon_vma_prepare() the table stays. If not, the table goes, with nothing in between that the monitor would have to wait for.
  - at: "mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    say: The page is stored. In which table?
  - at: "retract_page_tables: pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
    say: The table is freed when all who were in an RCU section have left, and with it all that was stored in the meantime.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied;					/* what UFFDIO_COPY answered */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
	if (copied == 0)
		cover("UFFDIO_COPY stores its page");
	else if (copied == -EAGAIN)
		cover("UFFDIO_COPY finds the table gone");
}

finally("answer: UFFDIO_COPY ends with success, -EAGAIN or -EEXIST", copied == 0 || copied == -EAGAIN || copied == -EEXIST);
finally("table-freed: the table is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));

finally {
	mmput(&A);
	check_pages();
}
