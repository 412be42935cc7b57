/*---
dialect: 1
title: Who tells the IOMMU that a page table is gone?
group: The mail
summary: khugepaged frees a page table that a device's IOMMU has found before, and walks again.
story: |
  A device works with the addresses of a process: its IOMMU walks the process's own page tables, the very ones that the
  CPU uses (shared virtual addressing). To be fast it keeps what it found: leaf entries in its IOTLB, and, one level up,
  which page holds the page table of a region. It is hardware. It takes no lock and no reference, and RCU waits for
  CPUs, not for it. So whoever takes a page table away must tell it: by an MMU notifier call or, from v6.6 on, as part
  of the TLB flush.

  khugepaged has replaced the small pages of a file by a huge one and now removes the empty page tables that are left. The
  patch of the mail left the notifier call out: the table is empty, and the small pages that were in it had all been
  announced when they were unmapped. The answer in the mail doubts this for devices of this kind, and a second mail gives three
  reasons why they must be told. One is the leaf entries; none is left if the table was empty. The second is the entry
  one level up, which still holds the address of the table's page. The third is order: a walk may have read the
  address of the table and not yet the slot. If the page is freed and somebody else fills it, the IOMMU takes his data
  for page-table entries, and the device reads or writes whatever they seem to name.

  Whether today's IOMMUs keep entries of the upper level, when only leaf entries are dropped, was left open: the author of
  the mail had not looked it up, and it differs from one to the other; later fixes in Linux assume that they do. The
  question does not arise here, as the device comes by after the small pages are gone. The variants called inflight do
  without such a cache: a walk under way is enough.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Jann Horn, 31 May 2023, to Peter Xu: the three reasons"
  - lkml: "ZHimAWRNDTg1JPOp@ziepe.ca"
  - text: "Jason Gunthorpe there: tell the IOMMU wherever the CPU's TLB is told; the call comes back when it has forgotten"
  - text: "Hugh Dickins, 6 June 2023: left out on purpose; uncertain whether it is needed, the calls come back"
  - commit: f268f6cf875f
  - commit: 1d65b771bc08
  - text: "Alistair Popple, July 2023: the call moves into the architectures' TLB flush (v6.6)"
  - version: "v6.0, v6.1.0, v6.4, v6.5 (the parent of the patch), v6.6"
asks: freed-table-walk
begin: patch-v1
goals:
  - find: dangling-walk-cache
    say: Get the page of the table freed while the IOMMU still has its address.
  - find: freed-table-walk
    say: Let the IOMMU read it as a page table once more.
  - find: foreign-dma
    say: Give the page to somebody else in between, and the device reads what nobody mapped for it.
variants:
  v6.0:
    summary: "before December 2022: no notifier call, and the table is freed at once"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: {freed-table-walk: sometimes, foreign-dma: sometimes, dangling-walk-cache: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the device reads the file"]
  v6.1.0:
    summary: "with notifier calls around the removal (f268f6cf875f); the table is freed at once, but only after them"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: {freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the IOMMU forgets a table when it is told", "the device reads the file", "mmap_write_trylock() fails"]
  v6.4:
    summary: "before the patch, with the page-table walks of that time: the same calls"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: {freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the IOMMU forgets a table when it is told", "the device reads the file", "mmap_write_trylock() fails"]
  v6.5:
    summary: "the parent of the patch: the same calls"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: {freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the IOMMU forgets a table when it is told", "the device reads the file", "mmap_write_trylock() fails"]
  patch-v1:
    summary: "the patch as the mail answers it: no notifier call, and the table is freed after a grace period"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {freed-table-walk: sometimes, foreign-dma: sometimes, dangling-walk-cache: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the device reads the file"]
    note: >-
      The patch was made for v6.5, where only a notifier call tells the IOMMU. In v6.6 the TLB flush tells it, too: see
      v6.6-no-notifier-flush-hook.
  v6.6:
    summary: "as merged: the notifier calls are back, and the IOMMU is told from within the TLB flush"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {SECONDARY_TLB_HOOK_IN_FLUSH: true}
    expect: {freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the IOMMU forgets a table when it is told", "the device reads the file"]
    note: Of the merged code it is the TLB flush that tells the IOMMU; the notifier calls are there for KVM and its like.
  v6.6-no-notifier:
    summary: "never shipped: the merged code without its notifier calls, in a kernel that tells the IOMMU only there"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/khugepaged/retract.v6.6.c
        from: "mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);"
        to: ""
      - in: mm/khugepaged/retract.v6.6.c
        from: "mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);"
        to: ""
    expect: {freed-table-walk: sometimes, foreign-dma: sometimes, dangling-walk-cache: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "the device reads the file"]
  v6.6-no-notifier-flush-hook:
    extends: v6.6-no-notifier
    summary: "never shipped: the same, in a kernel that tells the IOMMU from within the TLB flush, as v6.6 does"
    define: {SECONDARY_TLB_HOOK_IN_FLUSH: true}
    expect: {freed-table-walk: never, foreign-dma: never, dangling-walk-cache: never}
    reach: ["the IOMMU forgets a table when it is told"]
    note: >-
      So for a device of this kind the notifier calls of v6.6 would not be needed, only for users like KVM. The two changes
      came in the same release. Follows from the code; nobody put it so in the mails.
  patch-v1-inflight:
    extends: patch-v1
    summary: "the patch, and an IOMMU that keeps nothing of the upper level: a walk is under way"
    define: {IOMMU_WALK_CACHE: false, IOMMU_SPLIT_WALK: true}
    expect: {freed-table-walk: sometimes, foreign-dma: sometimes, dangling-walk-cache: never}
    reach: ["a walk reads a table after its PMD entry has gone"]
  v6.6-inflight:
    use: [mm/khugepaged/retract.v6.6.c]
    define: {SECONDARY_TLB_HOOK_IN_FLUSH: true, IOMMU_WALK_CACHE: false, IOMMU_SPLIT_WALK: true}
    summary: "as merged, and an IOMMU that keeps nothing of the upper level: whoever tells it waits until its walk is over"
    expect: {freed-table-walk: never, dangling-walk-cache: never}
    reach: ["a page table is retracted", "a freed page table is in use for something else", "a walk reads a table after its PMD entry has gone", "the device reads the file"]
  v6.6-both:
    extends: v6.6
    summary: "as merged, with such a cache and with walks under way"
    define: {IOMMU_SPLIT_WALK: true}
    reach: ["a walk reads a table after its PMD entry has gone"]
notes:
  - at: "dma_access: iommu_translate_at_once(iommu, addr, write, val)"
    variants: [v6.0, patch-v1, v6.6-no-notifier]
    say: The IOMMU looks for the address in its IOTLB, then for the table of the region in its walk cache, then in the PMD. What it finds it keeps. If the table was freed in between, it still reads that page.
  - at: "dma_access: iommu_translate_at_once(iommu, addr, write, val)"
    variants: [v6.1.0, v6.4, v6.5, v6.6, v6.6-no-notifier-flush-hook]
    say: The IOMMU looks for the address in its IOTLB, then for the table of the region in its walk cache, then in the PMD. What it finds it keeps until it is told to forget it.
  - at: "dma_access: iommu_translate(iommu, addr, write, val)"
    variants: [patch-v1-inflight, v6.6-inflight, v6.6-both]
    say: The PMD is read, and the walk now has the address of the table. It is hardware, so no RCU section says that somebody is on the way there.
  - at: "dma_access: iommu_read_slot(iommu, addr, write)"
    variants: [patch-v1-inflight]
    say: The second half of the walk. Whatever the page holds by now is taken for page-table entries.
  - at: "dma_access: iommu_read_slot(iommu, addr, write)"
    variants: [v6.6-inflight, v6.6-both]
    say: The second half of the walk. The PMD entry may have gone; the table has not, for khugepaged still waits in its TLB flush.
  - at: "dma_access: request_page(iommu, addr, write)"
    say: Nothing is mapped. A kernel thread is asked to fault it in; the fault waits for the page lock, which khugepaged holds.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.0, patch-v1, v6.6-no-notifier, patch-v1-inflight]
    say: The entry is taken out, and then the TLBs of the CPUs are flushed. Nobody says a word to the IOMMU.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.1.0, v6.4, v6.5]
    say: The entry is taken out. The IOMMU does not know yet, and the table must not be freed before it does.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.6, v6.6-no-notifier-flush-hook, v6.6-inflight, v6.6-both]
    say: The entry is taken out. The flush that comes next is also the IOMMU's.
  - at: "mmu_notifier_arch_invalidate_secondary_tlbs: iommu_invalidate(iommu, start, end)"
    variants: [v6.1.0, v6.4, v6.5, v6.6, v6.6-no-notifier-flush-hook, v6.6-inflight, v6.6-both]
    say: Comes back when no walk is under way and the IOMMU has forgotten the range. A walk that begins later finds no table in the PMD.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v6.0]
    say: The page is free at once, and the IOMMU may still have its address.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v6.1.0, v6.4, v6.5]
    say: The page is free at once. Software is kept out by locks and by the interrupt, the IOMMU by the notifier call.
  - at: "retract_page_tables: pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
    variants: [patch-v1, v6.6-no-notifier, patch-v1-inflight]
    say: A grace period waits for every CPU that may look at the table. An IOMMU is no CPU, and nobody waits for it.
  - at: "pte_free_now: pte_free(container_of(head, struct ptdesc, pt_rcu_head))"
    variants: [patch-v1, v6.6-no-notifier, patch-v1-inflight]
    say: The page is free. The address that the IOMMU has leads to whatever it becomes.
  - at: "get_freed_table_for_data: WRITE_ONCE(data->pte[slot], mk_pte(page, true))"
    variants: [v6.0, patch-v1, v6.6-no-notifier, patch-v1-inflight]
    say: The page belongs to somebody else. Read as a page-table entry, his data names a page that the device has no business with.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "drivers/iommu/sva.c"
#include "mm/page_alloc.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define IOMMU_SPLIT_WALK	false		/* so that what the cache does can be seen alone */

#define FILE_DATA		7
#define SECRET			66
#define SLOT			1		/* where the device looks */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = FILE_DATA };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

/* A device is bound to the process. Its caches are empty: it comes by after the small pages were unmapped (C4). */
struct iommu smmu = { .mm = &A };

/* Somebody else's, mapped nowhere. */
struct page secret = { .kind = PAGE_DATA, .refcount = 1, .data = SECRET };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty */
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

/* Reads the same address again and again, and does not wait for its page requests. */
DEVICE("device") {
	u8 val;

	for (;;) {
		val = 0;
		if (dma_access(&smmu, SLOT, false, &val) && val == FILE_DATA)
			cover("the device reads the file");
	}
}

DEVICE("page requests") { iommu_page_requests(&smmu); }

EVENT("allocator") { get_freed_table_for_data(SLOT, &secret); }

finally("table-freed: the table is freed, unless it is still in place",
	A.pmd[0].table == &T0 || !is_live(&T0) || T0.kind == PT_DATA);

finally {
	iommu_sva_unbind_device(&smmu);
	mmput(&A);
	check_pages();
}
