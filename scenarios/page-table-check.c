/*---
dialect: 1
title: Does page_table_check notice the lost page?
group: Around the mail
summary: The race of uffd-copy in a kernel that counts, for debugging, how often each page is mapped.
story: |
  CONFIG_PAGE_TABLE_CHECK makes the kernel count, for each page, the anonymous and the file mappings that exist. Whenever an entry of
  a page table is written it takes what was there out of the count and puts what will be there in. It complains when a page is mapped as
  both kinds, when a count would fall below zero, when an anonymous page is mapped twice and writable, and when a page is given out or back while
  it is counted.

  A removed page table is a problem for such an account: whatever its slots still map would stay counted for ever. So retract_page_tables()
  calls page_table_check_pte_clear_range(), which goes over the table that was just detached, and takes every page that it maps out of the
  count. It does not ask why there is one. The page that UFFDIO_COPY stored is lost with the table (see uffd-copy), and the
  check forgets it at the very place where it could have noticed. It is right from its own point of view, as no
  entry maps the page any more; and as nobody will ever free the page, no later check meets it either. What the kernel prints in
  the end comes from the counters of the mm.

  Hugh Dickins looked at this routine on 6 June 2023: he did not want to scan all 512 slots for the sake of a debugging check, had hoped to hide
  such a scan in it, and found that it only adjusts the accounting. The two variants with a scan do what he had hoped for.
sources:
  - text: "Hugh Dickins to Jann Horn on [PATCH 09/12], 6 June 2023"
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - version: "CONFIG_PAGE_TABLE_CHECK is there from v5.17 on"
  - commit: 1d65b771bc08
asks: page-table-check
goals:
  - find: lost-pte
    say: Lose the page as in uffd-copy, and watch the check not notice.
  - find: page-table-check
    say: In a variant with a scan, let it notice.
variants:
  patch-v1:
    summary: "the patch as the mail answers it, with the check switched on"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {page-table-check: never, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "page_table_check forgets a page that a detached table maps"]
  v6.6:
    summary: "as merged, with the check switched on"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the test under ptl skips the VMA"]
  patch-v1-scan:
    summary: "never shipped: the patch, with a check that complains of a detached table that is not empty"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/page_table_check.enabled.c
        from: "page_table_check_pte_clear(pte);"
        to: "assert(pte_none(pte), \"page-table-check: slot %d of detached %s is not empty\", i, pmd.table); page_table_check_pte_clear(pte);"
    expect: {page-table-check: sometimes, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page"]
  v6.6-scan:
    summary: "never shipped: as merged, with that check. It has nothing to complain of"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/page_table_check.enabled.c
        from: "page_table_check_pte_clear(pte);"
        to: "assert(pte_none(pte), \"page-table-check: slot %d of detached %s is not empty\", i, pmd.table); page_table_check_pte_clear(pte);"
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the test under ptl skips the VMA"]
notes:
  - at: "mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    say: The check counts one anonymous mapping of the page; then the entry is written.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table goes. Its slots are not looked at here.
  - at: "retract_page_tables: page_table_check_pte_clear_range(mm, addr, pgt_pmd)"
    variants: [patch-v1, v6.6]
    say: Whatever the table still maps is taken out of the count, without a word.
  - at: "retract_page_tables: page_table_check_pte_clear_range(mm, addr, pgt_pmd)"
    variants: [patch-v1-scan, v6.6-scan]
    say: Whatever the table still maps is taken out of the count; here, not without a word.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "mm/page_table_check.enabled.c"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
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

POOL(struct ptdesc, 3, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	if (userfaultfd_copy(&uffd, SLOT, NEW_DATA) == 0)
		cover("UFFDIO_COPY stores its page");
}

CPU(2, "application") {
	wait_until(finished(1));
	user_load(&A, SLOT);
}

finally {
	mmput(&A);
	check_pages();
}
