/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collapse_and_free_pmd(): how retract_page_tables() and collapse_pte_mapped_thp() took a page table away.
 *
 * Linux:    v6.1 .. v6.5
 * Source:   mm/khugepaged.c (8d3c106e19e8, 2ba99c5e0881, f268f6cf875f); read at 023f47a8250c and 1d65b771bc08
 * Left out: lockdep's assertions on the locks that the callers hold.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/mmu_gather.c"
#include "mm/page_table_check.c"

/* Takes the table out and frees it at once: with all higher locks held, only GUP-fast and hardware can still see it. */
void collapse_and_free_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t pmd;

	mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);	/* O11a */
	pmd = pmdp_collapse_flush(vma, addr, pmdp);				/* O11b */
	tlb_remove_table_sync_one();						/* O11c */
	mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* O11d */
	mm_dec_nr_ptes(mm);							/* O11e */
	page_table_check_pte_clear_range(mm, addr, pmd);			/* O11f */
	pte_free(pmd_pgtable(pmd));						/* O11g */
	cover("a page table is retracted");
}
