/*---
dialect: 1
title: What is the look at anon_vma good for?
group: The mail
summary: A program writes to a page of a file that it maps privately, while khugepaged unmaps that page and removes the page table.
story: |
  A program has mapped a file privately and has read from it, so its page table maps a page of the file, read-only. Now it
  writes there. The fault makes a copy and puts that in the place of the page of the file. It begins with an entry that is
  there, and so it does not need the page lock.

  At the same time khugepaged makes one huge page of the small pages of the file. It locks the page and takes it out of all
  page tables. If the copy came first, there is nothing to take out; nobody refers to the small page any more,
  the collapse goes on, and the page table with the copy in it stands in the way like any other. What saves it is
  anon_vma. The fault has set it before it touched the slot, and khugepaged looks at it only after it has looked
  for the page. So the look comes in time, without any lock.

  If khugepaged came first, the fault finds under the table's lock that the slot is not what it was, and throws its copy away.
  It begins again, and now the slot is empty: it has to wait for the page lock (see cow-after-test).

  This is the sentence that the mail attacks. It is true of page faults. UFFDIO_COPY fills a slot that is empty, does not wait for a
  page lock, and may set anon_vma as late as it likes (see uffd-copy).
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "Hugh Dickins, 29 May 2023, [PATCH 09/12]: why an unlocked look at anon_vma is enough"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.5 (the parent of the patch), v6.6"
asks: lost-pte
goals:
  - find: lost-pte
    say: Lose the copy. It can be done only in the variant where nobody looks at anon_vma.
  - find: content
    say: Let the program read what stood in the file, after it has written something else.
variants:
  v6.4:
    summary: "before the patch: anon_vma is looked at twice, and khugepaged is alone in the mm when it removes the table"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "a small page is in use: the collapse is given up", "the slot is not what it was when its page was copied"]
    note: What loses no copy here follows from the code; nobody reported otherwise.
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "a small page is in use: the collapse is given up", "the slot is not what it was when its page was copied"]
    note: What loses no copy here follows from the code; nobody reported otherwise.
  patch-v1:
    summary: "the patch as the mail answers it: anon_vma is looked at once, without a lock"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "a small page is in use: the collapse is given up", "the slot is not what it was when its page was copied"]
    note: The one look is enough against page faults, as the patch says. That this is so follows from the code; the mail does not doubt it.
  v6.6:
    summary: "as merged: anon_vma is looked at again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {FILE_FAULTS_UNDER_VMA_LOCK: true}
    expect: never
    reach: ["a page table is retracted", "the range is collapsed", "a small page is in use: the collapse is given up", "the slot is not what it was when its page was copied"]
    note: A fault of v6.6 begins under the VMA lock. As long as the mapping has no anon_vma a copy is made under the mmap lock.
  v6.6-no-anon-vma-test:
    summary: "never shipped: the merged code, but nobody looks at anon_vma"
    use: [mm/khugepaged/retract.v6.6.c]
    define: {FILE_FAULTS_UNDER_VMA_LOCK: true}
    edit:
      - in: mm/khugepaged/retract.v6.6.c
        from: "if (READ_ONCE(vma->anon_vma))"
        to: "if (false)"
      - in: mm/khugepaged/retract.v6.6.c
        from: "if (vma->anon_vma || userfaultfd_wp(vma))"
        to: "if (userfaultfd_wp(vma))"
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes, bad-map-count: sometimes}
    reach: ["a page table is retracted", "the range is collapsed", "a small page is in use: the collapse is given up", "the slot is not what it was when its page was copied"]
    note: Why the look is there at all.
notes:
  - at: "do_wp_page: get_page(orig.page)"
    say: The fault keeps the page while it copies. Up to the end of that the collapse counts one reference too many.
  - at: "do_wp_page: READ_ONCE(vma->anon_vma)"
    variants: [v6.6, v6.6-no-anon-vma-test]
    say: To get an anon_vma the neighbours must stay what they are, and the lock of one mapping does not promise that. So the fault begins again under the mmap lock.
  - at: "wp_page_copy: __anon_vma_prepare(vma)"
    say: From here on whoever looks at anon_vma lets the page table be. And this comes before the slot is touched.
  - at: "wp_page_copy: ptep_get(pte)"
    say: With the table's lock held, is the slot still what it was? If khugepaged has taken the page out meanwhile, the copy is thrown away and the fault begins again.
  - at: "wp_page_copy: set_pte_at(mm, addr, pte, mk_pte(copy, true))"
    say: The copy is in the table. It is the only place where the program's data stand.
  - at: "collapse_file: isolate_page(page, mapping, &mapped)"
    say: Is the small page in any page table? If the copy has taken its place it is not.
  - at: "page_vma_mapped_walk: ptep_get(ptep) #2"
    say: With the table's lock held, does the slot map the page that is looked for? The copy is another page and stays.
  - at: "try_to_unmap_one: unmap_pte(page, vma, addr, pte, ptl)"
    say: The page of the file is taken out. A write that comes now finds an empty slot, and has to wait for the page lock.
  - at: "collapse_file: is_unused(page, mapping)"
    say: Does anybody else refer to the page, such as a fault that is just copying it? Then the collapse is given up.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [v6.4, v6.5, patch-v1, v6.6]
    say: All faults that found the page in their slot are over by now, one way or the other. The one that has put a copy there has set anon_vma long before.
  - at: "retract_page_tables: find_pmd_or_thp_or_none(mm, addr, &pmd)"
    variants: [v6.6-no-anon-vma-test]
    say: The first thing that is looked at. That the mapping has pages of its own is not asked.
  - at: "retract_page_tables: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)"
    variants: [v6.6-no-anon-vma-test]
    say: Nobody can fill a slot from here on; but the copy is there already.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.6-no-anon-vma-test]
    say: The table is taken out, and nobody looks what is in its slots.
---*/
/* retract_page_tables() comes with the variant. */
#define PTRS_PER_PTE		2		/* small pages to one huge page */
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/khugepaged/collapse_file.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"

