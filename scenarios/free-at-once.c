/*---
dialect: 1
title: May a page table be freed as soon as it is detached?
group: The mail
summary: A page fault has found a page table and its lock, and before it takes the lock khugepaged removes the table and gives its page back.
story: |
  The lock of a page table is part of the table's page: whoever frees the page frees the lock. A page fault begins by looking at the
  slot without the lock (pte_offset_map_nolock), decides what to do, and only then takes the lock and looks whether the slot is
  still what it was. In between, khugepaged may take the table away.

  Up to v6.4 it could free the table at once. It held the mmap lock and i_mmap_rwsem exclusively, and there was no anon_vma by which
  anybody else could come: so no such fault was under way. (GUP-fast, which takes no lock, it waited for with an interrupt.) The patch of the
  mail wants to hold none of these exclusively. So its series comes with a second half: who looks at a page table is in an RCU read section,
  and the table is freed only after all who were in one have left. pte_free_defer() does that; the mutant frees at once.

  What can happen then is not only a look at freed memory. The page may belong to somebody else by then. The fault takes "the lock", which
  is a few bytes of his data, and compares "the slot", which is another few. Jann Horn showed in the thread (2 June 2023)
  how such a comparison may succeed, if the page has become a page table again and holds the same entry: then the fault makes an
  entry of a foreign table writable. Without the delay, pte_same() proves nothing.
sources:
  - text: "Hugh Dickins, [PATCH 00/12] mm: free retracted page table by RCU, 29 May 2023; Jann Horn in reply, 31 May and 2 June 2023"
  - commit: 13cf577e6b66
  - commit: 0d940a9b270b
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6"
asks: use-after-free
goals:
  - find: use-after-free
    say: Let the fault touch a table that is not there any more. It must have found it before.
  - find: bad-unlock
    say: Let the fault hold a lock whose memory is given to somebody else.
variants:
  v6.4:
    summary: "before the patch: freed at once, but only with the mmap lock held exclusively"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "a freed page table is in use for something else"]
  patch-v1:
    summary: "the patch as the mail answers it: freed after a grace period"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  v6.6:
    summary: "as merged: freed after a grace period"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
  patch-v1-free-at-once:
    summary: "never shipped: the patch with pte_free() in place of pte_free_defer()"
    use: [mm/khugepaged/retract.patch-v1.c]
    edit:
      - in: mm/khugepaged/retract.patch-v1.c
        from: "pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
        to: "pte_free(pmd_pgtable(pgt_pmd))"
    expect: {use-after-free: sometimes, bad-unlock: sometimes}
    reach: ["a page table is retracted", "a freed page table is in use for something else"]
notes:
  - at: "pte_offset_map_nolock: __pte_offset_map(pmd, addr, &val)"
    variants: [patch-v1, v6.6]
    say: The table is found, and an RCU read section entered. Until it is left the table's page stays what it is.
  - at: "pte_offset_map_nolock: __pte_offset_map(pmd, addr, &val)"
    variants: [patch-v1-free-at-once]
    say: The table is found, and an RCU read section entered, for which khugepaged does not wait here.
  - at: "handle_pte_fault: ptep_get(pte)"
    say: A look at the slot without the lock.
  - at: "handle_pte_fault: spin_lock(ptl)"
    say: The lock of the table that was found. It is part of that table's page.
  - at: "handle_pte_fault: ptep_get(pte) #2"
    say: Is the slot as it was? The answer means something only if it is still a slot of a page table.
  - at: "do_user_addr_fault: mmap_read_lock(mm)"
    variants: [v6.4]
    say: As long as the fault holds it khugepaged's trylock fails, and the table stays.
  - at: "retract_page_tables: pte_free(pmd_pgtable(pgt_pmd))"
    variants: [patch-v1-free-at-once]
    say: The page is given back, and the lock with it. Whoever found the table before still has their addresses.
  - at: "retract_page_tables: pte_free_defer(mm, pmd_pgtable(pgt_pmd))"
    variants: [patch-v1, v6.6]
    say: The page is given back when all who may have found the table before have left their read section.
  - at: "get_freed_table_for_data: kmalloc_freed(struct ptdesc, .kind = PT_DATA)"
    say: The page is handed to somebody else, who writes there what he likes.
---*/
/* retract_page_tables() comes with the variant. */
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/page_alloc.c"
#include "mm/leaks.c"
#include "mm/debug_vm.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the program stores */
#define SLOT		1			/* where */

/*
 * The file: one huge page over all of it (C9). One small page is still mapped; in Linux it is unmapped (C4) and copied
 * (C7) before the huge page stands in the file, but as both are locked nobody can tell.
 */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file };
struct page S = { .kind = PAGE_SHMEM, .refcount = 2, .mapcount = 1, .mapping = &file, .data = OLD_DATA };
struct page secret = { .kind = PAGE_DATA, .refcount = 1 };
struct address_space file = { .i_mmap = { &VA }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 1, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0 */
	set_pte_at(&A, SLOT, &T0.pte[SLOT], mk_pte(&S, false));
	inc_mm_counter(&A, MM_SHMEMPAGES);
}

CPU(0, "khugepaged") {
	setup { lock_page(&S); lock_page(&H); }
	fuse {
		zap_pte(&VA, &A.pmd[0], SLOT);	/* C4 */
		H.data = S.data;		/* C7 */
	}
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
	unlock_page(&S);
}

CPU(1, "application") {
	user_store(&A, SLOT, NEW_DATA);
}

EVENT("somebody else") {
	get_freed_table_for_data(SLOT, &secret);
}

finally("content: what the program stored is in the file", H.data == NEW_DATA);

finally {
	mmput(&A);
	check_pages();
}
