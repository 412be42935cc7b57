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
	return do_fault(vma, pmd, addr, write, make_pte_marker());
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
