/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exit_mmap() when it took no lock: who could still be in the mm?
 *
 * Linux:    v4.8 .. v5.16 (from v5.17 on mmap_lock is held: mm/mmap.v6.0.c)
 * Source:   mm/mmap.c, as the mail of 18e77600f7a1 describes it; 64591e8605d6 for the end of it
 * Left out: What mm/mmap.c leaves out, and the OOM killer, for whose sake the lock was taken at times.
 */
#include "mm/mmap.c"

void exit_mmap(struct mm_struct *mm)
{
	unmap_vmas(mm);
	free_pgtables(mm);
}
