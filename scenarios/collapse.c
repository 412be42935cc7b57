/*---
dialect: 1
title: Does a whole collapse lose what userfaultfd stores?
group: The mail
summary: "khugepaged from the first small page to the last: it unmaps, copies, replaces and retracts, or gives up and puts everything back."
story: |
  The mail is about the last part of collapse_file(), the retraction of page tables. Here the whole function runs. A shmem
  file has two small pages (512 in Linux), and khugepaged makes one huge page of them. It locks each page and takes a
  reference, unmaps it from every page table, and counts: three references, its own, the page cache's and that of the
  isolation, mean that nobody else uses the page, and from then on everybody has to wait for the page lock. Then it copies,
  stores the huge page in the page cache in one go, retracts the page tables of all who map the file, unlocks the huge page,
  and frees the small ones. If a page is locked or in use, it gives up and puts everything back.

  Two processes map the file. A maps it privately, with a userfaultfd; its monitor stores a page of its own in the second
  slot, at any time: before, while and after the small pages are unmapped. Its page goes into A's page table only, so
  khugepaged does not meet it on its way through the file. B maps the file shared, and an application of B reads the second
  page at any time. It may wait for a page lock and then find that the page has left the file; it then looks again and gets
  the huge page.

  A hole in the file is a page that is not there yet. khugepaged fills it with zeros, but only if nobody could tell: in
  every hole it puts a mark at which whoever looks must look again, and then it asks whether a fault has filled a hole
  meanwhile, and whether any mapping waits with a userfaultfd for faults on missing pages. If so, it gives up. That is why in the
  race of the mail every page of the file is there: the monitor fills slots of a page table, not holes of a file.

  With MADV_COLLAPSE a process asks for the collapse of its own memory, and wants to have the huge page mapped right away. In v6.6
  collapse_pte_mapped_thp() does that; if it meets the monitor's page in the table, it leaves the table alone.
sources:
  - lkml: "CAG48ez0aF1Rf1apSjn9YcnfyFQ4YqSd4GqB6f2wfhF7jMdi5Hg@mail.gmail.com"
  - text: "David Stevens' series for v6.4: mm/khugepaged: skip shmem with userfaultfd; maintain page cache uptodate flag"
  - commit: 1d65b771bc08
  - version: "v6.4, v6.6, and the patch of 29 May 2023 on v6.5"
asks: lost-pte
goals:
  - find: lost-pte
    say: Bring khugepaged to the retraction, and lose the monitor's page there.
  - find: content
    say: Let a process read what it must not read.
variants:
  v6.4:
    summary: "retraction under mmap_lock, exclusively"
    use: [mm/khugepaged/retract.v6.4.c, mm/khugepaged/pte-mapped.v6.4.c, mm/pgtable-generic.v6.4.c]
    expect: never
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY stores its page", "a small page is locked: the collapse is given up", "a small page is in use: the collapse is given up", "a page left the file while its lock was waited for", "mmap_write_trylock() fails", "the second look at anon_vma skips the VMA"]
  patch-v1:
    summary: "the patch as the mail answers it: retraction without mmap_lock, and nothing is tested again"
    use: [mm/khugepaged/retract.patch-v1.c, mm/khugepaged/pte-mapped.v6.4.c]
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY stores its page", "a small page is locked: the collapse is given up", "a small page is in use: the collapse is given up", "a page left the file while its lock was waited for"]
  v6.6:
    summary: "as merged: anon_vma and write protection are tested again under the page-table lock"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    expect: never
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY stores its page", "a small page is locked: the collapse is given up", "a small page is in use: the collapse is given up", "a page left the file while its lock was waited for", "the test under ptl skips the VMA", "UFFDIO_COPY is tried again"]
  v6.6-holes:
    summary: "the second page of the file is a hole, and B may fill it by reading; nobody waits for faults on missing pages"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    define: {HOLE: true, UFFD_MODE: VM_UFFD_MINOR, MONITOR: false}
    asks: content
    expect: never
    reach: ["the range is collapsed", "a page table is retracted", "a fault fills a hole", "a hole was filled meanwhile: the collapse is given up", "a look-up meets a hole that is about to be closed"]
  v6.6-holes-shared:
    summary: "A maps the file shared too: the monitor stores its page in the hole itself, if khugepaged leaves it one"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    define: {HOLE: true, UFFD_MODE: VM_UFFD_MINOR, READER: NOBODY, A_FLAGS: VM_WRITE | VM_SHARED}
    asks: content
    expect: never
    reach: ["the range is collapsed", "a page table is retracted", "UFFDIO_COPY fills a hole", "a hole was filled meanwhile: the collapse is given up", "a small page is locked: the collapse is given up"]
    note: Derived by reading the code.
  v6.6-no-count-of-holes:
    summary: "never shipped: nobody asks whether a hole was filled meanwhile"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    define: {HOLE: true, UFFD_MODE: VM_UFFD_MINOR, READER: NOBODY, A_FLAGS: VM_WRITE | VM_SHARED}
    edit: [{in: mm/khugepaged/collapse_file.c, from: "if (store_retry_entries(mapping, start) != nr_none) {", to: "store_retry_entries(mapping, start);\n\tif (false) {"}]
    asks: content
    expect: {content: sometimes, lost-pte: sometimes, bad-rss-counter: sometimes, bad-map-count: sometimes, leaked-page: sometimes}
    reach: ["the range is collapsed", "UFFDIO_COPY fills a hole"]
    note: The huge page takes the place of the page that the monitor stored. Derived by reading the code.
  v6.6-holes-missing:
    summary: "the second page is a hole, A reads it, and its monitor is the one who fills it"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    define: {HOLE: true, READER: A_READS}
    expect: never
    reach: ["a userfaultfd waits for faults in holes: the collapse is given up", "a fault in a hole waits for the monitor", "UFFDIO_COPY stores its page"]
    note: The collapse is rolled back in every schedule.
  v6.6-no-missing-check:
    summary: "never shipped: holes are closed although a userfaultfd waits for faults in them"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    define: {HOLE: true, READER: A_READS}
    edit: [{in: mm/khugepaged/collapse_file.c, from: "if (userfaultfd_missing(vma))", to: "if (false)"}]
    asks: content
    expect: {content: sometimes}
    reach: ["the range is collapsed", "a fault in a hole waits for the monitor", "UFFDIO_COPY stores its page"]
    note: A reads zeros of the huge page, and the monitor is never asked. Follows from the code; it is what the test was added for in v6.4.
  v6.4-madvise:
    summary: "A asks for the collapse; retraction and mapping under mmap_lock, exclusively"
    use: [mm/khugepaged/retract.v6.4.c, mm/khugepaged/pte-mapped.v6.4.c, mm/pgtable-generic.v6.4.c]
    define: {MADVISE: true, READER: NOBODY}
    expect: never
    reach: ["the range is collapsed", "UFFDIO_COPY stores its page", "the table holds something else: it stays", "a page table is retracted", "mmap_write_trylock() fails"]
  patch-v1-madvise:
    summary: "A asks for the collapse, with the patch that the mail answers"
    use: [mm/khugepaged/retract.patch-v1.c, mm/khugepaged/pte-mapped.v6.4.c]
    define: {MADVISE: true, READER: NOBODY}
    expect: {lost-pte: sometimes, content: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}
    reach: ["the range is collapsed", "UFFDIO_COPY stores its page", "the table holds something else: it stays", "a page table is retracted"]
    note: Follows from the code. The mapping after the retraction is still done under mmap_lock exclusively here; it was changed by the next patch of the series.
  v6.6-madvise:
    summary: "A asks for the collapse; mapping under mmap_lock, shared"
    use: [mm/khugepaged/retract.v6.6.c, mm/khugepaged/pte-mapped.v6.6.c]
    define: {MADVISE: true, READER: NOBODY}
    expect: never
    reach: ["the range is collapsed", "UFFDIO_COPY stores its page", "the table holds something else: it stays", "the table of small entries is taken away", "a page table is retracted", "the test under ptl skips the VMA"]
notes:
  - at: "collapse_file: alloc_charge_hpage(mapping, start)"
    say: The huge page is locked before anybody can find it, and stays locked until the page tables are retracted.
  - at: "collapse_file: trylock_page_at(mapping, start + i, &page)"
    say: It only tries the page lock, since it holds the lock of the page cache. If the page is locked, for instance by a fault, the collapse is given up.
  - at: "try_to_unmap_one: unmap_pte(page, vma, addr, pte, ptl)"
    say: The slot is empty now, and anybody may fill it who need not lock the page. That is the monitor.
  - at: "collapse_file: is_unused(page, mapping)"
    say: Three references are khugepaged's, the page cache's and the isolation's. A fourth is somebody who uses the page, and the collapse is given up.
  - at: "collapse_file: copy_to_hpage(cc)"
    say: After the flush of the TLBs nobody can write to the small pages any more, so the copy is true.
  - at: "close_holes: store_retry_entries(mapping, start)"
    variants: [v6.6-holes, v6.6-holes-missing, v6.6-no-missing-check]
    say: Until the lock of the page cache is dropped, who looks for a page in a hole looks again and again.
  - at: "collapse_file: xas_store_hpage(mapping, start, hpage)"
    say: From here on faults find the huge page, and wait for its lock.
  - at: "retract_page_tables: READ_ONCE(vma->anon_vma)"
    variants: [patch-v1, patch-v1-madvise]
    say: The only look at anon_vma. If the monitor comes after it, its page is lost with the table.
  - at: "retract_page_tables: vma->anon_vma"
    variants: [v6.6, v6.6-madvise]
    say: Asked again, with the lock of the table. A monitor who stores later finds that the table is gone.
  - at: "pmdp_collapse_flush: pmdp_huge_get_and_clear(pmdp)"
    variants: [v6.4, patch-v1, v6.6]
    say: The table is taken out, with all that is in its slots.
  - at: "mfill_atomic_pte_copy > mfill_atomic_install_pte: set_pte_at(mm, dst, pte, new)"
    actor: uffd monitor
    variants: [v6.4, patch-v1, v6.6, v6.4-madvise, patch-v1-madvise, v6.6-madvise]
    say: The page is in A's page table. The page cache knows nothing of it.
  - at: "collapse_file: free_small_page(page)"
    say: Who waited for its lock gets it now, sees that the page is not of the file any more, and looks again.
---*/
/* retract_page_tables() and collapse_pte_mapped_thp() come with the variant. */
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/shmem.c"
#include "mm/madvise.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"

