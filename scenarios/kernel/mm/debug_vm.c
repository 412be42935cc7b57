/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be true of all page tables at every moment, and of the counters when nobody works on them any more.
 * A scenario that includes this file has the properties; it gets no step and no state by them.
 *
 * Linux:    not in Linux, which checks the counters when an mm is gone (kernel/fork.c), and the rest by luck
 * Source:   Documentation/mm/process_addrs.rst; the meaning of rss_stat and pgtables_bytes in include/linux/mm.h
 * Left out: Page tables that hugetlb shares. What per-CPU caches of the counters hold back: here they are exact.
 */
#include "linux/mm.h"

bool is_bogus(pmd_t pmd)
{
	return pmd.kind == PMD_TABLE && (!is_live(pmd.table) || pmd.table->kind != PT_TABLE);
}

bool has_bogus_pmd(void)
{
	struct mm_struct *mm;

	for_each_object (mm, struct mm_struct)
		for (int i = 0; i < NR_REGIONS; i++)
			if (is_bogus(mm->pmd[i]))
				return true;
	return false;
}

u8 pmds_that_lead_to(struct ptdesc *table)
{
	struct mm_struct *mm;
	u8 n = 0;

	for_each_object (mm, struct mm_struct)
		for (int i = 0; i < NR_REGIONS; i++)
			if (mm->pmd[i].kind == PMD_TABLE && mm->pmd[i].table == table)
				n++;
	return n;
}

bool has_duplicate_table(void)
{
	struct ptdesc *table;

	for_each_object (table, struct ptdesc)
		if (pmds_that_lead_to(table) > 1)
			return true;
	return false;
}

always("bogus-pmd: a PMD that leads to a PTE table leads to one that is in use as such", !has_bogus_pmd());
always("duplicate-table: no two PMDs lead to one PTE table", !has_duplicate_table());

/* Pages of a type that an mm's page tables map. The page of zeros is nobody's. */
int count_mapped(struct mm_struct *mm, enum rss_member member)
{
	int n = 0;

	for (int i = 0; i < NR_REGIONS; i++) {
		pmd_t pmd = mm->pmd[i];

		if (pmd.kind == PMD_HUGE && mm_counter(pmd.huge) == member)
			n += HPAGE_PMD_NR;
		if (pmd.kind == PMD_TABLE)
			for (int slot = 0; slot < PTRS_PER_PTE; slot++)
				if (is_counted(pmd.table->pte[slot], member))
					n++;
	}
	return n;
}

bool is_counted(pte_t pte, enum rss_member member)
{
	return pte.kind == PTE_PRESENT && pte.page->kind != PAGE_ZERO && mm_counter(pte.page) == member;
}

int count_tables(struct mm_struct *mm)
{
	int n = 0;

	for (int i = 0; i < NR_REGIONS; i++)
		if (mm->pmd[i].kind == PMD_TABLE)
			n++;
	return n;
}

/* Entries, in any mm, that map the page. */
int count_mappings(struct page *page)
{
	struct mm_struct *mm;
	int n = 0;

	for_each_object (mm, struct mm_struct) {
		for (int i = 0; i < NR_REGIONS; i++) {
			pmd_t pmd = mm->pmd[i];

			if (pmd.kind == PMD_HUGE && pmd.huge == page)
				n++;
			if (pmd.kind == PMD_TABLE)
				for (int slot = 0; slot < PTRS_PER_PTE; slot++)
					if (pmd.table->pte[slot].kind == PTE_PRESENT && pmd.table->pte[slot].page == page)
						n++;
		}
	}
	return n;
}

finally {
	struct mm_struct *mm;
	struct page *page;

	for_each_object (mm, struct mm_struct) {
		for (enum rss_member i = MM_FILEPAGES; i < NR_MM_COUNTERS; i++)
			assert(mm->rss_stat[i] == count_mapped(mm, i), "bad-rss-counter: %s counts %d of %s, and maps %d",
			       mm, mm->rss_stat[i], i, count_mapped(mm, i));
		assert(mm->pgtables_bytes == count_tables(mm) * PTE_TABLE_BYTES,
		       "bad-pgtables-bytes: %s counts %d bytes of page tables, and has %d tables",
		       mm, mm->pgtables_bytes, count_tables(mm));
	}
	for_each_object (page, struct page)
		assert(page->kind == PAGE_ZERO || page->mapcount == count_mappings(page),
		       "bad-map-count: %s counts %d mappings, and there are %d", page, page->mapcount, count_mappings(page));
}
