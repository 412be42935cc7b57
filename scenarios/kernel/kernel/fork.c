/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last user of an mm goes, and what the kernel checks and prints then.
 *
 * Linux:    v5.8 .. v6.14
 * Source:   kernel/fork.c (mmput, check_mm)
 * Left out: The kernel prints these two lines and goes on. They come when the mm is freed, long after a loss.
 */
#include "linux/mm.h"
#include "mm/mmap.c"
#include "mm/khugepaged/scan.c"

void mmput(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_users)) {
		khugepaged_exit(mm);
		exit_mmap(mm);
		check_mm(mm);
	}
}

void check_mm(struct mm_struct *mm)
{
	for (enum rss_member i = MM_FILEPAGES; i < NR_MM_COUNTERS; i++)
		assert(!mm->rss_stat[i], "bad-rss-counter: BUG: Bad rss-counter state mm:%s type:%s val:%d",
		       mm, i, mm->rss_stat[i]);
	assert(!mm->pgtables_bytes, "bad-pgtables-bytes: BUG: non-zero pgtables_bytes on freeing mm: %d",
	       mm->pgtables_bytes);
}
