/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Huge leaves of file memory: to take one away.
 *
 * Linux:    v5.8 .. v6.14, by the names of v6.4
 * Source:   mm/huge_memory.c
 * Left out: Anonymous huge pages. Deposited page tables (powerpc).
 */
#include "linux/mm.h"
#include "mm/mmu_notifier.c"
#include "mm/rmap.c"
#include "arch/tlb-flush.c"

/* A fault installs a huge leaf only where the VMA holds the whole of it and file and address are aligned alike. */
bool transhuge_vma_suitable(struct vm_area_struct *vma, unsigned long haddr)
{
	if ((vma->vm_start - vma->vm_pgoff) % HPAGE_PMD_SIZE)
		return false;
	return vma->vm_start <= haddr && haddr + HPAGE_PMD_SIZE <= vma->vm_end;
}

/* Takes the leaf out, if it is one. Under pml. */
void zap_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long haddr)
{
	pmd_t old = pmdp_huge_get_and_clear(pmd);

	flush_tlb_range(vma, haddr, haddr + HPAGE_PMD_SIZE);
	page_remove_rmap(old.huge);
	add_mm_counter(vma->vm_mm, MM_SHMEMPAGES, -HPAGE_PMD_NR);
	put_page(old.huge);
}

/* File memory is not split but unmapped: faults will map what is needed in small. */
void __split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	unsigned long haddr = addr - addr % HPAGE_PMD_SIZE;
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *pml;

	mmu_notifier_invalidate_range_start(mm, haddr, haddr + HPAGE_PMD_SIZE);
	pml = pmd_lock(mm, pmd);
	if (pmd_trans_huge(pmdp_get_lockless(pmd)))
		zap_huge_pmd(vma, pmd, haddr);
	spin_unlock(pml);
	mmu_notifier_invalidate_range_end(mm, haddr, haddr + HPAGE_PMD_SIZE);
}
