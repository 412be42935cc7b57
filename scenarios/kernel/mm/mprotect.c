/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * To make slots of a range more or less permissive, as UFFDIO_WRITEPROTECT does.  W4 .. W9 number its actions.
 *
 * Linux:    v6.5, v6.6. v5.19 .. v6.4 in mm/mprotect.v6.4.c. Versions that only fill slots (v6.0, v6.14) have it with
 *           them, and do not use it
 * Source:   mm/mprotect.c (change_pmd_range, change_pte_range, here change_pte); read at 670ddd8cdcbd, v6.5, since
 *           which a table that went away is looked for again
 * Left out: mprotect() and NUMA hints, the other users. Levels above the PMD. More than one page in a call.
 *           MM_CP_TRY_CHANGE_WRITABLE, which saves the fault after a resolve. Migration, swap and poison entries.
 *           Anonymous VMAs, which get no markers. Batched flushes: one flush of the range at the end (uffd_wp_range).
 *
 * W4 and W5 look at the PMD twice. Where a table goes away in between, W5 takes it for a range without memory and is done,
 * and nobody learns of it. Both are plain loads, so a compiler may make one of them, and then W8 notices.
 */
#include "linux/mm.h"
#include "mm/memory.c"
#include "mm/huge_memory.c"
#include "mm/mmu_notifier.c"

#define MM_CP_UFFD_WP		1			/* protect */
#define MM_CP_UFFD_WP_RESOLVE	2			/* no longer */

/* Of one page. True when the TLB has to be flushed. */
bool change_pmd_range(struct vm_area_struct *vma, unsigned long addr, u8 cp_flags)
{
	pmd_t *pmd = pmd_offset(vma->vm_mm, addr);
	bool notified = false;
	bool flush = false;
	int ret;

	do {
		ret = 0;
		change_pmd_prepare(vma, pmd, cp_flags);				/* W4 */
		if (pmd_none(pmdp_get_lockless(pmd))) {				/* W5 */
			cover("UFFDIO_WRITEPROTECT takes the range for empty");
			break;
		}
		if (!notified) {
			mmu_notifier_invalidate_range_start(vma->vm_mm, addr, addr + 1);	/* W6 */
			notified = true;
		}
		/* Of file memory, a huge leaf is not split but unmapped. */
		if (pmd_trans_huge(pmdp_get_lockless(pmd))) {			/* W7 */
			__split_huge_pmd(vma, pmd, addr);			/* W7 */
			change_pmd_prepare(vma, pmd, cp_flags);			/* W7 */
		}
		ret = change_pte(vma, pmd, addr, cp_flags, &flush);
	} while (ret < 0);
	if (notified)
		mmu_notifier_invalidate_range_end(vma->vm_mm, addr, addr + 1);	/* W6 */
	return flush;
}

/* Of file memory, slots that map nothing are protected too: by markers, which need a table to stand in. */
static inline void change_pmd_prepare(struct vm_area_struct *vma, pmd_t *pmd, u8 cp_flags)
{
	if (cp_flags & MM_CP_UFFD_WP)
		if (pmd_none(pmdp_get_lockless(pmd))) {
			__pte_alloc(vma->vm_mm, pmd);
			cover("UFFDIO_WRITEPROTECT puts a new table in place");
		}
}

/* -EAGAIN when there is no table, or none any more. */
int change_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, u8 cp_flags, bool *flush)
{
	spinlock_t *ptl;
	pte_t *pte;

	pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);			/* W8 */
	if (!pte)
		return -EAGAIN;
	__change_pte(vma->vm_mm, addr, pte, cp_flags, flush);			/* W9 */
	pte_unmap_unlock(ptl);							/* W9 */
	return 0;
}

/* ptl keeps everybody else from writing the slot: look and store are one step. */
fuse void __change_pte(struct mm_struct *mm, unsigned long addr, pte_t *pte, u8 cp_flags, bool *flush)
{
	pte_t old = ptep_get(pte);
	pte_t new = old;

	if (pte_present(old)) {
		new.uffd_wp = cp_flags & MM_CP_UFFD_WP;
		/* A resolve leaves it read-only: the store that is tried again makes it writable. */
		if (new.uffd_wp)
			new.write = false;
		*flush = old.write && !new.write;
	} else if (pte_none(old)) {
		if (cp_flags & MM_CP_UFFD_WP) {
			new = make_pte_marker();
			cover("UFFDIO_WRITEPROTECT writes a marker");
		}
	} else {
		if (cp_flags & MM_CP_UFFD_WP_RESOLVE)
			new = __pte_none;
	}
	if (new != old)
		set_pte_at(mm, addr, pte, new);
}
