/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every version of retract_page_tables() asks about a VMA and its mm.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   mm/khugepaged.c, include/linux/khugepaged.h
 * Left out: devmap, bad and migration PMDs, a missing PMD table: SCAN_PMD_NULL is never the answer here.
 */
#include "linux/mm.h"

enum scan_result {
	SCAN_FAIL, SCAN_SUCCEED, SCAN_PMD_NULL, SCAN_PMD_NONE, SCAN_PMD_MAPPED, SCAN_ANY_PROCESS, SCAN_PAGE_ANON,
	SCAN_VMA_CHECK, SCAN_PTE_MAPPED_HUGEPAGE, SCAN_PTE_UFFD_WP, SCAN_PTE_NON_PRESENT, SCAN_PAGE_NULL, SCAN_PAGE_LOCK,
	SCAN_PAGE_COUNT, SCAN_PAGE_FILLED, SCAN_TRUNCATED, SCAN_EXCEED_NONE_PTE
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
	return start % HPAGE_PMD_SIZE == 0 && start + HPAGE_PMD_SIZE <= vma->vm_end;
}

/* Walks to the PMD without any lock and looks at it once. */
static inline enum scan_result find_pmd_or_thp_or_none(struct mm_struct *mm, unsigned long addr, pmd_t **pmd)
{
	pmd_t *pmdp = pmd_offset(mm, addr);
	pmd_t val = pmdp_get_lockless(pmdp);

	*pmd = pmdp;
	if (pmd_none(val))
		return SCAN_PMD_NONE;
	if (pmd_trans_huge(val))
		return SCAN_PMD_MAPPED;
	return SCAN_SUCCEED;
}

/* The last user of the mm has gone, exit_mmap() may be at work. */
static inline bool hpage_collapse_test_exit(struct mm_struct *mm)
{
	return READ_ONCE(mm->mm_users) == 0;
}