#define OLD_DATA	7			/* what the file holds */
#define NEW_DATA	42			/* what the program writes */
#define SLOT		1			/* where; it has read there before */

struct address_space file = { .i_mmap = { &V }, .i_size = NR_FILE_PAGES };
struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };

POOL(struct ptdesc, 2, "T");
POOL(struct page, 5, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

u8 seen;					/* what another thread of the program reads after it has written */

void add_to_file(unsigned long index)
{
	file.i_pages[index] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .index = index,
				      .data = OLD_DATA);
}

setup {
	add_to_file(0);				/* P0 */
	add_to_file(1);				/* P1 */
	user_load(&A, SLOT);			/* T0 maps P1, read-only */
}

CPU(0, "khugepaged") {
	collapse_file(&A, 0, &file, 0, &khugepaged_collapse_control);
}

CPU(1, "program") {
	user_store(&A, SLOT, NEW_DATA);
}

CPU(2, "its other thread") {
	wait_until(finished(1));
	seen = user_load(&A, SLOT);
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

finally("content: its other thread reads what the program has written", seen == NEW_DATA);
finally("not-mapped: the copy is mapped where it was written", is_mapped(&A, SLOT, NEW_DATA));
finally("content: what stands in the file does not change", page_data(file.i_pages[SLOT], SLOT) == OLD_DATA);
finally("table-freed: the first table is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));

sometimes("the copy takes the place of the page of the file", is_mapped(&A, SLOT, NEW_DATA) && A.pmd[0].table == &T0 && file.i_pages[SLOT]->huge);
sometimes("the copy is in a new table", is_mapped(&A, SLOT, NEW_DATA) && A.pmd[0].table != &T0);

finally {
	check_map_counts();
	mmput(&A);
	check_pages();
	check_page_cache(&file);
}
