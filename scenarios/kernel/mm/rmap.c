/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * anon_vma: from an anonymous page back to the VMAs that may map it.
 *
 * Linux:    v5.8 .. v6.14, by the names of v6.4
 * Source:   mm/rmap.c, mm/mmap.c (find_mergeable_anon_vma), mm/interval_tree.c
 * Left out: fork(), and with it the second anon_vma of a child's VMA, the root whose lock they all share, and the rule
 *           that a VMA which has inherited one lends none (list_is_singular): a child in a scenario stands in its
 *           parent's anon_vma.
 *           The end of an anon_vma: it stays when its last VMA has left.
 *           page_get_anon_vma() and the RCU section that finds an anon_vma whose last page is just being unmapped.
 *           Migration entries, and the accessed bit that folio_referenced() asks for: that the page is mapped will do.
 */
#include "linux/mm.h"
#include "mm/page_vma_mapped.c"

/* -- a VMA gets its anon_vma ------------------------------------------------------------------ */

/*
 * May two VMAs that touch share one? They could be one VMA, but for what mprotect() changes.
 * (vm_flags other than VM_WRITE must agree; the file and the offset in it go on from a to b.)
 */
bool anon_vma_compatible(struct vm_area_struct *a, struct vm_area_struct *b)
{
	return a->vm_end == b->vm_start && a->vm_file == b->vm_file &&
	       (a->vm_flags | VM_WRITE) == (b->vm_flags | VM_WRITE) &&
	       b->vm_pgoff == a->vm_pgoff + (b->vm_start - a->vm_start);
}

/* The anon_vma of the VMA behind, or else before, so that the two can be merged later. */
struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma)
{
	struct anon_vma *found = NULL;

	for (int i = 0; i < NR_VMAS; i++) {
		struct vm_area_struct *near = vma->vm_mm->mmap[i];
		struct anon_vma *anon_vma;

		if (!near || near == vma)
			continue;
		if (anon_vma_compatible(vma, near) || (!found && anon_vma_compatible(near, vma))) {
			anon_vma = READ_ONCE(near->anon_vma);
			if (anon_vma)
				found = anon_vma;
		}
	}
	return found;
}

/* The VMA joins those where the reverse map looks. Under the anon_vma lock. */
void anon_vma_chain_link(struct vm_area_struct *vma, struct anon_vma *anon_vma)
{
	for (int i = 0; i < NR_ANON_VMA_VMAS; i++) {
		if (!anon_vma->rb_root[i]) {
			anon_vma->rb_root[i] = vma;
			return;
		}
	}
	BUG_ON(true);
}

/* Two locks around one test and one store; the second because two threads of the mm may be here. One step. */
fuse void __anon_vma_prepare(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	struct anon_vma *anon_vma = find_mergeable_anon_vma(vma);
	struct anon_vma *allocated = NULL;

	if (!anon_vma) {
		allocated = kmalloc(struct anon_vma);
		anon_vma = allocated;
	}
	down_write(&anon_vma->rwsem);
	spin_lock(&mm->page_table_lock);
	if (!vma->anon_vma) {
		vma->anon_vma = anon_vma;
		anon_vma_chain_link(vma, anon_vma);
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

/* The VMA goes away. Under mmap_lock, exclusively. */
void unlink_anon_vmas(struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = vma->anon_vma;

	if (!anon_vma)
		return;
	down_write(&anon_vma->rwsem);
	for (int i = 0; i < NR_ANON_VMA_VMAS; i++)
		if (anon_vma->rb_root[i] == vma)
			anon_vma->rb_root[i] = NULL;
	vma->anon_vma = NULL;
	up_write(&anon_vma->rwsem);
}

/* -- a page is mapped, and is not ------------------------------------------------------------- */

/*
 * Nobody else can know the page yet, and vma->anon_vma stays what it is under mmap_lock: one step.
 * (page->index, which Linux sets here, is set where the page is allocated.)
 */
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

/* -- from a page to those who map it ---------------------------------------------------------- */

static inline unsigned long vma_address(unsigned long index, struct vm_area_struct *vma)
{
	return vma->vm_start + (index - vma->vm_pgoff);
}

/* Every VMA of the anon_vma where a page with this index would be. Under its lock, so that a look is one step. */
#define anon_vma_interval_tree_foreach(vma, anon_vma, index) \
	for (vma = anon_vma_interval_tree_iter(anon_vma, NULL, index); vma; \
	     vma = anon_vma_interval_tree_iter(anon_vma, vma, index))

/* The first one after prev. */
fuse struct vm_area_struct *anon_vma_interval_tree_iter(struct anon_vma *anon_vma, struct vm_area_struct *prev,
							unsigned long index)
{
	bool behind = !prev;

	for (int i = 0; i < NR_ANON_VMA_VMAS; i++) {
		struct vm_area_struct *vma = anon_vma->rb_root[i];

		if (behind && vma && vma_covers(vma, index, index))
			return vma;
		if (vma == prev)
			behind = true;
	}
	return NULL;
}

/* NULL if the page is not mapped anywhere. The one does not change as long as the other is not 0: one step. */
fuse struct anon_vma *folio_anon_vma(struct page *page)
{
	return READ_ONCE(page->mapcount) ? READ_ONCE(page->anon_vma) : NULL;
}

/* The anon_vma lock, shared: no VMA joins or leaves. */
struct anon_vma *folio_lock_anon_vma_read(struct page *page)
{
	struct anon_vma *anon_vma = folio_anon_vma(page);

	if (anon_vma)
		down_read(&anon_vma->rwsem);
	return anon_vma;
}

/*
 * Reclaim asks about an anonymous page: how many slots map it? A walk of the kind that reclaim and migration make
 * (rmap_walk_anon): into every VMA where the page may be, in any mm, and to its slot there.
 */
u8 folio_referenced(struct page *page)
{
	struct anon_vma *anon_vma = folio_lock_anon_vma_read(page);
	struct vm_area_struct *vma;
	unsigned long index;
	u8 found = 0;

	if (!anon_vma)
		return 0;
	index = page->index;
	anon_vma_interval_tree_foreach (vma, anon_vma, index) {
		if (folio_referenced_one(page, vma, vma_address(index, vma)))
			found += 1;
	}
	up_read(&anon_vma->rwsem);
	return found;
}

/* Nothing but the anon_vma lock keeps the tables of this mm in place. */
bool folio_referenced_one(struct page *page, struct vm_area_struct *vma, unsigned long addr)
{
	spinlock_t *ptl;

	if (!page_vma_mapped_walk(page, vma, addr, &ptl))
		return false;
	pte_unmap_unlock(ptl);
	return true;
}
