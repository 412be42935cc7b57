/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PTE tables before v6.5: a slot is found by computing a pointer, which cannot fail and is not looked at again.
 *
 * Linux:    v4.8 .. v6.4
 * Source:   mm/pgtable-generic.c, include/linux/mm.h at v6.4 (pte_offset_map and pte_offset_map_lock were macros)
 * Left out: The test for a huge leaf that each caller makes first stands here in the walk itself: it gives NULL for
 *           one, as v6.5 does. A PMD that is none is followed blindly, as in v6.4; page faults test for it before.
 *           kmap of tables in high memory.
 *
 * The rule before v6.5: a table goes away only while mmap_lock, i_mmap_rwsem and the anon_vma lock (if there is an
 * anon_vma) are all held exclusively. Who holds any one of them may walk.
 */
#include "linux/mm.h"
#include "arch/tlb-flush.c"
#include "mm/higher-locks.c"

/* Not a table, or not for sure. A PMD that is one stays so: who takes tables away keeps everybody out before. */
bool pmd_devmap_trans_unstable(pmd_t *pmd)
{
	return pmdp_get_lockless(pmd).kind != PMD_TABLE;
}

pte_t *pte_offset_map_nolock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)
{
	pmd_t val = pmdp_get_lockless(pmd);

	if (pmd_trans_huge(val))
		return NULL;
	*ptlp = pte_lockptr(mm, &val);
	return &val.table->pte[addr % PTRS_PER_PTE];
}

pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)
{
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_nolock(mm, pmd, addr, &ptl);

	if (!pte)
		return NULL;
	spin_lock(ptl);
	*ptlp = ptl;
	return pte;
}

static inline void pte_unmap(void) { }

static inline void pte_unmap_unlock(spinlock_t *ptl)
{
	spin_unlock(ptl);
}

/* Takes the entry out, then flushes the range. Two steps: in between, caches still know the table. */
pmd_t pmdp_collapse_flush(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	pmd_t pmd = pmdp_huge_get_and_clear(pmdp);

	check_higher_locks(vma);
	flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);
	return pmd;
}

/* Gives the page of the table back at once, and its lock with it. */
static inline void pte_free(struct ptdesc *table)
{
	kfree(table);
	check_freed_table(table);
}
