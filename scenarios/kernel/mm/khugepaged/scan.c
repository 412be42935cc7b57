/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every version of retract_page_tables() asks about a VMA and its mm; and how an mm takes its leave.
 *
 * Linux:    v5.8 .. v6.14. Up to v6.0 hpage_collapse_test_exit() is called khugepaged_test_exit(), and in place of
 *           find_pmd_or_thp_or_none() stands mm_find_pmd(), which looks at the PMD once, too
 * Source:   mm/khugepaged.c, include/linux/khugepaged.h
 * Left out: The list of mms to scan, and the notes about each. Who goes on to the next mm.
 *           devmap, bad and migration PMDs, a missing PMD table: SCAN_PMD_NULL is never the answer here.
 */
#include "linux/mm.h"

enum scan_result {
	SCAN_FAIL, SCAN_SUCCEED, SCAN_PMD_NULL, SCAN_PMD_NONE, SCAN_PMD_MAPPED, SCAN_ANY_PROCESS, SCAN_PAGE_ANON,
	SCAN_VMA_CHECK, SCAN_PTE_MAPPED_HUGEPAGE, SCAN_PTE_UFFD_WP, SCAN_PTE_NON_PRESENT, SCAN_PAGE_NULL, SCAN_PAGE_LOCK,
	SCAN_PAGE_COUNT, SCAN_PAGE_FILLED, SCAN_TRUNCATED, SCAN_EXCEED_NONE_PTE, SCAN_VMA_NULL
};

/* On whose behalf a collapse is done. */
struct collapse_control {
	bool		is_khugepaged;		/* else somebody called madvise(MADV_COLLAPSE) */
	struct page	*pagelist[HPAGE_PMD_NR];	/* the small pages that collapse_file() holds, by their slots */
};

/*
 * Where the huge range begins in this VMA; false unless the VMA holds the whole of it, aligned. The VMA's ends
 * do not move while i_mmap_rwsem is held.
 */
bool huge_range_in_vma(struct vm_area_struct *vma, unsigned long pgoff, unsigned long *addr)
{
	unsigned long start = vma->vm_start + (pgoff - vma->vm_pgoff);

	*addr = start;
	if (start % HPAGE_PMD_SIZE) {
		cover("a VMA that holds the range out of line is passed over");
		return false;
	}
	if (start + HPAGE_PMD_SIZE > vma->vm_end) {
		cover("a VMA that ends within the range is passed over");
		return false;
	}
	return true;
}

/* Walks to the PMD without any lock and looks at it once. */
static inline enum scan_result find_pmd_or_thp_or_none(struct mm_struct *mm, unsigned long addr, pmd_t **pmd)
{
	pmd_t *pmdp = pmd_offset(mm, addr);
	pmd_t val = pmdp_get_lockless(pmdp);

	*pmd = pmdp;
	if (pmd_none(val)) {
		cover("a PMD that is none is passed over");
		return SCAN_PMD_NONE;
	}
	if (pmd_trans_huge(val)) {
		cover("a PMD that is huge already is passed over");
		return SCAN_PMD_MAPPED;
	}
	return SCAN_SUCCEED;
}

/* The last user of the mm has gone, exit_mmap() may be at work. */
static inline bool hpage_collapse_test_exit(struct mm_struct *mm)
{
	if (READ_ONCE(mm->mm_users))
		return false;
	cover("an exiting process is passed over");
	return true;
}

/* The mm that khugepaged is going through. The file of one of its VMAs is being collapsed: other mms may map it too. */
struct khugepaged_scan { struct mm_struct *mm; } khugepaged_scan;

/*
 * The mm has no user any more. If khugepaged is in it, let it finish what it does under mmap_lock; whoever takes
 * the lock later sees that mm_users is 0. Of an mm that khugepaged is not in it only forgets that it was there.
 */
void khugepaged_exit(struct mm_struct *mm)
{
	if (khugepaged_scan.mm == mm) {
		mmap_write_lock(mm);
		mmap_write_unlock(mm);
	}
}
