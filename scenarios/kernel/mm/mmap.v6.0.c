/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exit_mmap() with mmap_lock exclusive from the first to the last.
 *
 * Linux:    v5.17 .. v6.0 (64591e8605d6); from v6.1 on in two halves: mm/mmap.c
 * Source:   mm/mmap.c; read in the discussion of 64591e8605d6, not as a tagged release; where exactly the two halves
 *           begin, in v6.0 or v6.1, is from memory
 * Left out: What mm/mmap.c leaves out.
 */
#include "mm/mmap.c"

void exit_mmap(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	unmap_vmas(mm);
	free_pgtables(mm);
	mmap_write_unlock(mm);
}
