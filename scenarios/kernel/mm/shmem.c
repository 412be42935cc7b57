/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holes of a shmem file: a fault fills one with a new page of zeros, unless a userfaultfd monitor wants to do that;
 * UFFDIO_COPY into a shared mapping fills one with a page of the monitor's.
 *
 * Linux:    v6.4 .. v6.6; the order in shmem_mfill_atomic_pte() from memory
 * Source:   mm/shmem.c (shmem_get_folio_gfp, shmem_add_to_page_cache, shmem_mfill_atomic_pte),
 *           mm/filemap.c (filemap_remove_folio), fs/userfaultfd.c (handle_userfault)
 * Left out: Swap. Huge pages made by a fault. i_size. The queue of faulting threads and its events: who is parked goes on
 *           as soon as the slot is filled; in Linux the monitor's ioctl wakes him after that.
 *           The look-up that begins again when somebody else filled the hole: the whole fault begins again here.
 */
#include "linux/mm.h"
#include "mm/filemap.c"
#include "mm/memory.c"
#include "mm/userfaultfd.c"

/* A page of a file, locked. Nobody knows it yet. */
fuse struct page *shmem_alloc_page(struct address_space *mapping, unsigned long index, u8 data)
{
	struct page *page = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = mapping, .index = index,
				    .data = data);

	lock_page(page);
	return page;
}

/* Into the hole, if it still is one. The cache has a reference of its own. */
fuse bool shmem_add_to_page_cache(struct page *page, struct address_space *mapping, unsigned long index)
{
	bool added = false;

	xa_lock(mapping);
	if (!mapping->i_pages[index]) {
		get_page(page);
		mapping->i_pages[index] = page;
		added = true;
	}
	xa_unlock(mapping);
	return added;
}

/* Out of the file again. Who waits for the lock of the page will see that. */
fuse void filemap_remove_folio(struct page *page, struct address_space *mapping, unsigned long index)
{
	xa_lock(mapping);
	mapping->i_pages[index] = NULL;
	page->mapping = NULL;
	xa_unlock(mapping);
	put_page(page);
}

/*
 * UFFDIO_COPY into a shared mapping: the page becomes one of the file, and is locked until it is mapped. The place in the
 * file must be a hole; one that khugepaged is closing is locked together with the page cache.
 */
int shmem_mfill_atomic_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long dst, u8 src, u8 flags)
{
	struct address_space *mapping = vma->vm_file;
	unsigned long index = linear_page_index(vma, dst);
	struct page *page = shmem_alloc_page(mapping, index, src);		/* U5, U6 */
	int err = -EEXIST;

	if (!shmem_add_to_page_cache(page, mapping, index))
		goto out_release;
	err = mfill_atomic_install_pte(vma, pmd, dst, page, true, flags);	/* U7 .. U13 */
	if (!err) {
		cover("UFFDIO_COPY fills a hole");
		unlock_page(page);
		return 0;
	}
	cover("UFFDIO_COPY takes its page out of the file again");
	filemap_remove_folio(page, mapping, index);
out_release:
	unlock_page(page);
	put_page(page);
	return err;
}

/* Is there nothing in the slot yet? */
bool userfaultfd_must_wait(struct mm_struct *mm, unsigned long addr)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];

	if (pmd.kind != PMD_TABLE)
		return pmd.kind == PMD_NONE;
	return pmd.table->pte[addr % PTRS_PER_PTE].kind == PTE_NONE;
}

/* UFFDIO_WAKE, for a monitor who was told that the slot needs no page: threads that wait are to try again. */
bool userfaultfd_woken;

void userfaultfd_wake(struct userfaultfd_ctx *ctx)
{
	WRITE_ONCE(userfaultfd_woken, true);
}

/* Gives the mmap lock back and waits for the monitor. Then the fault begins again. */
void handle_userfault(struct vm_area_struct *vma, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;

	mmap_read_unlock(mm);
	cover("a fault in a hole waits for the monitor");
	wait_until(!userfaultfd_must_wait(mm, addr) || userfaultfd_woken);
}

/* A page for a hole, referenced and locked. NULL: mmap_lock is released, and the fault is to be tried again. */
struct page *shmem_fault_in_hole(struct vm_area_struct *vma, unsigned long addr)
{
	struct address_space *mapping = vma->vm_file;
	unsigned long index = linear_page_index(vma, addr);
	struct page *page;

	if (userfaultfd_missing(vma)) {
		handle_userfault(vma, addr);
		return NULL;
	}
	page = shmem_alloc_page(mapping, index, 0);
	if (shmem_add_to_page_cache(page, mapping, index)) {
		cover("a fault fills a hole");
		return page;
	}
	unlock_page(page);
	put_page(page);
	mmap_read_unlock(vma->vm_mm);
	return NULL;
}
