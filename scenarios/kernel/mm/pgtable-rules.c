/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be true of page tables whenever one is changed. They only look: no step is added by them.
 *
 * Linux:    not in Linux, which has no way to ask
 * Source:   the rules of Documentation/mm/process_addrs.rst, and of the comments on pte_offset_map() since v6.6
 * Left out: Entries that are only made more or less permissive are looked at like new ones.
 */
#include "linux/mm_types.h"

/* Two lives of one page have one address. */
bool is_slot_of(struct mm_struct *mm, pte_t *ptep)
{
	for (int region = 0; region < NR_REGIONS; region++)
		if (mm->pmd[region].kind == PMD_TABLE)
			for (int i = 0; i < PTRS_PER_PTE; i++)
				if (&mm->pmd[region].table->pte[i] == ptep)
					return true;
	return false;
}

/* Of no use to the mm, as no PMD entry leads there any more. */
bool is_in_use(pte_t *ptep)
{
	struct mm_struct *mm;

	for_each_object (mm, struct mm_struct)
		if (is_slot_of(mm, ptep))
			return true;
	return false;
}

/* An entry was written. To empty a slot of a table that is gone hurts nobody. */
static inline void check_written_slot(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	assert(pte.kind == PTE_NONE || is_in_use(ptep),
	       "detached-write: an entry for address %d of %s goes into a PTE table that no PMD leads to", addr, mm);
	assert(is_slot_of(mm, ptep) || !is_in_use(ptep),
	       "foreign-pte-write: an entry for address %d of %s goes into the PTE table of another mm", addr, mm);
}

/* A table that is taken out for a time, by somebody who goes on to account for what is in it: collapse_huge_page(). */
__weak bool table_is_kept(struct ptdesc *table) { return false; }

/* collapse_pte_mapped_thp() up to v6.5 has counted out the pages of the file; an anonymous page it knows nothing of. */
static inline bool is_accounted(struct ptdesc *table, unsigned long slot)
{
	return table->accounted && table->pte[slot].page->kind != PAGE_ANON;
}

/*
 * A table goes away. What is in it is lost, unless it was accounted for before, as collapse_pte_mapped_thp() did
 * up to v6.5.
 */
static inline void check_detached_table(pmd_t old)
{
	if (old.kind == PMD_TABLE) {
		for (int i = 0; i < PTRS_PER_PTE; i++) {
			assert(old.table->pte[i].kind != PTE_PRESENT || is_accounted(old.table, i) ||
			       table_is_kept(old.table),
			       "lost-pte: PTE table %s is detached while its slot %d maps %s",
			       old.table, i, old.table->pte[i].page);
			assert(old.table->pte[i].kind != PTE_MARKER || table_is_kept(old.table),
			       "lost-marker: PTE table %s is detached while its slot %d holds a marker", old.table, i);
		}
	}
}

/* A monitor was promised to hear of stores to the address before they happen: UFFDIO_WRITEPROTECT has returned. */
bool is_wp_armed(struct mm_struct *mm, unsigned long addr)
{
	for (int i = 0; i < NR_VMAS; i++) {
		struct vm_area_struct *vma = mm->mmap[i];

		if (vma && vma->vm_start <= addr && addr < vma->vm_end && vma->vm_userfaultfd_ctx)
			if ((vma->vm_userfaultfd_ctx->wp_armed >> addr) & 1)
				return true;
	}
	return false;
}

/* A program has stored something. */
static inline void check_user_store(struct mm_struct *mm, unsigned long addr)
{
	assert(!is_wp_armed(mm, addr),
	       "missed-wp-event: a store to address %d of %s completes, and the monitor that write-protected it is not told",
	       addr, mm);
}
