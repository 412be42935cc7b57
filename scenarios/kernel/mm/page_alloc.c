/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page allocator, as far as it hands to one what another gave back.
 *
 * Linux:    any
 * Source:   mm/page_alloc.c
 * Left out: Everything but that: free lists, orders, zones. Which freed page comes next is a matter of luck in
 *           Linux too; here it is the one that the race is about. Pages of tables and other pages are two pools.
 */
#include "linux/mm.h"

/*
 * Somebody gets the page of a freed PTE table for data of his own, and writes there what, read as a page-table
 * entry, maps `page` for writing. Waits until such a page is free. For an EVENT, which may happen or not.
 */
struct ptdesc *get_freed_table_for_data(unsigned long slot, struct page *page)
{
	struct ptdesc *data = kmalloc_freed(struct ptdesc, .kind = PT_DATA);

	WRITE_ONCE(data->pte[slot], mk_pte(page, true));
	cover("a freed page table is in use for something else");
	return data;
}

/* Another mm gets it as a PTE table of its own, and maps a page of its own there. Likewise. */
void get_freed_table_for_mm(struct mm_struct *mm, unsigned long addr, struct page *page)
{
	struct ptdesc *table = kmalloc_freed(struct ptdesc);

	set_pmd_at(pmd_offset(mm, addr), __pmd_table(table));
	set_pte_at(mm, addr, &table->pte[addr % PTRS_PER_PTE], mk_pte(page, true));
	cover("a freed page table is in use by another mm");
}
