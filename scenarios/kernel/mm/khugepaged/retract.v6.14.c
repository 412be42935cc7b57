/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retract_page_tables() since others free empty page tables too: as in retract.v6.6.c, and F8' looks at the PMD once
 * more under pml.  F1 .. F14 number its actions.
 *
 * Linux:    v6.14
 * Source:   mm/khugepaged.c; read in Qi Zheng's mail of 4 December 2024 (mm: khugepaged: recheck pmd state in
 *           retract_page_tables()) and in a later tree, not as a tagged release
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
		bool success = false;
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
		/*
		 * madvise(MADV_DONTNEED) may have freed the empty table since F4, and there may be another one by now. That
		 * one is just as empty, so it need not be the same: a table is enough.
		 */
		if (check_pmd_state(pmd) != SCAN_SUCCEED) {			/* F8' */
			cover("the look under pml finds no table");
			goto drop_pml;
		}
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
		} else {
			pgt_pmd = pmdp_collapse_flush(vma, addr, pmd);		/* F10a */
			pmdp_get_lockless_sync();				/* F10b */
			success = true;
		}
		if (ptl != pml)
			spin_unlock(ptl);					/* F11 */
drop_pml:
		spin_unlock(pml);						/* F11 */
		mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* F12 */

		if (success) {
			mm_dec_nr_ptes(mm);					/* F13 */
			page_table_check_pte_clear_range(mm, addr, pgt_pmd);	/* F13 */
			pte_free_defer(mm, pmd_pgtable(pgt_pmd));		/* F13 */
			cover("a page table is retracted");
		}
	}
	i_mmap_unlock_read(mapping);						/* F14 */
}

static inline enum scan_result check_pmd_state(pmd_t *pmd)
{
	pmd_t val = pmdp_get_lockless(pmd);

	if (pmd_none(val))
		return SCAN_PMD_NONE;
	if (pmd_trans_huge(val))
		return SCAN_PMD_MAPPED;
	return SCAN_SUCCEED;
}
