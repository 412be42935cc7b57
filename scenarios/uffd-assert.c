/*---
dialect: 1
title: Must a page table that was just seen still be there?
group: The mail
summary: UFFDIO_COPY looks at the PMD twice and swears that the second time there is a table. khugepaged may take it away in between.
story: |
  To fill a slot, userfaultfd first sees to it that there is a page table: it looks at the PMD entry, puts an empty table there
  if there is none, and looks again. Then comes an assertion, BUG_ON(), that there is a table now. For years that was
  safe: userfaultfd holds the mmap lock shared, and whoever takes page tables away held it exclusively.

  In v6.6 that is no longer so. khugepaged removes empty page tables of file mappings without the mmap lock. Between the two
  looks of userfaultfd a table may vanish, and the assertion stops the kernel.

  In a shared mapping nothing is in the way of this. In a private one, userfaultfd first gives the mapping an anon_vma, and
  khugepaged lets such mappings be. But it looks for the anon_vma a moment before it clears the entry, and in this moment
  userfaultfd may set it, and look at the PMD the first time. Two variants of each kernel show the two mappings.

  The correction does without the assertion. Whoever fills a slot has to take the lock of the table anyway, and to see then
  whether the table is still in use; if not, the call fails and is made again.
sources:
  - text: "Jann Horn, August 2024: [PATCH v2 2/2] userfaultfd: don't BUG_ON() if khugepaged yanks our page table"
  - lkml: "20240813-uffd-thp-flip-fix-v2-2-5efa61078a41@google.com"
  - commit: 4828d207dc51
  - commit: 71c186efc1b2
  - commit: 1d65b771bc08
  - version: "v6.6 as released; corrected in v6.11 and in stable v6.6"
asks: bug-on
goals:
  - find: bug-on
    say: Crash the kernel.
variants:
  v6.4:
    summary: "a shared mapping; khugepaged takes the mmap lock exclusively, so no table can go away"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, mm/userfaultfd.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY finds a page in the page cache", "mmap_write_trylock() fails"]
  v6.4-private:
    summary: "the same, with a private mapping"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, mm/userfaultfd.v6.6.c]
    define: {SHARED: false}
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "mmap_write_trylock() fails"]
  v6.6:
    summary: "a shared mapping, as v6.6 was released: no mmap lock any more, and the assertion is still there"
    use: [mm/khugepaged/retract.v6.6.c, mm/userfaultfd.v6.6.c]
    expect: sometimes
    reach: ["a page table is retracted", "UFFDIO_COPY finds a page in the page cache"]
    note: The order of the steps follows from the code; the report names the race and not the steps.
  v6.6-private:
    summary: "the same, with a private mapping: only if anon_vma is set just after khugepaged has looked at it"
    use: [mm/khugepaged/retract.v6.6.c, mm/userfaultfd.v6.6.c]
    define: {SHARED: false}
    expect: sometimes
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "the test under ptl skips the VMA"]
    note: The order of the steps follows from the code; the report names the race and not the steps.
  v6.6-fixed:
    summary: "a shared mapping, without the assertion"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY finds a page in the page cache"]
    note: >-
      A shared mapping is filled by way of the page cache. The page is there already, so the answer is -EEXIST whether the table
      is there or not.
  v6.6-fixed-private:
    summary: "the same, with a private mapping"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {SHARED: false}
    expect: never
    reach: ["a page table is retracted", "UFFDIO_COPY stores its page", "UFFDIO_COPY is tried again", "the test under ptl skips the VMA"]
    note: >-
      Where the table goes away between the two looks, the answer is -EEXIST although the slot is empty; where it goes away
      later, -EAGAIN. Nothing is lost.
notes:
  - at: "mfill_atomic: mmap_read_lock(mm)"
    variants: [v6.4, v6.4-private]
    say: As long as userfaultfd holds it, khugepaged's trylock fails. So nobody takes a table away until the end of the call.
  - at: "mfill_atomic: mmap_read_lock(mm)"
    variants: [v6.6, v6.6-private, v6.6-fixed, v6.6-fixed-private]
    say: It used to keep page tables where they are. khugepaged does not take it any more.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.4, v6.4-private]
    say: Nobody else can be in the mm from here on.
  - at: "mfill_atomic: __anon_vma_prepare(vma)"
    variants: [v6.6-private, v6.6-fixed-private]
    say: From here on khugepaged would let the table be. It may have looked already.
  - at: "mfill_atomic: pmdp_get_lockless(pmd)"
    variants: [v6.6, v6.6-private]
    say: There is a table, so none has to be put there.
  - at: "mfill_atomic: pmdp_get_lockless(pmd) #2"
    variants: [v6.4, v6.4-private]
    say: Whatever was seen at the first look is still there.
  - at: "mfill_atomic: pmdp_get_lockless(pmd) #2"
    variants: [v6.6, v6.6-private]
    say: The second look. If the table went away since the first, BUG_ON() stops the kernel here.
  - at: "mfill_atomic: pmdp_get_lockless(pmd) #2"
    variants: [v6.6-fixed, v6.6-fixed-private]
    say: No table means that the call fails here. A table means nothing yet, it can go away in the next moment.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.6-private, v6.6-fixed-private]
    say: The last look at anon_vma. The entry is cleared a step later, and neither pml nor ptl keeps userfaultfd from setting anon_vma in between.
  - at: "retract_page_tables: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)"
    variants: [v6.6, v6.6-private]
    say: ptl guards the slots. Who only looks whether there is a table does not take it.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table is taken out. From now on the PMD is none.
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd)"
    actor: uffd monitor
    variants: [v6.6-fixed-private]
    say: With ptl held, is it still the table of this PMD? This is the only look that counts. If not, the answer is -EAGAIN.
---*/
/* retract_page_tables() and the two looks of userfaultfd come with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define SHARED		true			/* false: a private mapping */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file,
			     .vm_flags = VM_WRITE | (SHARED ? VM_SHARED : 0) };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 3, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

int copied;					/* what UFFDIO_COPY answered in the end */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING);
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	for (;;) {
		copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
		if (copied != -EAGAIN)
			break;
		cover("UFFDIO_COPY is tried again");
	}
	if (copied == 0)
		cover("UFFDIO_COPY stores its page");
	else if (SHARED)
		cover("UFFDIO_COPY finds a page in the page cache");
}

bool is_mapped(struct mm_struct *mm, unsigned long addr, u8 data)
{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == PAGE_ANON && pte.page->data == data;
}

finally("answer: UFFDIO_COPY ends with success, or with -EEXIST", copied == 0 ? !SHARED : copied == -EEXIST);
finally("not-mapped: the stored page is mapped where it was stored", copied || is_mapped(&A, SLOT, NEW_DATA));
finally("table-freed: the first table is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));

finally {
	mmput(&A);
	check_pages();
}
