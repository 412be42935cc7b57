/*---
dialect: 1
title: Does collapse_pte_mapped_thp lose what userfaultfd stores?
group: Around the mail
summary: "The sibling of the mail's race: a huge page is mapped in small entries, and their table is emptied, unlocked for a moment, and taken away."
story: |
  A file is in memory as one huge page, but a process still maps it in small entries, by way of a page table.
  collapse_pte_mapped_thp() takes the table away, so that the huge page can be mapped in one entry. It looks
  whether each slot is empty or maps the huge page, counts the entries out, and detaches the table.

  Up to v6.5 it kept everybody else out, with mmap_lock held exclusively. The same series that the mail is about made it
  do with mmap_lock shared: it clears the slots under the lock of the table, ptl, drops ptl, takes the lock of the PMD entry,
  pml, and ptl again, and detaches the table. pml is the outer lock, and this way it is held no longer than needed. In
  between the table is empty, and the page lock keeps faults away. But UFFDIO_COPY into a private mapping asks for no
  page lock: it needs mmap_lock shared and ptl, and both are to be had. What it stores in between is lost with the table.

  Jann Horn had a program that did this on 14 August 2023, before v6.6 was released, and the kernel printed "Bad rss-counter state". The
  correction, a98460494b16, takes pml first where a userfaultfd is on a private mapping, so that ptl need not be dropped. It says
  that it was the dropping of ptl which let the bug in. That the program hit these steps and no others is derived.
sources:
  - text: "Jann Horn, 14 August 2023: a reproducer that ends with Bad rss-counter state, for mm/khugepaged in linux-next"
  - text: "Hugh Dickins, 21 August 2023: collapse_pte_mapped_thp() with pml taken early for private userfaultfd mappings"
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 1043173eb5eb
  - commit: a98460494b16
  - version: "v6.4, v6.6"
asks: lost-pte
goals:
  - find: lost-pte
    say: Lose the page. The table is empty when khugepaged has looked; who fills it after that?
  - find: bad-rss-counter
    say: Bring it to the end and let the kernel complain.
variants:
  v6.4:
    summary: "mmap_lock and i_mmap_rwsem, exclusively; the table goes away with the entries still in it, which are counted out"
    use: [mm/khugepaged/pte-mapped.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["the table of small entries is taken away", "the huge page is mapped in one entry", "the table holds something else: it stays", "UFFDIO_COPY stores its page"]
  v6.6-before-fix:
    summary: "as in linux-next in the summer of 2023, 1043173eb5eb: ptl is dropped before pml is taken"
    use: [mm/khugepaged/pte-mapped.v6.6.c]
    edit:
      - in: mm/khugepaged/pte-mapped.v6.6.c
        from: "if (userfaultfd_armed(vma) && !(vma->vm_flags & VM_SHARED)) pml = pmd_lock(mm, pmd); result = SCAN_FAIL; pte = pte_offset_map_nolock(mm, pmd, addr, &ptl);"
        to: "result = SCAN_FAIL; pte = pte_offset_map_lock(mm, pmd, addr, &ptl);"
      - in: mm/khugepaged/pte-mapped.v6.6.c
        from: "if (!pml) spin_lock(ptl); else if (ptl != pml) spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);"
        to: ""
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["the table of small entries is taken away", "the huge page is mapped in one entry", "the table holds something else: it stays", "UFFDIO_COPY stores its page", "UFFDIO_COPY is tried again"]
    note: Reported with a program. The correction names the moment, the dropping of ptl; the steps around it are derived from the code of 1043173eb5eb.
  v6.6:
    summary: "as released: pml is taken first where a userfaultfd is on a private mapping, and ptl is not dropped"
    use: [mm/khugepaged/pte-mapped.v6.6.c]
    expect: never
    reach: ["the table of small entries is taken away", "the huge page is mapped in one entry", "the table holds something else: it stays", "UFFDIO_COPY stores its page", "UFFDIO_COPY is tried again"]
notes:
  - at: "lock_and_collapse_pte_mapped_thp: mmap_write_lock(mm)"
    variants: [v6.4]
    say: With it nobody else is in the mm. The monitor comes before, and then its page is seen, or after.
  - at: "lock_and_collapse_pte_mapped_thp: mmap_read_lock(mm)"
    variants: [v6.6-before-fix, v6.6]
    say: Shared. The monitor takes it shared, too.
  - at: "collapse_pte_mapped_thp: scan_ptes(pmd, hpage)"
    say: Is every slot empty, or does it map the huge page? If the monitor was here before, its page is seen and the table stays.
  - at: "collapse_pte_mapped_thp: pmd_lock(mm, pmd)"
    variants: [v6.6]
    say: pml before ptl is the order that nests. So ptl can be kept from the second look at the slots to the removal.
  - at: "collapse_pte_mapped_thp: clear_ptes(mm, addr, pmd, hpage, &nr_ptes)"
    variants: [v6.6-before-fix]
    say: Looked at again and emptied. From here on the table is believed to be empty.
  - at: "collapse_pte_mapped_thp: spin_unlock(ptl)"
    variants: [v6.6-before-fix]
    say: ptl is free for a moment, because pml has to be taken first. Faults are kept away by the page lock. Who is not?
  - at: "collapse_pte_mapped_thp: remove_rmaps(pmd, hpage)"
    variants: [v6.4]
    say: The entries stay in the table, but are not counted any more. So nothing is lost when the table is dropped.
  - at: "mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    say: The page is in the table. Only ptl is held, and mmap_lock shared.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table is taken out. Nobody looks what is in its slots.
---*/
/* collapse_pte_mapped_thp() comes with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/khugepaged/pte-mapped.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where */

/* The file: one huge page over all of it, after a collapse. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 2, .mapcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");

int copied;					/* what UFFDIO_COPY answered in the end */
u8 seen;					/* what the application read */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, whose first slot maps the huge page */
	T0.pte[0] = mk_pte(&H, false);
	A.rss_stat[MM_SHMEMPAGES] = 1;
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

/* As madvise(MADV_COLLAPSE) ends, or as khugepaged does it when it finds such a table, without the last step. */
CPU(0, "collapser") {
	if (lock_and_collapse_pte_mapped_thp(&A, 0, true) == SCAN_SUCCEED)
		cover("the huge page is mapped in one entry");
}

CPU(1, "uffd monitor") {
	for (;;) {
		copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
		if (copied != -EAGAIN)
			break;
		cover("UFFDIO_COPY is tried again");
	}
	if (copied == 0)
		cover("UFFDIO_COPY stores its page");
}

CPU(2, "application") {
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

finally("answer: UFFDIO_COPY ends with success, or with -EEXIST", copied == 0 || copied == -EEXIST);
finally("content: the application reads what the monitor stored", seen == (copied ? OLD_DATA : NEW_DATA));
finally("not-mapped: the stored page is mapped where it was stored", copied || is_mapped(&A, SLOT, NEW_DATA));

finally {
	mmput(&A);
	check_pages();
	check_page_cache(&file);
}
