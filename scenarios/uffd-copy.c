/*---
dialect: 1
title: Can a page that UFFDIO_COPY stored disappear?
group: The mail
summary: khugepaged throws away a page table that it believes to be empty, while a userfaultfd monitor puts a page into it.
story: |
  A program has mapped a file privately and put a userfaultfd on the mapping: its monitor, another thread, may fill any
  slot of it that is still empty. The file itself is fully in memory, and khugepaged has just replaced its small pages
  by one huge page. To do so it unmapped them everywhere, so the page tables of all who map the file are left behind
  empty, and are now in the way of the huge page: khugepaged goes from mapping to mapping and removes them.

  The patch of the mail wants to do this without the mmap lock. Its argument: the table stays empty, because nobody
  can map a page of this file while khugepaged holds the page lock, and a mapping that was written to, which has
  pages of its own, can be told by its anon_vma. The answer in the mail: UFFDIO_COPY needs neither. For a private mapping it
  makes an anonymous page and stores it in the table, with the mmap lock shared and the table's own lock, and never looks
  at the file. If it comes after khugepaged has looked at anon_vma and before khugepaged takes the table away, the page
  goes away with the table. The program then reads the old contents of the file, and when it exits the kernel prints
  "Bad rss-counter state".

  The code of v6.0 and v6.1 allows the same loss, though nobody reported it. There khugepaged does take the mmap lock, but after
  its only look at anon_vma; since v6.2 (and v6.1.11) it looks again. That was done against another race, CVE-2023-52935. After
  the mail, v6.6 looks again too, under the lock of the table.

  A second process maps the same file shared; its page table is removed too, and rightly so.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Jann Horn, 31 May 2023, in reply to Hugh Dickins, [PATCH 09/12] mm/khugepaged: retract_page_tables() without mmap or vma lock (29 May 2023)"
  - text: "Hugh Dickins, 6 June 2023: userfaultfd does break the rule; the test is repeated under the page-table lock, the notifier calls come back"
  - text: "Hugh Dickins, v2 of 20 June and v3 of 11 July 2023: as merged"
  - commit: 1d65b771bc08
  - version: "v6.0, v6.1, v6.4, v6.5 (the parent of the patch), v6.6, v6.14"
asks: lost-pte
begin: patch-v1
goals:
  - find: lost-pte
    say: Lose the page. Take both sides as far as they go; only one order of a few steps does it.
  - find: content
    say: Let the application read what the monitor did not store.
  - find: bad-rss-counter
    say: Bring it to the end and let the kernel complain.
variants:
  v6.0:
    summary: "before December 2022: anon_vma is looked at once, before the mmap lock is taken"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v6.4.c]
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes, higher-locks: sometimes}
    reach: ["a page table is retracted", "the monitor stores its page", "mmap_write_trylock() fails"]
    note: Follows from the code of that time; nobody reported it.
  v6.1.0:
    summary: "as v6.1 was released: with notifier calls and the interrupt for GUP-fast, anon_vma still looked at once"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v6.4.c]
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes, higher-locks: sometimes}
    reach: ["a page table is retracted", "the monitor stores its page", "mmap_write_trylock() fails"]
    note: Follows from the code of that time; nobody reported it.
  v6.4:
    summary: "before the patch, with the page-table walks of that time: khugepaged takes the mmap lock exclusively, by trylock, and tests anon_vma again under it"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA"]
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA"]
  patch-v1:
    summary: "the patch as the mail answers it: no mmap lock, and nothing is tested again"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again"]
    note: UFFDIO_COPY is without its old assertion here, BUG_ON(), that a table is there at its second look. What that would have done is in uffd-assert.
  v6.6:
    summary: "as merged: anon_vma and write protection are tested again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again", "the test under ptl skips the VMA"]
    note: >-
      UFFDIO_COPY is that of stable v6.6.51 and v6.11. As first released, v6.6 has an assertion between its two looks at the PMD
      that stops the kernel instead (uffd-assert). Since then, in some schedules, it answers -EEXIST although the slot is empty:
      the table went away between the two looks. Nothing is lost. Found here by reading and running the code of 71c186efc1b2;
      nobody reported it.
  v6.14:
    summary: "since others free empty page tables, too: the PMD is looked at again as soon as it is locked"
    use: [mm/khugepaged/retract.v6.14.c]
    expect: never
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again", "the test under ptl skips the VMA"]
    note: >-
      The monitor takes the mmap lock here as it did up to v6.7, and no longer does in v6.14, where the lock of the one VMA is
      enough. khugepaged takes neither, so it cannot tell.
  patch-v1-zeropage:
    extends: patch-v1
    summary: "the patch of the mail, and the monitor fills the slot with zeros (UFFDIO_ZEROPAGE)"
    define: {ZEROPAGE: true}
    expect: {bad-rss-counter: never, leaked-page: never}
    note: >-
      The same loss, without a word at exit: the page of zeros is not counted, and nothing leaks. Follows from the code;
      nobody reported it.
  v6.6-no-recheck:
    summary: "never shipped: the merged code without the test under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - in: mm/khugepaged/retract.v6.6.c
        from: "if (vma->anon_vma || userfaultfd_wp(vma))"
        to: "if (false)"
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["a page table is retracted", "the monitor stores its page", "the monitor tries again"]
notes:
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.0, v6.1.0]
    say: The only look at anon_vma. The mmap lock, which would keep it NULL, is not held yet.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.0, v6.1.0]
    say: From here on nobody else is in the mm. But who was there before has done his work, and anon_vma is not looked at again.
  - at: "mfill_atomic: mmap_read_lock(mm)"
    variants: [v6.0, v6.1.0]
    say: As long as the monitor holds it, khugepaged's trylock fails. To lose the page it must be through before that, and begin after the look at anon_vma.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v6.0, v6.1.0]
    say: The table is freed at once, with all that is in it.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [patch-v1, patch-v1-zeropage, v6.6-no-recheck]
    say: The only look at anon_vma. If it is NULL khugepaged goes on, and nothing that it holds keeps it NULL.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.4, v6.5]
    say: A first guess without a lock that would keep the answer true. It is asked again under the mmap lock.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.6, v6.14]
    say: A first guess without a lock that would keep the answer true. It is asked again under the page-table lock.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.4, v6.5]
    say: With it, nobody else is in the mm. It does not wait, because a page fault takes the mmap lock first and the page lock, which khugepaged holds, second.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.4, v6.5]
    say: anon_vma is set only under the mmap lock, at least shared. So this answer holds.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.6, v6.14]
    say: UFFDIO_COPY sets anon_vma before it takes ptl. Either it is seen here, or UFFDIO_COPY gets ptl later and finds the table gone.
  - at: "retract_page_tables: pmd_lock(mm, pmd)"
    variants: [patch-v1, patch-v1-zeropage, v6.6, v6.14, v6.6-no-recheck]
    say: pml guards the PMD entry. Who only fills a slot of a table that is there does not need it.
  - at: "retract_page_tables: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)"
    variants: [patch-v1, patch-v1-zeropage, v6.6, v6.14, v6.6-no-recheck]
    say: ptl guards the slots. From here on nobody can fill one; but whoever came before has.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The entry is taken out, and with it the whole table. Nobody looks what is in its slots.
  - at: "retract_page_tables: pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
    variants: [patch-v1, patch-v1-zeropage, v6.6, v6.14, v6.6-no-recheck]
    say: Somebody who found the table before may still look at it, so it is freed only when all such readers have left.
  - at: "mfill_atomic: mmap_read_lock(mm)"
    variants: [v6.4, v6.5]
    say: As long as the monitor holds it, khugepaged's trylock fails, and khugepaged notes the range for later.
  - at: "mfill_atomic: mmap_read_lock(mm)"
    variants: [patch-v1, patch-v1-zeropage, v6.6, v6.14, v6.6-no-recheck]
    say: khugepaged does not take the mmap lock any more, so this excludes nobody here.
  - at: "mfill_atomic: __anon_vma_prepare(vma)"
    say: From here on whoever looks at anon_vma lets the page table be. Has khugepaged looked already?
  - at: "mfill_atomic: pmdp_get_lockless(pmd) #2"
    variants: [patch-v1, patch-v1-zeropage, v6.6, v6.14, v6.6-no-recheck]
    say: If the table went away since the first look, UFFDIO_COPY answers -EEXIST, although nothing is in the slot.
  - at: "retract_page_tables: check_pmd_state(pmd)"
    variants: [v6.14]
    say: Somebody may have taken the table away since the look without a lock. Here nobody does.
  - at: "mfill_atomic_pte_copy: kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .data = src)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6, v6.14, v6.6-no-recheck]
    say: An anonymous page, because the mapping is private. The page cache is not asked, and so the page lock that khugepaged holds does not matter.
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd)"
    actor: uffd monitor
    variants: [v6.5, patch-v1, patch-v1-zeropage, v6.6, v6.14, v6.6-no-recheck]
    say: With ptl held, is it still the table of this PMD? If not, UFFDIO_COPY answers -EAGAIN and the monitor tries again.
  - at: "mfill_atomic_pte_zeropage: set_pte_at(mm, dst, pte, mk_pte(&zero_page, false))"
    variants: [patch-v1-zeropage]
    say: The page of zeros, which all share, is in the table. It is not counted, so nothing will miss it.
  - at: "mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    variants: [v6.0, v6.1.0, v6.4, v6.5, patch-v1, v6.6, v6.14, v6.6-no-recheck]
    say: The page is in the table. Only ptl is held, and mmap_lock shared.
  - at: "finish_fault: do_set_pmd(vma, pmd, addr, page, write && !orig.uffd_wp)"
    say: The PMD is empty, so the huge page of the file is mapped, with the old contents.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where */
