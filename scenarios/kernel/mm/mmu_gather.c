/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waiting out the walkers that run with interrupts off (GUP-fast).
 *
 * Linux:    v6.1 .. v6.14, where page tables may be freed by RCU; a no-op elsewhere, because there the TLB flush
 *           itself is an interrupt (native x86 before a37259732a7d)
 * Source:   mm/mmu_gather.c, include/linux/pgtable.h (146b42e07494)
 * Left out: Batching of freed tables (mmu_gather itself): retraction frees one table at a time.
 */
#include "kernel/smp.c"

/* Not a grace period of RCU: it only means that each CPU ran with interrupts on once. */
static inline void tlb_remove_table_sync_one(void)
{
	smp_call_function_wait();
}

/*
 * Nothing, except where a PMD is two words (32-bit PAE): there tlb_remove_table_sync_one(), because readers
 * of the two halves switch interrupts off. PMDs are read whole here, so it decides nothing.
 */
__weak void pmdp_get_lockless_sync(void) { }
