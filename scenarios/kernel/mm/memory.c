/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page fault of a shmem VMA: read, write to a shared or a private mapping, and copy on write.
 * K1 .. K7 number its actions in the order of locks: mmap_lock or VMA lock, page lock, page-table locks.
 *
 * Linux:    v6.5, v6.6; also v5.19 .. v6.4, whose walks are in mm/pgtable-generic.v6.4.c, and v6.14 in what is used
 *           of it. exit-mmap has it in v5.8, and no fault there. Faults under the VMA lock are those of v6.6: see
 *           FILE_FAULTS_UNDER_VMA_LOCK in linux/mmap_lock.h
 * Source:   mm/memory.c, mm/shmem.c (shmem_fault)
 * Left out: Holes in the file, unless a file is there that fills them: BUG_ON says so if one is met.
 *           PTE markers, unless mm/pte-marker.c is there: BUG_ON likewise.
 *           Tables that are allocated before the page lock is taken (prealloc_pte): when one allocates decides nothing.
 *           Fault-around: it only tries page locks, and the page of a running collapse is locked.
 *           page_mkwrite (shmem has none). Reuse of an anonymous page is decided by its being anonymous: no fork().
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/mmu_notifier.c"
#include "mm/filemap.c"
#include "mm/rmap.c"
#include "mm/huge_memory.c"

/* -- page tables come up ---------------------------------------------------------------------- */

/* Puts an empty table into a PMD that is none. *table is NULL afterwards if it was used. */
fuse void pmd_install(struct mm_struct *mm, pmd_t *pmd, struct ptdesc **table)
{
	spinlock_t *pml = pmd_lock(mm, pmd);

	if (pmd_none(pmdp_get_lockless(pmd))) {
		mm_inc_nr_ptes(mm);
		set_pmd_at(pmd, __pmd_table(*table));
		*table = NULL;
	}
	spin_unlock(pml);
}

void __pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	struct ptdesc *table = kmalloc(struct ptdesc);

	pmd_install(mm, pmd, &table);
	/* Somebody was faster. */
	if (table)
		pte_free(table);
}

/* -- the fault -------------------------------------------------------------------------------- */

/* The slot held a PTE marker. Under mmap_lock; the hook maps a page. */
__weak u8 do_pte_marker(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, bool write)
{
	BUG_ON(true);
	return 0;
}

/* Up to v6.4, before a table is entered: may the PMD be a huge leaf, or have been one? From v6.5 on the walk says so. */
__weak bool pmd_devmap_trans_unstable(pmd_t *pmd) { return false; }

/*
 * A store to a slot that maps a page read-only. The hook is true if the page is write-protected for a userfaultfd
 * monitor: then it has released ptl and mmap_lock, or the lock of the VMA, has told the monitor and waited.
 */
__weak bool do_uffd_wp(struct vm_area_struct *vma, unsigned long addr, spinlock_t *ptl, pte_t orig, u8 flags) { return false; }

/*
 * The file has no page there. Under mmap_lock. The hook gives a page for it, referenced and locked; or else NULL: it
 * has released mmap_lock and told a userfaultfd monitor, and the fault is tried again.
 */
__weak struct page *shmem_fault_in_hole(struct vm_area_struct *vma, unsigned long addr)
{
	BUG_ON(true);
	return NULL;
}

/*
 * Under mmap_lock, or, with FAULT_FLAG_VMA_LOCK, the lock of the VMA; the caller took it. When it returns the
 * instruction is tried again. VM_FAULT_RETRY: the lock has been released, and the fault needs mmap_lock.
 */
u8 handle_mm_fault(struct vm_area_struct *vma, unsigned long addr, u8 flags)
{
	pmd_t *pmd = pmd_offset(vma->vm_mm, addr);
	pmd_t val = pmdp_get_lockless(pmd);			/* K2 */

	/* Either somebody was faster, or a write needs small pages. */
	if (pmd_trans_huge(val)) {
		if (!(flags & FAULT_FLAG_WRITE) || val.write)
			return 0;
		__split_huge_pmd(vma, pmd, addr);
	}
	return handle_pte_fault(vma, pmd, addr, flags);
}

