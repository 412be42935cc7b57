/*---
dialect: 1
title: What is the TLB flush for when a page table is taken away?
group: Around the mail
summary: A CPU remembers which page table serves a range. khugepaged takes the table out of use, flushes, and frees it, in this order.
story: |
  An access to memory begins with a walk through the page tables, and so that it need not begin from the top each time, a CPU keeps two
  kinds of notes in its TLB. One says which page is at an address. The other says where the page table for a whole range is, so that
  the next walk reads just one slot. Nobody tells the CPU when page tables change, and a note does not keep what it leads to from
  being freed.

  khugepaged has put a huge page in the place of a file's small pages, and takes away the page table of a program that maps it. All of its slots are
  empty, and no CPU remembers a page. But the CPU of the program may well remember the table. So pmdp_collapse_flush() does two things, in two
  steps: first it empties the PMD entry, so that no walk can find the table any more, then it flushes the TLBs, so that none remembers it. In
  between the CPU may still read the empty slots, and no harm is done. Only then the table is freed.

  The variants that never shipped leave something out, or do it in another order. RCU is of no help: it waits for software, and a
  CPU that walks page tables is no reader. The page of the table is somebody else's soon, and the program reads what was never its own. The
  mail's second point is the same question about the TLB of a device, to which no flush of the CPUs comes.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Intel SDM volume 3A, 4.10: caching translation information"
  - text: "the variants that go wrong were made for this page; nobody proposed them"
  - version: "v6.0, v6.4, v6.6"
asks: freed-table-walk
goals:
  - find: freed-table-walk
    say: Let the CPU of the program read a slot of a table that is freed.
  - find: content
    say: Let the program read what is not in its file. Somebody has to reuse the page of the table.
variants:
  v6.0:
    summary: "emptied, flushed, and freed at once"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.4:
    summary: "before the patch: emptied, flushed, and freed when GUP-fast is out of the way"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  patch-v1:
    summary: "the patch as the mail answers it: emptied, flushed, and freed by RCU"
    use: [mm/khugepaged/retract.patch-v1.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.6:
    summary: "as merged: likewise"
    use: [mm/khugepaged/retract.v6.6.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.6-broadcast:
    summary: "as merged, where a flush is a broadcast and no interrupt"
    use: [mm/khugepaged/retract.v6.6.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    define: {TLB_FLUSH_IPI: false}
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.4-no-flush:
    summary: "never shipped: v6.4 that does not flush"
    extends: v6.4
    edit:
      - in: mm/pgtable-generic.v6.4.c
        from: "flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: ";"
    expect: {freed-table-walk: sometimes, stale-tlb: sometimes, content: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.4-free-first:
    summary: "never shipped: v6.4 that frees the table, and then flushes"
    extends: v6.4
    edit:
      - in: mm/pgtable-generic.v6.4.c
        from: "flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: ";"
      - in: mm/khugepaged/collapse-and-free.c
        from: "pte_free(pmd_pgtable(pmd));"
        to: "pte_free(pmd_pgtable(pmd)); flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
    expect: {freed-table-walk: sometimes, stale-tlb: sometimes, content: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.6-no-flush:
    summary: "never shipped: v6.6 that does not flush, but frees by RCU"
    extends: v6.6
    edit:
      - in: mm/pgtable-generic.c
        from: "flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: ";"
    note: >-
      Always, because here a CPU forgets nothing by itself: the program faults again and again, each time the kernel finds that the huge page is
      mapped already, and the way out is that somebody puts something into the page of the table.
    expect: {freed-table-walk: always, stale-tlb: always, content: always}
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.6-flush-first:
    summary: "never shipped: v6.6 that flushes, and then empties the PMD"
    extends: v6.6
    edit:
      - in: mm/pgtable-generic.c
        from: "pmd_t pmd = pmdp_huge_get_and_clear(pmdp); flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: "pmd_t pmd; flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE); pmd = pmdp_huge_get_and_clear(pmdp);"
    expect: {freed-table-walk: sometimes, stale-tlb: sometimes, content: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
notes:
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.0, v6.4, patch-v1, v6.6, v6.6-broadcast, v6.4-no-flush, v6.4-free-first, v6.6-no-flush]
    say: No walk finds the table any more. But CPU 1 has noted where it is, and need not look.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.6-flush-first]
    say: No walk finds the table any more. Has one found it since the flush?
  - at: "flush_tlb_range: flush_and_send(start, end)"
    variants: [v6.0, v6.4, patch-v1, v6.6]
    say: Every CPU forgets what it knows of the range, one's own at once and the others by an interrupt. It cannot come back, because the PMD is empty.
  - at: "flush_tlb_range: broadcast_flush(start, end)"
    variants: [v6.6-broadcast]
    say: Every CPU forgets what it knows of the range. It cannot come back, because the PMD is empty.
  - at: "flush_tlb_range: flush_and_send(start, end)"
    variants: [v6.6-flush-first]
    say: Every CPU forgets what it knows of the range. But the PMD still names the table, and the next walk notes it again.
  - at: "flush_tlb_range: flush_and_send(start, end)"
    variants: [v6.4-free-first]
    say: Every CPU forgets the table, which is free by now.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v6.4-no-flush, v6.4-free-first]
    say: The table is freed while CPU 1 still knows it.
  - at: "pte_free_now: pte_free(container_of(head, struct ptdesc, pt_rcu_head))"
    variants: [v6.6-no-flush, v6.6-flush-first]
    say: Every reader has left. CPU 1 is none as long as it only walks page tables, and it still knows the table.
  - at: "user_access: tlb_walk_slot(mine, addr, write)"
    variants: [v6.4-no-flush, v6.4-free-first, v6.6-no-flush, v6.6-flush-first]
    say: The second half of a walk begins where the note says, and reads a slot there, whatever lies there by now.
  - at: "user_access: tlb_walk_slot(mine, addr, write)"
    variants: [v6.0, v6.4, patch-v1, v6.6, v6.6-broadcast]
    say: Between the two steps of pmdp_collapse_flush() this may be a table that is out of use. It is empty and not freed yet, so the access ends in a fault.
---*/
/* retract_page_tables() comes with the variant, and TLBs with entries come with all of them. */
#include "linux/mm.h"
#include "arch/fault.c"
#include "mm/page_alloc.c"

#define DATA		7			/* what the file holds */
#define SLOT		1			/* what the program reads */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = DATA };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

/* The file is collapsed on behalf of somebody else. */
struct mm_struct B = { .mm_users = 1 };

/* Somebody's data, which no program may see. A number in the reused page looks like an entry for it. */
struct page secret = { .kind = PAGE_DATA, .refcount = 1, .data = 99 };

POOL(struct ptdesc, 1, "T");
POOL(struct page, 1, "P");			/* faults of private mappings would need these two: there is none */
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

u8 seen;

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	tlb[1].upper[0] = A.pmd[0].table;	/* CPU 1 has used it before */
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&B, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "program") { seen = user_load(&A, SLOT); }

EVENT("somebody needs a page") { get_freed_table_for_data(SLOT, &secret); }

sometimes("the CPU knows a table that is out of use, and not yet freed",
	A.pmd[0].kind == PMD_NONE && tlb[1].upper[0] && is_live(tlb[1].upper[0]));
always("stale-tlb: what a TLB knows of page tables is not freed", tlbs_know_no_freed_table());
finally("stale-tlb: in the end a TLB knows what is in the page tables", tlb_agrees(&tlb[1], &A));
finally("content: the program reads its file", seen == DATA);
