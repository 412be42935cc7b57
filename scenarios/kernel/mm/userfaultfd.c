/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UFFDIO_COPY and UFFDIO_ZEROPAGE: a monitor fills an empty slot of somebody's memory.  U1 .. U13 number the
 * actions of COPY; ZEROPAGE is the same without U5, U6, U10 and U11.
 *
 * Linux:    v6.4 .. v6.6; U4 as since 4828d207dc51 and 71c186efc1b2 (v6.11, stable v6.6.51), whose mm/userfaultfd.c
 *           was read. v6.0 .. v6.3 likewise, under names like mcopy_atomic_pte() (from memory). v6.14 takes the lock
 *           of the VMA at U1 where this takes mmap_lock
 * Source:   mm/userfaultfd.c
 * Left out: More than one page in a call: every page is a round of its own, from U4 to U13.
 *           User data that is not resident at U5: the kernel drops mmap_lock, copies and begins again with U1, keeping
 *           its page. Nobody sees that page before U12, so this only makes a call longer.
 *           UFFDIO_CONTINUE (takes the page lock), _POISON. hugetlb. memcg charge and LRU (parts of U6 and U10).
 *           A shared mapping's COPY goes into the page cache, see mm/shmem.c; without that file there are no holes to fill.
 *           A write to the zero page afterwards: mm/memory.c does not know that page.
 *
 * U4 looked different before that, see mm/userfaultfd.v6.6.c. Now a table that goes away between the two looks gives
 * -EEXIST, although nothing is in the slot; one that goes away later gives -EAGAIN.
 *
 * There is no page lock here, and but for a shared mapping's COPY no look into the page cache.
 */
#include "linux/mm.h"
#include "mm/pgtable-generic.c"
#include "mm/memory.c"
#include "mm/rmap.c"

#define MFILL_ATOMIC_WP		1		/* write-protect what is filled */
#define MFILL_ATOMIC_ZEROPAGE	2		/* not a copy, but zeros */

/* The page of zeros that everybody maps who wants one. It belongs to nobody, and no counter knows of it. */
struct page zero_page = { .kind = PAGE_ZERO, .refcount = 1 };

/* One VMA holds the whole range, and a userfaultfd is attached to it. In which mode is not asked. */
struct vm_area_struct *find_dst_vma(struct mm_struct *mm, unsigned long start, unsigned long len)
{
	struct vm_area_struct *vma = vma_lookup(mm, start);

	if (!vma || start + len > vma->vm_end)
		return NULL;
	if (!vma->vm_userfaultfd_ctx)
		return NULL;
	return vma;
}

static inline int mfill_atomic_copy(struct userfaultfd_ctx *ctx, unsigned long dst, u8 src, u8 flags)
{
	return mfill_atomic(ctx, dst, src, flags);
}

static inline int mfill_atomic_zeropage(struct userfaultfd_ctx *ctx, unsigned long dst)
{
	return mfill_atomic(ctx, dst, 0, MFILL_ATOMIC_ZEROPAGE);
}

int mfill_atomic(struct userfaultfd_ctx *ctx, unsigned long dst, u8 src, u8 flags)
{
	struct mm_struct *mm = ctx->mm;
	struct vm_area_struct *vma;
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
	if (pmd_none(pmdp_get_lockless(pmd)))				/* U4 */
		__pte_alloc(mm, pmd);					/* U4 */
	err = -EEXIST;
	if (pmdp_get_lockless(pmd).kind != PMD_TABLE)			/* U4 */
		goto out;
	/* Of shmem the table may be gone again by now. U7 notices that. */
	err = mfill_atomic_pte(vma, pmd, dst, src, flags);
out:
	mmap_read_unlock(mm);						/* U13 */
	return err;
}

static inline int mfill_atomic_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long dst, u8 src, u8 flags)
{
	if (vma->vm_flags & VM_SHARED)
		return shmem_mfill_atomic_pte(vma, pmd, dst, src, flags);
	if (flags & MFILL_ATOMIC_ZEROPAGE)
		return mfill_atomic_pte_zeropage(vma, pmd, dst);
	return mfill_atomic_pte_copy(vma, pmd, dst, src, flags);
}

/* A shared mapping is filled by way of the page cache, where there is a page already. For holes see mm/shmem.c. */
__weak int shmem_mfill_atomic_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long dst, u8 src, u8 flags)
{
	BUG_ON(!vma->vm_file->i_pages[linear_page_index(vma, dst)]);
	return -EEXIST;
}

/* A private mapping gets a new anonymous page: the file is not asked, nor could it refuse. */
int mfill_atomic_pte_copy(struct vm_area_struct *vma, pmd_t *pmd, unsigned long dst, u8 src, u8 flags)
{
	struct page *page = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .data = src);	/* U5, U6 */
	int err;

	page_table_check_alloc(page);
	err = mfill_atomic_install_pte(vma, pmd, dst, page, false, flags);

	if (err)
		put_page(page);
	return err;
}

int mfill_atomic_install_pte(struct vm_area_struct *vma, pmd_t *pmd, unsigned long dst, struct page *page,
			     bool page_in_cache, u8 flags)
{
	bool wp = flags & MFILL_ATOMIC_WP;
	bool writable = (vma->vm_flags & VM_WRITE) && !wp;
	pte_t new = { .kind = PTE_PRESENT, .page = page, .write = writable, .uffd_wp = wp };
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *ptl;
	pte_t *pte;
	int err;

	pte = pte_offset_map_lock(mm, pmd, dst, &ptl);			/* U7 */
	if (!pte)
		return -EAGAIN;
	err = -EFAULT;
	if (linear_page_index(vma, dst) >= vma->vm_file->i_size)	/* U8 */
		goto unlock;
	err = -EEXIST;
	if (!pte_none_mostly(ptep_get(pte)))				/* U9 */
		goto unlock;
	if (page_in_cache) {
		page_add_file_rmap(page);				/* U10 */
		inc_mm_counter(mm, MM_SHMEMPAGES);			/* U11 */
	} else {
		page_add_new_anon_rmap(page, vma);			/* U10 */
		inc_mm_counter(mm, MM_ANONPAGES);			/* U11 */
	}
	set_pte_at(mm, dst, pte, new);					/* U12 */
	err = 0;
unlock:
	pte_unmap_unlock(ptl);						/* U13 */
	return err;
}

/* Like mfill_atomic_install_pte(), but there is nothing to count: neither a reference nor a mapping nor rss. */
int mfill_atomic_pte_zeropage(struct vm_area_struct *vma, pmd_t *pmd, unsigned long dst)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *ptl;
	pte_t *pte;
	int err;

	pte = pte_offset_map_lock(mm, pmd, dst, &ptl);			/* U7 */
	if (!pte)
		return -EAGAIN;
	err = -EFAULT;
	if (linear_page_index(vma, dst) >= vma->vm_file->i_size)	/* U8 */
		goto unlock;
	err = -EEXIST;
	if (!pte_none(ptep_get(pte)))					/* U9 */
		goto unlock;
	set_pte_at(mm, dst, pte, mk_pte(&zero_page, false));		/* U12 */
	err = 0;
unlock:
	pte_unmap_unlock(ptl);						/* U13 */
	return err;
}
