/*---
dialect: 1
title: Does anything go wrong when everybody uses a file that is being collapsed?
group: Stress mixes
summary: "A whole collapse, with a userfaultfd monitor, a read at any time, and a write after the monitor is done."
story: |
  khugepaged collapses a file of two small pages from the first page to the last. A process has mapped it privately, and nothing of
  it is in its page table yet. Its userfaultfd monitor stores a page in the second slot. Its application reads the first slot, and
  when the monitor is done it writes there: the slot may then be empty, or map the small page or the huge one, and a private copy
  takes its place.

  Each of them may come before, between or after any of khugepaged's steps. A fault that has locked or referenced a small page makes
  khugepaged give up; a fault that waits for a small page's lock finds that the page has left the file, and begins again. At
  the end every page is mapped where it was stored, is in the page cache, or is free, and every counter is zero.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6, and the patch of 29 May 2023 on v6.5"
asks: lost-pte
goals:
  - find: lost-pte
    say: Lose a page that was stored.
variants:
  v6.4:
    summary: "retraction under mmap_lock, exclusively"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY stores its page", "UFFDIO_COPY finds the slot filled", "a small page is locked: the collapse is given up", "a small page is in use: the collapse is given up", "a page left the file while its lock was waited for"]
  patch-v1:
    summary: "the patch as the mail answers it: retraction without mmap_lock, and nothing is tested again"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {lost-pte: sometimes, content: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY stores its page", "UFFDIO_COPY finds the slot filled", "a small page is locked: the collapse is given up", "a small page is in use: the collapse is given up", "a page left the file while its lock was waited for"]
  v6.6:
    summary: "as merged: anon_vma and write protection are tested again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY stores its page", "UFFDIO_COPY finds the slot filled", "a small page is locked: the collapse is given up", "a small page is in use: the collapse is given up", "a page left the file while its lock was waited for", "the test under ptl skips the VMA"]
notes:
  - at: "collapse_file: trylock_page_at(mapping, start + i, &page)"
    say: A fault may hold the lock of the page just now. Then the collapse is given up.
  - at: "collapse_file: is_unused(page, mapping)"
    say: A fault that has looked the page up holds a reference, even while it still waits for the lock.
  - at: "collapse_file: free_small_page(page)"
    say: Who waited for its lock gets it now, sees that the page is not of the file any more, and looks again.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/khugepaged/collapse_file.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"

#define PTRS_PER_PTE	2			/* small pages to one huge page */

#define DATA_0		6			/* what the file holds in its first page */
#define DATA_1		7			/* in its second */
#define OWN_DATA	13			/* what the application writes to the first slot */
#define NEW_DATA	42			/* what the monitor stores in the second */

struct address_space file = { .i_mmap = { &VA }, .i_size = NR_FILE_PAGES };

/* mm A maps the file privately, with a userfaultfd on it. */
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 6, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied;					/* what UFFDIO_COPY answered in the end */
u8 seen;					/* what the application read in the first slot */

void add_to_file(unsigned long index, u8 data)
{
	file.i_pages[index] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .index = index,
				      .data = data);
}

setup {
	add_to_file(0, DATA_0);
	add_to_file(1, DATA_1);
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

CPU(0, "khugepaged") {
	collapse_file(&A, 0, &file, 0, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	do
		copied = userfaultfd_copy(&uffd, 1, NEW_DATA);
	while (copied == -EAGAIN);
	if (copied == 0)
		cover("UFFDIO_COPY stores its page");
	else
		cover("UFFDIO_COPY finds the slot filled");
}

CPU(2, "application") {
	seen = user_load(&A, 0);
	wait_until(finished(1));		/* at any time: too many states for one proof */
	user_store(&A, 0, OWN_DATA);
}

finally("answer: UFFDIO_COPY ends with success, or with -EEXIST", copied == 0 || copied == -EEXIST);
finally("content: the application reads what the file holds", seen == DATA_0);
finally("content: the file holds what it held", page_data(file.i_pages[0], 0) == DATA_0 && page_data(file.i_pages[1], 1) == DATA_1);

finally {
	assert(user_load(&A, 0) == OWN_DATA, "content: A does not read what it has written");
	assert(copied || user_load(&A, 1) == NEW_DATA, "content: A does not read what the monitor stored");
	mmput(&A);
	check_pages();
	check_page_cache(&file);
}
