/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A range whose file page is huge already and whose page table is not: to note it for later, to map it at once.
 *
 * Linux:    khugepaged_add_pte_mapped_thp() v5.4 .. v6.5, set_huge_pmd() v6.1 .. v6.6
 * Source:   mm/khugepaged.c; read at 18e77600f7a1 (v5.9) and 1043173eb5eb (v6.6)
 * Left out: The hash of mms: each mm has its note in itself, and is known to khugepaged.
 *           What khugepaged does with the note, collapse_pte_mapped_thp(): it comes in a later scan.
 */
#include "linux/mm.h"
#include "mm/memory.c"
#include "mm/khugepaged/scan.c"

spinlock_t khugepaged_mm_lock;

/* A spinlock around one small array. False when it is full; then the range waits for the next scan. */
fuse bool khugepaged_add_pte_mapped_thp(struct mm_struct *mm, unsigned long addr)
{
	bool added = false;

	spin_lock(&khugepaged_mm_lock);
	if (mm->khugepaged.nr_pte_mapped_thp < MAX_PTE_MAPPED_THP) {
		mm->khugepaged.pte_mapped_thp[mm->khugepaged.nr_pte_mapped_thp] = addr;
		mm->khugepaged.nr_pte_mapped_thp += 1;
		added = true;
	}
	spin_unlock(&khugepaged_mm_lock);
	return added;
}

/* The page is locked; mmap_lock is held, exclusively up to v6.5. */
enum scan_result set_huge_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmd, struct page *hpage)
{
	if (!do_set_pmd(vma, pmd, addr, hpage, false))
		return SCAN_FAIL;
	get_page(hpage);
	return SCAN_SUCCEED;
}
