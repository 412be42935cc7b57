/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collapse_file(): the small pages of a range of a shmem file become one huge page.  C1 .. C13 number its actions.
 *
 * Linux:    v6.4 .. v6.6. Up to v6.3 hpage was stored slot by slot, at C2, before anything was copied, small pages were
 *           frozen, and C13 came before C10: kvm-empty-table takes this text for v6.0 and v6.1 too, and says so.
 *           C10 .. C12, in which versions differ, come with retract_page_tables(): collapse_file_end()
 * Source:   mm/khugepaged.c
 * Left out: Pages that are swapped out or not up to date, and files that are not shmem. The LRU: to isolate a page is to
 *           hold a reference. max_ptes_none: khugepaged takes any number of holes, but not all of them.
 *           shmem_charge() of holes, statistics, memory errors while a page is copied.
 *           The up-to-date flag of hpage: it is set before C9, and nobody can find hpage before C9.
 *           The list of small pages, which is a local of this function in Linux.
 */
#include "linux/mm.h"
#include "mm/filemap.c"
#include "mm/rmap-file.c"
#include "mm/khugepaged/scan.c"

/* What a place holds between C8 and C9. A look-up that meets it begins again. Nobody stores another page there. */
struct page XA_RETRY_ENTRY = { .kind = PAGE_SHMEM };

bool xa_is_retry(struct page *entry) { return entry == &XA_RETRY_ENTRY; }

/* The contents of the huge page, slot by slot. There is one in a race. */
u8 hpage_data[HPAGE_PMD_NR];

u8 page_data(struct page *page, unsigned long addr)
{
	return page->huge ? hpage_data[addr % HPAGE_PMD_NR] : page->data;
}

void set_page_data(struct page *page, unsigned long addr, u8 data)
{
	if (page->huge)
		hpage_data[addr % HPAGE_PMD_NR] = data;
	else
		page->data = data;
}

/* Drops several references at once. */
atomic void folio_put_refs(struct page *page, u8 refs)
{
	page->refcount -= refs;
	if (!page->refcount)
		kfree(page);
}

/* The huge page, locked. Nobody else knows it yet. */
fuse struct page *alloc_charge_hpage(struct address_space *mapping, unsigned long start)
{
	struct page *hpage = kmalloc(struct page, .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = mapping,
				     .index = start);

	lock_page(hpage);
	return hpage;
}

/* Nobody ever knew it. */
fuse void free_hpage(struct page *hpage)
{
	hpage->mapping = NULL;
	unlock_page(hpage);
	put_page(hpage);
}

/*
 * The page of a place, locked and referenced; NULL for a hole. Under the lock of i_pages, which it drops unless there is a
 * hole. Only tries: the order of locks is page lock, then i_pages.
 */
fuse enum scan_result trylock_page_at(struct address_space *mapping, unsigned long index, struct page **pagep)
{
	enum scan_result result = SCAN_SUCCEED;
	struct page *page = READ_ONCE(mapping->i_pages[index]);

	*pagep = page;
	if (!page)
		return result;
	if (trylock_page(page))
		get_page(page);
	else
		result = SCAN_PAGE_LOCK;
	xa_unlock(mapping);
	return result;
}

/* The page is locked: it stays what it is, and is mapped nowhere in addition. */
fuse enum scan_result isolate_page(struct page *page, struct address_space *mapping, bool *mapped)
{
	if (page->huge)
		return SCAN_PTE_MAPPED_HUGEPAGE;
	if (page->mapping != mapping)
		return SCAN_TRUNCATED;
	get_page(page);
	*mapped = page->mapcount > 0;
	return SCAN_SUCCEED;
}

/* One reference is ours, one the page cache's, one of the isolation. Takes the lock of i_pages. */
fuse bool is_unused(struct page *page, struct address_space *mapping)
{
	xa_lock(mapping);
	return page->refcount == 3;
}

/* All pages are locked and nobody can write to them any more; nobody can see hpage yet. */
fuse void copy_to_hpage(struct collapse_control *cc)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++)
		hpage_data[i] = cc->pagelist[i] ? cc->pagelist[i]->data : 0;
}

/* Nobody stores anything into the file while its lock is held. */
fuse u8 store_retry_entries(struct address_space *mapping, unsigned long start)
{
	u8 stored = 0;

	for (int i = 0; i < HPAGE_PMD_NR; i++)
		if (!mapping->i_pages[start + i]) {
			mapping->i_pages[start + i] = &XA_RETRY_ENTRY;
			stored++;
		}
	return stored;
}

fuse void remove_retry_entries(struct address_space *mapping, unsigned long start)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++)
		if (xa_is_retry(mapping->i_pages[start + i]))
			mapping->i_pages[start + i] = NULL;
}

