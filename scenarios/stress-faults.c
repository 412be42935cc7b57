/*---
dialect: 1
title: Do page faults and reverse-map walks get along with khugepaged?
group: Stress mixes
summary: khugepaged removes a page table while one thread writes, one reads, and reclaim looks for a page of a child.
story: |
  No single race, but what page faults do around the removal of a page table, with every schedule looked at. One thread
  of a program writes to its private mapping of a file where nothing is mapped. Another touches it in another place, to read;
  it may meet the old table or map the huge page, which the writer then has to split. Reclaim follows an anon_vma that
  the mapping joins meanwhile. khugepaged holds the lock of the huge page and removes the table, and RCU frees it.

  No userfaultfd is here. Without one even the patch that the mail answers loses nothing, as its author had said. A
  write to what is mapped already has no part in it: see cow-existing-pte.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - cve: CVE-2023-52935
  - version: "v6.4, v6.5 (the parent of the patch), v6.6"
asks: lost-pte
variants:
  v6.4:
    summary: "before the patch: anon_vma is looked at again under the mmap lock"
    use: [mm/khugepaged/retract.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "reclaim finds the page of C"]
    note: The look under the mmap lock finds nothing new here. A fault that has set anon_vma waits for the page lock, and has the mmap lock meanwhile.
  v6.5:
    summary: "the parent of the patch: the same removal, with page-table walks that may fail"
    use: [mm/khugepaged/retract.v6.4.c]
    expect: never
    reach: ["a page table is retracted", "mmap_write_trylock() fails", "reclaim finds the page of C"]
  patch-v1:
    summary: "the patch as the mail answers it: anon_vma is looked at once, without a lock"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: never
    reach: ["a page table is retracted", "reclaim finds the page of C"]
    note: What it loses, it loses to userfaultfd only.
  v6.6:
    summary: "as merged: anon_vma is looked at again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
    reach: ["a page table is retracted", "the test under ptl skips the VMA", "reclaim finds the page of C"]
    note: Built without CONFIG_PER_VMA_LOCK, so all faults are under the mmap lock.
  v6.6-vma-lock:
    summary: "the same, with faults that begin under the VMA lock, and without the thread that reads"
    extends: v6.6
    define: {FILE_FAULTS_UNDER_VMA_LOCK: true, READER: false}
    note: The thread that reads is left out to keep the search small.
---*/
/* retract_page_tables() comes with the variant. */
#define TLB_FLUSH_IPI		false		/* nobody has interrupts off: a step less */
#define NR_REGIONS		2
#define NR_VMAS			3
#define NR_ANON_VMA_VMAS	3
#define NR_FILE_PAGES		(2 * HPAGE_PMD_SIZE)
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define OLD_DATA	7			/* what the file holds */
#define SLOT		1			/* where one thread writes, and where C has its page */
#define OTHER_SLOT	2			/* where the other thread reads */
#define READER		true

/* The file: a huge page over region 0, just put there (C9). khugepaged still has it locked. */
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = OLD_DATA };
struct address_space file = { .i_mmap = { &V, &W, &X }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };

/* V continues in W, and so gets its anon_vma. A child, C, has that from an older mapping: see anon-vma-rmap. */
struct mm_struct A = { .mm_users = 1, .mmap = { &V, &W } };
struct mm_struct C = { .mm_users = 1, .mmap = { &X } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct W = { .vm_mm = &A, .vm_start = HPAGE_PMD_SIZE, .vm_end = 2 * HPAGE_PMD_SIZE,
			    .vm_pgoff = HPAGE_PMD_SIZE, .vm_file = &file, .anon_vma = &AV };
struct vm_area_struct X = { .vm_mm = &C, .vm_end = 2 * HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE, .anon_vma = &AV };
struct anon_vma AV = { .rb_root = { NULL, &W, &X } };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 4, "P");
POOL(struct anon_vma, 1, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };

struct page *Q;					/* the page of C */
u8 found;					/* slots that map it, as reclaim counts them */

setup {
	__pte_alloc(&A, &A.pmd[0]);		/* T0, empty: the small pages were unmapped (C4) */
	__pte_alloc(&C, &C.pmd[0]);		/* T1, with the page of C */
	Q = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1, .mapcount = 1, .anon_vma = &AV, .index = SLOT);
	inc_mm_counter(&C, MM_ANONPAGES);
	set_pte_at(&C, SLOT, &T1.pte[SLOT], mk_pte(Q, true));
}

CPU(0, "khugepaged") {
	setup { lock_page(&H); }
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}

CPU(1, "writer") { user_store(&A, SLOT, 42); }

CPU(2, "reader") {
	if (READER)
		do_user_addr_fault(&A, OTHER_SLOT, false);
}

CPU(3, "reclaim") {
	found = folio_referenced(Q);
	if (found)
		cover("reclaim finds the page of C");
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

finally("not-mapped: what was written is mapped where it was written", is_mapped(&A, SLOT, 42));
finally("content: what stands in the file does not change", H.data == OLD_DATA);
finally("not-found: reclaim finds the page where it is mapped, and nowhere else", found == 1);
finally("table-freed: the first table is freed, unless it is still in place", is_live(&T0) == (A.pmd[0].table == &T0));

finally {
	check_map_counts();
	mmput(&A);
	mmput(&C);
	check_pages();
}
