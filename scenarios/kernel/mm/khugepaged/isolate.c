/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every version of collapse_huge_page() does with the small pages of anonymous memory, and with their table.
 *
 * Linux:    v5.19 .. v6.6
 * Source:   mm/khugepaged.c (__collapse_huge_page_isolate and what it calls), mm/pgtable-generic.c
 * Left out: LRU lists, from which the pages are taken (they are locked as well). Swap, KSM, the zero page, compound pages,
 *           young bits, limits on empty slots. Errors of the memory while it is copied (v6.4 on).
 *           A huge page has one content here, so at most one slot of the range may map a page: BUG_ON says so.
 */
#include "linux/mm.h"
#include "mm/rmap.c"
#include "mm/khugepaged/scan.c"

/* For the checks: the table that is out of use while its pages are looked at. Nothing of it is lost yet. */
ghost bool keeps_table;
bool table_is_kept(struct ptdesc *table) { return keeps_table; }

/* Whoever let mmap_lock go looks again whether the range is still there, and anonymous. */
enum scan_result hugepage_vma_revalidate(struct mm_struct *mm, unsigned long addr, struct vm_area_struct **vmap)
{
	struct vm_area_struct *vma;

	if (hpage_collapse_test_exit(mm))
		return SCAN_ANY_PROCESS;
	vma = vma_lookup(mm, addr);
	*vmap = vma;
	if (!vma)
		return SCAN_VMA_NULL;
	if (addr + HPAGE_PMD_SIZE > vma->vm_end)
		return SCAN_VMA_CHECK;
	if (!vma->anon_vma || vma->vm_file)
		return SCAN_PAGE_ANON;
	return SCAN_SUCCEED;
}

/* Every reference is that of a page-table entry. One more, and somebody has pinned the page and may write to it. */
static inline bool is_refcount_suitable(struct page *page)
{
	return READ_ONCE(page->refcount) == page->mapcount;
}

/*
 * Locks every page of the table, which no PMD leads to. Fails if one is locked or pinned; then none is locked
 * afterwards. Under ptl. Only khugepaged writes to the slots meanwhile: one step.
 */
fuse enum scan_result __collapse_huge_page_isolate(struct ptdesc *table)
{
	struct page *only = NULL;

	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		pte_t pteval = ptep_get(&table->pte[i]);

		if (pte_none(pteval))
			continue;
		BUG_ON(only);
		only = pteval.page;
		if (!bit_trylock(&only->lock))
			return SCAN_PAGE_LOCK;
		if (!is_refcount_suitable(only)) {
			unlock_page(only);
			return SCAN_PAGE_COUNT;
		}
	}
	return SCAN_SUCCEED;
}

/* A page that was copied is unmapped and let go. No flush: that of the PMD was for all of them. */
fuse void release_page_of_slot(struct ptdesc *table, int i, struct mm_struct *mm, unsigned long addr, spinlock_t *ptl)
{
	struct page *page = table->pte[i].page;

	unlock_page(page);
	spin_lock(ptl);
	set_pte_at(mm, addr + i, &table->pte[i], __pte_none);
	page_remove_rmap(page);
	spin_unlock(ptl);
	put_page(page);
}

/* The table waits under the huge page until somebody splits it. It must be empty, as it can be freed as it is. */
static inline void pgtable_trans_huge_deposit(struct mm_struct *mm, struct ptdesc *table)
{
	mm->pmd_huge_pte = table;
	keeps_table = false;
	check_detached_table(__pmd_table(table));
}

/* The huge page takes the place of the table. */
fuse void install_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, spinlock_t *pml, struct page *hpage, struct ptdesc *table)
{
	spin_lock(pml);
	BUG_ON(!pmd_none(*pmd));
	page_add_new_anon_rmap(hpage, vma);
	pgtable_trans_huge_deposit(vma->vm_mm, table);
	set_pmd_at(pmd, __pmd_huge(hpage, true));
	spin_unlock(pml);
}

/* The table comes back into use as it was. */
fuse void pmd_populate(pmd_t *pmd, spinlock_t *pml, struct ptdesc *table)
{
	spin_lock(pml);
	BUG_ON(!pmd_none(*pmd));
	set_pmd_at(pmd, __pmd_table(table));
	keeps_table = false;
	spin_unlock(pml);
}
