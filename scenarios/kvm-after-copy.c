/*---
dialect: 1
title: After the loss, does a guest still use the lost page?
group: The mail
summary: x
asks: stale-spte
variants:
  v6.0:
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: {stale-spte: sometimes, lost-pte: sometimes, content: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
  v6.1.0:
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: {stale-spte: never, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
  v6.4:
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
  v6.5:
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
  patch-v1:
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {stale-spte: sometimes, lost-pte: sometimes, content: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
  v6.6:
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
---*/
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "virt/kvm.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* A process maps it privately, has a userfaultfd on it, and lets a virtual machine use it as memory. */
struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };
struct kvm vm = { .mm = &A };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	userfaultfd_register(&uffd, &V, VM_UFFD_MISSING);
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	while (userfaultfd_copy(&uffd, SLOT, NEW_DATA) == -EAGAIN)
		cover("UFFDIO_COPY is tried again");
}

CPU(2, "vCPU") { guest_load(&vm, SLOT); }

finally {
	u8 host = user_load(&A, SLOT);
	u8 guest = guest_load(&vm, SLOT);

	assert(guest == host, "content: the guest reads %d where the process reads %d", guest, host);
	kvm_mmu_notifier_release(&vm);
	mmput(&A);
	check_pages();
}