u8 handle_pte_fault(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, u8 flags)
{
	bool write = flags & FAULT_FLAG_WRITE;
	struct mm_struct *mm = vma->vm_mm;
	pte_t orig = __pte_none;
	spinlock_t *ptl;
	pte_t *pte;

	if (!pmd_none(pmdp_get_lockless(pmd))) {		/* K2 */
		if (pmd_devmap_trans_unstable(pmd))		/* K2 */
			return 0;
		pte = pte_offset_map_nolock(mm, pmd, addr, &ptl);	/* K2 */
		if (!pte)
			return 0;
		orig = ptep_get(pte);				/* K2 */
		if (pte_none(orig))
			pte_unmap();				/* K2 */
	}
	if (pte_none(orig)) {
		if (flags & FAULT_FLAG_VMA_LOCK)
			return retry_under_mmap_lock(vma);
		return do_fault(vma, pmd, addr, write, __pte_none);
	}
	if (!pte_present(orig)) {
		pte_unmap();					/* K2 */
		if (flags & FAULT_FLAG_VMA_LOCK)
			return retry_under_mmap_lock(vma);
		return do_pte_marker(vma, pmd, addr, write);
	}

	/* The lock of the table that was seen above; then pte_same(): is the slot as it was? */
	spin_lock(ptl);						/* K6 */
	if (ptep_get(pte) != orig || !write || orig.write) {	/* K6 */
		pte_unmap_unlock(ptl);				/* K7 */
		return 0;
	}
	return do_wp_page(vma, pmd, addr, pte, ptl, orig, flags);
}

static inline u8 retry_under_mmap_lock(struct vm_area_struct *vma)
{
	vma_end_read(vma);
	return VM_FAULT_RETRY;
}

/* The slot holds no page; `orig` is what it held: nothing, or a uffd-wp marker (mm/pte-marker.c). */
u8 do_fault(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, bool write, pte_t orig)
{
	if (write && !(vma->vm_flags & VM_SHARED))
		return do_cow_fault(vma, pmd, addr, orig);
	return do_read_or_shared_fault(vma, pmd, addr, write, orig);
}

/* The page of the file, referenced and locked. */
struct page *__do_fault(struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page = find_lock_page(vma->vm_file, linear_page_index(vma, addr));

	if (page)
		return page;
	return shmem_fault_in_hole(vma, addr);
}

/* do_read_fault() and do_shared_fault(): the page of the file itself is mapped. */
u8 do_read_or_shared_fault(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, bool write, pte_t orig)
{
	struct page *page = __do_fault(vma, addr);
	bool mapped;

	if (!page)
		return VM_FAULT_RETRY;
	mapped = finish_fault(vma, pmd, addr, page, write, orig);
	unlock_page(page);					/* K7 */
	if (!mapped)
		put_page(page);
	return 0;
}

/* What is written to the old page while it is copied may be in the copy or not; so it is at one moment: one step. */
fuse void copy_user_highpage(struct page *to, struct page *from, unsigned long addr)
{
	to->data = page_data(from, addr);
}

/* A private write to an empty slot: a copy is mapped, but the page lock of the original is needed to make it. */
u8 do_cow_fault(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, pte_t orig)
{
	struct page *page;
	struct page *copy;
	bool mapped;

	anon_vma_prepare(vma);
	copy = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .index = linear_page_index(vma, addr));
	page_table_check_alloc(copy);
	page = __do_fault(vma, addr);
	if (!page) {
		put_page(copy);
		return VM_FAULT_RETRY;
	}
	copy_user_highpage(copy, page, addr);
	mapped = finish_fault(vma, pmd, addr, copy, true, orig);
	unlock_page(page);					/* K7 */
	put_page(page);
	if (!mapped)
		put_page(copy);
	return 0;
}

/*
 * Maps a page where nothing is mapped. False when somebody was faster. In place of a marker it is mapped
 * write-protected, whatever the access: a store then faults once more.
 */
bool finish_fault(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, struct page *page, bool write, pte_t orig)
{
	pte_t new = { .kind = PTE_PRESENT, .page = page, .write = write && !orig.uffd_wp, .uffd_wp = orig.uffd_wp };
	struct mm_struct *mm = vma->vm_mm;
	bool mapped = false;
	spinlock_t *ptl;
	pte_t *pte;

	if (pmd_none(pmdp_get_lockless(pmd))) {			/* K4 */
		if (do_set_pmd(vma, pmd, addr, page, write && !orig.uffd_wp))	/* K4 */
			return true;
		__pte_alloc(mm, pmd);				/* K5 */
	}
	if (pmd_devmap_trans_unstable(pmd))			/* K6 */
		return false;
	pte = pte_offset_map_lock(mm, pmd, addr, &ptl);		/* K6 */
	if (!pte)
		return false;
	if (ptep_get(pte) == orig) {				/* K6 */
		inc_mm_counter(mm, mm_counter(page));		/* K7 */
		if (page->kind == PAGE_ANON)
			page_add_new_anon_rmap(page, vma);	/* K7 */
		else
			page_add_file_rmap(page);		/* K7 */
		set_pte_at(mm, addr, pte, new);			/* K7 */
		mapped = true;
	}
	pte_unmap_unlock(ptl);					/* K7 */
	return mapped;
}

