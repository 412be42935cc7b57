/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retract_page_tables() as first released with the fixes of December 2022: MMU notifiers and GUP-fast are told, but
 * anon_vma is looked at only once, without mmap_lock. The numbers are those of retract.v6.4.c.
 *
 * Linux:    v6.1.0 .. v6.1.10 (O8 comes with 023f47a8250c in v6.2 and v6.1.11, O7 with v6.4)
 * Source:   mm/khugepaged.c; read at 2ba99c5e0881, the second of three corrections to v6.1-rc (8d3c106e19e8 before
 *           it, f268f6cf875f after it), and at 023f47a8250c
 * Left out: C13 of collapse_file(), the end of the small pages: they are unmapped, and hpage stands in their place.
 *           Up to v6.3 they are freed before C10.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
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

		/* mmap_lock, which would keep it NULL, is taken only below, and then it is not looked at again. */
		if (READ_ONCE(vma->anon_vma)) {					/* O2 */
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
		if (hpage_collapse_test_exit(mm)) {				/* O9 */
			result = SCAN_ANY_PROCESS;
			goto unlock;
		}
		/* Markers may stand in the table. The VMA stays in small pages for good. */
		if (userfaultfd_wp(vma)) {					/* O10 */
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
