/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PTE tables: to find a slot and lock its table, to detach a table, to free it.
 *
 * Linux:    v6.5 .. v6.14
 * Source:   mm/pgtable-generic.c (0d940a9b270b, v6.5: walks may fail; 13cf577e6b66, v6.6: pte_free_defer),
 *           include/linux/mm.h
 * Left out: pmd_clear_bad() and migration entries: a PMD here is none, a table or a huge leaf.
 *           pte_free_defer() of powerpc, s390 and sparc, which pack several tables into a page.
 *           32-bit PAE, which reads a PMD with interrupts off (pmdp_get_lockless_start).
 *
 * The rules since v6.5: who touches a PTE table is in an RCU section; and who has taken ptl looks at the PMD
 * again before he believes that the table is still in use.
 */
#include "linux/mm.h"
#include "arch/tlb-flush.c"

/*
 * NULL unless the PMD names a table; else a pointer into it, inside an RCU section. (Entering the section a
 * moment earlier than the look makes no difference to anybody: one step.)
 */
fuse pte_t *__pte_offset_map(pmd_t *pmd, unsigned long addr, pmd_t *pmdvalp)
{
	pmd_t val;

	rcu_read_lock();
	val = pmdp_get_lockless(pmd);
	if (val.kind != PMD_TABLE) {
		rcu_read_unlock();
		return NULL;
	}
	*pmdvalp = val;
	return &val.table->pte[addr % PTRS_PER_PTE];
}

static inline void pte_unmap(void)
{
	rcu_read_unlock();
}

fuse void pte_unmap_unlock(spinlock_t *ptl)
{
	spin_unlock(ptl);
	rcu_read_unlock();
}

/* The same, and which lock the table has that was seen. The lock is not taken. */
pte_t *pte_offset_map_nolock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)
{
	pmd_t val;
	pte_t *pte = __pte_offset_map(pmd, addr, &val);

	if (pte)
		*ptlp = pte_lockptr(mm, &val);
	return pte;
}

/* The same, with the lock taken and the table known to be in place. */
pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)
{
	spinlock_t *ptl;
	pte_t *pte;
	pmd_t val;

	for (;;) {
		pte = __pte_offset_map(pmd, addr, &val);
		if (!pte)
			return NULL;
		ptl = pte_lockptr(mm, &val);
		spin_lock(ptl);
		/* Still the table that was locked? */
		if (val == pmdp_get_lockless(pmd))
			break;
		pte_unmap_unlock(ptl);
	}
	*ptlp = ptl;
	return pte;
}

/* Takes the entry out, then flushes the range. Two steps: in between, caches still know the table. */
pmd_t pmdp_collapse_flush(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	pmd_t pmd = pmdp_huge_get_and_clear(pmdp);

	flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);
	return pmd;
}

/* Gives the page of the table back, and its lock with it. */
static inline void pte_free(struct ptdesc *table)
{
	kfree(table);
	check_freed_table(table);
}

void pte_free_now(struct rcu_head *head)
{
	pte_free(container_of(head, struct ptdesc, pt_rcu_head));
}

/* The same, when every reader that may still look at the table has left its section. */
static inline void pte_free_defer(struct mm_struct *mm, struct ptdesc *table)
{
	call_rcu(&table->pt_rcu_head, pte_free_now);
}
