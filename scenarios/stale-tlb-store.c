/*---
dialect: 1
title: Can a store get lost while its page is copied?
group: Around the mail
summary: A program writes to a page that its CPU remembers, while khugepaged copies the page into a huge one.
story: |
  khugepaged makes anonymous memory huge by copying it. While it copies, nobody may write to the small pages, or what is written is not
  in the copy. It does not ask anybody to stop: it takes the mmap lock, which faults need, and makes every access fault by taking the page table out of the PMD.

  But a CPU that remembers where a page is does not look at page tables, and does not fault. So pmdp_collapse_flush() makes all CPUs forget,
  after it has emptied the PMD and before a page is copied. A store that comes in between still goes to the small page, and that is fine: it is
  copied with it. After the flush a store faults, waits for the mmap lock, and goes to the huge page.

  Without the flush, or with the flush made too early, the store goes to the small page after it was copied, or when it is free already.
  No error tells of it: the program reads an old value some time later.
sources:
  - text: "Intel SDM volume 3A, 4.10: caching translation information"
  - text: "the variants that go wrong were made for this page; nobody proposed them"
  - version: "v6.0, v6.1, v6.6"
asks: lost-write
goals:
  - find: lost-write
    say: Lose a store. It must go to the small page, and come after the copy.
  - find: use-after-free
    say: Let the program write to a page that is free.
variants:
  v6.0:
    summary: "emptied, flushed, copied"
    use: [mm/khugepaged/collapse_huge_page.v6.0.c, mm/pgtable-generic.v6.4.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["the small pages are collapsed"]
  v6.1.0:
    summary: "the same, with an interrupt for GUP-fast, which flushes nothing"
    use: [mm/khugepaged/collapse_huge_page.v6.1.c, mm/pgtable-generic.v6.4.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["the small pages are collapsed"]
  v6.6:
    summary: "the same, with the VMA lock and page-table walks that may fail"
    use: [mm/khugepaged/collapse_huge_page.v6.6.c, arch/tlb-flush.entries.c, arch/fault.tlb.c]
    expect: never
    reach: ["the small pages are collapsed"]
  v6.6-broadcast:
    summary: "the same, where a flush is a broadcast and no interrupt"
    extends: v6.6
    define: {TLB_FLUSH_IPI: false}
    expect: never
  v6.0-no-flush:
    summary: "never shipped: v6.0 that does not flush"
    note: >-
      Livelock: the CPU goes by the old table, which it remembers and which is empty; the fault finds that all is in order, and the access is tried
      again. A CPU that forgets what it knows of an address when it faults there, as x86 does, gets out of it.
    extends: v6.0
    edit:
      - in: mm/pgtable-generic.v6.4.c
        from: "flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: ";"
    expect: {lost-write: sometimes, stale-tlb: sometimes, use-after-free: sometimes, livelock: sometimes}
  v6.6-no-flush:
    summary: "never shipped: v6.6 that does not flush"
    extends: v6.6
    edit:
      - in: mm/pgtable-generic.c
        from: "flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: ";"
    expect: {lost-write: sometimes, stale-tlb: sometimes, use-after-free: sometimes, livelock: sometimes}
  v6.6-flush-first:
    summary: "never shipped: v6.6 that flushes, and then empties the PMD"
    extends: v6.6
    edit:
      - in: mm/pgtable-generic.c
        from: "pmd_t pmd = pmdp_huge_get_and_clear(pmdp); flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);"
        to: "pmd_t pmd; flush_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE); pmd = pmdp_huge_get_and_clear(pmdp);"
    expect: {lost-write: sometimes, stale-tlb: sometimes, use-after-free: sometimes, livelock: sometimes}
notes:
  - at: "collapse_huge_page: mmap_write_lock(mm)"
    say: Faults wait for it. Accesses that do not fault do not.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.0, v6.1.0, v6.6, v6.6-broadcast, v6.0-no-flush, v6.6-no-flush]
    say: Who looks for the page in the page tables does not find it any more. CPU 1 need not look if it remembers.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.6-flush-first]
    say: Who looks for the page in the page tables does not find it any more. Has CPU 1 found it since the flush?
  - at: "flush_tlb_range: flush_and_send(start, end)"
    variants: [v6.0, v6.1.0, v6.6]
    say: CPU 1 forgets the page and the table. The next store looks in the page tables, and faults.
  - at: "flush_tlb_range: broadcast_flush(start, end)"
    variants: [v6.6-broadcast]
    say: CPU 1 forgets the page and the table. The next store looks in the page tables, and faults.
  - at: "flush_tlb_range: flush_and_send(start, end)"
    variants: [v6.6-flush-first]
    say: CPU 1 forgets the page and the table, and may find both again at once.
  - at: "smp_call_function_wait: send_to_all_others()"
    say: This interrupt is for GUP-fast. It makes no CPU forget anything.
    variants: [v6.1.0, v6.6, v6.6-broadcast, v6.6-no-flush, v6.6-flush-first]
  - at: "__collapse_huge_page_copy: copy_next_page(table, &i, hpage, vma->vm_mm)"
    variants: [v6.0-no-flush]
    say: What is stored into the small page from now on is lost.
  - at: "__collapse_huge_page_copy: copy_all_pages(table, hpage)"
    variants: [v6.6-no-flush, v6.6-flush-first]
    say: What is stored into the small page from now on is lost.
  - at: "user_access: tlb_access(mine, addr, write, val)"
    say: If CPU 1 remembers the page, this is the store, wherever the page is by now. Otherwise it looks in the page tables.
---*/
/* collapse_huge_page() comes with the variant, and TLBs with entries come with all of them. */
#include "linux/mm.h"
#include "arch/fault.c"

