/*---
dialect: 1
title: Can a process exit while khugepaged is in its page tables?
group: The mail
summary: The last user of an address space takes it apart without a lock, while khugepaged removes a page table from it.
story: |
  When the last thread of a process exits, its address space is taken apart: all its pages are unmapped, then the page tables
  are freed. Nobody can run in it any more, so for a long time this was done without the mmap lock.

  khugepaged is not one who runs in it. It goes from a file to all mappings of the file, in any process, and takes away page tables
  that hinder a huge page. It can take the mmap lock of an exiting process any time: nobody holds it. And the process, which
  has just read a PMD entry to find a page table, reads it once more to find the slot in it, and gets zero. It walks
  on to physical page 0, and takes what it finds there for page-table entries: "BUG: Bad page map".

  The correction asks under the mmap lock whether the process still has users. That works because the exiting process takes
  the lock once, for a moment, before it begins, and waits so for a khugepaged that is at work in it. But it does so only if it is
  the very process whose memory khugepaged is scanning. khugepaged comes to others through the file; for them the variant
  v5.8-fixed-other-mm shows what the code allows. Since v5.17 the exiting process holds the mmap lock, and the question is settled.

  The patch of the mail gives up the mmap lock again, and asks for users without any lock, so that the answer may be old at once.
  What saves it are the page-table walks of v6.5, which look once, and may find nothing; and the lock of the file's mappings,
  without which the process cannot free its tables.
sources:
  - text: "Hugh Dickins, August 2020: khugepaged: retract_page_tables() remember to test exit"
  - commit: 18e77600f7a1
  - commit: 64591e8605d6
  - commit: 1d65b771bc08
  - version: "v4.8 to v5.8 (corrected in v5.9), v6.0, v6.1, v6.4, v6.5, v6.6"
asks: bogus-pmd
goals:
  - find: bogus-pmd
    say: Lead the exiting process to physical page 0.
  - find: use-after-free
    say: Let it lock a page table that is freed.
variants:
  v5.8:
    summary: "khugepaged does not ask whether the process exits, and the exit takes no lock"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v5.8.c, mm/mmap.v5.8.c]
    edit:
      - in: mm/khugepaged/retract.v6.0.c
        from: "if (!hpage_collapse_test_exit(mm) && !userfaultfd_wp(vma))"
        to: "if (!userfaultfd_wp(vma))"
    expect: {bogus-pmd: sometimes, use-after-free: sometimes}
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages"]
    note: v5.8 gave the mmap lock back before it freed the table, here it is freed first. The lock of the file's mappings is held all the time, so nobody can tell.
  v5.8-fixed:
    summary: "as corrected in v5.9: khugepaged asks, under the mmap lock, whether the process has users"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v5.8.c, mm/mmap.v5.8.c]
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "an exiting process is passed over"]
  v5.8-fixed-other-mm:
    summary: "the same, but it is another process that khugepaged is scanning, so the exit does not wait for it"
    extends: v5.8-fixed
    define: {SCANNED: false}
    expect: {bogus-pmd: sometimes, use-after-free: sometimes}
    note: >-
      Follows from the code of khugepaged_exit(), which takes the mmap lock only of the mm that is being scanned; nobody reported it.
      It would have been possible from v5.9 to v5.16.
  v6.0:
    summary: "the exit holds the mmap lock from the first to the last"
    use: [mm/khugepaged/retract.v6.0.c, mm/pgtable-generic.v5.8.c, mm/mmap.v6.0.c]
    define: {SCANNED: false}
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "mmap_write_trylock() fails", "an exiting process is passed over"]
  v6.1.0:
    summary: "the exit holds the mmap lock shared to unmap, and exclusively to free"
    use: [mm/khugepaged/retract.v6.1.c, mm/pgtable-generic.v5.8.c]
    define: {SCANNED: false}
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "mmap_write_trylock() fails", "an exiting process is passed over"]
  v6.4:
    summary: "before the patch, with the page-table walks of that time"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v5.8.c]
    define: {SCANNED: false}
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "mmap_write_trylock() fails", "an exiting process is passed over"]
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    define: {SCANNED: false}
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "mmap_write_trylock() fails", "an exiting process is passed over"]
  patch-v1:
    summary: "the patch as the mail answers it: no mmap lock, and users are asked for without a lock"
    use: [mm/khugepaged/retract.patch-v1.c]
    define: {SCANNED: false}
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "an exiting process is passed over", "a page table goes away from under the unmapping"]
  v6.6:
    summary: "as merged"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {SCANNED: false}
    expect: never
    reach: ["a page table is retracted", "a page table is gone through to unmap its pages", "an exiting process is passed over", "a page table goes away from under the unmapping"]
notes:
  - at: "retract_page_tables: find_pmd_or_thp_or_none(mm, addr, &pmd)"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm, v6.0, v6.1.0]
    say: There is a page table, and khugepaged will take it away if it gets the mmap lock.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm]
    say: It keeps everybody out who asks for this lock. To unmap, the exiting process does not.
  - at: "retract_page_tables: mmap_write_trylock(mm)"
    variants: [v6.0, v6.1.0, v6.4, v6.5]
    say: While the process unmaps its pages it holds the lock, so this fails.
  - at: "retract_page_tables: hpage_collapse_test_exit(mm)"
    variants: [v5.8-fixed]
    say: Asked under the mmap lock. If the process has users still, it comes by khugepaged_exit() later, and waits there.
  - at: "retract_page_tables: hpage_collapse_test_exit(mm)"
    variants: [v5.8-fixed-other-mm]
    say: Asked under the mmap lock. But the process may exit right after that, and does not ask for the lock.
  - at: "retract_page_tables: hpage_collapse_test_exit(mm)"
    variants: [patch-v1, v6.6]
    say: Asked without a lock. The process may exit in the next moment.
  - at: "khugepaged_exit: mmap_write_lock(mm)"
    variants: [v5.8, v5.8-fixed]
    say: The process that khugepaged is scanning waits here until khugepaged has left it. Whoever comes later must find out that it has no users.
  - at: "zap_pte: pmdp_get_lockless(pmd)"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm]
    say: There is a page table to go through. No lock says that it stays.
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd)"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm]
    say: The PMD is read to find the lock of the table.
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd) #2"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm]
    say: And once more, to find the slot. If the entry is empty by now, the slot is one of physical page 0.
  - at: "pte_offset_map_lock: spin_lock(ptl)"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm]
    say: The lock is in the page of the table. If that is freed, so is the lock.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    say: The PMD is empty from here on.
  - at: "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"
    variants: [v5.8, v5.8-fixed, v5.8-fixed-other-mm]
    say: The table is freed at once. Does somebody go through it still?
  - at: "pte_offset_map_lock: pmdp_get_lockless(pmd)"
    variants: [patch-v1, v6.6]
    say: With ptl held, the PMD is read again. If it is empty, there is nothing to unmap any more.
  - at: "pte_offset_map_lock: __pte_offset_map(pmd, addr, &val)"
    variants: [patch-v1, v6.6]
    say: The PMD is read once, inside an RCU section, which keeps the table from being freed.
  - at: "exit_mmap: unlink_file_vma(mm->mmap[i])"
    variants: [patch-v1, v6.6]
    say: khugepaged holds this lock, shared, as long as it goes through the mappings of the file. So the tables cannot be freed under it.
---*/
/* retract_page_tables(), the page-table walks and exit_mmap() come with the variant. */
#include "linux/mm.h"
#include "mm/memory.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define SCANNED		true			/* false: khugepaged scans another mm, and comes to A through the file */

/* The file: one huge page over all of it, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* The process that exits. mm B maps the file too, but its page table has gone already. */
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1 };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

POOL(struct ptdesc, 1, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	khugepaged_scan.mm = SCANNED ? &A : &B;
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(khugepaged_scan.mm, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "exiting task") { mmput(&A); }

always("bogus-pmd: the PMD entry of A leads to a page table that is in use", A.pmd[0].kind != PMD_TABLE || is_live(A.pmd[0].table));
finally("not-freed: the page table is freed, by whomever", !is_live(&T0) && A.pmd[0].kind == PMD_NONE);
finally("not-unlinked: the file does not know the mapping any more", !file.i_mmap[0]);

finally { check_pages(); }
