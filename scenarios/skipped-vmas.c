/*---
dialect: 1
title: Does khugepaged take away the right page tables?
group: Around the mail
summary: One file, eight mappings in three processes. One page table is in the way of the huge page; the others must stay.
story: |
  khugepaged has put a huge page into the page cache, and goes through all mappings of the file. Where the file's first page is
  mapped it may find a page table that keeps the huge page from being mapped as one. Only in one of the eight mappings here
  is there such a table. The others are passed over, each for a reason of its own:

  one holds the range, but not at an address where a huge page can be mapped; one ends before the range does, and its table belongs
  to another mapping as well; that one maps only the tail of the range, and is not looked at at all; one has no page
  table yet; one maps the huge page as one already; one is write-protected by a userfaultfd, whose markers are in the table; one is
  private and was written to, and has pages of its own.

  Each is a test of a line or two, and the next patch may leave one out. The last variants leave some out to see what is lost.
  Meanwhile an application uses two of the mappings.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6, v6.14"
asks: wrong-removal
goals:
  - find: lost-pte
    say: Take away the table of a mapping that ends too early.
  - find: lost-marker
    say: Take away the table of a write-protected mapping.
variants:
  v6.4:
    summary: "before the patch"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach:
      - "a page table is retracted"
      - "a VMA that holds the range out of line is passed over"
      - "a VMA that ends within the range is passed over"
      - "a PMD that is none is passed over"
      - "a PMD that is huge already is passed over"
      - "a VMA with anon_vma is passed over"
      - "a write-protected VMA is passed over"
      - "mmap_write_trylock() fails"
  patch-v1:
    summary: "the patch as the mail answers it: the same tests, without the mmap lock"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach:
      - "a page table is retracted"
      - "a VMA that holds the range out of line is passed over"
      - "a VMA that ends within the range is passed over"
      - "a PMD that is none is passed over"
      - "a PMD that is huge already is passed over"
      - "a VMA with anon_vma is passed over"
      - "a write-protected VMA is passed over"
  v6.6:
    summary: "as merged: two of the tests are made twice"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach:
      - "a page table is retracted"
      - "a VMA that holds the range out of line is passed over"
      - "a VMA that ends within the range is passed over"
      - "a PMD that is none is passed over"
      - "a PMD that is huge already is passed over"
      - "a VMA with anon_vma is passed over"
      - "a write-protected VMA is passed over"
  v6.14:
    summary: "three of the tests are made twice"
    use: [mm/khugepaged/retract.v6.14.c]
    expect: never
    reach:
      - "a page table is retracted"
      - "a VMA that holds the range out of line is passed over"
      - "a VMA that ends within the range is passed over"
      - "a PMD that is none is passed over"
      - "a PMD that is huge already is passed over"
      - "a VMA with anon_vma is passed over"
      - "a write-protected VMA is passed over"
  v6.6-no-extent-test:
    summary: "never shipped: the merged code, without the test for range and alignment"
    use: [mm/khugepaged/retract.v6.6.c]
    edit: [{in: mm/khugepaged/retract.v6.6.c, from: "if (!huge_range_in_vma(vma, pgoff, &addr)) continue;", to: "huge_range_in_vma(vma, pgoff, &addr);"}]
    expect: {wrong-removal: always, lost-pte: always, bad-rss-counter: always, leaked-page: always}
    reach: ["a page table is retracted"]
  v6.6-no-wp-test:
    summary: "never shipped: the merged code, without the two tests for write protection"
    use: [mm/khugepaged/retract.v6.6.c]
    edit:
      - {in: mm/khugepaged/retract.v6.6.c, from: "if (userfaultfd_wp(vma)) {", to: "if (false) {"}
      - {in: mm/khugepaged/retract.v6.6.c, from: "vma->anon_vma || userfaultfd_wp(vma)", to: "vma->anon_vma"}
    expect: {wrong-removal: always, lost-marker: always}
    reach: ["a page table is retracted"]
notes:
  - at: "retract_page_tables: i_mmap_lock_write(mapping)"
    variants: [v6.4]
    say: While it is held the ends of all mappings of the file stay where they are. So the range and its alignment can be tested without another lock.
  - at: "retract_page_tables: i_mmap_lock_read(mapping)"
    variants: [patch-v1, v6.6, v6.14, v6.6-no-extent-test, v6.6-no-wp-test]
    say: While it is held, shared is enough, the ends of all mappings of the file stay where they are. So the range and its alignment can be tested without another lock.
  - at: "retract_page_tables: find_pmd_or_thp_or_none(mm, addr, &pmd)"
    variants: [v6.4, patch-v1, v6.6, v6.14, v6.6-no-wp-test]
    say: Only a PMD that leads to a page table is of interest. It is looked at once, without a lock, and only if the mapping has passed the tests before.
  - at: "retract_page_tables: find_pmd_or_thp_or_none(mm, addr, &pmd)"
    variants: [v6.6-no-extent-test]
    say: Does this mapping hold the whole range? Nobody has asked.
  - at: "retract_page_tables: check_pmd_state(pmd)"
    variants: [v6.14]
    say: Looked at again, now that pml keeps the entry as it is.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.4, patch-v1, v6.6, v6.14]
    say: This comes once only, for the plain mapping.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.6-no-extent-test, v6.6-no-wp-test]
    say: The table goes away with all that is in it. Whose is it?
---*/
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define NR_REGIONS	3
#define NR_VMAS		8
#define DATA		7			/* what the file holds */
#define OWN		42			/* what was written to private mappings */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = DATA };
struct address_space file = { .i_mmap = { &plain, &short_one, &tail, &unused, &huge, &odd, &wp, &written },
			      .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* Region 0 of A is what khugepaged looks for. The short one and the tail share the table of region 1; region 2 has none. */
struct mm_struct A = { .mm_users = 1, .mmap = { &plain, &short_one, &tail, &unused } };
struct vm_area_struct plain = { .vm_mm = &A, .vm_end = 4, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct vm_area_struct short_one = { .vm_mm = &A, .vm_start = 4, .vm_end = 7, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct vm_area_struct tail = { .vm_mm = &A, .vm_start = 7, .vm_end = 8, .vm_pgoff = 3, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct unused = { .vm_mm = &A, .vm_start = 8, .vm_end = 12, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

/* Region 0 of B maps the huge page. The odd one has its pages in the tables of regions 1 and 2. */
struct mm_struct B = { .mm_users = 1, .mmap = { &huge, &odd } };
struct vm_area_struct huge = { .vm_mm = &B, .vm_end = 4, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct vm_area_struct odd = { .vm_mm = &B, .vm_start = 5, .vm_end = 9, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

/* Region 0 of C is write-protected by a userfaultfd; region 1 is private, and was written to. */
struct mm_struct C = { .mm_users = 1, .mmap = { &wp, &written } };
struct vm_area_struct wp = { .vm_mm = &C, .vm_end = 4, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct vm_area_struct written = { .vm_mm = &C, .vm_start = 4, .vm_end = 8, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &C };

POOL(struct ptdesc, 8, "T");
POOL(struct page, 3, "P");
POOL(struct anon_vma, 3, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

enum scan_result result;			/* what khugepaged hears of its own mapping, the plain one */
u8 seen_unused, seen_short;			/* what the application read */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	user_store(&A, 7, OWN);			/* T1, with a page of the tail's own */
	user_load(&B, 0);			/* maps the huge page */
	__pte_alloc(&B, &B.pmd[1]);		/* T2 and T3, empty */
	__pte_alloc(&B, &B.pmd[2]);
	__pte_alloc(&C, &C.pmd[0]);		/* T4, with a marker */
	userfaultfd_register(&uffd, &wp, VM_UFFD_WP);
	C.pmd[0].table->pte[2] = (pte_t){ .kind = PTE_MARKER, .uffd_wp = true };
	user_store(&C, 5, OWN);			/* T5, with a page of its own */
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	result = collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "application") {
	seen_unused = user_load(&A, 8);
	seen_short = user_load(&A, 4);
}

bool has_table(struct mm_struct *mm, unsigned long region, struct ptdesc *table)
{
	return mm->pmd[region].kind == PMD_TABLE && mm->pmd[region].table == table && is_live(table);
}

finally("wrong-skip: the table of the plain mapping is freed, unless khugepaged hears that it has to come again",
	A.pmd[0].kind == PMD_NONE ? !is_live(&T0) : result == SCAN_PTE_MAPPED_HUGEPAGE);
finally("wrong-removal: the short mapping and the tail keep their table", has_table(&A, 1, &T1));
finally("wrong-removal: the tail keeps its page", T1.pte[3].kind == PTE_PRESENT && T1.pte[3].page->data == OWN);
finally("wrong-removal: the huge page stays mapped as one", B.pmd[0].kind == PMD_HUGE);
finally("wrong-removal: the odd mapping keeps its tables", has_table(&B, 1, &T2) && has_table(&B, 2, &T3));
finally("wrong-removal: the write-protected mapping keeps its table", has_table(&C, 0, &T4));
finally("wrong-removal: the written mapping keeps its table", has_table(&C, 1, &T5));
finally("content: the application reads the file", seen_unused == DATA && seen_short == DATA);
finally("not-huge: the mapping without a table gets the huge page", A.pmd[2].kind == PMD_HUGE);

finally {
	mmput(&A);
	mmput(&B);
	mmput(&C);
	check_pages();
}
