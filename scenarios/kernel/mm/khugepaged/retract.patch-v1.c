/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retract_page_tables() as first proposed on 29 May 2023: no mmap_lock, no VMA lock, no notifier.
 * V1 .. V14 number its actions.
 *
 * Linux:    never released; for v6.5
 * Source:   mm/khugepaged.c with "[PATCH 09/12] mm/khugepaged: retract_page_tables() without mmap or vma lock" (v1)
 * Left out: C13 of collapse_file(), the end of the small pages: they are unmapped, and hpage stands in their place.
 *
 * The argument for it: page locks, and retry entries in the holes, keep every new PTE of the file's pages away, so
 * the table is empty and need not be looked at.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/page_table_check.c"
#include "mm/khugepaged/scan.c"

/* C10 .. C12, the end of collapse_file(): hpage is in the page cache and locked. */
enum scan_result collapse_file_end(struct mm_struct *mm, unsigned long addr, struct address_space *mapping,
				   unsigned long start, struct page *hpage, struct collapse_control *cc)
{
	enum scan_result result = SCAN_SUCCEED;

	retract_page_tables(mapping, start);					/* C10 */
	if (cc && !cc->is_khugepaged)
		result = SCAN_PTE_MAPPED_HUGEPAGE;				/* C11 */
	unlock_page(hpage);							/* C12 */
	return result;
}

void retract_page_tables(struct address_space *mapping, unsigned long pgoff)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(mapping);						/* V1 */
	vma_interval_tree_foreach (vma, mapping, pgoff, pgoff) {
		struct mm_struct *mm;
		unsigned long addr;
		spinlock_t *pml;
		spinlock_t *ptl;
		pmd_t pgt_pmd;
		pmd_t *pmd;

		/* Nothing keeps it NULL after this look. */
		if (READ_ONCE(vma->anon_vma)) {					/* V2 */
			cover("a VMA with anon_vma is passed over");
			continue;
		}
		if (!huge_range_in_vma(vma, pgoff, &addr))			/* V3 */
			continue;
		mm = vma->vm_mm;
		if (find_pmd_or_thp_or_none(mm, addr, &pmd) != SCAN_SUCCEED)	/* V4 */
			continue;
		if (hpage_collapse_test_exit(mm))				/* V5 */
			continue;
		if (userfaultfd_wp(vma)) {					/* V6 */
			cover("a write-protected VMA is passed over");
			continue;
		}

		pml = pmd_lock(mm, pmd);					/* V7 */
		ptl = pte_lockptr(mm, pmd);					/* V8 */
		if (ptl != pml)
			spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);		/* V8 */
		pgt_pmd = pmdp_collapse_flush(vma, addr, pmd);			/* V9 */
		if (ptl != pml)
			spin_unlock(ptl);					/* V10 */
		spin_unlock(pml);						/* V10 */

		mm_dec_nr_ptes(mm);						/* V11 */
		page_table_check_pte_clear_range(mm, addr, pgt_pmd);		/* V12 */
		pte_free_defer(mm, pmd_pgtable(pgt_pmd));			/* V13 */
		cover("a page table is retracted");
	}
	i_mmap_unlock_read(mapping);						/* V14 */
}
