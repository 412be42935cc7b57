/*---
dialect: 1
title: Does collapse_pte_mapped_thp lose what userfaultfd stores?
group: Around the mail
summary: x
story: x
asks: lost-pte
variants:
  v6.4:
    summary: x
    use: [mm/khugepaged/pte-mapped.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
  v6.6-before-fix:
    summary: x
    use: [mm/khugepaged/pte-mapped.v6.6.c]
    edit: [{in: mm/khugepaged/pte-mapped.v6.6.c, from: "if (userfaultfd_armed(vma) && !(vma->vm_flags & VM_SHARED))", to: "if (false)"}]
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
  v6.6:
    summary: x
    use: [mm/khugepaged/pte-mapped.v6.6.c]
    expect: never
---*/
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
