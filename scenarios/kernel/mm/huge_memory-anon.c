/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A huge leaf of anonymous memory goes, as a whole: MADV_DONTNEED, munmap, exit.
 *
 * Linux:    v6.0 .. v6.6
 * Source:   mm/huge_memory.c (zap_huge_pmd, zap_deposited_table), mm/madvise.c, mm/mmu_gather.c; from memory
 * Left out: A range that ends inside of the leaf, which is split first. The batch of mmu_gather: one page, one flush.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/rmap.c"

/* The program has no use for what is there. Nothing, if no huge page is mapped. */
void madvise_dontneed_huge(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);
	zap_huge_anon_pmd(vma, pmd_offset(mm, addr), addr);
	mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);
	mmap_read_unlock(mm);
}

/* The entry, the table that was deposited with it, the flush, and only then the page. */
void zap_huge_anon_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *pml = pmd_lock(mm, pmd);
	pmd_t orig;

	if (!pmd_trans_huge(pmdp_get_lockless(pmd))) {
		spin_unlock(pml);
		return;
	}
	orig = pmdp_huge_get_and_clear(pmd);
	page_remove_rmap(orig.huge);
	add_mm_counter(mm, MM_ANONPAGES, -HPAGE_PMD_NR);
	zap_deposited_table(mm);
	spin_unlock(pml);

	flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);
	put_page(orig.huge);
}

/* It is freed at once: it has not been in use since it was deposited. Under pml. */
void zap_deposited_table(struct mm_struct *mm)
{
	struct ptdesc *table = mm->pmd_huge_pte;

	mm->pmd_huge_pte = NULL;
	pte_free(table);
	mm_dec_nr_ptes(mm);
	cover("a deposited page table is freed");
}
