/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * move_normal_pmd() as it was while page tables went away only under mmap_lock: what was a table is still one.
 *
 * Linux:    v6.4 .. v6.11, in stable v6.6 up to v6.6.57; after that mm/mremap.c (6fa1066fc5d0)
 * Source:   mm/mremap.c; read in the patch of 6fa1066fc5d0
 * Left out: As in mm/mremap.c, which this file brings along.
 */
#include "mm/mremap.c"

bool move_normal_pmd(struct vm_area_struct *vma, unsigned long old_addr, pmd_t *old_pmd, pmd_t *new_pmd)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *old_ptl = pmd_lock(mm, old_pmd);				/* M7 */
	pmd_t pmd = pmdp_get_lockless(old_pmd);					/* M7 */

	move_pmd(mm, old_pmd, new_pmd, pmd);				/* M7 */
	flush_tlb_range(vma, old_addr, old_addr + HPAGE_PMD_SIZE);		/* M7 */
	spin_unlock(old_ptl);							/* M7 */
	return true;
}
