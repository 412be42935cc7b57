/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collapse_pte_mapped_thp() when it kept everybody else out: mmap_lock and i_mmap_rwsem exclusively, and the lock of the
 * anon_vma.  The numbers are those of pte-mapped.v6.6.c.
 *
 * Linux:    v6.4, v6.5 (v6.2 and v6.3 without the VMA lock)
 * Source:   mm/khugepaged.c; read at 1d65b771bc08, which leaves this function as it is in v6.5
 * Left out: As in pte-mapped.v6.6.c.
 *
 * The PMD is looked at once, before the page is locked: nobody else is in the mm who could change it.
 * It counts the entries out and then drops the table with them still in it: nobody looks there any more.
 */
#include "linux/mm.h"
#include "mm/filemap.c"
#include "mm/khugepaged/pte-mapped.c"
#include "mm/khugepaged/pte-scan.c"
#include "mm/khugepaged/collapse-and-free.c"
#include "mm/higher-locks.c"

/* The reverse map, for each slot that maps the page. Gives how many. */
fuse u8 remove_rmaps(pmd_t *pmd, struct page *hpage)
{
	struct ptdesc *table = pmd_pgtable(pmdp_get_lockless(pmd));
	u8 count = 0;

	for (int i = 0; i < PTRS_PER_PTE; i++)
		if (!pte_none(ptep_get(&table->pte[i]))) {
			page_remove_rmap(hpage);
			count++;
		}
	table->accounted = true;
	return count;
}

enum scan_result collapse_pte_mapped_thp(struct mm_struct *mm, unsigned long addr, bool install_pmd)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);			/* P0 */
	struct anon_vma *anon_vma;
	enum scan_result result;
	spinlock_t *ptl = NULL;
	struct page *hpage;
	pte_t *pte;
	pmd_t *pmd;
	u8 count;

	result = find_pmd_or_thp_or_none(mm, addr, &pmd);			/* P0 */
	if (result == SCAN_PMD_MAPPED)						/* P0 */
		return result;
	if (!vma || addr + HPAGE_PMD_SIZE > vma->vm_end)			/* P0 */
		return SCAN_VMA_CHECK;
	if (userfaultfd_wp(vma))						/* P0 */
		return SCAN_PTE_UFFD_WP;

	hpage = find_lock_page(vma->vm_file, linear_page_index(vma, addr));	/* P1 */
	if (!hpage)
		return SCAN_PAGE_NULL;
	if (!hpage->huge) {							/* P1 */
		result = SCAN_FAIL;
		goto drop_hpage;
	}

	if (result == SCAN_PMD_NONE)						/* P2 */
		goto maybe_install_pmd;
	if (result != SCAN_SUCCEED)						/* P2 */
		goto drop_hpage;

	vma_start_write(vma);							/* P2 */
	i_mmap_lock_write(vma->vm_file);					/* P2 */
	result = SCAN_FAIL;
	pte = pte_offset_map_lock(mm, pmd, addr, &ptl);				/* P3 */
	if (!pte)
		goto unlock_mapping;
	result = scan_ptes(pmd, hpage);						/* P3 */
	if (result != SCAN_SUCCEED) {
		cover("the table holds something else: it stays");
		pte_unmap_unlock(ptl);						/* abort */
		goto unlock_mapping;
	}
	count = remove_rmaps(pmd, hpage);					/* P7 */
	pte_unmap_unlock(ptl);							/* P8 */
	if (count)
		account_cleared_ptes(mm, hpage, count);				/* P9 */

	/* Walks that begin with an anonymous page must not be in the table, either. */
	anon_vma = vma->anon_vma;
	if (anon_vma) {
		down_write(&anon_vma->rwsem);					/* P10 */
	}
	collapse_and_free_pmd(vma, addr, pmd);					/* P10, P11 */
	if (anon_vma) {
		up_write(&anon_vma->rwsem);					/* P11 */
	}
	i_mmap_unlock_write(vma->vm_file);					/* P11 */
	cover("the table of small entries is taken away");

maybe_install_pmd:
	result = install_pmd ? set_huge_pmd(vma, addr, pmd, hpage) : SCAN_SUCCEED;	/* P12 */
	goto drop_hpage;
unlock_mapping:
	i_mmap_unlock_write(vma->vm_file);					/* abort */
drop_hpage:
	unlock_page(hpage);							/* P12 */
	put_page(hpage);							/* P12 */
	return result;
}

/* As madvise_collapse() and khugepaged call it. */
enum scan_result lock_and_collapse_pte_mapped_thp(struct mm_struct *mm, unsigned long addr, bool install_pmd)
{
	enum scan_result result;

	mmap_write_lock(mm);							/* P0 */
	result = collapse_pte_mapped_thp(mm, addr, install_pmd);
	mmap_write_unlock(mm);							/* P12 */
	return result;
}
