/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pte_offset_map_lock() as the macro that it was: it reads the PMD twice, once for the lock and once for the slot.
 * mm/pgtable-generic.v6.4.c reads it once, which is the same to everybody for whom a lock keeps the entry as it is.
 * exit_mmap() had no such lock.
 *
 * Linux:    v4.8 .. v6.4
 * Source:   include/linux/mm.h at v6.4
 * Left out: What else physical page 0 holds: here its words read as empty slots. In the kernel they are data, and
 *           "BUG: Bad page map" prints them.
 */
#include "mm/pgtable-generic.v6.4.c"

/* What a walk finds that follows a PMD of 0. */
struct ptdesc page_0 = { .kind = PT_DATA };

static inline struct ptdesc *table_or_page_0(struct mm_struct *mm, unsigned long addr, pmd_t pmd)
{
	assert(pmd.kind == PMD_TABLE, "bogus-pmd: a walk to address %d of %s follows an empty PMD entry to page 0", addr, mm);
	return pmd.kind == PMD_TABLE ? pmd.table : &page_0;
}

/* The same as pte_lockptr(), for any PMD. */
static inline spinlock_t *lockptr_of(struct mm_struct *mm, unsigned long addr, pmd_t pmd)
{
	if (SPLIT_PTLOCKS)
		return &table_or_page_0(mm, addr, pmd)->ptl;
	return &mm->page_table_lock;
}

pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)
{
	pmd_t val = pmdp_get_lockless(pmd);
	spinlock_t *ptl;
	pte_t *pte;

	if (pmd_trans_huge(val))
		return NULL;
	ptl = lockptr_of(mm, addr, val);
	pte = &table_or_page_0(mm, addr, pmdp_get_lockless(pmd))->pte[addr % PTRS_PER_PTE];
	spin_lock(ptl);
	*ptlp = ptl;
	return pte;
}
