/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IOMMU that walks a process's own page tables for a device (shared virtual addressing).
 * I1 .. I4 number the actions of an access, I5 what it does when it is told that a range changes.
 *
 * Linux:    v6.0 .. v6.6
 * Source:   the hardware of Intel SVM, AMD IOMMUv2, Arm SMMUv3 SVA, as their drivers use it: drivers/iommu
 * Left out: PASIDs and several devices behind one IOMMU. Accessed and dirty bits, which the hardware may write into what
 *           it takes for a page table. A queue of page requests: the last one counts.
 *           What a freed page still holds before somebody gets it: it is read as empty.
 *           Walks of other ranges: whoever waits for walks in flight waits for all.
 *
 * It is hardware: what it keeps are addresses, and nothing keeps alive what they lead to. It takes no lock, no
 * reference, and is no RCU reader. Whether real IOMMUs keep entries of the level above the last one, when only leaf
 * entries are dropped, differs from one to the other; kernel developers now assume that they do.
 */
#include "linux/mm.h"
#include "mm/mmu_notifier.c"
#include "arch/fault.c"

#define IOMMU_WALK_CACHE	true	/* which table serves a region is kept from one walk to the next */
#define IOMMU_SPLIT_WALK	true	/* false: a walk reads the PMD and the slot in one step */
#define IOMMU_PAGE_REQUESTS	true	/* false: the device only tries again */

typedef struct {
	bool			pending;
	u8			addr;
	bool			write;
} page_request_t;

struct iommu {
	struct mm_struct	*mm;			/* whose page tables it walks */
	struct ptdesc		*walk_cache[NR_REGIONS];	/* region -> the page of its PTE table */
	pte_t			iotlb[NR_REGIONS * PTRS_PER_PTE];	/* address -> leaf entry */
	struct ptdesc		*walking;		/* the table that the walk in flight reads next */
	page_request_t		page_request;
};

enum iommu_answer { IOMMU_DONE, IOMMU_WALKING, IOMMU_FILLED, IOMMU_NOTHING };

/*
 * A hit in the IOTLB is the access itself, as an invalidation waits for what is under way. Else a walk begins: at the
 * table, if the walk cache knows it, or at the PMD.
 */
atomic enum iommu_answer iommu_translate(struct iommu *iommu, unsigned long addr, bool write, u8 *val)
{
	unsigned long region = addr / HPAGE_PMD_SIZE;
	pte_t leaf = iommu->iotlb[addr];
	pmd_t pmd;

	if (pte_present(leaf) && (leaf.write || !write)) {
		assert(leaf.page->kind != PAGE_DATA,
		       "foreign-dma: the device reaches %s, which nobody ever mapped for it", leaf.page);
		if (write)
			set_page_data(leaf.page, addr, *val);
		else
			*val = page_data(leaf.page, addr);
		return IOMMU_DONE;
	}
	if (IOMMU_WALK_CACHE && iommu->walk_cache[region]) {
		iommu->walking = iommu->walk_cache[region];
		return IOMMU_WALKING;
	}
	pmd = *pmd_offset(iommu->mm, addr);
	if (pmd.kind == PMD_TABLE) {
		iommu->walking = pmd.table;
		if (IOMMU_WALK_CACHE)
			iommu->walk_cache[region] = pmd.table;
		return IOMMU_WALKING;
	}
	if (pmd.kind == PMD_HUGE && (pmd.write || !write)) {
		iommu->iotlb[addr] = mk_pte(pmd.huge, pmd.write);
		return IOMMU_FILLED;
	}
	return IOMMU_NOTHING;
}

/* Reads the slot, whatever the page is by now: hardware has only its address. */
atomic enum iommu_answer iommu_read_slot(struct iommu *iommu, unsigned long addr, bool write)
{
	struct ptdesc *page;
	pte_t pte = __pte_none;

	assert(is_live(iommu->walking),
	       "freed-table-walk: the IOMMU reads %s as a page table, which it is no more", iommu->walking);
	if (pmd_offset(iommu->mm, addr)->table != iommu->walking)
		cover("a walk reads a table after its PMD entry has gone");
	for_each_object (page, struct ptdesc) {
		if (page == iommu->walking)
			pte = page->pte[addr % PTRS_PER_PTE];
	}
	iommu->walking = NULL;
	if (!pte_present(pte) || (write && !pte.write))
		return IOMMU_NOTHING;
	iommu->iotlb[addr] = pte;
	return IOMMU_FILLED;
}

