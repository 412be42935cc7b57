/*---
dialect: 1
title: Do a guest, a device and a userfaultfd all survive khugepaged?
group: Stress mixes
summary: uffd-copy, kvm-after-copy and sva-walk-cache at once, in one process.
story: |
  khugepaged takes a page table away while UFFDIO_COPY fills it, a vCPU of KVM asks what is in it, and the IOMMU of a device
  walks it, with a walk cache and with walks under way. Each of them has its own way to learn of the removal: the page-table
  lock and another look at the PMD, range_start and range_end, the TLB flush. Whether one of these ways depends on another
  shows only when all are there.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6"
asks: stale-spte
begin: patch-v1
goals:
  - find: stale-spte
    say: Leave the guest with a page that the process has lost.
  - find: freed-table-walk
    say: Leave the IOMMU with a table that is free.
  - find: stale-tlb
    say: Leave the IOMMU with a page that the process has lost.
variants:
  v6.4:
    summary: "before the patch: khugepaged is alone in the mm, and all are told"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: {stale-spte: never, freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the device reads what the monitor stored", "the device reads the file", "a walk reads a table after its PMD entry has gone", "the IOMMU forgets a table when it is told", "the vCPU finds an invalidation, and tries again", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA"]
  patch-v1:
    summary: "the patch as the mail answers it: nothing is tested again, and nobody is told"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {stale-spte: sometimes, freed-table-walk: sometimes, dangling-walk-cache: sometimes, stale-tlb: sometimes, lost-pte: sometimes, content: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the device reads what the monitor stored", "the device reads the file", "a walk reads a table after its PMD entry has gone"]
  v6.6:
    summary: "as merged: tested again under ptl, and all are told"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {SECONDARY_TLB_HOOK_IN_FLUSH: true}
    expect: {stale-spte: never, freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the device reads what the monitor stored", "the device reads the file", "a walk reads a table after its PMD entry has gone", "the IOMMU forgets a table when it is told", "the vCPU finds an invalidation, and tries again", "range_start drops an SPTE", "the test under ptl skips the VMA"]
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "virt/kvm.c"
#include "drivers/iommu/sva.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define IOMMU_PAGE_REQUESTS	false		/* the others fault in what it wants */

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where all of them work */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* A process maps it privately, has a userfaultfd on it, a virtual machine uses it, and a device works in it. */
struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };
struct kvm vm = { .mm = &A };
struct iommu smmu = { .mm = &A };

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
	int copied;

	do {
		copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
	} while (copied == -EAGAIN);
	if (copied == 0)
		cover("UFFDIO_COPY stores its page");
}

CPU(2, "vCPU") {
	if (guest_load(&vm, SLOT) == NEW_DATA)
		cover("the guest reads what the monitor stored");
	else
		cover("the guest reads the file");
}

DEVICE("device") {
	u8 val;

	for (;;) {
		val = 0;
		if (!dma_access(&smmu, SLOT, false, &val))
			continue;
		if (val == NEW_DATA)
			cover("the device reads what the monitor stored");
		else
			cover("the device reads the file");
		assert(val == OLD_DATA || val == NEW_DATA, "content: the device reads %d", val);
	}
}

finally("quiet: no invalidation is under way", !vm.mmu_invalidate_in_progress);
finally("stale-tlb: the IOMMU knows only what the process has mapped", !iotlb_is_stale(&smmu));

finally {
	u8 host = user_load(&A, SLOT);
	u8 guest = guest_load(&vm, SLOT);

	assert(guest == host, "content: the guest reads %d where the process reads %d", guest, host);
	kvm_mmu_notifier_release(&vm);
	iommu_sva_unbind_device(&smmu);
	mmput(&A);
	check_pages();
}
