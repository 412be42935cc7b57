/*---
dialect: 1
title: An empty page table goes and KVM is not told. Why is that no harm?
group: The mail
summary: A whole collapse under a guest. The notifier call that the patch left out has nothing to drop.
story: |
  KVM keeps its own entries (SPTEs) of what a process has mapped, without a reference to the pages, and drops them when it is
  told that a range of the process changes. The patch of the mail takes a page table away and tells nobody. The mail itself
  says that this may be all right for users like KVM, and Peter Xu agrees: the table is empty. This scenario looks
  whether it is.

  It is the collapse from its beginning. Each small page is locked, and then unmapped (C4); that is announced, so
  KVM drops its SPTE, and a vCPU that was just about to make one notices and asks again. A page that somebody still holds
  after that stops the collapse (C5). From there on whoever wants to map the page needs its lock, and once the huge page
  stands in the file (C9), that one's lock; khugepaged holds both until the table has gone. So a vCPU that asks now finds nothing
  mapped and waits. When the table is taken away there is no SPTE left that could be wrong, and KVM never looks at the
  table itself. That makes it different from an IOMMU that walks it: see sva-walk-cache.

  It is harmless because the table is empty, and because C4 was announced. kvm-after-copy breaks the first, the
  last variant here breaks the second.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Peter Xu, 31 May 2023, in reply: an empty table that was announced when it was emptied; to keep the calls is safer"
  - text: "Hugh Dickins, 6 June 2023: every entry was announced when it was unmapped; the calls come back all the same"
  - commit: f268f6cf875f
  - commit: 1d65b771bc08
  - version: "v6.0, v6.1.0, v6.4, v6.5 (the parent of the patch), v6.6"
asks: stale-spte
goals:
  - find: stale-spte
    say: Leave the guest with a page that the process has lost. Only the last version can, and that one never shipped.
variants:
  v6.0:
    summary: "before December 2022: the table goes without a notifier call"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the vCPU goes the slow way, as nothing is mapped", "a small page is in use: the collapse is given up"]
    note: C1 .. C13 are those of v6.4 here. Before that the huge page stood in the file, locked, from C2 on, so a vCPU waits for its lock a little earlier; and the small pages were freed before the tables were taken away, not after, when nothing mapped them any more.
  v6.1.0:
    summary: "as v6.1 was released: with a notifier call"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the vCPU goes the slow way, as nothing is mapped", "a small page is in use: the collapse is given up"]
    note: C1 .. C13 are those of v6.4 here. Before that the huge page stood in the file, locked, from C2 on, so a vCPU waits for its lock a little earlier; and the small pages were freed before the tables were taken away, not after, when nothing mapped them any more.
  v6.4:
    summary: "before the patch, with the page-table walks of that time: with a notifier call, under the mmap lock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the vCPU goes the slow way, as nothing is mapped", "a small page is in use: the collapse is given up"]
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the vCPU goes the slow way, as nothing is mapped", "a small page is in use: the collapse is given up"]
  patch-v1:
    summary: "the patch as the mail answers it: no notifier call"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the vCPU goes the slow way, as nothing is mapped", "a small page is in use: the collapse is given up"]
    note: "Its author left the call out for this reason. For KVM he was right, as long as the table is empty."
  v6.6:
    summary: "as merged: the notifier call is back"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "range_start drops an SPTE", "the vCPU finds an invalidation, and tries again", "the vCPU goes the slow way, as nothing is mapped", "a small page is in use: the collapse is given up"]
  patch-v1-silent-unmap:
    summary: "never shipped: the patch, and C4 announces nothing either"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/rmap-file.c
        from: "mmu_notifier_invalidate_range_start(mm, addr, addr + 1);"
        to: ""
      - in: mm/rmap-file.c
        from: "mmu_notifier_invalidate_range_end(mm, addr, addr + 1);"
        to: ""
    expect: {stale-spte: sometimes, use-after-free: sometimes}
    reach: ["a page table is retracted", "the range is collapsed"]
    note: "Nobody drops the SPTE, and the small page is freed in the end (C13). The guest still reads it."
notes:
  - at: "guest_load: guest_access(kvm, addr, &val)"
    say: Is there an SPTE? Then the guest reads without asking anybody.
  - at: "gup_pte_range: ptep_get(ptep)"
    say: What the process has mapped, looked up without a lock. Once C4 has emptied the slot there is nothing to find.
  - at: "find_lock_page: lock_page_of(page, mapping)"
    say: To map a page of the file one needs its lock, and khugepaged holds it, be it the small page's or the huge one's. Here the vCPU waits until the table has gone.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6]
    say: If C4 has been announced since KVM began to ask, no SPTE is made.
  - at: "kvm_tdp_page_fault: kvm_map(kvm, addr, page, mmu_seq)"
    variants: [patch-v1-silent-unmap]
    say: Nothing was announced, so the SPTE is made, be the page mapped or not.
  - at: "try_to_unmap_one > mmu_notifier_invalidate_range_start > kvm_mmu_notifier_invalidate_range_start: kvm_mmu_invalidate_begin(kvm, start, end)"
    variants: [v6.1.0, v6.4, v6.5, v6.6]
    say: C4 announces the one page that it unmaps. An SPTE to it goes now, and no new one is made until C4 is over.
  - at: "kvm_mmu_notifier_invalidate_range_start: kvm_mmu_invalidate_begin(kvm, start, end)"
    variants: [v6.0, patch-v1]
    say: C4 announces the one page that it unmaps. An SPTE to it goes now, and no new one is made until C4 is over. It is the only announcement there will be.
  - at: "try_to_unmap_one: unmap_pte(page, vma, addr, pte, ptl)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6]
    say: The slot is empty now, and so the table.
  - at: "try_to_unmap_one: unmap_pte(page, vma, addr, pte, ptl)"
    variants: [patch-v1-silent-unmap]
    say: The slot is empty now. A guest that has an SPTE does not know.
  - at: "collapse_file: is_unused(page, mapping)"
    say: Whoever found the page before C4 and still holds it stops the collapse.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.0, patch-v1]
    say: The table goes and KVM is not told. There is no SPTE that could have come from it.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.1.0, v6.4, v6.5, v6.6]
    say: The table goes, and KVM was told once more. There was no SPTE to drop.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "virt/kvm.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/khugepaged/collapse_file.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"

#define PTRS_PER_PTE	2			/* small pages to one huge page */
#define SLOT		1			/* the page that process and guest have mapped */

