/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Telling secondary MMUs that a range of page-table entries changes.
 *
 * Linux:    v5.8 .. v6.14
 * Source:   mm/mmu_notifier.c, include/linux/mmu_notifier.h
 * Left out: The list of subscribers. Each kind of user is one hook below; a scenario without such a user has
 *           the calls in its text and no step for them, as in a kernel where the list is empty.
 *           struct mmu_notifier_range and its event (MMU_NOTIFY_CLEAR in all calls here).
 *           Non-blocking starts: only the OOM reaper makes them.
 */
#include "linux/mm.h"

/*
 * When the translations that hardware keeps (IOMMUs) are dropped: up to v6.5 by invalidate_range at range_end,
 * from v6.6 by arch_invalidate_secondary_tlbs inside the CPU's TLB flush.
 */
#define SECONDARY_TLB_HOOK_IN_FLUSH	false

/* A user like KVM: removes its shadow entries, and lets no new one come up until the end. */
__weak void kvm_mmu_notifier_invalidate_range_start(struct mm_struct *mm, unsigned long start, unsigned long end) { }
__weak void kvm_mmu_notifier_invalidate_range_end(struct mm_struct *mm, unsigned long start, unsigned long end) { }

/* A user like an SVA IOMMU, which walks the mm's own tables: drops what it caches and ends walks in flight. */
__weak void mmu_notifier_arch_invalidate_secondary_tlbs(struct mm_struct *mm, unsigned long start, unsigned long end) { }

/* For the checks: a PTE table was freed. Does such hardware still know it? */
__weak void check_freed_table(struct ptdesc *table) { }

/* Before entries change. May sleep, so never under a spinlock. */
static inline void mmu_notifier_invalidate_range_start(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	might_sleep();
	kvm_mmu_notifier_invalidate_range_start(mm, start, end);
}

/* After they changed. */
static inline void mmu_notifier_invalidate_range_end(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	if (!SECONDARY_TLB_HOOK_IN_FLUSH)
		mmu_notifier_arch_invalidate_secondary_tlbs(mm, start, end);
	kvm_mmu_notifier_invalidate_range_end(mm, start, end);
}

/* For the checks: what a secondary MMU may know of an address, once nobody is about to tell it otherwise. */
bool mm_maps(struct mm_struct *mm, unsigned long addr, struct page *page)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind == PMD_HUGE)
		return pmd.huge == page;
	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page == page;
}
