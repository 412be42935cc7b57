/*---
dialect: 1
title: Why does KVM look at two things before it believes what is mapped?
group: Around the mail
summary: A vCPU makes a shadow entry while two threads of the process drop two pages.
story: |
  KVM keeps its own entries (SPTEs) of what a process has mapped. To make one it asks the process's page tables, without a
  lock that would keep the answer true, and takes the entry over under its own lock. In between the process may have
  dropped the page. So the process's memory management announces every change, before and after: range_start and range_end. KVM
  removes its SPTEs at range_start, and before it makes one it asks two things. Is a change of this address under way? And
  has one ended since I began to ask? Without the first, an SPTE is made after range_start, and before the page is dropped.
  Without the second, it is made when all is over, from an answer of before.

  Two changes may be under way at once, as two threads of the process may each drop a page. KVM does not keep a list of
  them, only a count and one range, which is made to hold them all. If it kept only the last one, it would forget that the
  first is still under way.

  In the mail a change is not announced at all: see kvm-after-copy.
sources:
  - file: "virt/kvm/kvm_main.c (kvm_mmu_invalidate_begin, kvm_mmu_invalidate_end)"
  - file: "include/linux/kvm_host.h (mmu_invalidate_retry_hva)"
  - version: "v6.0 .. v6.6; the variants that go wrong never shipped"
asks: stale-spte
begin: last-range-only
goals:
  - find: stale-spte
    say: Let the vCPU ask before the page is dropped, and make its entry afterwards.
  - find: use-after-free
    say: And then let the guest read.
variants:
  v6.6:
    summary: "a count of changes under way with their range, and a number of those that have ended"
    expect: never
    reach: ["two invalidations at once", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the guest reads its page", "the guest reads the file"]
  last-range-only:
    summary: "never shipped: a second change under way takes the place of the first"
    edit:
      - in: virt/kvm.c
        from: "kvm->mmu_invalidate_in_progress == 1"
        to: "true"
    expect: {stale-spte: sometimes, use-after-free: sometimes}
    reach: ["range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the guest reads its page", "the guest reads the file"]
  no-count:
    summary: "never shipped: it is not asked whether a change is under way"
    edit:
      - in: virt/kvm.c
        from: "kvm->mmu_invalidate_in_progress && addr >= kvm->mmu_invalidate_range_start"
        to: "false"
    expect: {stale-spte: sometimes, use-after-free: sometimes}
    reach: ["two invalidations at once", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the guest reads its page", "the guest reads the file"]
  no-number:
    summary: "never shipped: it is not asked whether a change has ended meanwhile"
    edit:
      - in: virt/kvm.c
        from: "return kvm->mmu_invalidate_seq != mmu_seq;"
        to: "return false;"
    expect: {stale-spte: sometimes, use-after-free: sometimes}
    reach: ["two invalidations at once", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the guest reads its page", "the guest reads the file"]
notes:
  - at: "kvm_tdp_page_fault: READ_ONCE(kvm->mmu_invalidate_seq)"
    variants: [v6.6, last-range-only, no-count]
    say: How many changes have ended, before it is asked what is mapped.
  - at: "gup_pte_range: ptep_get(ptep)"
    say: What is mapped, looked up without a lock. From here on it may be out of date.
  - at: "kvm_tdp_page_fault > put_page: atomic_dec_and_test(&page->refcount)"
    say: No reference is kept. That the page stays the right one is the notifier's business alone.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [v6.6]
    say: Under mmu_lock, is a change of this address under way, or has one ended since the question? Then it is asked again.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [last-range-only]
    say: A change is under way, but the range is that of the other thread. So the SPTE is made, and the first thread goes on to free the page.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [no-count]
    say: No change has ended since the question, so the SPTE is made. One is under way, and that was not asked.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [no-number]
    say: No change is under way, so the SPTE is made. One has ended since the question, and that was not asked.
---*/
#include "linux/mm.h"
#include "virt/kvm.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define FILE_DATA	7
#define OWN_DATA	42			/* what the process wrote, to pages of its own */

struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = FILE_DATA };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* The process has mapped the file privately and written to two pages; it lets a virtual machine use them. */
struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct kvm vm = { .mm = &A };

POOL(struct ptdesc, 1, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

setup {
	user_store(&A, 0, OWN_DATA);
	user_store(&A, 1, OWN_DATA);
}

/* Under ptl. */
fuse struct page *zap_present_pte(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct page *page = ptep_get(ptep).page;

	set_pte_at(mm, addr, ptep, __pte_none);
	dec_mm_counter(mm, mm_counter(page));
	page_remove_rmap(page);
	return page;
}

/* madvise(MADV_DONTNEED) of one page: it is unmapped and given back. */
void dontneed(struct mm_struct *mm, unsigned long addr)
{
	struct page *page;
	spinlock_t *ptl;
	pte_t *pte;

	mmap_read_lock(mm);
	mmu_notifier_invalidate_range_start(mm, addr, addr + 1);
	pte = pte_offset_map_lock(mm, pmd_offset(mm, addr), addr, &ptl);
	page = zap_present_pte(mm, addr, pte);
	pte_unmap_unlock(ptl);
	flush_tlb_range(vma_lookup(mm, addr), addr, addr + 1);
	put_page(page);
	mmu_notifier_invalidate_range_end(mm, addr, addr + 1);
	mmap_read_unlock(mm);
}

CPU(0, "first thread")  { dontneed(&A, 0); }
CPU(1, "second thread") { dontneed(&A, 1); }

CPU(2, "vCPU") {
	for (int i = 0; i < 2; i++) {
		if (guest_load(&vm, 0) == OWN_DATA)
			cover("the guest reads its page");
		else
			cover("the guest reads the file");
	}
}

finally("quiet: no invalidation is under way", !vm.mmu_invalidate_in_progress);

finally {
	kvm_mmu_notifier_release(&vm);
	mmput(&A);
	check_pages();
}
