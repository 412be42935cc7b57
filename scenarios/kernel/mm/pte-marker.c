/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults where a userfaultfd monitor has write-protected an address: on a PTE marker, and on a PTE with its uffd-wp bit.
 *
 * Linux:    v5.19 .. v6.6
 * Source:   mm/memory.c (pte_marker_handle_uffd_wp, pte_marker_clear, set_pte_range, do_wp_page),
 *           fs/userfaultfd.c (handle_userfault, wake_userfault)
 * Left out: Poison and guard markers. Asynchronous write protection (v6.7). Signals that end the wait.
 *           userfaultfd_must_wait(), the look at the slot before the sleep: it says "sleep" as long as the slot is not
 *           writable, and a resolve does not make it so here. The message that was queued wakes the monitor in any case.
 *           Fault-around, which is off in such a VMA.
 */
#include "linux/mm.h"
#include "mm/memory.c"

/* The page is mapped write-protected, whatever the access. A store then faults once more. */
u8 do_pte_marker(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, bool write)
{
	if (!userfaultfd_wp(vma))
		return pte_marker_clear(vma, pmd, addr);
	if (write && !(vma->vm_flags & VM_SHARED))
		return do_cow_fault_on_marker(vma, pmd, addr);
	return do_fault_on_marker(vma, pmd, addr);
}

/* One that was left when the range was unregistered. */
u8 pte_marker_clear(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	spinlock_t *ptl;
	pte_t *pte = pte_offset_map_lock(vma->vm_mm, pmd, addr, &ptl);

	if (!pte)
		return 0;
	if (ptep_get(pte) == make_pte_marker())
		set_pte_at(vma->vm_mm, addr, pte, __pte_none);
	pte_unmap_unlock(ptl);
	return 0;
}

u8 do_fault_on_marker(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	struct page *page = __do_fault(vma, addr);
	bool mapped;

	if (!page)
		return VM_FAULT_RETRY;
	mapped = finish_fault_on_marker(vma, pmd, addr, page);
	unlock_page(page);					/* K7 */
	if (!mapped)
		put_page(page);
	return 0;
}

u8 do_cow_fault_on_marker(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
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
	copy->data = page->data;
	mapped = finish_fault_on_marker(vma, pmd, addr, copy);
	unlock_page(page);					/* K7 */
	put_page(page);
	if (!mapped)
		put_page(copy);
	return 0;
}

/* Puts the page in place of the marker, and keeps the protection. False when the slot is not as it was. */
bool finish_fault_on_marker(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr, struct page *page)
{
	pte_t new = { .kind = PTE_PRESENT, .page = page, .uffd_wp = true };
	struct mm_struct *mm = vma->vm_mm;
	bool mapped = false;
	spinlock_t *ptl;
	pte_t *pte;

	if (pmd_none(pmdp_get_lockless(pmd))) {			/* K4 */
		if (do_set_pmd(vma, pmd, addr, page, false))	/* K4 */
			return true;
		__pte_alloc(mm, pmd);				/* K5 */
	}
	if (pmd_devmap_trans_unstable(pmd))				/* K6 */
		return false;
	pte = pte_offset_map_lock(mm, pmd, addr, &ptl);		/* K6 */
	if (!pte)
		return false;
	if (ptep_get(pte) == make_pte_marker()) {		/* K6 */
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

bool do_uffd_wp(struct vm_area_struct *vma, unsigned long addr, spinlock_t *ptl, pte_t orig, u8 flags)
{
	if (!orig.uffd_wp || !userfaultfd_wp(vma))
		return false;
	pte_unmap_unlock(ptl);
	handle_userfault(vma, addr, flags);
	return true;
}

/* Queues a message for the monitor, and sleeps without any lock until it has resolved the range. */
void handle_userfault(struct vm_area_struct *vma, unsigned long addr, u8 flags)
{
	struct userfaultfd_ctx *ctx = vma->vm_userfaultfd_ctx;

	atomic_or(&ctx->fault_pending, 1 << addr);
	cover("a store tells the monitor");
	if (flags & FAULT_FLAG_VMA_LOCK)
		vma_end_read(vma);
	else
		mmap_read_unlock(ctx->mm);
	wait_until(!is_fault_pending(ctx, addr));
}

bool is_fault_pending(struct userfaultfd_ctx *ctx, unsigned long addr)
{
	return (ctx->fault_pending >> addr) & 1;
}
