/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does this page stand in that slot?  How every walk of a reverse map looks into a page table.
 *
 * Linux:    v6.5 .. v6.12; also v5.8 .. v6.4, whose look into the table is in mm/pgtable-generic.v6.4.c. v6.13 looks
 *           at the PMD again (pte_offset_map_rw_nolock()); nothing of v6.14 comes here
 * Source:   mm/page_vma_mapped.c (page_vma_mapped_walk, map_pte, check_pte)
 * Left out: struct page_vma_mapped_walk, which goes on from slot to slot: a small page has one slot in a VMA.
 *           Huge pages, PVMW_SYNC (which locks before it looks), migration entries.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"

/*
 * The slot, with ptl held, if it maps the page; else NULL. The first look at the slot is made without the lock, and
 * the PMD is not looked at again after it: that the slot still maps the page is enough.
 */
pte_t *page_vma_mapped_walk(struct page *page, struct vm_area_struct *vma, unsigned long addr, spinlock_t **ptlp)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *pmd = pmd_offset(mm, addr);
	spinlock_t *ptl;
	pte_t *ptep;
	pte_t pte;

	do {
		if (pmdp_get_lockless(pmd).kind != PMD_TABLE)
			return NULL;
		ptep = pte_offset_map_nolock(mm, pmd, addr, &ptl);
	} while (!ptep);

	if (!pte_present(ptep_get(ptep))) {
		pte_unmap();
		return NULL;
	}
	spin_lock(ptl);
	pte = ptep_get(ptep);
	if (!pte_present(pte) || pte.page != page) {
		pte_unmap_unlock(ptl);
		return NULL;
	}
	*ptlp = ptl;
	return ptep;
}
