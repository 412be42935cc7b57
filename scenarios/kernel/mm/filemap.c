/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page cache, as a fault uses it.
 *
 * Linux:    v5.8 .. v6.14, by the names of v6.4
 * Source:   mm/filemap.c (filemap_get_entry, __filemap_get_folio with FGP_LOCK), as called by mm/shmem.c
 * Left out: Read-ahead, and fault-around, which only tries page locks and skips what is locked.
 */
#include "linux/mm.h"

/* A place that is held for a page to come (XA_RETRY_ENTRY). Only mm/khugepaged/collapse_file.c has such. */
__weak bool xa_is_retry(struct page *entry) { return false; }

/* A reference to a page that was found without a lock; not to one that was freed meanwhile, whose count is 0. */
atomic bool folio_try_get(struct page *page)
{
	if (!is_live(page))
		return false;
	return atomic_inc_not_zero(&page->refcount);
}

/* Look, take a reference, look again. False: something else is there now, or will be soon. */
fuse bool filemap_get_entry(struct address_space *mapping, unsigned long index, struct page **pagep)
{
	struct page *page = READ_ONCE(mapping->i_pages[index]);

	*pagep = page;
	if (!page)
		return true;
	if (xa_is_retry(page)) {
		cover("a look-up meets a hole that is about to be closed");
		return false;
	}
	if (!folio_try_get(page))
		return false;
	if (page == READ_ONCE(mapping->i_pages[index]))
		return true;
	put_page(page);
	return false;
}

/* False if the page left the file while one slept for its lock. The lock is held in any case. */
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
		if (!filemap_get_entry(mapping, index, &page))	/* K3 */
			continue;
		if (!page)
			return NULL;
		if (lock_page_of(page, mapping))		/* K3 */
			return page;
		unlock_page(page);
		put_page(page);
		cover("a page left the file while its lock was waited for");
	}
}
