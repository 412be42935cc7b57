/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page cache, as a fault uses it.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   mm/filemap.c (__filemap_get_folio with FGP_LOCK), as called by mm/shmem.c
 * Left out: XA_RETRY_ENTRY, at which a reader starts again: they stand in holes only while collapse_file() works.
 *           Read-ahead, and fault-around, which only tries page locks and skips what is locked.
 */
#include "linux/mm.h"

/* Look, take a reference, look again: one step, as the reference of a page of the cache is never 0 here. */
fuse struct page *filemap_get_page(struct address_space *mapping, unsigned long index)
{
	struct page *page = READ_ONCE(mapping->i_pages[index]);

	if (page)
		get_page(page);
	return page;
}

/* False if the page was truncated while one slept for its lock. The lock is held in any case. */
fuse bool lock_page_of(struct page *page, struct address_space *mapping)
{
	lock_page(page);
	return page->mapping == mapping;
}

/* The page at an index, referenced and locked; NULL for a hole. */
struct page *find_lock_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;

	for (;;) {
		page = filemap_get_page(mapping, index);	/* K3 */
		if (!page)
			return NULL;
		if (lock_page_of(page, mapping))		/* K3 */
			return page;
		unlock_page(page);
		put_page(page);
	}
}
