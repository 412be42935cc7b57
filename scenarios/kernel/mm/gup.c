/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GUP-fast: a page is looked up and pinned without any lock, with interrupts off.  G1 .. G7 number its actions.
 *
 * Linux:    v6.0 .. v6.6; v5.19 with the gup_pte_range() of mm/gup.v5.19.c
 * Source:   mm/gup.c (70cbc3cc78a9, v6.0-rc8: the PMD is looked at again)
 * Left out: Page-table levels above the PMD, more than one page, and the slow way that follows a failure.
 *           The test whether the entry permits what one wants to do: all entries here permit it.
 *           The RCU section of pte_offset_map() (v6.5 on): who has interrupts off is an RCU reader already.
 */
#include "linux/mm.h"

/* A reference to what was mapped when it was looked at twice; NULL: go the slow way. */
struct page *get_user_page_fast_only(struct mm_struct *mm, unsigned long addr)
{
	struct page *page = NULL;
	pmd_t *pmdp = pmd_offset(mm, addr);
	pmd_t pmd;

	local_irq_disable();					/* G1 */
	pmd = pmdp_get_lockless(pmdp);				/* G2 */
	if (pmd_trans_huge(pmd))
		page = gup_huge_pmd(pmd, pmdp);
	else if (!pmd_none(pmd))
		page = gup_pte_range(pmd, pmdp, addr);
	local_irq_enable();					/* G7 */
	return page;
}

/*
 * Takes a reference unless there is none: then the page is free. One that was freed and given to somebody else meanwhile
 * is referenced all the same, because a struct page is always there: whether it is the right one is asked afterwards.
 */
atomic struct page *try_get_page(struct page *page)
{
	for_each_object (now, struct page)
		if (now == page)
			return atomic_inc_not_zero(&now->refcount) ? now : NULL;
	return NULL;
}

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
	/* The table may have been taken away, and the page with it. */
	if (pmdp_get_lockless(pmdp) != pmd || ptep_get(ptep) != pte) {	/* G6 */
		cover("GUP-fast drops the page again");
		put_page(page);
		return NULL;
	}
	return page;
}

struct page *gup_huge_pmd(pmd_t pmd, pmd_t *pmdp)
{
	struct page *page = try_get_page(pmd.huge);		/* G5 */

	if (!page)
		return NULL;
	if (pmdp_get_lockless(pmdp) != pmd) {			/* G6 */
		put_page(page);
		return NULL;
	}
	return page;
}

void pin_and_unpin(struct mm_struct *mm, unsigned long addr)
{
	struct page *page = get_user_page_fast_only(mm, addr);

	if (page)
		put_page(page);
}