#define SLOT		1			/* the one slot that is in use */

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_flags = VM_WRITE };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

struct page *hpage;
u8 stored;					/* what the program stored last */

setup {
	struct anon_vma *anon_vma = kmalloc(struct anon_vma);
	struct page *small = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .mapcount = 1, .anon_vma = anon_vma);
	struct ptdesc *table = kmalloc(struct ptdesc);

	VA.anon_vma = anon_vma;
	table->pte[SLOT] = mk_pte(small, true);
	A.pmd[0] = __pmd_table(table);
	A.pgtables_bytes = PTE_TABLE_BYTES;
	A.rss_stat[MM_ANONPAGES] = 1;
	hpage = kmalloc(struct page, .kind = PAGE_ANON, .huge = true, .refcount = 1);
}

CPU(0, "khugepaged") { collapse_huge_page(&A, 0, hpage); }

CPU(1, "program") {
	for (u8 value = 1; value <= 2; value++) {
		user_store(&A, SLOT, value);
		stored = value;
	}
}

/* What the program has at an address. */
struct page *mapped_page(struct mm_struct *mm, unsigned long addr)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];

	if (pmd.kind == PMD_TABLE)
		return pmd.table->pte[addr % PTRS_PER_PTE].page;
	return pmd.huge;
}

sometimes("the CPU knows a page whose table is out of use", A.pmd[0].kind == PMD_NONE && pte_present(tlb[1].leaf[SLOT]));
always("stale-tlb: no TLB knows a page that is freed", tlbs_know_no_freed_page());
finally("stale-tlb: in the end a TLB knows what is in the page tables", tlb_agrees(&tlb[1], &A));
finally("lost-write: what the program stored last is in its memory", mapped_page(&A, SLOT)->data == stored);
finally("collapsed: nothing stops the collapse", A.pmd[0].kind == PMD_HUGE && A.rss_stat[MM_ANONPAGES] == HPAGE_PMD_NR &&
	hpage->mapcount == 1 && hpage->refcount == 1 && A.pgtables_bytes == PTE_TABLE_BYTES);
