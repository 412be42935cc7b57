/*---
dialect: 1
title: Does a whole collapse lose what userfaultfd stores?
group: The mail
summary: khugepaged makes one huge page of a file's small pages, from the first look at them to the end.
story: x
asks: lost-pte
variants:
  v6.4:
    summary: x
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
  patch-v1:
    summary: x
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
  v6.6:
    summary: x
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
---*/
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/shmem.c"
#include "mm/khugepaged/collapse_file.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"

#define PTRS_PER_PTE	2			/* small pages to one huge page */
#define HOLE		false			/* the second page of the file is not there */
#define UFFD_MODE	VM_UFFD_MISSING

#define DATA_0		6			/* what the file holds in its first page */
#define DATA_1		7			/* in its second */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where: in the second slot of A */

struct address_space file = { .i_mmap = { &VA, &VB }, .i_size = NR_FILE_PAGES };

/* mm A maps the file privately, with a userfaultfd on it; mm B maps it shared. */
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1, .mmap = { &VB } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct VB = { .vm_mm = &B, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 5, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied;					/* what UFFDIO_COPY answered in the end */
u8 seen;					/* what the application of B read, at any time */

void add_to_file(unsigned long index, u8 data)
{
	file.i_pages[index] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .index = index,
				      .data = data);
}

setup {
	add_to_file(0, DATA_0);
	if (!HOLE)
		add_to_file(1, DATA_1);
	user_load(&A, 0);			/* T0 maps the first page */
	user_load(&B, 0);			/* and so does T1 */
	userfaultfd_register(&uffd, &VA, UFFD_MODE);
}

CPU(0, "khugepaged") {
	collapse_file(&B, 0, &file, 0, &khugepaged_collapse_control);
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

CPU(2, "application of B") {
	seen = user_load(&B, SLOT);
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

u8 file_data(unsigned long index)
{
	struct page *page = file.i_pages[index];

	return page ? page_data(page, index) : 0;
}

finally("answer: UFFDIO_COPY ends with success, or with -EEXIST", copied == 0 || copied == -EEXIST);
finally("not-mapped: the stored page is mapped where it was stored", copied || is_mapped(&A, SLOT, NEW_DATA));
finally("content: the application of B reads what the file holds", seen == (HOLE ? 0 : DATA_1));
finally("content: the file holds what it held", file_data(0) == DATA_0 && file_data(1) == (HOLE ? 0 : DATA_1));

finally {
	assert(copied || user_load(&A, SLOT) == NEW_DATA, "content: A does not read what the monitor stored");
	mmput(&A);
	mmput(&B);
	check_pages();
	check_page_cache(&file);
}
