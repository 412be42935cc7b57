/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A user like KVM: software that keeps its own copy of translations, and no reference to the pages behind them.
 * S1 .. S5 number the actions of a fill, N1 .. N3 those of range_start, N4, N5 those of range_end.
 *
 * Linux:    v6.0 .. v6.6
 * Source:   virt/kvm/kvm_main.c, arch/x86/kvm/mmu (the TDP MMU's page fault), include/linux/kvm_host.h; the algorithm is from memory
 * Left out: Guest page tables: a guest address is an address of the process. Memslots, huge SPTEs, dirty logging, write
 *           protection of SPTEs: the guest only reads. The page's reference is dropped at S2, in Linux after S5: nobody
 *           may rely on it in between.
 *           The flush of the guest's TLB at N3: a look into the SPTE and the access are one step, as it waits for them.
 *           Ranges of other guest addresses: one guest of one process.
 */
#include "linux/mm.h"
#include "mm/mmu_notifier.c"
#include "mm/gup.c"
#include "arch/fault.c"

#define NR_SPTES	(NR_REGIONS * PTRS_PER_PTE)

struct kvm {
	struct mm_struct	*mm;
	spinlock_t		mmu_lock;		/* guards all that follows */
	wrapping u8		mmu_invalidate_seq;	/* +1 at every range_end */
	u8			mmu_invalidate_in_progress;	/* invalidations that have started and not ended */
	unsigned long		mmu_invalidate_range_start;	/* their range, all of them together */
	unsigned long		mmu_invalidate_range_end;
	struct page		*spte[NR_SPTES];	/* guest address -> page */
};

/* -- the guest reads -------------------------------------------------------------------------- */

/* The access itself; false when there is no SPTE, and the vCPU exits to KVM. */
atomic bool guest_access(struct kvm *kvm, unsigned long addr, u8 *val)
{
	struct page *page = kvm->spte[addr];

	if (!page)
		return false;
	*val = page_data(page, addr);
	return true;
}

u8 guest_load(struct kvm *kvm, unsigned long addr)
{
	u8 val = 0;

	while (!guest_access(kvm, addr, &val))
		kvm_tdp_page_fault(kvm, addr);
	return val;
}

/* -- a page fault of the guest ---------------------------------------------------------------- */

/* What the process has mapped there is found without a lock that would keep it there: so look whether it has changed. */
void kvm_tdp_page_fault(struct kvm *kvm, unsigned long addr)
{
	u8 mmu_seq = READ_ONCE(kvm->mmu_invalidate_seq);		/* S1 */
	struct page *page = hva_to_pfn(kvm->mm, addr);			/* S2 */

	put_page(page);							/* S2 */
	kvm_map(kvm, addr, page, mmu_seq);				/* S3 .. S5 */
}

/* Nobody looks at any of this without mmu_lock, but for S1: one step. */
fuse void kvm_map(struct kvm *kvm, unsigned long addr, struct page *page, u8 mmu_seq)
{
	spin_lock(&kvm->mmu_lock);					/* S3 */
	if (mmu_invalidate_retry_hva(kvm, mmu_seq, addr))		/* S4 */
		cover("the vCPU finds an invalidation, and tries again");
	else
		kvm->spte[addr] = page;					/* S5 */
	spin_unlock(&kvm->mmu_lock);					/* S5 */
}

/* Under mmu_lock. Is an invalidation of the address under way, or has one ended since S1? */
static inline bool mmu_invalidate_retry_hva(struct kvm *kvm, u8 mmu_seq, unsigned long addr)
{
	if (kvm->mmu_invalidate_in_progress && addr >= kvm->mmu_invalidate_range_start &&
	    addr < kvm->mmu_invalidate_range_end)
		return true;
	return kvm->mmu_invalidate_seq != mmu_seq;
}

/* The page behind an address of the process, with a reference. */
struct page *hva_to_pfn(struct mm_struct *mm, unsigned long addr)
{
	struct page *page = get_user_page_fast_only(mm, addr);

	if (page)
		return page;
	cover("the vCPU goes the slow way, as nothing is mapped");
	return hva_to_pfn_slow(mm, addr);
}

/* -- get_user_pages_unlocked(), the slow way that may sleep ------------------------------------- */

struct page *hva_to_pfn_slow(struct mm_struct *mm, unsigned long addr)
{
	struct page *page;

	mmap_read_lock(mm);
	for (;;) {
		page = follow_page_mask(mm, pmd_offset(mm, addr), addr);
		if (page)
			break;
		/* Of a retry the lock is released already. */
		if (handle_mm_fault(vma_lookup(mm, addr), addr, 0) == VM_FAULT_RETRY)
			mmap_read_lock(mm);
	}
	mmap_read_unlock(mm);
	return page;
}

/* What is mapped, with a reference taken under the lock of its entry; NULL: nothing. */
struct page *follow_page_mask(struct mm_struct *mm, pmd_t *pmd, unsigned long addr)
{
	pmd_t val = pmdp_get_lockless(pmd);
	spinlock_t *ptl;
	pte_t *ptep;

	if (pmd_none(val))
		return NULL;
	if (pmd_trans_huge(val))
		return follow_trans_huge_pmd(mm, pmd);
	ptep = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!ptep)
		return NULL;
	return follow_page_pte(ptep, ptl);
}

