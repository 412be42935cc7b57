/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * madvise(MADV_COLLAPSE) on file memory: collapse now, and map the result at once.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   mm/khugepaged.c (madvise_collapse, hpage_collapse_scan_file); partly from memory
 * Left out: More than one range in a call. The look at the VMA before the collapse, under mmap_lock shared, which is dropped
 *           then. The scan of the page cache without a lock, which is done again under locks (C2, C3).
 */
#include "linux/mm.h"
#include "mm/khugepaged/collapse_file.c"
#include "mm/khugepaged/pte-mapped.c"

enum scan_result madvise_collapse(struct vm_area_struct *vma, unsigned long addr, struct collapse_control *cc)
{
	struct mm_struct *mm = vma->vm_mm;
	enum scan_result result = collapse_file(mm, addr, vma->vm_file, linear_page_index(vma, addr), cc);

	if (result == SCAN_PTE_MAPPED_HUGEPAGE)
		result = lock_and_collapse_pte_mapped_thp(mm, addr, true);
	return result;
}
