/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flush of CPU TLBs, where TLBs have entries (arch/tlb.c).
 *
 * Linux:    v6.0 .. v6.6
 * Source:   arch/x86/mm/tlb.c (interrupts), arch/arm64/include/asm/tlbflush.h (broadcast)
 * Left out: Lazy TLB mode, and CPUs that the mm never ran on: they would only be waited for less.
 */
#include "linux/mm.h"
#include "mm/mmu_notifier.c"
#include "kernel/smp.c"
#include "arch/tlb.c"

#define TLB_FLUSH_IPI	true		/* false: one broadcast instruction, which waits for no software */

/* Leaf entries and paging-structure caches of [start, end), on all CPUs. Never part of clearing an entry. */
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	if (TLB_FLUSH_IPI) {
		u8 pending = flush_and_send(start, end);

		while (pending)
			pending = flush_some(pending, start, end);
	} else {
		broadcast_flush(start, end);
	}
	if (SECONDARY_TLB_HOOK_IN_FLUSH)
		mmu_notifier_arch_invalidate_secondary_tlbs(vma->vm_mm, start, end);
}

/* One's own, and those of the CPUs that take the interrupt at once; gives those that do not. */
atomic u8 flush_and_send(unsigned long start, unsigned long end)
{
	u8 pending = send_to_all_others();

	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if (!((pending >> cpu) & 1))
			tlb_forget(&tlb[cpu], start, end);
	return pending;
}

/* The interrupt on CPUs that had theirs off. */
atomic u8 flush_some(u8 pending, unsigned long start, unsigned long end)
{
	u8 left = wait_for_some(pending);

	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		if ((pending >> cpu) & 1)
			if (!((left >> cpu) & 1))
				tlb_forget(&tlb[cpu], start, end);
	return left;
}

/* The instruction reaches all TLBs, and is through when accesses and walks that went by old entries are. */
atomic void broadcast_flush(unsigned long start, unsigned long end)
{
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		tlb_forget(&tlb[cpu], start, end);
}
