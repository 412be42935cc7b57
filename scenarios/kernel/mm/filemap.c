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

/* The page at an index, referenced and locked; NULL for a hole. Sleeps for the page lock. */
struct page *find_lock_page(struct address_space *mapping, unsigned long index)
{
	struct page *page;
	bool still_there;

	for (;;) {
		fuse {					/* in Linux: get, then see that it is still there */
			page = READ_ONCE(mapping->i_pages[index]);
			if (page)
				get_page(page);
		}
		if (!page)
			return NULL;
		fuse {					/* K3 */
			lock_page(page);
			still_there = page->mapping == mapping;		/* not truncated meanwhile */
		}
		if (still_there)
			return page;
		unlock_page(page);
		put_page(page);
	}
}
