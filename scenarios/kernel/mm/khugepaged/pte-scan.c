/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What collapse_pte_mapped_thp() does with all slots of a table, under ptl.
 *
 * Linux:    v6.4 .. v6.6; clear_ptes() v6.6. In Linux these are loops in the function itself
 * Source:   mm/khugepaged.c
 * Left out: As in the files that use it. Linux goes from slot to slot by the pointer that it has from pte_offset_map_lock();
 *           here the table is taken from the PMD, which the page lock and mmap_lock keep as it is.
 *
 * Each is one step: who changes a slot holds ptl.
 */
#include "linux/mm.h"
#include "mm/rmap.c"
#include "mm/khugepaged/scan.c"

/* Is each slot empty, or does it map the huge page? */
fuse enum scan_result scan_ptes(pmd_t *pmd, struct page *hpage)
{
	struct ptdesc *table = pmd_pgtable(pmdp_get_lockless(pmd));

	for (int i = 0; i < PTRS_PER_PTE; i++) {
		pte_t pte = ptep_get(&table->pte[i]);

		if (pte_none(pte))
			continue;
		if (!pte_present(pte))
			return SCAN_PTE_NON_PRESENT;
		if (pte.page != hpage)
			return SCAN_FAIL;
	}
	return SCAN_SUCCEED;
}

/* The same, and what maps it is cleared; up to the first that does not. */
fuse enum scan_result clear_ptes(struct mm_struct *mm, unsigned long addr, pmd_t *pmd, struct page *hpage, u8 *nr_ptes)
{
	struct ptdesc *table = pmd_pgtable(pmdp_get_lockless(pmd));

	for (int i = 0; i < PTRS_PER_PTE; i++) {
		pte_t pte = ptep_get(&table->pte[i]);

		if (pte_none(pte))
			continue;
		if (!pte_present(pte))
			return SCAN_PTE_NON_PRESENT;
		if (pte.page != hpage)
			return SCAN_FAIL;
		set_pte_at(mm, addr + i, &table->pte[i], __pte_none);
		page_remove_rmap(hpage);
		*nr_ptes = *nr_ptes + 1;
	}
	return SCAN_SUCCEED;
}

/* The references and the counter of slots that are not there any more. The caller has a reference, so none is the last. */
fuse void account_cleared_ptes(struct mm_struct *mm, struct page *hpage, u8 nr_ptes)
{
	atomic_add(&hpage->refcount, -nr_ptes);
	add_mm_counter(mm, mm_counter(hpage), -nr_ptes);
}
