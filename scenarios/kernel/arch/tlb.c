/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TLB for each CPU, with entries: what the hardware remembers of the page tables, and does not look up again.
 *
 * Linux:    any; this is hardware: x86, arm64 and the like
 * Source:   Intel SDM 3A 4.10 (TLBs and paging-structure caches), Arm ARM D8 (TLBs, walk caches)
 * Left out: Entries that go by themselves: hardware may forget at any time, but need not.
 *           Entries that come by themselves (speculation): here they come with accesses. To make up for it a fault drops none,
 *           as on arm64. On x86 it drops those for its address, but the CPU may have walked there ahead again.
 *           Entries of more than one mm (PCID, ASID): a CPU runs one program. Accessed and dirty bits.
 *
 * A walk has two steps, PMD and slot. What the first one finds, the address of the table, is kept for later walks: they begin
 * with the second step. To hardware this is an address and no more: nothing keeps it from being freed.
 */
#include "linux/mm.h"

struct tlb {
	pte_t		leaf[NR_REGIONS * PTRS_PER_PTE];	/* by address: the page, and whether it may be written */
	struct ptdesc	*upper[NR_REGIONS];			/* by PMD entry: "this range is served by that table" */
} tlb[NR_CPUS];

enum walk { WALK_FAULT, WALK_AGAIN, WALK_DONE };

/* A load or store by what the CPU remembers. A flush waits for it, so look-up and access are one step. */
atomic bool tlb_access(struct tlb *tlb, unsigned long addr, bool write, u8 *val)
{
	pte_t pte = tlb->leaf[addr];

	if (!pte_present(pte) || (write && !pte.write))
		return false;
	if (write)
		pte.page->data = *val;
	else
		*val = pte.page->data;
	return true;
}

/* First step of a walk: which table? */
atomic enum walk tlb_walk_pmd(struct tlb *tlb, struct mm_struct *mm, unsigned long addr, bool write)
{
	pmd_t pmd;

	if (tlb->upper[addr / HPAGE_PMD_SIZE])
		return WALK_DONE;
	pmd = *pmd_offset(mm, addr);
	if (pmd.kind == PMD_TABLE) {
		tlb->upper[addr / HPAGE_PMD_SIZE] = pmd.table;
		return WALK_DONE;
	}
	if (pmd.kind != PMD_HUGE || (write && !pmd.write))
		return WALK_FAULT;
	tlb->leaf[addr] = mk_pte(pmd.huge, pmd.write);
	return WALK_AGAIN;
}

/* Second step: which page? What lies where the table was is read, whatever it is by now. */
atomic enum walk tlb_walk_slot(struct tlb *tlb, unsigned long addr, bool write)
{
	struct ptdesc *table = tlb->upper[addr / HPAGE_PMD_SIZE];
	pte_t pte = __pte_none;

	/* A flush came between the steps, and ended the walk. */
	if (!table)
		return WALK_AGAIN;
	assert(is_live(table), "freed-table-walk: CPU %d goes on to walk %s, which was freed", smp_processor_id(), table);
	for_each_object (now, struct ptdesc)
		if (now == table)
			pte = now->pte[addr % PTRS_PER_PTE];
	if (!pte_present(pte) || (write && !pte.write))
		return WALK_FAULT;
	tlb->leaf[addr] = pte;
	return WALK_DONE;
}

/* For the flush: a CPU forgets all that it knows of [start, end). */
static inline void tlb_forget(struct tlb *tlb, unsigned long start, unsigned long end)
{
	for (unsigned long addr = start; addr < end; addr++) {
		tlb->leaf[addr] = __pte_none;
		tlb->upper[addr / HPAGE_PMD_SIZE] = NULL;
	}
}

/* For the checks: everything that a CPU knows is still there. */
bool tlbs_know_no_freed_table(void)
{
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		for (int region = 0; region < NR_REGIONS; region++)
			if (tlb[cpu].upper[region] && !is_live(tlb[cpu].upper[region]))
				return false;
	return true;
}

bool tlbs_know_no_freed_page(void)
{
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		for (int i = 0; i < NR_REGIONS * PTRS_PER_PTE; i++)
			if (tlb[cpu].leaf[i].kind == PTE_PRESENT && !is_live(tlb[cpu].leaf[i].page))
				return false;
	return true;
}

/* Everything that a CPU knows is what it would find in the tables of the mm now. When all flushes are through. */
bool tlb_agrees(struct tlb *tlb, struct mm_struct *mm)
{
	for (int region = 0; region < NR_REGIONS; region++) {
		pmd_t pmd = mm->pmd[region];

		if (tlb->upper[region] && (pmd.kind != PMD_TABLE || tlb->upper[region] != pmd.table))
			return false;
		for (int i = 0; i < PTRS_PER_PTE; i++) {
			pte_t leaf = tlb->leaf[region * PTRS_PER_PTE + i];

			if (leaf.kind != PTE_PRESENT)
				continue;
			if (pmd.kind == PMD_NONE)
				return false;
			if (pmd.kind == PMD_HUGE && leaf != mk_pte(pmd.huge, pmd.write))
				return false;
			if (pmd.kind == PMD_TABLE && leaf != pmd.table->pte[i])
				return false;
		}
	}
	return true;
}
