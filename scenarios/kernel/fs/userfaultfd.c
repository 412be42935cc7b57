/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ioctls of a userfaultfd, down to where mm/userfaultfd.c begins.
 *
 * Linux:    v6.4 .. v6.6
 * Source:   fs/userfaultfd.c
 * Left out: Splitting and merging of VMAs: a whole VMA is registered. The events that wake and queue faulting
 *           threads: nobody waits for one, a monitor may fill any empty slot at any time. mmget() of the mm.
 */
#include "linux/mm.h"
#include "mm/userfaultfd.c"

/* UFFDIO_REGISTER. Needs no page lock, no rmap lock and no page-table lock. */
void userfaultfd_register(struct userfaultfd_ctx *ctx, struct vm_area_struct *vma, u8 mode)
{
	mmap_write_lock(ctx->mm);
	vma_start_write(vma);
	vma->vm_flags |= mode;
	vma->vm_userfaultfd_ctx = ctx;
	mmap_write_unlock(ctx->mm);
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
