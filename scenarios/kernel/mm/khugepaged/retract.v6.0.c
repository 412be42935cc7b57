/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * retract_page_tables() before the fixes of December 2022: no notifier, no interrupt, and the table freed at once.
 * The numbers are those of retract.v6.4.c.
 *
 * Linux:    v5.9 .. v6.0 (v4.8 .. v5.8 without O9, and up to v5.18 without O10)
 * Source:   mm/khugepaged.c; read at 18e77600f7a1 (v5.9, adds O9), where O11 still stands in the function itself; and
 *           the patch that adds O10 (v5.19)
 * Left out: O4 and O12, MADV_COLLAPSE: it comes with v6.1, and with it the target and the results.
 *           C13 of collapse_file(), the end of the small pages: they are unmapped, and hpage stands in their place.
 *           Up to v6.3 they are freed before C10.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/page_table_check.c"
#include "mm/khugepaged/scan.c"
#include "mm/khugepaged/pte-mapped.c"

/* C10 .. C12, the end of collapse_file(): hpage is in the page cache and locked. */
enum scan_result collapse_file_end(struct mm_struct *mm, unsigned long addr, struct address_space *mapping,
				   unsigned long start, struct page *hpage, struct collapse_control *cc)
{
	retract_page_tables(mapping, start);					/* C10 */
	unlock_page(hpage);							/* C12 */
	return SCAN_SUCCEED;
}

void retract_page_tables(struct address_space *mapping, unsigned long pgoff)
{
	struct vm_area_struct *vma;

	i_mmap_lock_write(mapping);						/* O1 */
	vma_interval_tree_foreach (vma, mapping, pgoff, pgoff) {
		struct mm_struct *mm;
		unsigned long addr;
		pmd_t *pmd;

		/* mmap_lock, which would keep it NULL, is taken only below, and then it is not looked at again. */
		if (READ_ONCE(vma->anon_vma))					/* O2 */
			continue;
		if (!huge_range_in_vma(vma, pgoff, &addr))			/* O3 */
			continue;
		mm = vma->vm_mm;
		if (find_pmd_or_thp_or_none(mm, addr, &pmd) != SCAN_SUCCEED)	/* O5 */
			continue;

		/* Faults take mmap_lock first and hpage's lock, which is held here, second: so do not wait. */
		if (mmap_write_trylock(mm)) {					/* O6 */
			if (!hpage_collapse_test_exit(mm) && !userfaultfd_wp(vma))	/* O9, O10 */
				collapse_and_free_pmd(vma, addr, pmd);		/* O11 */
			mmap_write_unlock(mm);					/* O12b */
		} else {
			cover("mmap_write_trylock() fails");
			khugepaged_add_pte_mapped_thp(mm, addr);		/* O13 */
		}
	}
	i_mmap_unlock_write(mapping);						/* O15 */
}

/* Frees the table without a word to GUP-fast, which may be in it, or to secondary MMUs, which may know it. */
void collapse_and_free_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *pml = pmd_lock(mm, pmdp);					/* O11b */
	pmd_t pmd = pmdp_collapse_flush(vma, addr, pmdp);			/* O11b */

	spin_unlock(pml);							/* O11b */
	mm_dec_nr_ptes(mm);							/* O11e */
	page_table_check_pte_clear_range(mm, addr, pmd);			/* O11f */
	pte_free(pmd_pgtable(pmd));						/* O11g */
	cover("a page table is retracted");
}
