/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Questions about the pages of a file after every mm is gone and every collapse is over.
 *
 * Linux:    not in Linux, which would find a page that is held once too often only by its absence
 * Source:   the rules of mm/filemap.c: the page cache has one reference, whoever works on a page has one, each mapping has one
 * Left out: Pins.
 */
#include "linux/mm.h"

bool is_in_page_cache(struct address_space *mapping, struct page *page)
{
	for (int i = 0; i < NR_FILE_PAGES; i++)
		if (mapping->i_pages[i] == page)
			return true;
	return false;
}

void check_page_cache(struct address_space *mapping)
{
	struct page *page;

	for_each_object (page, struct page) {
		if (page->kind != PAGE_SHMEM || !page->refcount)
			continue;
		assert(is_in_page_cache(mapping, page), "leaked-page: page %s has left the file, and is never freed", page);
		assert(page->refcount == 1, "leaked-page: page %s counts %d references, and only the file holds it",
		       page, page->refcount);
		assert(page->mapping == mapping, "leaked-page: page %s stands in a file that it does not belong to", page);
	}
	for (int i = 0; i < NR_FILE_PAGES; i++)
		assert(!mapping->i_pages[i] || is_live(mapping->i_pages[i]),
		       "freed-page-cache: place %d of the file holds a page that was freed", i);
}
