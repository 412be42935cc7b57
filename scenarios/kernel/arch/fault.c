/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One load or store of a user program: the hardware's walk, and the way into the fault handler.
 *
 * Linux:    v5.19 .. v6.14; under the VMA lock v6.6 (FILE_FAULTS_UNDER_VMA_LOCK)
 * Source:   arch/x86/mm/fault.c (do_user_addr_fault)
 * Left out: TLBs: walk and access are one step, because the flush that must precede every reuse waits for them
 *           (see arch/tlb-flush.c). Bad addresses.
 */
#include "linux/mm.h"
#include "mm/memory.c"

/* The access itself; false when it faults. */
atomic bool user_access(struct mm_struct *mm, unsigned long addr, bool write, u8 *val)
{
	pmd_t pmd = *pmd_offset(mm, addr);
	struct page *page;
	pte_t pte;

	if (pmd.kind == PMD_HUGE) {
		if (write && !pmd.write)
			return false;
		page = pmd.huge;
	} else {
		if (pmd.kind != PMD_TABLE)
			return false;
		pte = pmd.table->pte[addr % PTRS_PER_PTE];
		if (!pte_present(pte) || (write && !pte.write))
			return false;
		page = pte.page;
	}
	if (write) {
		set_page_data(page, addr, *val);
		check_user_store(mm, addr);
	} else {
		*val = page_data(page, addr);
	}
	return true;
}

/* The VMA of an address, locked; NULL if that cannot be had at once. The RCU section keeps it from being freed. */
fuse struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = vma_lookup(mm, addr);
	if (vma && !vma_start_read(vma))
		vma = NULL;
	rcu_read_unlock();
	return vma;
}

void do_user_addr_fault(struct mm_struct *mm, unsigned long addr, bool write)
{
	u8 flags = write ? FAULT_FLAG_WRITE : 0;

	if (FILE_FAULTS_UNDER_VMA_LOCK) {
		do_user_addr_fault_vma(mm, addr, flags | FAULT_FLAG_VMA_LOCK);
		return;
	}
	mmap_read_lock(mm);				/* K1 */
	if (handle_mm_fault(vma_lookup(mm, addr), addr, flags) != VM_FAULT_RETRY)
		mmap_read_unlock(mm);			/* K7 */
}

/* The same, at first under the VMA lock; under mmap_lock if that cannot be had, or is not enough. */
void do_user_addr_fault_vma(struct mm_struct *mm, unsigned long addr, u8 flags)
{
	struct vm_area_struct *vma;
	u8 fault;

	do {
		vma = NULL;
		if (flags & FAULT_FLAG_VMA_LOCK)
			vma = lock_vma_under_rcu(mm, addr);	/* K1 */
		if (!vma) {
			flags &= ~FAULT_FLAG_VMA_LOCK;
			mmap_read_lock(mm);		/* K1 */
			vma = vma_lookup(mm, addr);
		}
		fault = handle_mm_fault(vma, addr, flags);
		if (fault == VM_FAULT_RETRY)
			flags &= ~FAULT_FLAG_VMA_LOCK;
	} while (fault == VM_FAULT_RETRY);

	if (flags & FAULT_FLAG_VMA_LOCK)
		vma_end_read(vma);			/* K7 */
	else
		mmap_read_unlock(mm);			/* K7 */
}

u8 user_load(struct mm_struct *mm, unsigned long addr)
{
	u8 val = 0;

	while (!user_access(mm, addr, false, &val))
		do_user_addr_fault(mm, addr, false);
	return val;
}

void user_store(struct mm_struct *mm, unsigned long addr, u8 val)
{
	while (!user_access(mm, addr, true, &val))
		do_user_addr_fault(mm, addr, true);
}
