/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collapse_pte_mapped_thp(): a huge page of a file is mapped in small entries; take their table away, so that it can be
 * mapped in one.  P0 .. P12 number its actions.
 *
 * Linux:    v6.6 .. v6.13 (1043173eb5eb and its correction a98460494b16, both of them before the release)
 * Source:   mm/khugepaged.c; read at a98460494b16. madvise_collapse() for the lock that its caller takes
 * Left out: swap and migration entries: an entry is none, present or a marker here. Tail pages: each entry of the huge page
 *           names the page as a whole. The flush of the TLB when it gives up halfway (flush_tlb_mm).
 */
#include "linux/mm.h"
#include "mm/filemap.c"
#include "mm/mmu_notifier.c"
#include "mm/mmu_gather.c"
#include "mm/page_table_check.c"
#include "mm/khugepaged/pte-mapped.c"
#include "mm/khugepaged/pte-scan.c"

enum scan_result collapse_pte_mapped_thp(struct mm_struct *mm, unsigned long addr, bool install_pmd)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);			/* P0 */
	enum scan_result result;
	bool notified = false;
	spinlock_t *pml = NULL;
	spinlock_t *ptl = NULL;
	struct page *hpage;
	u8 nr_ptes = 0;
	pmd_t pgt_pmd;
	pte_t *pte;
	pmd_t *pmd;

	if (!vma || addr + HPAGE_PMD_SIZE > vma->vm_end)			/* P0 */
		return SCAN_VMA_CHECK;
	if (find_pmd_or_thp_or_none(mm, addr, &pmd) == SCAN_PMD_MAPPED)		/* P0 */
		return SCAN_PMD_MAPPED;
	if (userfaultfd_wp(vma))						/* P0 */
		return SCAN_PTE_UFFD_WP;

	hpage = find_lock_page(vma->vm_file, linear_page_index(vma, addr));	/* P1 */
	if (!hpage)
		return SCAN_PAGE_NULL;
	result = SCAN_FAIL;
	if (!hpage->huge)							/* P1 */
		goto drop_hpage;

	result = find_pmd_or_thp_or_none(mm, addr, &pmd);			/* P2 */
	if (result == SCAN_PMD_NONE)
		goto maybe_install_pmd;
	if (result != SCAN_SUCCEED)
		goto drop_hpage;

	result = SCAN_FAIL;
	pte = pte_offset_map_lock(mm, pmd, addr, &ptl);				/* P3 */
	if (!pte)
		goto drop_hpage;
	result = scan_ptes(pmd, hpage);						/* P3 */
	if (result != SCAN_SUCCEED)
		goto abort;
	pte_unmap_unlock(ptl);							/* P3 */

	mmu_notifier_invalidate_range_start(mm, addr, addr + HPAGE_PMD_SIZE);	/* P4 */
	notified = true;

	/*
	 * The page lock of hpage keeps faults away, but not UFFDIO_COPY into a private VMA. So there ptl must not be dropped
	 * between the look at the table and its removal; and pml, which the removal needs, is taken before ptl.
	 */
	if (userfaultfd_armed(vma) && !(vma->vm_flags & VM_SHARED))		/* P5 */
		pml = pmd_lock(mm, pmd);					/* P5 */

	result = SCAN_FAIL;
	pte = pte_offset_map_nolock(mm, pmd, addr, &ptl);			/* P6 */
	if (!pte)
		goto abort;
	if (!pml)
		spin_lock(ptl);							/* P6 */
	else if (ptl != pml)
		spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);			/* P6 */

	/* ptl was dropped since the first look: write faults, which begin with an entry of hpage, may have made copies. */
	result = clear_ptes(mm, addr, pmd, hpage, &nr_ptes);			/* P7 */
	if (result != SCAN_SUCCEED)
		goto abort;
	pte_unmap();								/* P8 */
	if (!pml)
		spin_unlock(ptl);						/* P8 */

	if (nr_ptes)
		account_cleared_ptes(mm, hpage, nr_ptes);			/* P9 */

	if (!pml) {
		pml = pmd_lock(mm, pmd);					/* P10 */
		if (ptl != pml)
			spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);		/* P10 */
	}
	pgt_pmd = pmdp_collapse_flush(vma, addr, pmd);				/* P10 */
	pmdp_get_lockless_sync();						/* P10 */
	if (ptl != pml)
		spin_unlock(ptl);						/* P10 */
	spin_unlock(pml);							/* P10 */

	mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* P11 */
	mm_dec_nr_ptes(mm);							/* P11 */
	page_table_check_pte_clear_range(mm, addr, pgt_pmd);			/* P11 */
	pte_free_defer(mm, pmd_pgtable(pgt_pmd));				/* P11 */
	cover("the table of small entries is taken away");

maybe_install_pmd:
	result = install_pmd ? set_huge_pmd(vma, addr, pmd, hpage) : SCAN_SUCCEED;	/* P12 */
drop_hpage:
	unlock_page(hpage);							/* P12 */
	put_page(hpage);							/* P12 */
	return result;

abort:
	if (result == SCAN_FAIL)
		cover("the table holds something else: it stays");
	if (nr_ptes)
		account_cleared_ptes(mm, hpage, nr_ptes);			/* abort */
	if (pte)
		pte_unmap_unlock(ptl);						/* abort */
	if (pml && pml != ptl)
		spin_unlock(pml);						/* abort */
	if (notified)
		mmu_notifier_invalidate_range_end(mm, addr, addr + HPAGE_PMD_SIZE);	/* abort */
	goto drop_hpage;
}

/* As madvise_collapse() and khugepaged call it. */
enum scan_result lock_and_collapse_pte_mapped_thp(struct mm_struct *mm, unsigned long addr, bool install_pmd)
{
	enum scan_result result;

	mmap_read_lock(mm);							/* P0 */
	result = collapse_pte_mapped_thp(mm, addr, install_pmd);
	mmap_read_unlock(mm);							/* P12 */
	return result;
}
