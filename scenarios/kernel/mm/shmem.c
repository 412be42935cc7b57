/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holes of a shmem file: a fault fills one with a new page of zeros, unless a userfaultfd monitor wants to do that.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   mm/shmem.c (shmem_get_folio_gfp, shmem_add_to_page_cache), fs/userfaultfd.c (handle_userfault)
 * Left out: Swap. Huge pages made by a fault. i_size. The queue of faulting threads and its events: who is parked goes on
 *           as soon as the slot is filled; in Linux the monitor's ioctl wakes him after that.
 *           The look-up that begins again when somebody else filled the hole: the whole fault begins again here.
 */
#include "linux/mm.h"
#include "mm/filemap.c"
#include "mm/memory.c"

/* A page of zeros, locked. Nobody knows it yet. */
fuse struct page *shmem_alloc_page(struct address_space *mapping, unsigned long index)
{
	struct page *page = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = mapping, .index = index);

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
	page = shmem_alloc_page(mapping, index);
	if (shmem_add_to_page_cache(page, mapping, index)) {
		cover("a fault fills a hole");
		return page;
	}
	unlock_page(page);
	put_page(page);
	mmap_read_unlock(vma->vm_mm);
	return NULL;
}
