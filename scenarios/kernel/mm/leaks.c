/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Questions about pages after every mm is gone. No kernel asks them: it has no way to find such a page.
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
