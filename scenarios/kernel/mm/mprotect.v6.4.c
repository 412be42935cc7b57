/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UFFDIO_WRITEPROTECT before v6.5: a table that gave way to a huge leaf is passed over, and nobody learns of it.
 *
 * Linux:    v5.19 .. v6.4
 * Source:   mm/mprotect.c at v6.4 (change_pte_range with pmd_trans_unstable); the lines that "mm/mprotect: Retry on
 *           pmd_trans_unstable()" (2 June 2023, 20230602230552.350731-2-peterx@redhat.com) moves
 * Left out: As in mm/mprotect.c.
 *
 * mmap_lock shared keeps a table that is there from going away. But a huge leaf that was just unmapped to make room
 * for a table may be mapped again by a fault, before the table is put there.
 */
#include "mm/mprotect.c"

int change_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, u8 cp_flags, bool *flush)
{
	spinlock_t *ptl;
	pte_t *pte;

	if (pmd_devmap_trans_unstable(pmd)) {						/* W8 */
		cover("UFFDIO_WRITEPROTECT passes over a huge leaf");
		return 0;
	}
	pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);			/* W8 */
	__change_pte(vma->vm_mm, addr, pte, cp_flags, flush);			/* W9 */
	pte_unmap_unlock(ptl);							/* W9 */
	return 0;
}
