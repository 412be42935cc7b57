/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * anon_vma: from an anonymous page back to the VMAs that may map it.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   mm/rmap.c
 * Left out: Reuse of a neighbour's anon_vma (find_mergeable_anon_vma): it changes whose reverse map the VMA joins,
 *           not that vma->anon_vma becomes set, so it cannot decide a race that only tests the pointer. It does
 *           decide CVE-2023-52935 (a walker from another mm), which this file can therefore not show.
 *           The interval tree of an anon_vma: nobody here walks from a page to its VMAs.
 */
#include "linux/mm.h"

/* Two locks around one test and one store; the second because two threads of the mm may be here. One step. */
fuse void __anon_vma_prepare(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	struct anon_vma *allocated = kmalloc(struct anon_vma);
	struct anon_vma *anon_vma = allocated;

	down_write(&anon_vma->rwsem);
	spin_lock(&mm->page_table_lock);
	if (!vma->anon_vma) {
		vma->anon_vma = anon_vma;
		allocated = NULL;
	}
	spin_unlock(&mm->page_table_lock);
	up_write(&anon_vma->rwsem);
	if (allocated)
		kfree(allocated);
}

/* Gives the VMA an anon_vma if it has none. Under mmap_lock, shared is enough. */
static inline void anon_vma_prepare(struct vm_area_struct *vma)
{
	if (!READ_ONCE(vma->anon_vma))
		__anon_vma_prepare(vma);
}

/* Nobody else can know the page yet, and vma->anon_vma stays what it is under mmap_lock: one step. */
fuse void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma)
{
	page->anon_vma = vma->anon_vma;
	page->mapcount = 1;
}

static inline void page_add_file_rmap(struct page *page)
{
	atomic_inc(&page->mapcount);
}

static inline void page_remove_rmap(struct page *page)
{
	atomic_dec(&page->mapcount);
}
