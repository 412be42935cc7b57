/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small words of the mm: look-ups, page-table locks, counters, references.
 *
 * Linux:    v5.8 .. v6.14, by the names of v6.4
 * Source:   include/linux/mm.h, include/linux/mm_inline.h, include/linux/userfaultfd_k.h, mm/interval_tree.c
 * Left out: The trees. A few VMAs stand in an array; who walks it holds a lock that keeps it as it is.
 *           mmget() and mmput(): whoever works on an mm here is one of its users, or holds a rmap lock.
 */
#include "linux/mm_types.h"
#include "linux/pgtable.h"
#include "linux/mmap_lock.h"

#define ENOENT			2
#define EAGAIN			11
#define EFAULT			14
#define EEXIST			17
#define EINVAL			22

#define FAULT_FLAG_WRITE	1
#define FAULT_FLAG_VMA_LOCK	2	/* the lock of the VMA is held, and not mmap_lock */
#define VM_FAULT_RETRY		1	/* the lock was released; again, under mmap_lock */

#define SINGLE_DEPTH_NESTING	1	/* to the lock checker: a second lock of this class is meant */

static inline bool userfaultfd_wp(struct vm_area_struct *vma)	{ return vma->vm_flags & VM_UFFD_WP; }
static inline bool userfaultfd_missing(struct vm_area_struct *vma)	{ return vma->vm_flags & VM_UFFD_MISSING; }
static inline bool userfaultfd_armed(struct vm_area_struct *vma)
{
	return vma->vm_flags & (VM_UFFD_MISSING | VM_UFFD_WP | VM_UFFD_MINOR);
}

static inline enum rss_member mm_counter(struct page *page)	{ return page->kind == PAGE_ANON ? MM_ANONPAGES : MM_SHMEMPAGES; }
static inline void add_mm_counter(struct mm_struct *mm, enum rss_member member, int n)	{ atomic_add(&mm->rss_stat[member], n); }
static inline void inc_mm_counter(struct mm_struct *mm, enum rss_member member)	{ atomic_inc(&mm->rss_stat[member]); }
static inline void dec_mm_counter(struct mm_struct *mm, enum rss_member member)	{ atomic_dec(&mm->rss_stat[member]); }

static inline void mm_inc_nr_ptes(struct mm_struct *mm)		{ atomic_add(&mm->pgtables_bytes, PTE_TABLE_BYTES); }
static inline void mm_dec_nr_ptes(struct mm_struct *mm)		{ atomic_add(&mm->pgtables_bytes, -PTE_TABLE_BYTES); }

static inline void get_page(struct page *page)			{ atomic_inc(&page->refcount); }

void put_page(struct page *page)
{
	if (atomic_dec_and_test(&page->refcount)) {
		page_table_check_free(page);
		kfree(page);
	}
}

/* What an address finds in the page that is mapped there. */
__weak u8 page_data(struct page *page, unsigned long addr)			{ return page->data; }
__weak void set_page_data(struct page *page, unsigned long addr, u8 data)	{ page->data = data; }

static inline bool vma_covers(struct vm_area_struct *vma, unsigned long first, unsigned long last)
{
	return vma->vm_pgoff <= last && first < vma->vm_pgoff + (vma->vm_end - vma->vm_start);
}

/* Every VMA, in any mm, whose range in the file meets [first, last]. Under i_mmap_rwsem. */
#define vma_interval_tree_foreach(vma, mapping, first, last) \
	for (vma = vma_interval_tree_iter_first(mapping, first, last); vma; \
	     vma = vma_interval_tree_iter_next(vma, first, last))

struct vm_area_struct *vma_interval_tree_iter_first(struct address_space *mapping, unsigned long first,
						    unsigned long last)
{
	for (int i = 0; i < NR_VMAS; i++) {
		struct vm_area_struct *vma = mapping->i_mmap[i];

		if (vma && vma_covers(vma, first, last))
			return vma;
	}
	return NULL;
}

struct vm_area_struct *vma_interval_tree_iter_next(struct vm_area_struct *prev, unsigned long first, unsigned long last)
{
	struct address_space *mapping = prev->vm_file;
	bool behind = false;

	for (int i = 0; i < NR_VMAS; i++) {
		struct vm_area_struct *vma = mapping->i_mmap[i];

		if (behind && vma && vma_covers(vma, first, last))
			return vma;
		if (vma == prev)
			behind = true;
	}
	return NULL;
}

/* The VMA that contains an address. Under mmap_lock. */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	for (int i = 0; i < NR_VMAS; i++) {
		struct vm_area_struct *vma = mm->mmap[i];

		if (vma && vma->vm_start <= addr && addr < vma->vm_end)
			return vma;
	}
	return NULL;
}

static inline unsigned long linear_page_index(struct vm_area_struct *vma, unsigned long addr)
{
	return addr - vma->vm_start + vma->vm_pgoff;
}

/* Walks down to the PMD entry: all levels above it are there for good. */
static inline pmd_t *pmd_offset(struct mm_struct *mm, unsigned long addr)
{
	return &mm->pmd[addr / HPAGE_PMD_SIZE];
}

/* pml: the lock of a PMD entry. */
static inline spinlock_t *pmd_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	if (SPLIT_PTLOCKS)
		return &mm->pmd_ptl;
	return &mm->page_table_lock;
}

static inline spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)
{
	spinlock_t *pml = pmd_lockptr(mm, pmd);

	spin_lock(pml);
	return pml;
}

/* ptl: the lock of the PTE table that *pmd names, be it the entry itself or a copy that was read before. */
static inline spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	if (SPLIT_PTLOCKS)
		return &READ_ONCE(*pmd).table->ptl;
	return &mm->page_table_lock;
}
