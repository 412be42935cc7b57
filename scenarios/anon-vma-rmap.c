/*---
dialect: 1
title: May a page table go while somebody walks the reverse map of another process?
group: The mail
summary: A page fault lets a mapping join the anon_vma of its neighbour; reclaim follows that anon_vma into a page table that khugepaged frees.
story: |
  Reclaim wants to know who maps an anonymous page. The page names its anon_vma, and the anon_vma names every mapping
  where the page may be, in this process, in its children, in neighbours that were once one mapping. Reclaim locks the
  anon_vma and looks into all their page tables. That lock is all that it holds.

  khugepaged removes the page table of a region whose file pages it has replaced by a huge one. Up to v6.4 the rule is:
  who removes a page table must shut out everybody who could walk there, and so must hold the anon_vma lock, too. khugepaged
  goes the easy way: it skips a mapping that has an anon_vma. Up to v6.1 it looks before it has any lock that would keep
  the answer true.

  Here mm A has a mapping V over two regions, 0 and 1. Region 0 is being collapsed. A write in region 1 needs an anon_vma
  for V, and because V continues in its neighbour W, V gets the one of W. That one is old: process C, a child of A, is in it, too, and has
  a page in it at an offset that V covers as well. Reclaim looks for that page, and so comes into the page table
  of region 0. khugepaged frees it at the same time.

  How an old page can have an offset that V covers is a given of this scenario; the advisory only says that it happens. One
  way: A once had one mapping over all three regions, forked, and then mapped the first two anew; C still has the old one.

  From v6.5 on walkers are prepared for a table that vanishes, and from v6.6 on its page is freed only after they have
  left. The race is still there, and harmless.
sources:
  - cve: CVE-2023-52935
  - commit: 023f47a8250c
  - text: "mm/khugepaged: fix ->anon_vma race: affected since v4.8, fixed in v6.2, 6.1.11, 5.15.192, 5.10.243, 5.4.299"
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - version: "v6.0, v6.1.0, v6.4, v6.5, v6.6"
asks: use-after-free
goals:
  - find: use-after-free
    say: Let reclaim look into a page table that is freed. Three must meet, in the right order.
  - find: higher-locks
    say: Break the rule of that time, with nobody there to be hurt.
variants:
  v6.0:
    summary: "before December 2022: anon_vma is looked at once, before the mmap lock is taken"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: {use-after-free: sometimes, null-dereference: sometimes, higher-locks: sometimes}
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C"]
  v6.1.0:
    summary: "as v6.1 was released: anon_vma is still looked at once, before the mmap lock is taken"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: {use-after-free: sometimes, null-dereference: sometimes, higher-locks: sometimes}
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C"]
  v6.4:
    summary: "with the fix: anon_vma is looked at again under the mmap lock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C", "the second look at anon_vma skips the VMA"]
  v6.5:
    summary: "the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C", "the second look at anon_vma skips the VMA"]
  patch-v1:
    summary: "the patch as the mail answers it: nothing is tested again, and the table is freed by RCU"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C"]
    note: The race is there, and harmless; reclaim may read the removed table, which is empty and still a page table.
  v6.6:
    summary: "as merged: tested again under the page-table lock, and the table is freed by RCU"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {FILE_FAULTS_UNDER_VMA_LOCK: true}
    expect: never
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C", "the test under ptl skips the VMA"]
  patch-v1-free-at-once:
    summary: "never shipped: the patch without the wait for RCU"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/khugepaged/retract.patch-v1.c
        from: "pte_free_defer(mm, pmd_pgtable(pgt_pmd));"
        to: "pte_free(pmd_pgtable(pgt_pmd));"
    expect: sometimes
    reach: ["a page table is retracted", "V joins the anon_vma of W", "reclaim finds the page of C"]
notes:
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.0, v6.1.0, patch-v1, patch-v1-free-at-once]
    say: The only look at V.anon_vma. While it is NULL no reverse map of anonymous pages leads to V. Nothing that is held here keeps it NULL.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.4, v6.5, v6.6]
    say: A first guess. It is asked again under a lock that keeps the answer true.
  - at: "do_cow_fault: __anon_vma_prepare(vma)"
    say: V gets the anon_vma of its neighbour W. From here on whoever walks the reverse map of a page of A or of its child C may come into the page tables of V, all of them.
  - at: "do_user_addr_fault: mmap_read_unlock(mm)"
    variants: [v6.0, v6.1.0, v6.4, v6.5]
    say: The fault is over and so is its hold on A. khugepaged's trylock can succeed again.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.0, v6.1.0]
    say: It does not fail, for nobody is in A now. But reclaim never takes the mmap lock of A; it comes by way of the anon_vma.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.4, v6.5]
    say: The fix, 023f47a8250c. anon_vma is set only under the mmap lock, at least shared, so now the answer holds until the table is gone.
  - at: "folio_lock_anon_vma_read: down_read(&anon_vma->rwsem)"
    say: All that reclaim holds. Up to v6.4 it is enough to walk, for who removes a table has to hold this lock exclusively.
  - at: "reclaim > folio_referenced: anon_vma_interval_tree_foreach (vma, anon_vma, index)"
    say: The next mapping that covers the page's offset. If V has joined, it is one.
  - at: "page_vma_mapped_walk: pmdp_get_lockless(pmd)"
    say: Reclaim is about to enter a page table. In V's region 0 that is the one that khugepaged wants to remove.
  - at: "pte_offset_map_nolock: pmdp_get_lockless(pmd)"
    actor: reclaim
    variants: [v6.0, v6.1.0, v6.4]
    say: Up to v6.4 a slot is found by computing its address. If the table was taken away since the last look, that address is in no table at all.
  - at: "pte_offset_map_nolock: __pte_offset_map(pmd, addr, &val)"
    actor: reclaim
    variants: [v6.5, patch-v1, v6.6, patch-v1-free-at-once]
    say: From v6.5 on this can fail, and it enters an RCU section. A table that is freed by RCU outlives the section.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.0, v6.1.0]
    say: The table is taken away. In v6.1 lockdep would complain; V has an anon_vma, and its lock is not held.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [patch-v1, v6.6]
    say: The table is taken away. Who looks for it in the PMD does not find it any more; who has found it before may go on looking.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v6.0, v6.1.0]
    say: The table's page is given back at once, and the lock that is in it. Is reclaim in there?
  - at: "retract_page_tables: pte_free(pmd_pgtable(pgt_pmd))"
    variants: [patch-v1-free-at-once]
    say: The table's page is given back at once. Reclaim, in its RCU section, counts on having it for a while.
  - at: "retract_page_tables: pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
    variants: [patch-v1, v6.6]
    say: Freed when all who may look at it have left their RCU sections. This is what makes the race harmless.
  - at: "page_vma_mapped_walk: ptep_get(ptep)"
    say: A look into the table, before its lock is taken. If the table is still in place or not, it is empty, and reclaim goes on to the next mapping. If its page is somebody else's by now, what stands here is anything.
---*/
/* retract_page_tables() comes with the variant. */
#define NR_REGIONS		3
#define NR_VMAS			3
#define NR_ANON_VMA_VMAS	3
#define NR_FILE_PAGES		(3 * HPAGE_PMD_SIZE)
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the thread of A writes */
#define SLOT		1			/* where C has its page; V covers that offset, too */
#define WRITTEN		(HPAGE_PMD_SIZE + 1)	/* where the thread of A writes, in region 1 */

