/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TLB flush, without the contents of TLBs: only whom it waits for.
 *
 * Linux:    v5.8 .. v6.14; that secondary MMUs are told in the flush, from v6.6 on
 * Source:   arch/x86/mm/tlb.c (interrupts), arch/arm64/include/asm/tlbflush.h (broadcast)
 * Left out: TLB entries. A user's walk and access are one step instead (arch/fault.c), which is what a flush
 *           guarantees in the end. A stale TLB entry can therefore not be shown with this file: see arch/tlb-flush.entries.c.
 *           Lazy TLB mode, and CPUs that the mm never ran on: they would only be waited for less.
 */
#include "linux/mm.h"
#include "mm/mmu_notifier.c"
#include "kernel/smp.c"

#define TLB_FLUSH_IPI	true		/* false: one broadcast instruction, which waits for no software */

/* Leaf entries and paging-structure caches of [start, end), on all CPUs. Never part of clearing an entry. */
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	if (TLB_FLUSH_IPI)
		smp_call_function_wait();
	if (SECONDARY_TLB_HOOK_IN_FLUSH)
		mmu_notifier_arch_invalidate_secondary_tlbs(vma->vm_mm, start, end);
}
