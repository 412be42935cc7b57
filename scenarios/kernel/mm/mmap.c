/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The end of an address space: everything is unmapped, then the page tables go.
 *
 * Linux:    v6.4 .. v6.6 (from v6.1 on the first half holds mmap_lock shared; before that it held nothing)
 * Source:   mm/mmap.c (exit_mmap), mm/memory.c (unmap_vmas, free_pgtables); the order of calls is from memory
 * Left out: khugepaged_exit() and the release call of MMU notifiers: khugepaged and secondary MMUs are done by then.
 *           One ptl section over all slots of a table: here each slot has its own. Batched TLB flushes.
 *           The free of VMAs.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/huge_memory.c"
#include "mm/rmap.c"

void exit_mmap(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	for (int i = 0; i < NR_VMAS; i++)
		if (mm->mmap[i])
			unmap_single_vma(mm->mmap[i]);
	mmap_read_unlock(mm);

	/* Once the file and the anon_vmas do not know the VMAs any more, no rmap walk finds their tables. */
	mmap_write_lock(mm);
	for (int i = 0; i < NR_VMAS; i++)
		if (mm->mmap[i]) {
			unlink_anon_vmas(mm->mmap[i]);
			unlink_file_vma(mm->mmap[i]);
		}
	for (int i = 0; i < NR_REGIONS; i++)
		free_pte_range(mm, &mm->pmd[i]);
	mmap_write_unlock(mm);
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
	spinlock_t *ptl;
	pte_t *ptep;
	pte_t pte;

	if (pmd_none(pmdp_get_lockless(pmd)))
		return;
	ptep = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!ptep)
		return;
	pte = ptep_get(ptep);
	set_pte_at(mm, addr, ptep, __pte_none);
	if (pte_present(pte)) {
		dec_mm_counter(mm, mm_counter(pte.page));
		page_remove_rmap(pte.page);
	}
	pte_unmap_unlock(ptl);
	if (pte_present(pte))
		put_page(pte.page);
}

void unlink_file_vma(struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file;

	i_mmap_lock_write(mapping);
	for (int i = 0; i < NR_VMAS; i++)
		if (mapping->i_mmap[i] == vma)
			mapping->i_mmap[i] = NULL;
	i_mmap_unlock_write(mapping);
}

void free_pte_range(struct mm_struct *mm, pmd_t *pmd)
{
	pmd_t old = *pmd;

	if (old.kind != PMD_TABLE)
		return;
	*pmd = __pmd_none;
	mm_dec_nr_ptes(mm);
	pte_free(pmd_pgtable(old));
}
