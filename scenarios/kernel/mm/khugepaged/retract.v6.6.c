/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retract_page_tables() as merged: notifier calls kept, and two tests made once more under ptl.
 * F1 .. F14 number its actions.
 *
 * Linux:    v6.6 .. v6.13 (v6.14 looks at the PMD once more: retract.v6.14.c)
 * Source:   mm/khugepaged.c; read at 1d65b771bc08
 * Left out: C13 of collapse_file(), the end of the small pages: they are unmapped, and hpage stands in their place.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/mmu_gather.c"
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

	i_mmap_lock_read(mapping);						/* F1 */
	vma_interval_tree_foreach (vma, mapping, pgoff, pgoff) {
		struct mm_struct *mm;
		bool skipped_uffd = false;
		unsigned long addr;
		spinlock_t *pml;
		spinlock_t *ptl;
		pmd_t pgt_pmd;
		pmd_t *pmd;

		/* Nothing keeps it NULL after this look. */
		if (READ_ONCE(vma->anon_vma)) {					/* F2 */
			cover("a VMA with anon_vma is passed over");
			continue;
		}
		if (!huge_range_in_vma(vma, pgoff, &addr))			/* F3 */
			continue;
		mm = vma->vm_mm;
		if (find_pmd_or_thp_or_none(mm, addr, &pmd) != SCAN_SUCCEED)	/* F4 */
			continue;
		if (hpage_collapse_test_exit(mm))				/* F5 */
			continue;
		if (userfaultfd_wp(vma)) {					/* F6 */
			cover("a write-protected VMA is passed over");
			continue;
		}

		mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);	/* F7 */
		pml = pmd_lock(mm, pmd);					/* F8 */
		ptl = pte_lockptr(mm, pmd);					/* F9 */
		if (ptl != pml)
			spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);		/* F9 */

		/*
		 * The table is as good as empty, but for userfaultfd, which fills slots without a page lock. It sets
		 * anon_vma (or VM_UFFD_WP) before it takes ptl: so either that is seen now, or its slot comes later,
		 * and then it finds that the table is gone.
		 */
		if (vma->anon_vma || userfaultfd_wp(vma)) {			/* F10 */
			cover("the test under ptl skips the VMA");
			skipped_uffd = true;
		} else {
			pgt_pmd = pmdp_collapse_flush(vma, addr, pmd);		/* F10a */
			pmdp_get_lockless_sync();				/* F10b */
		}
		if (ptl != pml)
			spin_unlock(ptl);					/* F11 */
		spin_unlock(pml);						/* F11 */
		mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* F12 */

		if (!skipped_uffd) {
			mm_dec_nr_ptes(mm);					/* F13 */
			page_table_check_pte_clear_range(mm, addr, pgt_pmd);	/* F13 */
			pte_free_defer(mm, pmd_pgtable(pgt_pmd));		/* F13 */
			cover("a page table is retracted");
		}
	}
	i_mmap_unlock_read(mapping);						/* F14 */
}