atomic enum iommu_answer iommu_translate_at_once(struct iommu *iommu, unsigned long addr, bool write, u8 *val)
{
	enum iommu_answer answer = iommu_translate(iommu, addr, write, val);

	if (answer == IOMMU_WALKING)
		answer = iommu_read_slot(iommu, addr, write);
	return answer;
}

static inline void request_page(struct iommu *iommu, unsigned long addr, bool write)
{
	iommu->page_request = (page_request_t){ .pending = true, .addr = addr, .write = write };
}

/* One access by the device. False: it came to nothing, as nothing is mapped; the page is asked for. */
bool dma_access(struct iommu *iommu, unsigned long addr, bool write, u8 *val)
{
	enum iommu_answer answer;

	do {
		if (IOMMU_SPLIT_WALK) {
			answer = iommu_translate(iommu, addr, write, val);		/* I1 */
			if (answer == IOMMU_WALKING)
				answer = iommu_read_slot(iommu, addr, write);		/* I2 */
		} else {
			answer = iommu_translate_at_once(iommu, addr, write, val);	/* I1, I2 */
		}
	} while (answer == IOMMU_FILLED);						/* I3 */
	if (answer == IOMMU_DONE)
		return true;
	if (IOMMU_PAGE_REQUESTS)
		request_page(iommu, addr, write);					/* I4 */
	return false;
}

/* A kernel thread faults in what the device asked for. Until then the device may try as often as it likes. */
void iommu_page_requests(struct iommu *iommu)
{
	for (;;) {
		page_request_t request;

		wait_until(iommu->page_request.pending);
		request = xchg(&iommu->page_request, (page_request_t){ .pending = false });
		do_user_addr_fault(iommu->mm, request.addr, request.write);
	}
}

/* Comes back when no walk is in flight, and nothing of the range is known any more. Must not sleep. */
atomic void iommu_invalidate(struct iommu *iommu, unsigned long start, unsigned long end)
{
	wait_until(!iommu->walking);
	for (unsigned long addr = start; addr < end; addr++) {
		if (iommu->walk_cache[addr / HPAGE_PMD_SIZE])
			cover("the IOMMU forgets a table when it is told");
		iommu->iotlb[addr] = __pte_none;
		iommu->walk_cache[addr / HPAGE_PMD_SIZE] = NULL;
	}
}

void mmu_notifier_arch_invalidate_secondary_tlbs(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct iommu *iommu;

	for_each_object (iommu, struct iommu) {
		if (iommu->mm == mm)
			iommu_invalidate(iommu, start, end);			/* I5 */
	}
}

/* For the checks, when nobody is about to tell it. */
bool iotlb_is_stale(struct iommu *iommu)
{
	for (unsigned long addr = 0; addr < NR_REGIONS * PTRS_PER_PTE; addr++) {
		pte_t leaf = iommu->iotlb[addr];

		if (pte_present(leaf) && (!is_live(leaf.page) || !mm_maps(iommu->mm, addr, leaf.page)))
			return true;
	}
	return false;
}

/* The mm goes, or the device is taken from it. */
void iommu_sva_unbind_device(struct iommu *iommu)
{
	iommu_invalidate(iommu, 0, NR_REGIONS * HPAGE_PMD_SIZE);
}

/* A page that was a PTE table is free. To keep its address is not yet harm. */
void check_freed_table(struct ptdesc *table)
{
	struct iommu *iommu;

	for_each_object (iommu, struct iommu) {
		for (int region = 0; region < NR_REGIONS; region++)
			warn(iommu->walk_cache[region] != table,
			     "dangling-walk-cache: %s is free, and the walk cache of the IOMMU still leads there", table);
	}
}