/* A huge leaf for a huge page, if the VMA can have one and the PMD is still none. */
fuse bool do_set_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, struct page *page, bool write)
{
	struct mm_struct *mm = vma->vm_mm;
	bool done = false;
	spinlock_t *pml;

	if (!page->huge || !transhuge_vma_suitable(vma, addr - addr % HPAGE_PMD_SIZE))
		return false;
	pml = pmd_lock(mm, pmd);
	if (pmd_none(pmdp_get_lockless(pmd))) {
		add_mm_counter(mm, MM_SHMEMPAGES, HPAGE_PMD_NR);
		page_add_file_rmap(page);
		set_pmd_at(pmd, __pmd_huge(page, write));
		done = true;
	}
	spin_unlock(pml);
	return done;
}

/* -- copy on write ------------------------------------------------------------------------------ */

/* A write to a slot that maps a page read-only. The slot is what it was, and ptl is held. */
u8 do_wp_page(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, pte_t *pte, spinlock_t *ptl, pte_t orig,
	      u8 flags)
{
	if (do_uffd_wp(vma, addr, ptl, orig, flags))
		return VM_FAULT_RETRY;
	/* Nobody to copy for. */
	if ((vma->vm_flags & VM_SHARED) || orig.page->kind == PAGE_ANON) {
		set_pte_at(vma->vm_mm, addr, pte, mk_pte(orig.page, true));	/* K7 */
		pte_unmap_unlock(ptl);				/* K7 */
		return 0;
	}
	/* To get an anon_vma, neighbours must stay what they are: one VMA lock is not enough. */
	if ((flags & FAULT_FLAG_VMA_LOCK) && !READ_ONCE(vma->anon_vma)) {
		pte_unmap_unlock(ptl);
		return retry_under_mmap_lock(vma);
	}
	get_page(orig.page);
	pte_unmap_unlock(ptl);
	wp_page_copy(vma, pmd, addr, orig);
	return 0;
}

/* Under ptl; nobody decides anything by these counters: one step. */
fuse void count_copy(struct mm_struct *mm, struct page *old)
{
	dec_mm_counter(mm, mm_counter(old));
	inc_mm_counter(mm, MM_ANONPAGES);
}

/* No page lock: it begins with a PTE that maps the page. */
void wp_page_copy(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, pte_t orig)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *old = orig.page;
	bool copied = false;
	struct page *copy;
	spinlock_t *ptl;
	pte_t *pte;

	anon_vma_prepare(vma);
	copy = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .index = linear_page_index(vma, addr));
	page_table_check_alloc(copy);
	copy_user_highpage(copy, old, addr);
	mmu_notifier_invalidate_range_start(mm, addr, addr + 1);
	pte = pte_offset_map_lock(mm, pmd, addr, &ptl);		/* K6 */
	if (pte) {
		/* pte_same(); then ptep_clear_flush(), which the new entry has to wait for. */
		if (ptep_get(pte) == orig) {			/* K6 */
			count_copy(mm, old);			/* K7 */
			set_pte_at(mm, addr, pte, __pte_none);	/* K7 */
			flush_tlb_range(vma, addr, addr + 1);	/* K7 */
			page_add_new_anon_rmap(copy, vma);	/* K7 */
			set_pte_at(mm, addr, pte, mk_pte(copy, true));	/* K7 */
			page_remove_rmap(old);			/* K7 */
			copied = true;
		} else {
			cover("the slot is not what it was when its page was copied");
		}
		pte_unmap_unlock(ptl);				/* K7 */
	}
	mmu_notifier_invalidate_range_end(mm, addr, addr + 1);
	/* One reference was the slot's, the other do_wp_page()'s. */
	if (copied)
		put_page(old);
	else
		put_page(copy);
	put_page(old);
}
