/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Questions about pages when nobody works on them any more, and after every mm is gone. No kernel asks them: it has no
 * way to find such a page.
 *
 * Linux:    not in Linux
 * Source:   the rules of mm/rmap.c: a page that nothing maps and nobody holds is free
 * Left out: Pins, swap: an anonymous page is held only by the page tables that map it.
 */
#include "linux/mm.h"

void check_pages(void)
{
	struct page *page;

	for_each_object (page, struct page) {
		assert(page->kind != PAGE_ANON, "leaked-page: anonymous page %s is in no page table, and never freed", page);
		assert(page->kind == PAGE_ANON || !page->mapcount,
		       "bad-map-count: file page %s counts %d mappings, and there are none", page, page->mapcount);
	}
}

/* Slots, or a whole huge leaf, of one mm that map the page. */
u8 mappings_in(struct mm_struct *mm, struct page *page)
{
	u8 found = 0;

	for (int region = 0; region < NR_REGIONS; region++) {
		pmd_t pmd = mm->pmd[region];

		if (pmd.kind == PMD_HUGE && pmd.huge == page)
			found++;
		if (pmd.kind == PMD_TABLE)
			for (int i = 0; i < PTRS_PER_PTE; i++)
				if (pmd.table->pte[i].kind == PTE_PRESENT && pmd.table->pte[i].page == page)
					found++;
	}
	return found;
}

/* Before the mms go, with no lock held: does each page count as many mappings as there are? */
void check_map_counts(void)
{
	struct page *page;
	struct mm_struct *mm;

	for_each_object (page, struct page) {
		u8 found = 0;

		for_each_object (mm, struct mm_struct)
			found += mappings_in(mm, page);
		assert(page->mapcount == found, "bad-map-count: page %s counts %d mappings, and there are %d", page, page->mapcount, found);
	}
}
