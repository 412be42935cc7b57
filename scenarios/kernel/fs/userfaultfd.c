/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ioctls of a userfaultfd, down to where mm/userfaultfd.c and mm/mprotect.c begin.
 * W1 .. W11 number the actions of UFFDIO_WRITEPROTECT, W4 .. W9 in mm/mprotect.c.
 *
 * Linux:    v6.0 .. v6.6, by the names of v6.4; what v6.14 locks instead of the mm is said in mm/userfaultfd.c
 * Source:   fs/userfaultfd.c; mm/userfaultfd.c (mwriteprotect_range, uffd_wp_range)
 * Left out: Splitting and merging of VMAs: a whole VMA is registered. UFFDIO_UNREGISTER. Reading the messages: a monitor
 *           sees in fault_pending who waits. Waiting for missing pages (a monitor may fill any empty slot at any
 *           time), for write-protected ones see mm/pte-marker.c. More than one page in a call. mmget() of the mm.
 */
#include "linux/mm.h"
#include "mm/userfaultfd.c"
#include "mm/mprotect.c"

/* UFFDIO_REGISTER. Needs no page lock, no rmap lock and no page-table lock. */
void userfaultfd_register(struct userfaultfd_ctx *ctx, struct vm_area_struct *vma, u8 mode)
{
	mmap_write_lock(ctx->mm);
	vma_start_write(vma);
	fuse {
		vma->vm_flags |= mode;
		vma->vm_userfaultfd_ctx = ctx;
	}
	mmap_write_unlock(ctx->mm);
}

/* UFFDIO_WRITEPROTECT of one page, on or off: 0 or a negative error number. */
int userfaultfd_writeprotect(struct userfaultfd_ctx *ctx, unsigned long addr, bool mode_wp)
{
	int err;

	if (READ_ONCE(ctx->mmap_changing))			/* W1 */
		return -EAGAIN;
	if (!mode_wp)
		ctx->wp_armed &= ~(1 << addr);
	err = mwriteprotect_range(ctx, addr, mode_wp);
	if (err)
		return err;
	/* From here on the monitor relies on being told. */
	if (mode_wp)
		ctx->wp_armed |= 1 << addr;
	else
		wake_userfault(ctx, addr);			/* W11 */
	return 0;
}

int mwriteprotect_range(struct userfaultfd_ctx *ctx, unsigned long addr, bool enable_wp)
{
	struct mm_struct *mm = ctx->mm;
	struct vm_area_struct *vma;
	int err = -ENOENT;

	mmap_read_lock(mm);					/* W2 */
	if (READ_ONCE(ctx->mmap_changing)) {			/* W2 */
		err = -EAGAIN;
		goto out;
	}
	vma = vma_lookup(mm, addr);				/* W3 */
	if (!vma || !userfaultfd_wp(vma))			/* W3 */
		goto out;
	if (change_pmd_range(vma, addr, enable_wp ? MM_CP_UFFD_WP : MM_CP_UFFD_WP_RESOLVE))	/* W4 */
		flush_tlb_range(vma, addr, addr + 1);		/* W10 */
	err = 0;
out:
	mmap_read_unlock(mm);					/* W10 */
	return err;
}

/* Under the lock of the queue of waiting threads, which nothing else here takes. */
atomic void wake_userfault(struct userfaultfd_ctx *ctx, unsigned long addr)
{
	ctx->fault_pending &= ~(1 << addr);
}

/* UFFDIO_COPY of one page: 0 or a negative error number. */
int userfaultfd_copy(struct userfaultfd_ctx *ctx, unsigned long dst, u8 src)
{
	if (READ_ONCE(ctx->mmap_changing))
		return -EAGAIN;
	return mfill_atomic_copy(ctx, dst, src, 0);
}

/* UFFDIO_ZEROPAGE of one page: 0 or a negative error number. */
int userfaultfd_zeropage(struct userfaultfd_ctx *ctx, unsigned long dst)
{
	if (READ_ONCE(ctx->mmap_changing))
		return -EAGAIN;
	return mfill_atomic_zeropage(ctx, dst);
}