/* One entry for the whole range; and the lock of i_pages is dropped. */
fuse void xas_store_hpage(struct address_space *mapping, unsigned long start, struct page *hpage)
{
	atomic {
		for (int i = 0; i < HPAGE_PMD_NR; i++)
			mapping->i_pages[start + i] = hpage;
	}
	xa_unlock(mapping);
}

/* The end of a small page: it is not of the file any more. Who waits for its lock looks again then. */
fuse void free_small_page(struct page *page)
{
	page->mapping = NULL;
	unlock_page(page);
	folio_put_refs(page, 3);
}

fuse void putback_small_page(struct page *page)
{
	unlock_page(page);
	folio_put_refs(page, 2);
}

/* May the huge page fill the holes? xa_lock is held in any case. */
enum scan_result close_holes(struct address_space *mapping, unsigned long start, u8 nr_none)
{
	enum scan_result result = SCAN_SUCCEED;
	struct vm_area_struct *vma;

	i_mmap_lock_read(mapping);						/* C8 */
	xa_lock(mapping);							/* C8 */
	if (store_retry_entries(mapping, start) != nr_none) {			/* C8 */
		cover("a hole was filled meanwhile: the collapse is given up");
		result = SCAN_PAGE_FILLED;
	} else {
		/* A monitor may have been promised to be told of the first access to a hole. */
		vma_interval_tree_foreach (vma, mapping, start, start + HPAGE_PMD_NR - 1)
			if (userfaultfd_missing(vma))				/* C8 */
				result = SCAN_EXCEED_NONE_PTE;
		if (result != SCAN_SUCCEED)
			cover("a userfaultfd waits for faults in holes: the collapse is given up");
	}
	i_mmap_unlock_read(mapping);						/* C8 */
	if (result != SCAN_SUCCEED) {
		remove_retry_entries(mapping, start);				/* C8 */
		xa_unlock(mapping);						/* C8 */
	}
	return result;
}

enum scan_result collapse_file(struct mm_struct *mm, unsigned long addr, struct address_space *mapping,
			       unsigned long start, struct collapse_control *cc)
{
	enum scan_result result = SCAN_SUCCEED;
	struct page *hpage = alloc_charge_hpage(mapping, start);		/* C1 */
	u8 nr_none = 0;

	xa_lock(mapping);							/* C2 */
	for (int i = 0; i < HPAGE_PMD_NR && result == SCAN_SUCCEED; i++) {
		bool mapped = false;
		struct page *page;

		result = trylock_page_at(mapping, start + i, &page);		/* C2 */
		if (!page) {
			nr_none++;
			continue;
		}
		if (result != SCAN_SUCCEED) {
			cover("a small page is locked: the collapse is given up");
			goto xa_unlocked;
		}
		result = isolate_page(page, mapping, &mapped);			/* C3 */
		if (result != SCAN_SUCCEED) {
			cover("a page is huge already, or not of the file: the collapse is given up");
			goto out_unlock;
		}
		if (mapped)
			try_to_unmap(page);					/* C4 */

		/* Whoever looks the page up from now on has to wait for its lock. */
		if (!is_unused(page, mapping)) {				/* C5 */
			cover("a small page is in use: the collapse is given up");
			result = SCAN_PAGE_COUNT;
			xa_unlock(mapping);					/* C5 */
			put_page(page);						/* C5 */
			goto out_unlock;
		}
		cc->pagelist[i] = page;						/* C5 */
		continue;
out_unlock:
		unlock_page(page);						/* C5 */
		put_page(page);							/* C5 */
		goto xa_unlocked;
	}
	xa_unlock(mapping);							/* C5 */
xa_unlocked:
	/* Before anything is copied: until then a CPU may write by way of its TLB. */
	try_to_unmap_flush();							/* C6 */
	if (result != SCAN_SUCCEED)
		goto rollback;

	copy_to_hpage(cc);							/* C7 */
	if (nr_none) {
		result = close_holes(mapping, start, nr_none);			/* C8 */
		if (result != SCAN_SUCCEED)
			goto rollback;
	} else {
		xa_lock(mapping);						/* C9 */
	}
	xas_store_hpage(mapping, start, hpage);					/* C9 */

	result = collapse_file_end(mm, addr, mapping, start, hpage, cc);	/* C10, C11, C12 */

	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		struct page *page = cc->pagelist[i];

		if (!page)
			continue;
		cc->pagelist[i] = NULL;
		free_small_page(page);						/* C13 */
	}
	cover("the range is collapsed");
	return result;

rollback:
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		struct page *page = cc->pagelist[i];

		if (!page)
			continue;
		cc->pagelist[i] = NULL;
		putback_small_page(page);					/* rollback */
	}
	free_hpage(hpage);							/* rollback */
	return result;
}
