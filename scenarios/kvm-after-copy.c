/*---
dialect: 1
title: After the loss, does a guest still use the lost page?
group: The mail
summary: A virtual machine runs in the memory of the process whose page khugepaged loses, and KVM has its own note of where that page is.
story: |
  KVM gives a process's memory to a virtual machine. For speed it keeps its own entries (SPTEs): this guest address is
  that page. It takes no reference to the page. Instead it listens to the process's memory management: before entries of a range
  change, range_start makes it drop its SPTEs there, and until range_end it makes no new ones. To make one it asks what the
  process has mapped, without a lock, and then looks, under its own lock, whether an invalidation is under way or one has
  ended meanwhile; if so it asks again.

  This is the race of uffd-copy once more: khugepaged removes a page table that it believes to be empty, while
  UFFDIO_COPY puts a page into it. Here a vCPU reads the same address in between, so that KVM has an SPTE to the page when the
  table goes. If range_start is called, the SPTE goes with the table: the page is lost, but guest and process agree on what
  is there. The patch of the mail calls nobody. Then the guest goes on with the lost page, and the process reads the
  file: the same memory with two contents.

  The lost page is never freed, so this is not yet a use after free. The worse relative is CVE-2022-48991: there khugepaged dropped a table full of
  present entries without a notifier call, their pages were freed later, and a guest could still reach them.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Peter Xu, 31 May 2023: an empty table has nothing to announce, but to keep the calls is safer and costs nothing"
  - commit: f268f6cf875f
  - cve: CVE-2022-48991
  - commit: 1d65b771bc08
  - version: "v6.0, v6.1.0, v6.4, v6.5 (the parent of the patch), v6.6"
asks: stale-spte
begin: patch-v1
goals:
  - find: lost-pte
    say: Lose the page, as in uffd-copy.
  - find: stale-spte
    say: Let the vCPU ask for the page before it is lost, and note it down.
  - find: content
    say: Bring it to the end. What does the guest read, and what the process?
variants:
  v6.0:
    summary: "before December 2022: anon_vma is looked at once, and no notifier is called"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: {stale-spte: sometimes, lost-pte: sometimes, higher-locks: sometimes, content: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "mmap_write_trylock() fails"]
    note: Follows from the code of that time; nobody reported it.
  v6.1.0:
    summary: "as v6.1 was released: anon_vma is looked at once, but the notifier is called"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: {stale-spte: never, lost-pte: sometimes, higher-locks: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "mmap_write_trylock() fails", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again"]
    note: The page is lost just the same, and the guest loses it together with the process. Follows from the code; nobody reported it.
  v6.4:
    summary: "before the patch, with the page-table walks of that time: anon_vma is tested again under the mmap lock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA", "the vCPU finds an invalidation, and tries again"]
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA", "the vCPU finds an invalidation, and tries again"]
  patch-v1:
    summary: "the patch as the mail answers it: nothing is tested again, and no notifier is called"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {stale-spte: sometimes, lost-pte: sometimes, content: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped"]
  v6.6:
    summary: "as merged: tested again under the page-table lock, and the notifier is called"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "the test under ptl skips the VMA", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again"]
  v6.6-no-recheck:
    summary: "never shipped: the merged code without the test under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/khugepaged/retract.v6.6.c
        from: "if (vma->anon_vma || userfaultfd_wp(vma))"
        to: "if (false)"
    expect: {stale-spte: never, lost-pte: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again"]
    note: The notifier alone does not save the page. It keeps the guest from using it when the process does not.
  v6.6-no-notifier:
    summary: "never shipped: the merged code without its notifier calls"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/khugepaged/retract.v6.6.c
        from: "mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);"
        to: ""
      - in: mm/khugepaged/retract.v6.6.c
        from: "mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);"
        to: ""
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the guest reads what the monitor stored", "the guest reads the file", "the vCPU goes the slow way, as nothing is mapped", "the test under ptl skips the VMA"]
    note: A table that really is empty has no SPTE to drop, so for KVM the test is enough. See kvm-empty-table, and sva-walk-cache for whom it is not enough. Follows from the code; nobody put it so in the mails.
notes:
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.0, v6.1.0, patch-v1, v6.6-no-recheck]
    say: The only look at anon_vma. Nothing that khugepaged holds keeps it NULL.
  - at: "mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    say: The page is in the table, and whoever asks what the process has mapped here finds it.
  - at: "guest_load: guest_access(kvm, addr, &val)"
    say: Is there an SPTE? Then the guest reads without asking anybody. If not, the vCPU leaves the guest for KVM.
  - at: "kvm_tdp_page_fault: READ_ONCE(kvm->mmu_invalidate_seq)"
    variants: [v6.1.0, v6.4, v6.5, v6.6, v6.6-no-recheck]
    say: KVM remembers how many invalidations have ended, before it asks what is mapped.
  - at: "gup_pte_range: ptep_get(ptep)"
    say: What the process has mapped, looked up without a lock. From here on it may be out of date.
  - at: "kvm_tdp_page_fault > put_page: atomic_dec_and_test(&page->refcount)"
    say: KVM keeps no reference. That the page is still the right one it knows only by being told when it is not.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [v6.0, patch-v1]
    say: No invalidation is under way and none has ended, because khugepaged announced none. So the SPTE is made, and nobody will ever drop it.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [v6.1.0, v6.4, v6.5, v6.6, v6.6-no-recheck, v6.6-no-notifier]
    say: Under KVM's lock, is an invalidation of this address under way, or has one ended since KVM began to ask? If so it asks again.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.0, patch-v1]
    say: The table goes, with the page in it. KVM is not told, and has or soon will have an SPTE to the page.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.1.0, v6.6-no-recheck]
    say: The table goes, with the page in it. KVM was told before, and makes no SPTE here until range_end.
  - at: "kvm_mmu_notifier_invalidate_range_start: kvm_mmu_invalidate_begin(kvm, start, end)"
    variants: [v6.1.0, v6.4, v6.5, v6.6, v6.6-no-recheck]
    say: KVM drops its SPTEs of the range, and makes no new ones there until range_end.
  - at: "kvm_mmu_notifier_invalidate_range_end: kvm_mmu_invalidate_end(kvm)"
    variants: [v6.1.0, v6.4, v6.5, v6.6, v6.6-no-recheck]
    say: The count goes up first. Who asked before this and looks afterwards sees that he must ask again.
---*/
/* retract_page_tables() comes with the variant. */
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

finally("quiet: no invalidation is under way", !vm.mmu_invalidate_in_progress);

/* Both read once more; then the guest ends, and then the process. */
finally {
	u8 host = user_load(&A, SLOT);
	u8 guest = guest_load(&vm, SLOT);

	assert(guest == host, "content: the guest reads %d where the process reads %d", guest, host);
	kvm_mmu_notifier_release(&vm);
	mmput(&A);
	check_pages();
}
