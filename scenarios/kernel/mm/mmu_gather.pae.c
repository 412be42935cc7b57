/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a PMD is two words: who has cleared one waits until nobody can be between the two halves of it.
 *
 * Linux:    v6.6, 32-bit PAE on x86 and the like
 * Source:   include/linux/pgtable.h (146b42e07494)
 * Left out: The two halves: a PMD is read whole here. So this shows where the wait is, and what it costs, not what it saves.
 */
#include "mm/mmu_gather.c"

/* Readers switch interrupts off around the two loads (pmdp_get_lockless_start), so an interrupt waits for them. */
void pmdp_get_lockless_sync(void)
{
	cover("pmdp_get_lockless_sync() waits");
	tlb_remove_table_sync_one();
}
