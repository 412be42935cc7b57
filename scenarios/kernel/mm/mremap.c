/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mremap() to another address: a whole page table moves, by its PMD entry.  M1 .. M9 number the actions.
 *
 * Linux:    v6.12 .. v6.14; before, v6.4 .. v6.11, in mm/mremap.v6.6.c
 * Source:   mm/mremap.c (move_vma, move_page_tables, move_pgt_entry, move_normal_pmd); M7 read in the patch of
 *           6fa1066fc5d0, which draws the order of the rest; that is from memory
 * Left out: Everything but whole page tables: huge leaves, levels above, and move_ptes(), which moves slot by slot
 *           when the range is not aligned. A range that grows or shrinks. Merging of VMAs. Page tables of the place
 *           to go to, which are unmapped before: its PMD is none. Of the end of the old VMA only that it leaves the
 *           mm and the file. A second pml: the two entries are of one PMD table.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/mmap.c"

/* The page at physical address 0: what a PMD of 0 leads to for one who takes it for a table. */
struct ptdesc page_0 = { .kind = PT_DATA };

/* From `vma` to `new_vma`, which is of the same size and not known to anybody yet. */
void mremap(struct vm_area_struct *vma, struct vm_area_struct *new_vma)
{
	struct mm_struct *mm = vma->vm_mm;

	mmap_write_lock(mm);							/* M1 */
	vma_start_write(vma);							/* M1 */
	link_vma(new_vma);							/* M2 */
	mmu_notifier_invalidate_range_start(mm, vma->vm_start, vma->vm_end);	/* M3 */
	move_page_table(vma, vma->vm_start, new_vma->vm_start);			/* M4 .. M8 */
	mmu_notifier_invalidate_range_end(mm, vma->vm_start, vma->vm_end);	/* M9 */
	unlink_vma(vma);							/* M9 */
	mmap_write_unlock(mm);							/* M9 */
}

/* Into the mm and the file, and out of both. A lock around one store each: one step. */
fuse void link_vma(struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file;
	int i;

	for (i = 0; vma->vm_mm->mmap[i]; i++)
		;
	vma->vm_mm->mmap[i] = vma;
	i_mmap_lock_write(mapping);
	for (i = 0; mapping->i_mmap[i]; i++)
		;
	mapping->i_mmap[i] = vma;
	i_mmap_unlock_write(mapping);
}

fuse void unlink_vma(struct vm_area_struct *vma)
{
	for (int i = 0; i < NR_VMAS; i++)
		if (vma->vm_mm->mmap[i] == vma)
			vma->vm_mm->mmap[i] = NULL;
	unlink_file_vma(vma);
}

/* One round of move_page_tables(), for what one PMD entry covers. */
void move_page_table(struct vm_area_struct *vma, unsigned long old_addr, unsigned long new_addr)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *old_pmd = pmd_offset(mm, old_addr);
	pmd_t *new_pmd = pmd_offset(mm, new_addr);
	pmd_t pmd;

	if (pmd_none(pmdp_get_lockless(old_pmd))) {				/* M4 */
		cover("mremap() finds nothing to move");
		return;
	}
	/* By the kind of the entry it is decided how to move: all but huge leaves as tables. No rmap lock is held yet. */
	pmd = pmdp_get_lockless(old_pmd);					/* M5 */
	BUG_ON(pmd_trans_huge(pmd));
	if (move_pgt_entry(vma, old_addr, old_pmd, new_pmd)) {			/* M6 .. M8 */
		cover("mremap() moves a page table");
		return;
	}
	/* Slot by slot, then, if there are any. */
	pmd = pmdp_get_lockless(old_pmd);					/* M8 */
	BUG_ON(!pmd_none(pmd));
	cover("mremap() finds the page table gone");
}

bool move_pgt_entry(struct vm_area_struct *vma, unsigned long old_addr, pmd_t *old_pmd, pmd_t *new_pmd)
{
	bool moved;

	take_rmap_locks(vma);
	moved = move_normal_pmd(vma, old_addr, old_pmd, new_pmd);		/* M7 */
	drop_rmap_locks(vma);
	return moved;
}

/* So that nobody who comes by the reverse map misses the pages, being where they are not any more, or not yet. */
void take_rmap_locks(struct vm_area_struct *vma)
{
	i_mmap_lock_write(vma->vm_file);					/* M6 */
	if (vma->anon_vma)
		down_write(&vma->anon_vma->rwsem);
}

void drop_rmap_locks(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		up_write(&vma->anon_vma->rwsem);
	i_mmap_unlock_write(vma->vm_file);					/* M8 */
}

bool move_normal_pmd(struct vm_area_struct *vma, unsigned long old_addr, pmd_t *old_pmd, pmd_t *new_pmd)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *old_ptl = pmd_lock(mm, old_pmd);				/* M7 */
	pmd_t pmd = pmdp_get_lockless(old_pmd);					/* M7 */

	/* khugepaged may have been here before the rmap locks were. */
	if (pmd.kind != PMD_TABLE) {
		spin_unlock(old_ptl);						/* M7 */
		return false;
	}
	move_pmd(mm, old_pmd, new_pmd, pmd);				/* M7 */
	flush_tlb_range(vma, old_addr, old_addr + HPAGE_PMD_SIZE);		/* M7 */
	spin_unlock(old_ptl);							/* M7 */
	return true;
}

/* Out of the one place, into the other. Both are under one pml, and rmap locks and mmap_lock are exclusive: one step. */
fuse void move_pmd(struct mm_struct *mm, pmd_t *old_pmd, pmd_t *new_pmd, pmd_t pmd)
{
	assert(pmd.kind == PMD_TABLE, "bogus-pmd: mremap() makes the page at physical address 0 a page table of %s", mm);
	WRITE_ONCE(*old_pmd, __pmd_none);
	set_pmd_at(new_pmd, __pmd_table(pmd.kind == PMD_TABLE ? pmd.table : &page_0));
}