#define PTRS_PER_PTE	2			/* small pages to one huge page */
#define HOLE		false			/* the second page of the file is not there */
#define UFFD_MODE	VM_UFFD_MISSING
enum { NOBODY, A_READS, B_READS };
#define READER		B_READS			/* an application that reads the second slot meanwhile */
#define MONITOR		true			/* the monitor fills a slot of A meanwhile */
#define A_FLAGS		VM_WRITE		/* with VM_SHARED the monitor fills the file itself */
#define MADVISE		false			/* A asks for the collapse, by MADV_COLLAPSE */

#define DATA_0		6			/* what the file holds in its first page */
#define DATA_1		7			/* in its second */
#define NEW_DATA	42			/* what the monitor stores */
#define SLOT		1			/* where: in the second slot of A */

struct address_space file = { .i_mmap = { &VA, &VB }, .i_size = NR_FILE_PAGES };

/* mm A maps the file privately, with a userfaultfd on it; mm B maps it shared. */
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1, .mmap = { &VB } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = A_FLAGS };
struct vm_area_struct VB = { .vm_mm = &B, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE | VM_SHARED };
struct userfaultfd_ctx uffd = { .mm = &A };

POOL(struct ptdesc, 4, "T");
POOL(struct page, 5, "P");
POOL(struct anon_vma, 2, "AV");

