/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retract_page_tables() when nobody else could be in the mm: mmap_lock and VMA lock, both by trylock.
 * O1 .. O15 number its actions.
 *
 * Linux:    v6.4, v6.5 (v6.2 .. v6.3 without O7)
 * Source:   mm/khugepaged.c; read at 023f47a8250c (v6.2) and, for what was there until v6.5, in the lines that
 *           1d65b771bc08 takes out
 * Left out: lockdep's assertions on mmap_lock and i_mmap_rwsem, which both are taken here for all to see.
 *           C13 of collapse_file(), the end of the small pages: they are unmapped, and hpage stands in their place.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/khugepaged/scan.c"
#include "mm/khugepaged/pte-mapped.c"
#include "mm/khugepaged/collapse-and-free.c"

/* C10 .. C12, the end of collapse_file(): hpage is in the page cache and locked. */
enum scan_result collapse_file_end(struct mm_struct *mm, unsigned long addr, struct address_space *mapping,
				   unsigned long start, struct page *hpage, struct collapse_control *cc)
{
	enum scan_result result;

	result = retract_page_tables(mapping, start, mm, addr, hpage, cc);	/* C10 */
	unlock_page(hpage);							/* C12 */
	return result;
}

enum scan_result retract_page_tables(struct address_space *mapping, unsigned long pgoff, struct mm_struct *target_mm,
				     unsigned long target_addr, struct page *hpage, struct collapse_control *cc)
{
	enum scan_result target_result = SCAN_FAIL;
	struct vm_area_struct *vma;

	i_mmap_lock_write(mapping);						/* O1 */
	vma_interval_tree_foreach (vma, mapping, pgoff, pgoff) {
		enum scan_result result = SCAN_FAIL;
		struct mm_struct *mm = NULL;
		unsigned long addr = 0;
		bool is_target = false;
		pmd_t *pmd;

		/* Written to while private: its page table would be needed again soon. Only a hint, see O8. */
		if (READ_ONCE(vma->anon_vma)) {					/* O2 */
			cover("a VMA with anon_vma is passed over");
			result = SCAN_PAGE_ANON;
			goto next;
		}
		if (!huge_range_in_vma(vma, pgoff, &addr)) {			/* O3 */
			result = SCAN_VMA_CHECK;
			goto next;
		}
		mm = vma->vm_mm;						/* O4 */
		is_target = mm == target_mm && addr == target_addr;
		result = find_pmd_or_thp_or_none(mm, addr, &pmd);		/* O5 */
		if (result != SCAN_SUCCEED)
			goto next;

		/* Faults take mmap_lock first and hpage's lock, which is held here, second: so do not wait. */
		result = SCAN_PTE_MAPPED_HUGEPAGE;
		if (cc->is_khugepaged || is_target) {
			if (mmap_write_trylock(mm))				/* O6 */
				goto locked;
			cover("mmap_write_trylock() fails");
		}
		if (is_target)
			goto next;
		khugepaged_add_pte_mapped_thp(mm, addr);			/* O13 */
		continue;
locked:
		if (!vma_try_start_write(vma))					/* O7 */
			goto unlock;
		/* Now anon_vma cannot change. It may have since O2, which only mmap_lock shared takes. */
		if (vma->anon_vma) {						/* O8 */
			cover("the second look at anon_vma skips the VMA");
			result = SCAN_PAGE_ANON;
			goto unlock;
		}
		if (hpage_collapse_test_exit(mm)) {				/* O9 */
			result = SCAN_ANY_PROCESS;
			goto unlock;
		}
		/* Markers may stand in the table. The VMA stays in small pages for good. */
		if (userfaultfd_wp(vma)) {					/* O10 */
			cover("a write-protected VMA is passed over");
			result = SCAN_PTE_UFFD_WP;
			goto unlock;
		}
		collapse_and_free_pmd(vma, addr, pmd);				/* O11 */
		if (!cc->is_khugepaged && is_target)
			result = set_huge_pmd(vma, addr, pmd, hpage);		/* O12 */
		else
			result = SCAN_SUCCEED;					/* O12 */
unlock:
		mmap_write_unlock(mm);						/* O12b */
next:
		if (is_target)
			target_result = result;					/* O14 */
	}
	i_mmap_unlock_write(mapping);						/* O15 */
	return target_result;
}