struct address_space file = { .i_mmap = { &V }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct kvm vm = { .mm = &A };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 3, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

/* What a page of the file holds. */
static inline u8 data_of(unsigned long index)	{ return 7 + index; }

/* P0 and P1 are the file. P1 is in the page table of the process; KVM has no SPTE yet. */
setup {
	for (unsigned long index = 0; index < NR_FILE_PAGES; index++)
		file.i_pages[index] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file,
					      .index = index, .data = data_of(index));
	user_load(&A, SLOT);
}

CPU(0, "khugepaged") {
	collapse_file(&A, 0, &file, 0, &khugepaged_collapse_control);
}

CPU(1, "vCPU") {
	for (int i = 0; i < 2; i++) {
		u8 seen = guest_load(&vm, SLOT);

		assert(seen == data_of(SLOT), "content: the guest reads %d, and the file holds %d", seen, data_of(SLOT));
	}
}

/* One reference is the file's, one that of a vCPU which has looked it up. */
bool vcpu_waits_for_hpage(void)
{
	struct page *page = file.i_pages[SLOT];

	return page->huge && page->refcount == 2 && A.pmd[0].kind == PMD_TABLE;
}

sometimes("the vCPU has found the huge page and waits for its lock, and the table is still there", vcpu_waits_for_hpage());
finally("quiet: no invalidation is under way", !vm.mmu_invalidate_in_progress);

finally {
	assert(guest_load(&vm, SLOT) == user_load(&A, SLOT), "content: guest and process read different things");
	kvm_mmu_notifier_release(&vm);
	mmput(&A);
	check_pages();
	check_page_cache(&file);
}
