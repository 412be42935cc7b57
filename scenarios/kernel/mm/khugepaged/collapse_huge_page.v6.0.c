/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collapse_huge_page() before GUP-fast was told: a TLB flush alone comes between taking the table out and looking at the pages.
 * H1 .. H13 number its actions; H8 comes with v6.1.
 *
 * Linux:    up to v6.0
 * Source:   mm/khugepaged.c before 2ba99c5e0881; from that patch and from memory, not read as a tagged release
 * Left out: What comes before H1: the scan, and the allocation of hpage with no lock held. Swapping in.
 *           What happens to the deposited table later: a split takes it back into use, a zap frees it at once.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
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

	/* No fault from here on: nobody else is in the mm but hardware and GUP-fast, ... */
	mmap_write_lock(mm);							/* H1 */
	result = hugepage_vma_revalidate(mm, addr, &vma);			/* H2 */
	if (result != SCAN_SUCCEED)
		goto out_up_write;
	result = find_pmd_or_thp_or_none(mm, addr, &pmd);			/* H3 */
	if (result != SCAN_SUCCEED)
		goto out_up_write;
	/* ... nor anybody who comes from a page. */
	anon_vma = vma->anon_vma;						/* H4 */
	down_write(&anon_vma->rwsem);						/* H4 */

	mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);	/* H5 */
	pte_ptl = pte_lockptr(mm, pmd);						/* H5 */
	keeps_table = true;
	pmd_ptl = pmd_lock(mm, pmd);						/* H6 */
	_pmd = pmdp_collapse_flush(vma, addr, pmd);				/* H6 */
	spin_unlock(pmd_ptl);							/* H6 */
	mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* H7 */

	spin_lock(pte_ptl);							/* H9 */
	result = __collapse_huge_page_isolate(pmd_pgtable(_pmd));		/* H9 */
	spin_unlock(pte_ptl);							/* H9 */
	if (result != SCAN_SUCCEED) {
		cover("a pinned page stops the collapse");
		pmd_populate(pmd, pmd_ptl, pmd_pgtable(_pmd));			/* H10 */
		up_write(&anon_vma->rwsem);					/* H10 */
		goto out_up_write;
	}
	up_write(&anon_vma->rwsem);						/* H10 */

	__collapse_huge_page_copy(pmd_pgtable(_pmd), hpage, vma, addr, pte_ptl);	/* H11 */
	install_huge_pmd(vma, pmd, pmd_ptl, hpage, pmd_pgtable(_pmd));		/* H12 */
	cover("the small pages are collapsed");
out_up_write:
	mmap_write_unlock(mm);							/* H13 */
	return result;
}

/* Page by page: it is copied, unmapped and let go before the next one's turn comes. */
void __collapse_huge_page_copy(struct ptdesc *table, struct page *hpage, struct vm_area_struct *vma, unsigned long addr,
			       spinlock_t *ptl)
{
	int i = 0;

	while (copy_next_page(table, &i, hpage, vma->vm_mm)) {
		release_page_of_slot(table, i, vma->vm_mm, addr, ptl);
		i++;
	}
}

/* Empty slots are counted on the way to the next page. */
fuse bool copy_next_page(struct ptdesc *table, int *i, struct page *hpage, struct mm_struct *mm)
{
	for (; *i < HPAGE_PMD_NR; (*i)++) {
		pte_t pteval = ptep_get(&table->pte[*i]);

		if (!pte_none(pteval)) {
			hpage->data = pteval.page->data;
			return true;
		}
		inc_mm_counter(mm, MM_ANONPAGES);
	}
	return false;
}
