"""The family `scale-retract`: the race of the mail with as many mms and threads as one likes, to measure searches by.

khugepaged retracts the page tables of N mms that map one file; M threads do UFFDIO_COPY, R threads load from their
memory and fault, G threads walk page tables by GUP-fast. All of it is the shipped library; nothing is fused that the
library does not fuse. Two variants: `v6.6` as merged, in which no schedule goes wrong, and `patch-v1`, which loses a
page.

Copies, loads and walks go round the mms: the first to mm A, the second to mm B, and again from A on. A copy has a slot
of its own; loads and walks go to the slot of the copy that is first in their mm.
"""

from __future__ import annotations

from dataclasses import dataclass

from racewalk.lang.bundle import Bundle

VARIANTS = ("v6.6", "patch-v1")
SLOTS = 4  # of one page table


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each. khugepaged is always there, and RCU."""

    mms: int
    copies: int
    loads: int
    walks: int

    @property
    def name(self) -> str:
        return f"scale-retract-{self.mms}-{self.copies}-{self.loads}-{self.walks}"


SIZES = {
    "100k": Size(2, 1, 1, 0),
    "1M": Size(2, 1, 1, 1),
    "3M": Size(3, 1, 1, 1),
    "9M": Size(4, 1, 1, 1),
    "21M": Size(5, 1, 1, 1),
}
"""By about how many states v6.6 has, unreduced."""

STATES = {"100k": 105_900, "1M": 931_989, "3M": 2_966_872, "9M": 8_210_334, "21M": 21_081_535}
"""Exactly how many, of v6.6, found by the search and for the first two by the plain explorer too."""


def scale_retract(size: Size) -> Bundle:
    """The scenario's text."""
    if not 1 <= size.mms <= 6:
        raise ValueError(f"1 to 6 mms, and not {size.mms}")
    if -(-size.copies // size.mms) > SLOTS:
        raise ValueError(f"a page table has {SLOTS} slots: at most {SLOTS * size.mms} copies in {size.mms} mms")
    return Bundle.of([(f"{size.name}.c", _scenario(size))])


def _scenario(size: Size) -> str:
    mms = [chr(ord("A") + n) for n in range(size.mms)]
    copied = [(n, mms[n % size.mms], n // size.mms) for n in range(size.copies)]
    actors = [
        *(f'CPU({1 + n}, "uffd monitor {n}") {{ copied[{n}] = copy(&uffd_{mm}, {slot}); }}' for n, mm, slot in copied),
        *(
            f'CPU({1 + size.copies + n}, "application {n}") {{ user_load(&{mms[n % size.mms]}, 0); }}'
            for n in range(size.loads)
        ),
        *(
            f'CPU({1 + size.copies + size.loads + n}, "GUP-fast {n}") {{ pin_and_unpin(&{mms[n % size.mms]}, 0); }}'
            for n in range(size.walks)
        ),
    ]
    objects = [line for mm in mms for line in _objects(mm)]
    setups = [line for mm in mms for line in _setup(mm)]
    results = [f"int copied[{size.copies}];\t\t\t\t/* what each UFFDIO_COPY answered in the end */"] if copied else []
    ends = [
        f'finally("not-mapped: page {n} is mapped where it was stored", '
        f"copied[{n}] || is_mapped(&{mm}, {slot}, {10 + n}));"
        for n, mm, slot in copied
    ]
    return TEXT.format(
        vmas=max(2, size.mms),
        i_mmap=", ".join(f"&V{mm}" for mm in mms),
        objects="\n".join(objects),
        tables=size.mms + size.copies + size.loads,
        pages=max(1, size.copies),
        anon_vmas=max(1, size.copies),
        results="\n".join(results),
        setups="\n\t".join(setups),
        actors="\n".join(actors),
        ends="\n".join(ends),
        puts="\n\t".join(f"mmput(&{mm});" for mm in mms),
    )


def _objects(mm: str) -> list[str]:
    return [
        f"struct mm_struct {mm} = {{ .mm_users = 1, .mmap = {{ &V{mm} }} }};",
        f"struct vm_area_struct V{mm} = {{ .vm_mm = &{mm}, .vm_end = HPAGE_PMD_SIZE, {MAPPING} }};",
        f"struct userfaultfd_ctx uffd_{mm} = {{ .mm = &{mm} }};",
    ]


def _setup(mm: str) -> list[str]:
    return [f"__pte_alloc(&{mm}, &{mm}.pmd[0]);", f"userfaultfd_register(&uffd_{mm}, &V{mm}, VM_UFFD_MISSING);"]


MAPPING = ".vm_file = &file, .vm_flags = VM_WRITE"

TEXT = """\
/*---
dialect: 1
title: How long does it take to search the race of the mail?
summary: Several mms and threads, for measuring.
group: Benchmarks
asks: lost-pte
variants:
  v6.6:
    summary: "as merged"
    use: [mm/khugepaged/retract.v6.6.c]
    expect: never
  patch-v1:
    summary: "the patch as the mail answers it"
    use: [mm/khugepaged/retract.patch-v1.c]
    expect: {{lost-pte: sometimes, not-mapped: sometimes, bad-rss-counter: sometimes, leaked-page: sometimes}}
---*/
#include "linux/mm.h"
#include "fs/userfaultfd.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"
#include "mm/gup.c"

#define NR_VMAS {vmas}

/* The file: one huge page over all of it, just put there. khugepaged still has it locked. */
struct page H = {{ .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = 7 }};
struct address_space file = {{ .i_mmap = {{ {i_mmap} }}, .i_pages = {{ &H, &H, &H, &H }}, .i_size = NR_FILE_PAGES }};

{objects}

POOL(struct ptdesc, {tables}, "T");
POOL(struct page, {pages}, "P");
POOL(struct anon_vma, {anon_vmas}, "AV");

struct collapse_control khugepaged_collapse_control = {{ .is_khugepaged = true }};
{results}

setup {{
	{setups}
}}

int copy(struct userfaultfd_ctx *ctx, unsigned long slot)
{{
	int err;

	do {{
		err = userfaultfd_copy(ctx, slot, 10 + smp_processor_id() - 1);
	}} while (err == -EAGAIN);
	return err;
}}

CPU(0, "khugepaged") {{
	setup {{ lock_page(&H); }}
	collapse_file_end(&A, 0, &file, 0, &H, &khugepaged_collapse_control);
}}
{actors}

bool is_mapped(struct mm_struct *mm, unsigned long addr, u8 data)
{{
	pmd_t pmd = mm->pmd[addr / HPAGE_PMD_SIZE];
	pte_t pte;

	if (pmd.kind != PMD_TABLE)
		return false;
	pte = pmd.table->pte[addr % PTRS_PER_PTE];
	return pte.kind == PTE_PRESENT && pte.page->kind == PAGE_ANON && pte.page->data == data;
}}

{ends}

finally {{
	{puts}
	check_pages();
}}
"""
