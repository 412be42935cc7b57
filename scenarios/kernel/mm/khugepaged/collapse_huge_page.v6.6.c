/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collapse_huge_page() with the interrupt for GUP-fast, the VMA write lock, and page-table walks that may fail.
 * The numbers are those of collapse_huge_page.v6.0.c.
 *
 * Linux:    v6.5, v6.6 (v6.4 likewise, with the walks of its time)
 * Source:   mm/khugepaged.c; read in a tree based on 6.6
 * Left out: What comes before H1: the scan, and the allocation of hpage with no lock held. Swapping in.
 *           What happens to the deposited table later: a split takes it back into use, a zap frees it at once.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/mmu_gather.c"
#include "mm/rmap.c"
#include "mm/khugepaged/isolate.c"

/* Small pages of anonymous memory become one huge page, `hpage`, which is new and which nobody knows. */
enum scan_result collapse_huge_page(struct mm_struct *mm, unsigned long addr, struct page *hpage)
{
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma;
	enum scan_result result;
	spinlock_t *pmd_ptl;
	spinlock_t *pte_ptl;
	pmd_t *pmd;
	pmd_t _pmd;
	pte_t *pte;

	/* No fault from here on: nobody else is in the mm but hardware and GUP-fast, ... */
	mmap_write_lock(mm);							/* H1 */
	result = hugepage_vma_revalidate(mm, addr, &vma);			/* H2 */
	if (result != SCAN_SUCCEED)
		goto out_up_write;
	vma_start_write(vma);							/* H3 */
	result = find_pmd_or_thp_or_none(mm, addr, &pmd);			/* H3 */
	if (result != SCAN_SUCCEED)
		goto out_up_write;
	/* ... nor anybody who comes from a page. */
	anon_vma = vma->anon_vma;						/* H4 */
	down_write(&anon_vma->rwsem);						/* H4 */

	mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);	/* H5 */
	keeps_table = true;
	pmd_ptl = pmd_lock(mm, pmd);						/* H6 */
	_pmd = pmdp_collapse_flush(vma, addr, pmd);				/* H6 */
	spin_unlock(pmd_ptl);							/* H6 */
	mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* H7 */
	tlb_remove_table_sync_one();						/* H8 */

	pte = pte_offset_map_lock(mm, &_pmd, addr, &pte_ptl);			/* H9 */
	if (pte) {
		result = __collapse_huge_page_isolate(pmd_pgtable(_pmd));	/* H9 */
		spin_unlock(pte_ptl);						/* H9 */
	} else {
		result = SCAN_PMD_NULL;
	}
	if (result != SCAN_SUCCEED) {
		cover("a pinned page stops the collapse");
		if (pte)
			pte_unmap();						/* H10 */
		pmd_populate(pmd, pmd_ptl, pmd_pgtable(_pmd));			/* H10 */
		up_write(&anon_vma->rwsem);					/* H10 */
		goto out_up_write;
	}
	up_write(&anon_vma->rwsem);						/* H10 */

	__collapse_huge_page_copy(pmd_pgtable(_pmd), hpage, vma, addr, pte_ptl);	/* H11 */
	pte_unmap();								/* H11 */
	install_huge_pmd(vma, pmd, pmd_ptl, hpage, pmd_pgtable(_pmd));		/* H12 */
	cover("the small pages are collapsed");
out_up_write:
	mmap_write_unlock(mm);							/* H13 */
	return result;
}

/* All pages are copied, then they are unmapped and let go. Nobody else writes to the table: two steps. */
void __collapse_huge_page_copy(struct ptdesc *table, struct page *hpage, struct vm_area_struct *vma, unsigned long addr,
			       spinlock_t *ptl)
{
	copy_all_pages(table, hpage);
	__collapse_huge_page_copy_succeeded(table, vma, addr, ptl);
}

fuse void copy_all_pages(struct ptdesc *table, struct page *hpage)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		pte_t pteval = ptep_get(&table->pte[i]);

		if (!pte_none(pteval))
			hpage->data = pteval.page->data;
	}
}

fuse void __collapse_huge_page_copy_succeeded(struct ptdesc *table, struct vm_area_struct *vma, unsigned long addr,
					      spinlock_t *ptl)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		if (pte_none(ptep_get(&table->pte[i])))
			inc_mm_counter(vma->vm_mm, MM_ANONPAGES);
		else
			release_page_of_slot(table, i, vma->vm_mm, addr, ptl);
	}
}
