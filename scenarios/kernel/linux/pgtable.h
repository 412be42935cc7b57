/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values of PMD and PTE entries, and the accesses that the hardware does at once.
 *
 * Linux:    v5.8 .. v6.14, by the names of v6.4; markers from v5.19 on
 * Source:   include/linux/pgtable.h, include/linux/swapops.h (markers)
 * Left out: Accessed and dirty bits, protection keys, migration and swap entries: no decision here reads them.
 *           Reads of a PMD that is two words (32-bit PAE): here a PMD is always read whole.
 */
#include "linux/mm_types.h"
#include "mm/pgtable-rules.c"
#include "mm/page_table_check.c"

#define __pmd_none	((pmd_t){ .kind = PMD_NONE })
#define __pte_none	((pte_t){ .kind = PTE_NONE })

static inline pmd_t __pmd_table(struct ptdesc *table)		{ return (pmd_t){ .kind = PMD_TABLE, .table = table }; }
static inline pmd_t __pmd_huge(struct page *page, bool write)	{ return (pmd_t){ .kind = PMD_HUGE, .huge = page, .write = write }; }
static inline pte_t mk_pte(struct page *page, bool write)	{ return (pte_t){ .kind = PTE_PRESENT, .page = page, .write = write }; }

/* "No page here, but stores to this address are write-protected for the monitor." */
static inline pte_t make_pte_marker(void)			{ return (pte_t){ .kind = PTE_MARKER, .uffd_wp = true }; }

static inline bool pmd_none(pmd_t pmd)			{ return pmd.kind == PMD_NONE; }
static inline bool pmd_trans_huge(pmd_t pmd)		{ return pmd.kind == PMD_HUGE; }
static inline struct ptdesc *pmd_pgtable(pmd_t pmd)	{ return pmd.table; }
static inline bool pte_none(pte_t pte)			{ return pte.kind == PTE_NONE; }
static inline bool pte_none_mostly(pte_t pte)		{ return pte.kind == PTE_NONE || pte.kind == PTE_MARKER; }
static inline bool pte_present(pte_t pte)		{ return pte.kind == PTE_PRESENT; }

static inline pmd_t pmdp_get_lockless(pmd_t *pmdp)	{ return READ_ONCE(*pmdp); }
static inline pte_t ptep_get(pte_t *ptep)		{ return READ_ONCE(*ptep); }

static inline void set_pmd_at(pmd_t *pmdp, pmd_t pmd)
{
	page_table_check_pmd_set(pmdp, pmd);
	WRITE_ONCE(*pmdp, pmd);
}

/* Fills or empties a slot. The slot must be the one that the mm uses for the address: see mm/pgtable-rules.c. */
static inline void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	page_table_check_pte_set(mm, addr, ptep, pte);
	WRITE_ONCE(*ptep, pte);
	check_written_slot(mm, addr, ptep, pte);
}

/*
 * One instruction takes the entry out and tells what it was. No TLB flush is part of it. (The count of page_table_check,
 * where that is on, is another, which nobody who has not the page can see.)
 */
atomic pmd_t pmdp_huge_get_and_clear(pmd_t *pmdp)
{
	pmd_t old = *pmdp;

	*pmdp = __pmd_none;
	check_detached_table(old);
	page_table_check_pmd_clear(old);
	return old;
}
