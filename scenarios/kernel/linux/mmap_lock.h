/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The locks of an mm, a VMA, a file's reverse map and a page, by their kernel names; and their order.
 *
 * Linux:    v5.8 .. v6.14. The VMA lock comes with v6.4, and vma_try_start_write() exists only in v6.4 and v6.5.
 *           Where a text is shared with versions before (userfaultfd_register()) they take it too, under mmap_lock
 *           exclusively, and nobody waits for it. Faults on file VMAs under the VMA lock only v6.6; there they begin
 *           so, and most of them go on under mmap_lock (see mm/memory.c)
 * Source:   include/linux/mmap_lock.h, include/linux/mm.h, include/linux/fs.h, include/linux/pagemap.h; the order:
 *           head of mm/rmap.c and of mm/filemap.c
 * Left out: Queues: any waiter may go first, and a waiting writer does not stop new readers. Both only add schedules.
 *           invalidate_lock, the inode's rwsem: nobody takes them here. Interrupts are off under the lock of i_pages in
 *           Linux; nobody waits for an interrupt while he wants that lock.
 */
#include "linux/mm_types.h"

#define FILE_FAULTS_UNDER_VMA_LOCK	false	/* true in v6.6, where that can make a difference */

static inline void mmap_read_lock(struct mm_struct *mm)			{ down_read(&mm->mmap_lock); }
static inline void mmap_read_unlock(struct mm_struct *mm)		{ up_read(&mm->mmap_lock); }
static inline void mmap_write_lock(struct mm_struct *mm)		{ down_write(&mm->mmap_lock); }
static inline bool mmap_write_trylock(struct mm_struct *mm)		{ return down_write_trylock(&mm->mmap_lock); }

static inline void i_mmap_lock_read(struct address_space *mapping)	{ down_read(&mapping->i_mmap_rwsem); }
static inline void i_mmap_unlock_read(struct address_space *mapping)	{ up_read(&mapping->i_mmap_rwsem); }
static inline void i_mmap_lock_write(struct address_space *mapping)	{ down_write(&mapping->i_mmap_rwsem); }
static inline void i_mmap_unlock_write(struct address_space *mapping)	{ up_write(&mapping->i_mmap_rwsem); }

static inline void lock_page(struct page *page)				{ bit_lock(&page->lock); }
static inline void unlock_page(struct page *page)			{ bit_unlock(&page->lock); }
static inline bool trylock_page(struct page *page)			{ return bit_trylock(&page->lock); }

static inline void xa_lock(struct address_space *mapping)		{ spin_lock(&mapping->xa_lock); }
static inline void xa_unlock(struct address_space *mapping)		{ spin_unlock(&mapping->xa_lock); }

/*
 * Exclusive: the number in the VMA is made one more than the mm's, with the rwsem held only for that
 * moment, so that a VMA locked by a reader is waited for (or, with `try`, not). Only under mmap_lock
 * exclusive, which is also what ends it.
 */
fuse void vma_start_write(struct vm_area_struct *vma)
{
	down_write(&vma->vm_lock);
	vma->vm_lock_seq = vma->vm_mm->mm_lock_seq + 1;
	up_write(&vma->vm_lock);
}

fuse bool vma_try_start_write(struct vm_area_struct *vma)
{
	if (!down_write_trylock(&vma->vm_lock))
		return false;
	vma->vm_lock_seq = vma->vm_mm->mm_lock_seq + 1;
	up_write(&vma->vm_lock);
	return true;
}

static inline bool vma_is_write_locked(struct vm_area_struct *vma)
{
	return vma->vm_lock_seq == ((vma->vm_mm->mm_lock_seq + 1) & 0xff);
}

/* Shared, instead of mmap_lock. Never waits: who cannot have it takes mmap_lock. */
fuse bool vma_start_read(struct vm_area_struct *vma)
{
	if (vma_is_write_locked(vma))
		return false;
	if (!down_read_trylock(&vma->vm_lock))
		return false;
	if (vma_is_write_locked(vma)) {
		up_read(&vma->vm_lock);
		return false;
	}
	return true;
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	up_read(&vma->vm_lock);
}

/* Only who holds it exclusively writes the number, so its two accesses and the release are one step. */
fuse void mmap_write_unlock(struct mm_struct *mm)
{
	WRITE_ONCE(mm->mm_lock_seq, mm->mm_lock_seq + 1);
	up_write(&mm->mmap_lock);
}

/* Outermost first. A trylock may stand anywhere. */
lock_order {
	mm_struct.mmap_lock;
	page.lock;
	vm_area_struct.vm_lock;
	address_space.i_mmap_rwsem;
	anon_vma.rwsem;
	mm_struct.page_table_lock;
	mm_struct.pmd_ptl;
	ptdesc.ptl;
	address_space.xa_lock;
}