/* The slot changes only under ptl: one step, which drops it. */
fuse struct page *follow_page_pte(pte_t *ptep, spinlock_t *ptl)
{
	pte_t pte = ptep_get(ptep);

	if (pte_present(pte))
		get_page(pte.page);
	pte_unmap_unlock(ptl);
	return pte_present(pte) ? pte.page : NULL;
}

/* A huge leaf goes away only under pml: one step. */
fuse struct page *follow_trans_huge_pmd(struct mm_struct *mm, pmd_t *pmd)
{
	struct page *page = NULL;
	spinlock_t *pml = pmd_lock(mm, pmd);
	pmd_t val = pmdp_get_lockless(pmd);

	if (pmd_trans_huge(val)) {
		page = val.huge;
		get_page(page);
	}
	spin_unlock(pml);
	return page;
}

/* -- what the mm says ------------------------------------------------------------------------- */

/* Several invalidations may be under way; their ranges are kept as one that holds them all. */
fuse void kvm_mmu_invalidate_begin(struct kvm *kvm, unsigned long start, unsigned long end)
{
	spin_lock(&kvm->mmu_lock);
	kvm->mmu_invalidate_in_progress += 1;					/* N1 */
	if (kvm->mmu_invalidate_in_progress == 1) {
		kvm->mmu_invalidate_range_start = start;			/* N2 */
		kvm->mmu_invalidate_range_end = end;				/* N2 */
	} else {
		cover("two invalidations at once");
		if (start < kvm->mmu_invalidate_range_start)
			kvm->mmu_invalidate_range_start = start;
		if (end > kvm->mmu_invalidate_range_end)
			kvm->mmu_invalidate_range_end = end;
	}
	for (unsigned long addr = start; addr < end; addr++) {
		if (kvm->spte[addr])
			cover("range_start drops an SPTE");
		kvm->spte[addr] = NULL;						/* N3 */
	}
	spin_unlock(&kvm->mmu_lock);
}

/* In this order: who sees no invalidation in progress any more also sees the new number. */
fuse void kvm_mmu_invalidate_end(struct kvm *kvm)
{
	spin_lock(&kvm->mmu_lock);
	kvm->mmu_invalidate_seq += 1;						/* N4 */
	BUG_ON(!kvm->mmu_invalidate_in_progress);
	kvm->mmu_invalidate_in_progress -= 1;					/* N5 */
	spin_unlock(&kvm->mmu_lock);
}

void kvm_mmu_notifier_invalidate_range_start(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct kvm *kvm;

	for_each_object (kvm, struct kvm) {
		if (kvm->mm == mm)
			kvm_mmu_invalidate_begin(kvm, start, end);	/* N1 .. N3 */
	}
}

void kvm_mmu_notifier_invalidate_range_end(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct kvm *kvm;

	for_each_object (kvm, struct kvm) {
		if (kvm->mm == mm)
			kvm_mmu_invalidate_end(kvm);			/* N4, N5 */
	}
}

/* The mm goes: from here on there is no guest. */
void kvm_mmu_notifier_release(struct kvm *kvm)
{
	spin_lock(&kvm->mmu_lock);
	for (unsigned long addr = 0; addr < NR_SPTES; addr++)
		kvm->spte[addr] = NULL;
	spin_unlock(&kvm->mmu_lock);
}

/* -- the rule --------------------------------------------------------------------------------- */

/* An SPTE to what the process has not mapped there, and nobody is about to drop it. */
bool spte_is_stale(struct kvm *kvm, unsigned long addr)
{
	if (!kvm->spte[addr] || kvm->mmu_invalidate_in_progress)
		return false;
	return !is_live(kvm->spte[addr]) || !mm_maps(kvm->mm, addr, kvm->spte[addr]);
}

bool has_stale_spte(void)
{
	struct kvm *kvm;

	for_each_object (kvm, struct kvm) {
		for (unsigned long addr = 0; addr < NR_SPTES; addr++)
			if (spte_is_stale(kvm, addr))
				return true;
	}
	return false;
}

never("stale-spte: a guest reaches a page that its process has not mapped there, and no invalidation is under way",
      has_stale_spte());
