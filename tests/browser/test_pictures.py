"""What is drawn of page tables and of those who remember them, from a text of its own that a link carries."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

NewContext = Callable[..., BrowserContext]

TEXT = """\
/*---
dialect: 1
title: Who still knows the table?
group: Tests
summary: A table is taken away, freed and used for something else, while a TLB, an IOMMU and a hypervisor know it.
---*/
#define VM_WRITE	1
#define VM_SHARED	2

enum page_kind	{ PAGE_SHMEM, PAGE_ANON, PAGE_DATA };
enum ptdesc_kind { PT_TABLE, PT_DATA };
enum pte_kind	{ PTE_NONE, PTE_PRESENT };
enum pmd_kind	{ PMD_NONE, PMD_TABLE };

struct page { bit_lock_t lock; enum page_kind kind; struct anon_vma *anon_vma; u8 data; };
typedef struct { enum pte_kind kind; struct page *page; bool write; } pte_t;
typedef struct { enum pmd_kind kind; struct ptdesc *table; } pmd_t;
struct ptdesc { enum ptdesc_kind kind; pte_t pte[2]; };
struct anon_vma { struct rw_semaphore rwsem; struct vm_area_struct *rb_root[2]; };
struct vm_area_struct { struct mm_struct *vm_mm; unsigned long vm_start, vm_end; u8 vm_flags;
	struct anon_vma *anon_vma; };
struct mm_struct { pmd_t pmd[1]; };
struct tlb { pte_t leaf[2]; struct ptdesc *upper[1]; } tlb[2];
struct iommu { struct mm_struct *mm; struct ptdesc *walk_cache[1]; struct ptdesc *walking; };
struct kvm { struct mm_struct *mm; u8 mmu_invalidate_in_progress; struct page *spte[2]; };

struct mm_struct A;
struct anon_vma AV = { .rb_root = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = 2, .vm_flags = VM_WRITE, .anon_vma = &AV };
struct page P = { .kind = PAGE_ANON, .anon_vma = &AV, .data = 42 };
struct iommu smmu = { .mm = &A };
struct kvm vm = { .mm = &A };
POOL(struct ptdesc, 1, "T");

setup {
	struct ptdesc *table = kmalloc(struct ptdesc);

	table->pte[1] = (pte_t){ .kind = PTE_PRESENT, .page = &P, .write = true };
	A.pmd[0] = (pmd_t){ .kind = PMD_TABLE, .table = table };
	tlb[1].leaf[1] = table->pte[1];
	tlb[1].upper[0] = table;
	smmu.walk_cache[0] = table;
	vm.spte[1] = &P;
}

CPU(0, "remover") {
	struct ptdesc *table = A.pmd[0].table;

	bit_lock(&P.lock);
	WRITE_ONCE(vm.mmu_invalidate_in_progress, 1);
	A.pmd[0] = (pmd_t){ .kind = PMD_NONE };
	kfree(table);
	table = kmalloc(struct ptdesc, .kind = PT_DATA);
	table->pte[0] = (pte_t){ .kind = PTE_PRESENT, .page = &P };
}

/* Reads what the remover writes, which makes steps of it; it never comes to it here. */
CPU(1, "reader") {
	struct ptdesc *table = A.pmd[0].table;

	if (table && vm.mmu_invalidate_in_progress && table->pte[0].page)
		P.data = table->kind;
}

finally("the tables map nothing", A.pmd[0].kind == PMD_NONE && P.kind == PAGE_ANON);
finally("everybody knows still", tlb[1].leaf[1].write && tlb[1].upper[0] && smmu.walk_cache[0] && vm.spte[1]);
finally("nobody else does", !tlb[0].leaf[0].page && !tlb[0].upper[0] && !smmu.walking);
finally("it is told", vm.mmu_invalidate_in_progress == 1 && V.anon_vma == P.anon_vma && AV.rb_root[0]);
"""


def link(text: str, steps: int, view: str = "") -> str:
    bundle = json.dumps({"files": [{"path": "who-knows.c", "text": text}]}).encode()
    deflate = zlib.compressobj(wbits=-15)
    packed = base64.urlsafe_b64encode(deflate.compress(bundle) + deflate.flush()).decode().rstrip("=")
    return f"#v1~who-knows~~1.a{steps}~{steps}~~{view}~{packed}"


def test_what_a_tlb_an_iommu_and_a_hypervisor_know_goes_stale_when_the_table_is_taken_away(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(f"/{link(TEXT, 7)}")
    expect(page.get_by_text("Step 7 of 7")).to_be_visible()

    tlb = page.get_by_role("region", name="TLB of CPU 1")
    iommu = page.get_by_role("region", name="IOMMU")
    kvm = page.get_by_role("region", name="KVM")
    expect(tlb).to_contain_text("stale: the page is in use for something else")
    expect(tlb).to_contain_text("stale: the tables map nothing")
    expect(iommu).to_contain_text("1 entry stale")
    expect(kvm).to_contain_text("1 invalidation in progress: no entry may be made")
    expect(page.get_by_role("region", name="TLB of CPU 0")).not_to_contain_text("stale")
    expect(page.get_by_role("region", name="mm A")).to_contain_text("freed, and in use for something else")
    pages = page.get_by_role("region", name="Pages", exact=True)
    expect(pages).to_contain_text("TLB of CPU 1 [1] (stale)")
    expect(pages.get_by_role("row", name="P anon")).to_contain_text("CPU 0")
    expect(page.get_by_role("region", name="Reverse map of anonymous pages")).to_contain_text("V")
    expect(page.get_by_role("region", name="mm A")).to_contain_text("write, private")
    axe(page)

    page.keyboard.press("Home")

    expect(page.get_by_text("Step 0 of 7")).to_be_visible()
    for region in (tlb, iommu, kvm):
        expect(region).not_to_contain_text("stale")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_fit_a_phone(
    new_context: NewContext, base_url: str, axe: Callable[[Page], None], scheme: str
) -> None:
    phone = new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    phone.goto(f"{base_url}/{link(TEXT, 7, 'world')}")

    expect(phone.get_by_role("region", name="TLB of CPU 1")).to_be_visible()

    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    axe(phone)