struct collapse_control khugepaged_collapse_control = { .is_khugepaged = true };
struct collapse_control madvise_collapse_control;

int copied;					/* what UFFDIO_COPY answered in the end */
u8 seen;					/* what the application read, at any time */

void add_to_file(unsigned long index, u8 data)
{
	file.i_pages[index] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .index = index,
				      .data = data);
}

setup {
	add_to_file(0, DATA_0);
	if (!HOLE)
		add_to_file(1, DATA_1);
	user_load(&A, 0);			/* T0 maps the first page */
	user_load(&B, 0);			/* and so does T1 */
	userfaultfd_register(&uffd, &VA, UFFD_MODE);
}

CPU(0, "collapser") {
	if (MADVISE)
		madvise_collapse(&VA, 0, &madvise_collapse_control);
	else
		collapse_file(&B, 0, &file, 0, &khugepaged_collapse_control);
}

CPU(1, "uffd monitor") {
	while (MONITOR) {
		copied = userfaultfd_copy(&uffd, SLOT, NEW_DATA);
		if (copied != -EAGAIN)
			break;
		cover("UFFDIO_COPY is tried again");
	}
	if (MONITOR && copied == 0)
		cover("UFFDIO_COPY stores its page");
	else if (MONITOR)
		userfaultfd_wake(&uffd);
}

CPU(2, "application") {
	if (READER == A_READS)
		seen = user_load(&A, SLOT);
	if (READER == B_READS)
		seen = user_load(&B, SLOT);
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

u8 file_data(unsigned long index)
{
	struct page *page = file.i_pages[index];

	return page ? page_data(page, index) : 0;
}

finally("answer: UFFDIO_COPY ends with success, or with -EEXIST", copied == 0 || copied == -EEXIST);
/* What the second place of the file must hold. Of a shared mapping, the monitor's page is the file's. */
u8 expected_data(void)
{
	return !HOLE ? DATA_1 : MONITOR && (A_FLAGS & VM_SHARED) && !copied ? NEW_DATA : 0;
}

finally("not-mapped: the stored page is mapped where it was stored",
	!MONITOR || copied || (A_FLAGS & VM_SHARED) || is_mapped(&A, SLOT, NEW_DATA));
finally("content: the application reads what is there",
	READER == NOBODY || seen == (READER == A_READS ? NEW_DATA : expected_data()));
finally("content: the file holds what it is to hold", file_data(0) == DATA_0 && file_data(1) == expected_data());

finally {
	assert(!MONITOR || copied || user_load(&A, SLOT) == NEW_DATA, "content: A does not read what the monitor stored");
	mmput(&A);
	mmput(&B);
	check_pages();
	check_page_cache(&file);
}
