/*---
dialect: 1
title: Does the removal of page tables hold if everybody comes at once?
group: Stress mixes
summary: khugepaged, a userfaultfd monitor, a copy-on-write fault, and an exiting process, in two address spaces that map one file.
story: |
  The races of the mail are shown elsewhere with two or three actors each. This is the mix of them, to see that a repair of one
  does not open another: khugepaged goes through two processes. In the one, a userfaultfd monitor fills a slot of a private mapping,
  and then a thread writes to the next slot for the first time, which needs a copy of the file's page. The other process exits.

  The thread waits for the page lock that khugepaged holds, and copies into whatever table there is then. The monitor and the exiting
  process do not wait for khugepaged.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6, v6.14"
asks: lost-pte
goals:
  - find: lost-pte
    say: Lose the page of the monitor, whatever the others do.
variants:
  v6.4:
    summary: "before the patch"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA", "a VMA with anon_vma is passed over", "an exiting process is passed over"]
  patch-v1:
    summary: "the patch as the mail answers it"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {lost-pte: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again", "a VMA with anon_vma is passed over", "an exiting process is passed over", "a page table goes away from under the unmapping"]
  v6.6:
    summary: "as merged"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again", "the test under ptl skips the VMA", "a VMA with anon_vma is passed over", "an exiting process is passed over", "a page table goes away from under the unmapping"]
  v6.14:
    summary: "as merged, and the PMD is looked at again"
    use: [mm/khugepaged/retract.v6.14.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again", "the test under ptl skips the VMA", "a VMA with anon_vma is passed over", "an exiting process is passed over", "a page table goes away from under the unmapping"]
notes:
  - at: "mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    say: The page of the monitor is in the table. Only ptl is held, and mmap_lock shared.
  - at: "do_cow_fault > __do_fault > find_lock_page: lock_page_of(page, mapping)"
    say: A fault needs the page lock, which khugepaged holds until all tables are gone.
  - at: "mmput: atomic_dec_and_test(&mm->mm_users)"
    say: The process has no user any more. Whoever asks from now on lets it be, but who has asked before is in it still.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table is taken out. Nobody looks what is in its slots.
---*/
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define NEW_DATA	42			/* what the monitor stores */
#define OWN_DATA	43			/* what the thread writes */
#define PTRS_PER_PTE	2			/* fewer slots, fewer states */
#define SLOT		0			/* the monitor's; the thread's is the next */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct address_space file = { .i_mmap = { &VA, &VB }, .i_pages = { &H, &H }, .i_size = NR_FILE_PAGES };

/* mm A maps the file privately, with a userfaultfd on it; mm B maps it shared, and exits. */
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1, .mmap = { &VB } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct VB = { .vm_mm = &B, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 5, "T");
POOL(struct page, 3, "P");
POOL(struct anon_vma, 3, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied;					/* what UFFDIO_COPY answered in the end */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	__pte_alloc(&B, &B.pmd[0]);		/* T1, likewise */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

/* It came to the file by way of a third mm, whose table it has taken away already. */
CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(NULL, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	for (;;) {
		copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
		if (copied != -EAGAIN)
			break;
		cover("the monitor tries again");
	}
	if (copied == 0)
		cover("the monitor stores its page");
}

/* It waits for the page lock that khugepaged holds, and copies the page into whatever table is there then. */
CPU(2, "application") {
	wait_until(finished(1));
	user_store(&A, SLOT + 1, OWN_DATA);
}

CPU(3, "exiting task") { mmput(&B); }

bool is_mapped(struct mm_struct *mm, unsigned long addr, u8 data)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == PAGE_ANON && pte.page->data == data;
}

finally("answer: the monitor hears of success, or -EEXIST", copied == 0 || copied == -EEXIST);
finally("not-mapped: the page of the monitor is mapped where it was stored", copied || is_mapped(&A, SLOT, NEW_DATA));
finally("lost-write: the page of the thread is mapped where it wrote", is_mapped(&A, SLOT + 1, OWN_DATA));
finally("table-freed: the first table of A is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));
finally("table-freed: the table of B is freed", !is_live(&T1) && B.pmd[0].kind == PMD_NONE);

finally {
	mmput(&A);
	check_pages();
}
