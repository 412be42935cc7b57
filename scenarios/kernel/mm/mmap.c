/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The end of an address space: everything is unmapped, then the page tables go. And the beginning of a mapping.
 *
 * Linux:    v6.1 .. v6.14; v5.8 .. v6.0 with the exit_mmap() of mm/mmap.v5.8.c or mm/mmap.v6.0.c
 * Source:   mm/mmap.c (exit_mmap, mmap_region), mm/memory.c (unmap_vmas, free_pgtables); the order of calls is from
 *           memory
 * Left out: The release call of MMU notifiers. The free of VMAs.
 *           One ptl section over all slots of a table: here each slot has its own. Batched TLB flushes.
 *           Merging of VMAs, and everything that mmap() checks.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/huge_memory.c"
#include "mm/rmap.c"

void exit_mmap(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	unmap_vmas(mm);
	mmap_read_unlock(mm);

	mmap_write_lock(mm);
	free_pgtables(mm);
	mmap_write_unlock(mm);
}

static inline void unmap_vmas(struct mm_struct *mm)
{
	for (int i = 0; i < NR_VMAS; i++)
		if (mm->mmap[i])
			unmap_single_vma(mm->mmap[i]);
}

/* Once the file and the anon_vmas do not know the VMAs any more, no rmap walk finds their tables. */
static inline void free_pgtables(struct mm_struct *mm)
{
	for (int i = 0; i < NR_VMAS; i++)
		if (mm->mmap[i]) {
			unlink_anon_vmas(mm->mmap[i]);
			unlink_file_vma(mm->mmap[i]);
		}
	for (int i = 0; i < NR_REGIONS; i++)
		free_pte_range(mm, &mm->pmd[i]);
}

void unmap_single_vma(struct vm_area_struct *vma)
{
	for (unsigned long addr = vma->vm_start; addr < vma->vm_end; addr++) {
		pmd_t *pmd = pmd_offset(vma->vm_mm, addr);

		if (pmd_trans_huge(pmdp_get_lockless(pmd)))
			__split_huge_pmd(vma, pmd, addr);
		else
			zap_pte(vma, pmd, addr);
	}
}

void zap_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *page;
	spinlock_t *ptl;
	pte_t *ptep;
	pte_t pte;

	if (pmd_none(pmdp_get_lockless(pmd)))
		return;
	ptep = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!ptep) {
		cover("a page table goes away from under the unmapping");
		return;
	}
	cover("a page table is gone through to unmap its pages");
	pte = ptep_get(ptep);
	page = vm_normal_page(pte);
	if (!pte_none(pte))
		set_pte_at(mm, addr, ptep, __pte_none);
	if (page) {
		dec_mm_counter(mm, mm_counter(page));
		page_remove_rmap(page);
	}
	pte_unmap_unlock(ptl);
	if (page)
		put_page(page);
}

/* The page that a slot maps, if pages of its kind are counted. */
static inline struct page *vm_normal_page(pte_t pte)
{
	return pte_present(pte) && pte.page->kind != PAGE_ZERO ? pte.page : NULL;
}

/* From here on no rmap walk comes to the VMA. A lock around one store: one step. */
fuse void unlink_file_vma(struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file;

	i_mmap_lock_write(mapping);
	for (int i = 0; i < NR_VMAS; i++)
		if (mapping->i_mmap[i] == vma)
			mapping->i_mmap[i] = NULL;
	i_mmap_unlock_write(mapping);
}

/* Nobody comes to the table any more: one step. */
fuse void free_pte_range(struct mm_struct *mm, pmd_t *pmd)
{
	pmd_t old = *pmd;

	if (old.kind != PMD_TABLE)
		return;
	*pmd = __pmd_none;
	mm_dec_nr_ptes(mm);
	pte_free(pmd_pgtable(old));
}

/* mmap() of a file: a new VMA becomes known, to the mm and to the file. */
void mmap_region(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file;
	int i;

	mmap_write_lock(mm);
	for (i = 0; mm->mmap[i]; i++)
		;
	mm->mmap[i] = vma;
	i_mmap_lock_write(mapping);
	for (i = 0; mapping->i_mmap[i]; i++)
		;
	mapping->i_mmap[i] = vma;
	i_mmap_unlock_write(mapping);
	mmap_write_unlock(mm);
}
