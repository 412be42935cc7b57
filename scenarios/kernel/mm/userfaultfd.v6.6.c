/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mfill_atomic() with U4 as it was while nobody expected a page table to go away under mmap_lock: the second look
 * must find a table.
 *
 * Linux:    up to v6.10, in stable v6.6 up to v6.6.50; after that mm/userfaultfd.c (4828d207dc51, 71c186efc1b2)
 * Source:   mm/userfaultfd.c before 4828d207dc51; the order of the looks follows that patch
 * Left out: Everything that mm/userfaultfd.c leaves out. Each of the last tests reads the entry again, by plain reads
 *           that a compiler may make one; here they are one.
 */
#include "mm/userfaultfd.c"

int mfill_atomic(struct userfaultfd_ctx *ctx, unsigned long dst, u8 src, u8 flags)
{
	struct mm_struct *mm = ctx->mm;
	struct vm_area_struct *vma;
	pmd_t dst_pmdval;
	pmd_t *pmd;
	int err;

	mmap_read_lock(mm);						/* U1 */
	err = -EAGAIN;
	if (READ_ONCE(ctx->mmap_changing))				/* U1 */
		goto out;

	vma = find_dst_vma(mm, dst, 1);					/* U2 */
	err = -ENOENT;
	if (!vma)
		goto out;
	err = -EINVAL;
	if ((flags & MFILL_ATOMIC_WP) && !(vma->vm_flags & VM_UFFD_WP))	/* U2 */
		goto out;

	if (!(vma->vm_flags & VM_SHARED))
		anon_vma_prepare(vma);					/* U3 */

	pmd = pmd_offset(mm, dst);
	dst_pmdval = pmdp_get_lockless(pmd);				/* U4 */
	err = -EEXIST;
	if (pmd_trans_huge(dst_pmdval))
		goto out;
	if (pmd_none(dst_pmdval))
		__pte_alloc(mm, pmd);					/* U4 */
	dst_pmdval = pmdp_get_lockless(pmd);				/* U4 */
	err = -EFAULT;
	if (pmd_trans_huge(dst_pmdval))
		goto out;
	/* In use since the first look, or put there just now: who could take it away? */
	BUG_ON(pmd_none(dst_pmdval));
	err = mfill_atomic_pte(vma, pmd, dst, src, flags);
out:
	mmap_read_unlock(mm);						/* U13 */
	return err;
}
