/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page_table_check: counts, per page, the anonymous and the file mappings that exist, and complains when they cannot be.
 *
 * Linux:    v5.17 .. v6.6 (CONFIG_PAGE_TABLE_CHECK)
 * Source:   mm/page_table_check.c, and its callers in arch/x86/include/asm/pgtable.h and mm/page_alloc.c
 * Left out: A BUG() where it complains: here the run goes on, and the finding says what was wrong.
 *           Pages that are no user's. The counts of the small parts of a huge page: it has one count, as it has one
 *           struct page, and a huge leaf is one mapping.
 *
 * In a retraction it goes over the table that was just detached and takes every page that is still mapped there out of its
 * count. It does *not* complain that the table is not empty: it hides a lost page rather than reporting it.
 */
#include "mm/page_table_check.c"

#define NR_PAGE_EXT	4			/* pages of which something was ever mapped */

/* What the kernel keeps beside struct page. It belongs to the page frame, whatever life that is in. */
struct page_ext {
	struct page	*page;
	s8		anon_map_count;
	s8		file_map_count;
} page_ext[NR_PAGE_EXT];

struct page_ext *page_ext_get(struct page *page)
{
	int i = 0;

	while (page_ext[i].page && page_ext[i].page != page)
		i++;
	page_ext[i].page = page;
	return &page_ext[i];
}

void page_table_check_set(struct page *page, bool rw)
{
	struct page_ext *ext = page_ext_get(page);

	if (page->kind == PAGE_ANON) {
		ext->anon_map_count += 1;
		assert(!ext->file_map_count, "page-table-check: anonymous page %s gets a mapping, and has %d of a file",
		       page, ext->file_map_count);
		assert(ext->anon_map_count <= 1 || !rw, "page-table-check: anonymous page %s is mapped %d times, and writable",
		       page, ext->anon_map_count);
	} else {
		ext->file_map_count += 1;
		assert(!ext->anon_map_count, "page-table-check: file page %s gets a mapping, and has %d anonymous ones",
		       page, ext->anon_map_count);
		assert(ext->file_map_count >= 0, "page-table-check: file page %s has %d mappings", page, ext->file_map_count);
	}
}

void page_table_check_clear(struct page *page)
{
	struct page_ext *ext = page_ext_get(page);

	if (page->kind == PAGE_ANON) {
		ext->anon_map_count -= 1;
		assert(!ext->file_map_count, "page-table-check: anonymous page %s loses a mapping, and has %d of a file",
		       page, ext->file_map_count);
		assert(ext->anon_map_count >= 0, "page-table-check: anonymous page %s has %d mappings",
		       page, ext->anon_map_count);
	} else {
		ext->file_map_count -= 1;
		assert(!ext->anon_map_count, "page-table-check: file page %s loses a mapping, and has %d anonymous ones",
		       page, ext->anon_map_count);
		assert(ext->file_map_count >= 0, "page-table-check: file page %s has %d mappings", page, ext->file_map_count);
	}
}

/* The entry is locked, and each counter is changed by one atomic instruction: one step. */
fuse void page_table_check_pte_set(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	page_table_check_pte_clear(ptep_get(ptep));
	if (pte_present(pte))
		page_table_check_set(pte.page, pte.write);
}

void page_table_check_pte_clear(pte_t pte)
{
	if (pte_present(pte))
		page_table_check_clear(pte.page);
}

/* Only huge leaves map pages. */
fuse void page_table_check_pmd_set(pmd_t *pmdp, pmd_t pmd)
{
	page_table_check_pmd_clear(pmdp_get_lockless(pmdp));
	if (pmd_trans_huge(pmd))
		page_table_check_set(pmd.huge, pmd.write);
}

void page_table_check_pmd_clear(pmd_t pmd)
{
	if (pmd_trans_huge(pmd))
		page_table_check_clear(pmd.huge);
}

/* Nobody can find the table any more: one step. */
fuse void page_table_check_pte_clear_range(struct mm_struct *mm, unsigned long addr, pmd_t pmd)
{
	for (int i = 0; i < PTRS_PER_PTE; i++) {
		pte_t pte = ptep_get(&pmd.table->pte[i]);

		if (pte_present(pte))
			cover("page_table_check forgets a page that a detached table maps");
		page_table_check_pte_clear(pte);
	}
}

void page_table_check_zero(struct page *page)
{
	struct page_ext *ext = page_ext_get(page);

	assert(!ext->anon_map_count && !ext->file_map_count,
	       "page-table-check: page %s is given out or back, and has %d anonymous mappings and %d of a file",
	       page, ext->anon_map_count, ext->file_map_count);
}

fuse void page_table_check_alloc(struct page *page)	{ page_table_check_zero(page); }
fuse void page_table_check_free(struct page *page)	{ page_table_check_zero(page); }
