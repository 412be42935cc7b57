/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One load or store of a user program, by way of the TLB of its CPU.
 *
 * Linux:    v6.0 .. v6.6
 * Source:   as arch/fault.c, which this file brings along, and arch/tlb.c
 * Left out: As in these two. Together with arch/tlb-flush.entries.c only: without, nobody would flush.
 */
#include "arch/fault.c"
#include "arch/tlb.c"

/* The access itself; false when it faults. */
bool user_access(struct mm_struct *mm, unsigned long addr, bool write, u8 *val)
{
	struct tlb *mine = &tlb[smp_processor_id()];
	enum walk walk;

	while (!tlb_access(mine, addr, write, val)) {
		walk = tlb_walk_pmd(mine, mm, addr, write);
		if (walk == WALK_DONE)
			walk = tlb_walk_slot(mine, addr, write);
		if (walk == WALK_FAULT)
			return false;
	}
	return true;
}