#define ZEROPAGE	false			/* the monitor stores zeros (UFFDIO_ZEROPAGE) */
#define STORED		(ZEROPAGE ? 0 : NEW_DATA)

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &VA, &VB }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* mm A maps the file privately, with a userfaultfd on it; mm B maps it shared. */
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1, .mmap = { &VB } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct VB = { .vm_mm = &B, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied;					/* what UFFDIO_COPY answered in the end */
u8 seen;					/* what the application read */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	__pte_alloc(&B, &B.pmd[0]);		/* T1, likewise */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

/* It came to the file by way of mm B. */
CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&B, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	for (;;) {
		if (ZEROPAGE)
			copied = userfaultfd_zeropage(&uffd, SLOT);
		else
			copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
		if (copied != -EAGAIN)
			break;
		cover("the monitor tries again");
	}
	if (copied == 0)
		cover("the monitor stores its page");
	else
		cover("the monitor finds no table between its two looks, and hears -EEXIST");
}

CPU(2, "application") {
	wait_until(finished(1));
	seen = user_load(&A, SLOT);
}

bool is_mapped(struct mm_struct *mm, unsigned long addr, enum page_kind kind, u8 data)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == kind && pte.page->data == data;
}

finally("answer: the monitor hears of success, or -EEXIST", copied == 0 || copied == -EEXIST);
finally("content: the application reads what the monitor stored", copied || seen == STORED);
finally("not-mapped: the stored page is mapped where it was stored",
	copied || is_mapped(&A, SLOT, ZEROPAGE ? PAGE_ZERO : PAGE_ANON, STORED));
finally("not-counted: a stored page is counted, but not the page of zeros",
	A.rss_stat[MM_ANONPAGES] == (copied == 0 && !ZEROPAGE ? 1 : 0));
finally("not-noted: a table that stays has an anon_vma to show for it, or a note that khugepaged comes again",
	A.pmd[0].table != &T0 || VA.anon_vma || A.khugepaged.nr_pte_mapped_thp);
finally("table-freed: the first table of A is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));
finally("table-freed: the table of B is retracted and freed", B.pmd[0].kind == PMD_NONE && !is_live(&T1));

finally {
	mmput(&A);
	mmput(&B);
	check_pages();
}
