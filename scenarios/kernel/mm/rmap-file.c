/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a page of a file to the PTEs that map it, in every mm, by way of the file's i_mmap; and to unmap it everywhere.
 *
 * Linux:    v6.5, v6.6; also v6.0 .. v6.4, whose walks (mm/pgtable-generic.v6.4.c) never find that a table has
 *           vanished
 * Source:   mm/rmap.c (try_to_unmap, try_to_unmap_one, try_to_unmap_flush)
 * Left out: Huge leaves: only small pages are unmapped here. mlock, hugetlb, migration and swap entries, the dirty bit.
 *           arch_tlbbatch_should_defer(): the flush of the TLBs is always put off until try_to_unmap_flush().
 *           The second look at mapcount after each VMA, which only ends the walk earlier.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/rmap.c"
#include "mm/page_vma_mapped.c"
#include "arch/tlb-flush.c"

/* The task's note that TLBs may still know what was unmapped. One task unmaps here. */
struct tlbflush_unmap_batch { bool flush_required; } tlb_ubc;

/* Interrupts all CPUs, or tells them by a broadcast. Of which mm it was is not kept. */
__weak void arch_tlbbatch_flush(void)
{
	if (TLB_FLUSH_IPI)
		smp_call_function_wait();
}

void set_tlb_ubc_flush_pending(struct mm_struct *mm)
{
	tlb_ubc.flush_required = true;
	if (SECONDARY_TLB_HOOK_IN_FLUSH)
		mmu_notifier_arch_invalidate_secondary_tlbs(mm, 0, NR_REGIONS * HPAGE_PMD_SIZE);
}

void try_to_unmap_flush(void)
{
	if (!tlb_ubc.flush_required)
		return;
	arch_tlbbatch_flush();
	tlb_ubc.flush_required = false;
}

/* What was write-protected stays so: a marker takes the place of the page. Under ptl. */
__weak void pte_install_uffd_wp_if_needed(struct vm_area_struct *vma, unsigned long addr, pte_t *pte, pte_t pteval)
{
	if (userfaultfd_wp(vma) && pteval.uffd_wp)
		set_pte_at(vma->vm_mm, addr, pte, (pte_t){ .kind = PTE_MARKER, .uffd_wp = true });
}

/* Takes the page out of its slot and the lock off. What is counted and what is in the table differ only under ptl: one step. */
fuse void unmap_pte(struct page *page, struct vm_area_struct *vma, unsigned long addr, pte_t *pte, spinlock_t *ptl)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t pteval = ptep_get(pte);

	set_pte_at(mm, addr, pte, __pte_none);
	set_tlb_ubc_flush_pending(mm);
	pte_install_uffd_wp_if_needed(vma, addr, pte, pteval);
	dec_mm_counter(mm, mm_counter(page));
	page_remove_rmap(page);
	put_page(page);
	pte_unmap_unlock(ptl);
}

void try_to_unmap_one(struct page *page, struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *ptl;
	pte_t *pte;

	mmu_notifier_invalidate_range_start(mm, addr, addr + 1);
	pte = page_vma_mapped_walk(page, vma, addr, &ptl);
	if (pte)
		unmap_pte(page, vma, addr, pte, ptl);
	mmu_notifier_invalidate_range_end(mm, addr, addr + 1);
}

/* The page is locked, and the caller has a reference. TLBs still know it until try_to_unmap_flush(). */
void try_to_unmap(struct page *page)
{
	struct address_space *mapping;
	struct vm_area_struct *vma;
	unsigned long pgoff;

	/* The page is locked: it stays where it is in the file. */
	fuse {
		mapping = page->mapping;
		pgoff = page->index;
		i_mmap_lock_read(mapping);
	}
	vma_interval_tree_foreach (vma, mapping, pgoff, pgoff)
		try_to_unmap_one(page, vma, vma_address(pgoff, vma));
	i_mmap_unlock_read(mapping);
}
