/*---
dialect: 1
title: Does mremap() move a page table that is gone?
group: Around the mail
summary: mremap() sees a page table that it can move as a whole, and before it has the locks to do so khugepaged takes the table away.
story: |
  When a program moves a mapping to another address, mremap() does not copy entries one by one where it can move a whole
  page table: it takes the PMD entry out of one place and puts it into another. It holds the mmap lock exclusively. It looks at
  the PMD entry to decide how to move; then it takes the locks of the reverse map, so that nobody who comes that way misses a
  page that is moving, and then pml; and then it moves the entry, whatever is in it.

  Up to v6.5 that was safe, as khugepaged took page tables away only with the mmap lock. With the patch of the mail it does not need it any
  more. What keeps the two apart is the lock of the file's mappings, and mremap() takes that only after its look. In between
  khugepaged may be there and gone. The entry is zero then, and mremap() makes a page table of it at the new place: on x86
  that is the page at physical address 0, and what it holds is taken for page-table entries of the program.

  The merged code of v6.6 has this race as well as the first patch: the tests that the mail led to are about what is in the
  table, not about who else moves it. It was found a year later by the author of the mail. The correction looks at the entry again when all
  locks are held.
sources:
  - cve: CVE-2024-50066
  - commit: 6fa1066fc5d0
  - lkml: "20241007-move_normal_pmd-vs-collapse-fix-2-v1-1-5ead9631f2ea@google.com"
  - text: "Jann Horn, 7 October 2024: mm/mremap: fix move_normal_pmd/retract_page_tables race"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.5 (the parent of the patch), v6.6 as released; corrected in v6.12 and in stable v6.6.58; v6.14"
asks: bogus-pmd
begin: v6.6
goals:
  - find: bogus-pmd
    say: Give the program physical page 0 for a page table. mremap() must have looked before khugepaged comes.
variants:
  v6.4:
    summary: "before the patch: khugepaged takes the mmap lock exclusively, by trylock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c, mm/mremap.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "mremap() moves a page table", "mremap() finds nothing to move", "mmap_write_trylock() fails"]
  v6.5:
    summary: "the parent of the patch: the same"
    use: [mm/khugepaged/retract.v6.4.c, mm/mremap.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "mremap() moves a page table", "mremap() finds nothing to move", "mmap_write_trylock() fails"]
  patch-v1:
    summary: "the patch as the mail answers it: no mmap lock"
    use: [mm/khugepaged/retract.patch-v1.c, mm/mremap.v6.6.c]
    expect: {bogus-pmd: sometimes, bad-pgtables-bytes: sometimes}
    reach: ["a page table is retracted", "mremap() moves a page table", "mremap() finds nothing to move"]
    note: Follows from the code, which here is that of v6.6; the correction names the merged patch.
  v6.6:
    summary: "as merged and released: no mmap lock either"
    use: [mm/khugepaged/retract.v6.6.c, mm/mremap.v6.6.c]
    expect: {bogus-pmd: sometimes, bad-pgtables-bytes: sometimes}
    reach: ["a page table is retracted", "mremap() moves a page table", "mremap() finds nothing to move"]
  v6.6-fixed:
    summary: "stable v6.6.58: mremap() looks at the entry again when it has all locks"
    use: [mm/khugepaged/retract.v6.6.c, mm/mremap.c]
    expect: never
    reach: ["a page table is retracted", "mremap() moves a page table", "mremap() finds nothing to move", "mremap() finds the page table gone"]
  v6.14:
    summary: "likewise; khugepaged looks at the PMD again, too, for another reason"
    use: [mm/khugepaged/retract.v6.14.c, mm/mremap.c]
    expect: never
    reach: ["a page table is retracted", "mremap() moves a page table", "mremap() finds nothing to move", "mremap() finds the page table gone"]
notes:
  - at: "mremap: mmap_write_lock(mm)"
    variants: [v6.4, v6.5]
    say: While mremap() holds it khugepaged's trylock fails, and every page table stays where it is.
  - at: "mremap: mmap_write_lock(mm)"
    variants: [patch-v1, v6.6, v6.6-fixed, v6.14]
    say: It used to keep everybody out who could take a page table away. khugepaged does not take it any more.
  - at: "move_page_table: pmdp_get_lockless(old_pmd)"
    say: Is there anything to move? No lock of the reverse map is held yet.
  - at: "move_page_table: pmdp_get_lockless(old_pmd) #2"
    say: No huge page, so it must be a page table, and the entry is to be moved as a whole. That is decided here, and not asked again.
    variants: [v6.4, v6.5, patch-v1, v6.6]
  - at: "move_page_table: pmdp_get_lockless(old_pmd) #2"
    say: No huge page, so it must be a page table, and the entry is to be moved as a whole. That is decided here, with no lock that would keep it so.
    variants: [v6.6-fixed, v6.14]
  - at: "take_rmap_locks: i_mmap_lock_write(vma->vm_file)"
    variants: [patch-v1, v6.6, v6.6-fixed, v6.14]
    say: From here on khugepaged, which holds it shared, is not in the page tables of this file. It may have been.
  - at: "move_normal_pmd: pmdp_get_lockless(old_pmd)"
    variants: [patch-v1, v6.6]
    say: The entry is read to be moved. Whether it is still a table is not asked.
  - at: "move_normal_pmd: pmdp_get_lockless(old_pmd)"
    variants: [v6.6-fixed, v6.14]
    say: With all locks held, is it still a page table? If not there is nothing to move.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The table is taken out. Has mremap() seen it?
---*/
/* retract_page_tables() and move_normal_pmd() come with the variant. */
#define NR_REGIONS		2
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/mremap.c"
#include "mm/leaks.c"
#include "mm/debug_vm.c"

#define NR_VMAS		2
#define DATA		7			/* what the file holds */
#define SLOT		1

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = DATA };
struct address_space file = { .i_mmap = { &OLD }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* mm A maps the file, and moves the mapping from region 0 to region 1. The file is collapsed on behalf of mm B. */
struct mm_struct A = { .mm_users = 1, .mmap = { &OLD } };
struct mm_struct B = { .mm_users = 1 };
struct vm_area_struct OLD = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct vm_area_struct NEW = { .vm_mm = &A, .vm_start = HPAGE_PMD_SIZE, .vm_end = 2 * HPAGE_PMD_SIZE, .vm_file = &file,
			      .vm_flags = VM_WRITE | VM_SHARED };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 1, "P");			/* faults of private mappings would need these two: there is none */
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup { __pte_alloc(&A, &A.pmd[0]); }		/* T0, empty: the small pages were unmapped (C4) */

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&B, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "program") { mremap(&OLD, &NEW); }

finally("moved: nothing is left at the old place", A.pmd[0].kind == PMD_NONE && !is_known(&OLD) && is_known(&NEW));

bool is_known(struct vm_area_struct *vma)
{
	return (A.mmap[0] == vma || A.mmap[1] == vma) && (file.i_mmap[0] == vma || file.i_mmap[1] == vma);
}

/* With physical page 0 for a page table it is not worth going on. */
finally {
	if (!has_bogus_pmd()) {
		assert(user_load(&A, HPAGE_PMD_SIZE + SLOT) == DATA, "content: the program does not read the file at the new place");
		mmput(&A);
		check_pages();
	}
}