/* The file: a huge page over region 0, just put there (C9), and a small page where the thread will write. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct page S = { .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &V, &W, &X }, .i_pages = { &H, &H, &H, &H, NULL, &S }, .i_size = NR_FILE_PAGES };

/* A mapped the first two regions anew; W, read-only since, and X, in the child, are what is left of the old mapping. */
struct mm_struct A = { .mm_users = 1, .mmap = { &V, &W } };
struct mm_struct C = { .mm_users = 1, .mmap = { &X } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = 2 * HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct W = { .vm_mm = &A, .vm_start = 2 * HPAGE_PMD_SIZE, .vm_end = 3 * HPAGE_PMD_SIZE,
			    .vm_pgoff = 2 * HPAGE_PMD_SIZE, .vm_file = &file, .anon_vma = &AV };
struct vm_area_struct X = { .vm_mm = &C, .vm_end = 3 * HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE, .anon_vma = &AV };
struct anon_vma AV = { .rb_root = { NULL, &W, &X } };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

struct page *Q;					/* the page of C */
u8 found;					/* slots that map it, as reclaim counts them */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	__pte_alloc(&A, &A.pmd[1]);		/* T1 */
	__pte_alloc(&C, &C.pmd[0]);		/* T2, with the page of C */
	Q = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .mapcount = 1, .anon_vma = &AV, .index = SLOT);
	inc_mm_counter(&C, MM_ANONPAGES);
	set_pte_at(&C, SLOT, &T2.pte[SLOT], mk_pte(Q, true));
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "thread of A") {
	user_store(&A, WRITTEN, NEW_DATA);
	if (V.anon_vma == &AV)
		cover("V joins the anon_vma of W");
}

CPU(2, "reclaim") {
	found = folio_referenced(Q);
	if (found)
		cover("reclaim finds the page of C");
}

finally("not-found: reclaim finds the page where it is mapped, and nowhere else", found == 1);
finally("joined: V is in the anon_vma of W", V.anon_vma == &AV);
finally("table-freed: the table of region 0 is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));

finally {
	check_map_counts();
	mmput(&A);
	mmput(&C);
	check_pages();
}
