/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GUP-fast before it looked at the PMD again. The numbers are those of mm/gup.c.
 *
 * Linux:    up to v5.19 (70cbc3cc78a9 comes with v6.0-rc8, and went to the stable kernels after that)
 * Source:   mm/gup.c, the lines that 70cbc3cc78a9 changes
 * Left out: As in mm/gup.c, which this file brings along.
 */
#include "mm/gup.c"

/* Only the slot is looked at twice. Whether the mm still uses the table is not asked. */
struct page *gup_pte_range(pmd_t pmd, pmd_t *pmdp, unsigned long addr)
{
	pte_t *ptep = &pmd.table->pte[addr % PTRS_PER_PTE];	/* G3 */
	pte_t pte = ptep_get(ptep);				/* G4 */
	struct page *page;

	if (!pte_present(pte))
		return NULL;
	page = try_get_page(pte.page);				/* G5 */
	if (!page)
		return NULL;
	if (ptep_get(ptep) != pte) {				/* G6 */
		put_page(page);
		return NULL;
	}
	return page;
}
