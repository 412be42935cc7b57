"""Page faults and the reverse map: of each kind of finding a text that must be reported, and a look-alike."""

from __future__ import annotations

import pytest
from racewalk.explore.search import search
from racewalk.lang.bundle import Bundle
from racewalk.model import Finding, Move
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

HEAD = """\
#include "linux/mm.h"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

#define BOTH (VM_WRITE | VM_SHARED)
struct address_space file = { .i_mmap = { &VA, &VB }, .i_size = NR_FILE_PAGES };
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct mm_struct B = { .mm_users = 1, .mmap = { &VB } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct vm_area_struct VB = { .vm_mm = &B, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = BOTH };
POOL(struct page, 5, "P");
POOL(struct anon_vma, 3, "AV");
u8 seen;

setup {
    file.i_pages[1] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .index = 1, .data = 7);
}
"""
"""A file with one small page; mm A maps it privately, mm B shared."""

TABLES = 'POOL(struct ptdesc, 4, "T");\n'
EXIT = "finally { check_map_counts(); mmput(&A); mmput(&B); check_pages(); }\n"

MEMORY = "mm/memory.c"
GENERIC = "mm/pgtable-generic.c"

Edit = tuple[str, str, str]
"""A file of the library, and what is put in the place of what."""


def kinds(text: str, *edits: Edit, use: str = "") -> set[str]:
    """Of the findings in all schedules of a text that uses the library, with replacements in files of it."""

    def library(path: str) -> str | None:
        content = shipped().library(path)
        for file, old, new in edits:
            if file == path:
                assert content is not None
                assert content.count(old) == 1
                content = content.replace(old, new)
        return content

    header = f"/*---\ntitle: t\nvariants: {{v: {{use: [{use}]}}}}\n---*/\n" if use else ""
    result = search(build("own", Bundle.of([("own.c", header + HEAD + text)]), None, library).model)

    assert result.exhaustive
    return {found.kind for found in result.found}


def walk(name: str, variant: str, actors: str) -> list[Finding]:
    """What a run of a shipped scenario finds; `actors` are letters in order."""
    bundle = shipped().bundle(name)
    assert bundle is not None
    model = build(name, bundle, variant, shipped().library).model
    state = model.initial()
    found: list[Finding] = []
    for letter in actors:
        outcome = model.step(state, Move("abcdefgh".index(letter)))
        found += outcome.findings
        state = outcome.state
    return found


# --- what a fault does -----------------------------------------------------------------------------------------

READS = 'CPU(0, "a") { seen = user_load(&A, 1); }\n'
WRITES = 'CPU(0, "a") { user_store(&A, 1, 5); seen = user_load(&A, 1); }\n'
READS_AND_WRITES = 'CPU(0, "a") { user_load(&A, 1); user_store(&A, 1, 5); seen = user_load(&A, 1); }\n'
B_READS = 'CPU(1, "b") { user_load(&B, 1); }\n'
FILE_IS_AS_IT_WAS = 'finally("content: the file", file.i_pages[1]->data == 7);\n'


@pytest.mark.parametrize("under", ["", "#define FILE_FAULTS_UNDER_VMA_LOCK true\n"])
@pytest.mark.parametrize(("text", "value"), [(READS, 7), (WRITES, 5), (READS_AND_WRITES, 5)])
def test_a_private_mapping_reads_what_it_wrote_and_the_file_stays_as_it_was(text: str, value: int, under: str) -> None:
    right = f'finally("content: seen", seen == {value});\n'

    assert kinds(under + TABLES + text + B_READS + right + FILE_IS_AS_IT_WAS + EXIT) == set()


def test_a_shared_mapping_writes_into_the_file() -> None:
    text = 'CPU(0, "b") { user_store(&B, 1, 5); }\nfinally("content: the file", file.i_pages[1]->data == 5);\n'

    assert kinds(TABLES + text + EXIT) == set()


@pytest.mark.parametrize("under", ["", "#define FILE_FAULTS_UNDER_VMA_LOCK true\n"])
@pytest.mark.parametrize("use", ["", "mm/pgtable-generic.v6.4.c"])
def test_two_threads_may_fault_on_one_slot(use: str, under: str) -> None:
    text = 'CPU(0, "a") { user_store(&A, 1, 5); }\nCPU(1, "b") { seen = user_load(&A, 1); }\n'
    right = 'finally("content: the last word", A.pmd[0].table->pte[1].page->data == 5 && (seen == 5 || seen == 7));\n'

    assert kinds(under + TABLES + text + right + FILE_IS_AS_IT_WAS + EXIT, use=use) == set()


def test_a_copy_that_is_not_made_is_reported_as_wrong_content() -> None:
    text = TABLES + 'CPU(0, "a") { user_store(&A, 1, 5); seen = user_load(&A, 1); }\n'
    right = 'finally("content: seen", seen == 5);\n'
    read_other = 'CPU(0, "a") { do_user_addr_fault(&A, 1, true); seen = user_load(&A, 1); }\n'
    copied = 'finally("content: seen", seen == 7);\n'
    no_copy = (MEMORY, "to->data = page_data(from, addr);", "")

    assert kinds(text + right + EXIT) == set()
    assert kinds(TABLES + read_other + copied + EXIT) == set()
    assert kinds(TABLES + read_other + copied + EXIT, no_copy) == {"content"}


def test_a_fault_met_by_a_hole_or_a_marker_says_that_nobody_is_there_for_it() -> None:
    hole = 'CPU(0, "a") { user_load(&A, 2); }\n'
    marker = "setup { __pte_alloc(&A, &A.pmd[0]); T0.pte[2] = (pte_t){ .kind = PTE_MARKER }; }\n"

    assert kinds(TABLES + hole) == {"bug-on"}
    assert kinds(TABLES + marker + hole) == {"bug-on"}


# --- bad-map-count, leaked-page ----------------------------------------------------------------------------------


def test_a_copy_that_leaves_the_old_page_counted_is_a_bad_map_count_until_the_end() -> None:
    text = TABLES + READS_AND_WRITES + EXIT

    assert kinds(text, (MEMORY, "page_remove_rmap(old);", "")) == {"bad-map-count"}
    assert kinds(text) == set()


def test_a_copy_that_keeps_a_reference_to_the_copy_it_could_not_use_leaks_it() -> None:
    text = TABLES + 'CPU(0, "a") { user_store(&A, 1, 5); }\nCPU(1, "b") { user_store(&A, 1, 6); }\n' + EXIT
    leak = (MEMORY, "put_page(page);\n\tif (!mapped)\n\t\tput_page(copy);", "put_page(page);")

    assert kinds(text, leak) == {"leaked-page"}
    assert kinds(text) == set()


# --- foreign-pte-write, detached-write ---------------------------------------------------------------------------

REUSE = """\
struct vm_area_struct SA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = BOTH };
setup { A.mmap[0] = &SA; user_load(&A, 1); }

CPU(0, "writer") { do_user_addr_fault(&A, 1, true); }
CPU(1, "remover") {
    pmd_t old;

    lock_page(&P0);                /* no new entry for it comes up anywhere */
    spin_lock(&T0.ptl);
    set_pte_at(&A, 1, &T0.pte[1], __pte_none);
    spin_unlock(&T0.ptl);
    spin_lock(&A.pmd_ptl);
    old = pmdp_huge_get_and_clear(&A.pmd[0]);
    spin_unlock(&A.pmd_ptl);
    %s;
    unlock_page(&P0);
}
EVENT("reuse by B") {
    struct ptdesc *table = kmalloc_freed(struct ptdesc);

    spin_lock(&B.pmd_ptl);
    set_pmd_at(&B.pmd[0], __pmd_table(table));
    spin_unlock(&B.pmd_ptl);
    spin_lock(&table->ptl);
    set_pte_at(&B, 1, &table->pte[1], mk_pte(&P0, false));
    spin_unlock(&table->ptl);
}
"""
"""A fault has read an entry of A's table; the table becomes one of B, with the same entry in the same place."""


def test_a_fault_that_finds_its_entry_again_in_a_table_of_another_mm_makes_that_writable() -> None:
    found = kinds(TABLES + REUSE % "pte_free(pmd_pgtable(old))")

    assert found == {"use-after-free", "foreign-pte-write", "bad-unlock"}


def test_no_fault_finds_its_entry_again_elsewhere_where_the_table_is_freed_by_rcu() -> None:
    assert kinds(TABLES + REUSE % "pte_free_defer(&A, pmd_pgtable(old))") == set()


# --- higher-locks ------------------------------------------------------------------------------------------------

REMOVES = """\
setup { __pte_alloc(&A, &A.pmd[0]); anon_vma_prepare(&VA); }
CPU(0, "remover") {
    %s
    pmdp_collapse_flush(&VA, 0, &A.pmd[0]);
    %s
}
"""
MMAP = ("down_write(&A.mmap_lock);", "up_write(&A.mmap_lock);")
I_MMAP = ("down_write(&file.i_mmap_rwsem);", "up_write(&file.i_mmap_rwsem);")
ANON_VMA = ("down_write(&AV0.rwsem);", "up_write(&AV0.rwsem);")
ANON_VMA_SHARED = ("down_read(&AV0.rwsem);", "up_read(&AV0.rwsem);")


def removal(*locks: tuple[str, str]) -> str:
    return TABLES + REMOVES % (" ".join(lock for lock, _ in locks), " ".join(unlock for _, unlock in reversed(locks)))


@pytest.mark.parametrize(
    "locks", [(I_MMAP, ANON_VMA), (MMAP, ANON_VMA), (MMAP, I_MMAP), (MMAP, I_MMAP, ANON_VMA_SHARED)]
)
def test_up_to_v6_4_a_table_goes_only_under_all_three_locks(locks: tuple[tuple[str, str], ...]) -> None:
    assert kinds(removal(*locks), use="mm/pgtable-generic.v6.4.c") == {"higher-locks"}


def test_a_table_that_goes_under_all_three_locks_breaks_no_rule() -> None:
    assert kinds(removal(MMAP, I_MMAP, ANON_VMA), use="mm/pgtable-generic.v6.4.c") == set()


def test_from_v6_5_on_fewer_locks_will_do() -> None:
    assert kinds(removal(I_MMAP)) == set()


# --- the reverse map ---------------------------------------------------------------------------------------------

NEIGHBOURS = """\
#define NR_REGIONS 2
#define NR_FILE_PAGES (2 * HPAGE_PMD_SIZE)
struct vm_area_struct VN = { .vm_mm = &A, .vm_start = HPAGE_PMD_SIZE, .vm_end = 2 * HPAGE_PMD_SIZE,
    .vm_pgoff = %s, .vm_file = &file, .vm_flags = %s, .anon_vma = &AVN };
struct anon_vma AVN = { .rb_root = { &VN } };
setup { A.mmap[1] = &VN; anon_vma_prepare(&VA); }
CPU(0, "nobody") { }
"""


@pytest.mark.parametrize(
    ("pgoff", "flags", "shared"),
    [
        ("HPAGE_PMD_SIZE", "VM_WRITE", True),
        ("HPAGE_PMD_SIZE", "0", True),
        ("HPAGE_PMD_SIZE + 1", "VM_WRITE", False),
        ("HPAGE_PMD_SIZE", "VM_WRITE | VM_UFFD_WP", False),
    ],
)
def test_a_mapping_gets_the_anon_vma_of_a_neighbour_that_continues_it(pgoff: str, flags: str, shared: bool) -> None:
    right = f'finally("wrong-anon-vma: as expected", (VA.anon_vma == &AVN) == {str(shared).lower()});\n'

    assert kinds(TABLES + NEIGHBOURS % (pgoff, flags) + right) == set()


def test_a_walk_finds_a_page_where_it_is_mapped_and_the_exit_takes_the_mapping_out_of_the_anon_vma() -> None:
    text = """\
setup { user_store(&A, 1, 5); }
CPU(0, "walker") { seen = folio_referenced(&P1); }
finally("walk: once", seen == 1 && AV0.rb_root[0] == &VA);
finally { mmput(&A); assert(!AV0.rb_root[0] && !VA.anon_vma, "linked: after the exit"); }
"""

    assert kinds(TABLES + text) == set()


RACE = "a" * 6 + "b" * 9 + "c" * 6 + "a" * 6 + "c"
"""khugepaged looks at anon_vma, it is set, a walker finds the table, it is removed, and the walker looks into it."""


def test_a_walker_looks_into_a_removed_table_and_that_is_harmless_as_long_as_its_page_is_not_given_back() -> None:
    assert [found.kind for found in walk("anon-vma-rmap", "patch-v1-free-at-once", RACE)] == ["use-after-free"]
    assert walk("anon-vma-rmap", "patch-v1", RACE) == []


def test_the_copy_of_an_unlocked_page_goes_with_the_table() -> None:
    found = walk("cow-after-test", "patch-v1-early-unlock", "a" * 6 + "b" * 24 + "aa")

    assert [f.message for f in found] == ["PTE table T0 is detached while its slot 1 maps P0"]


def test_the_copy_goes_with_the_table_where_nobody_looks_at_anon_vma() -> None:
    found = walk("cow-existing-pte", "v6.6-no-anon-vma-test", "a" * 6 + "b" * 36 + "a" + "b" * 3 + "a" * 11)

    assert [f.kind for f in found] == ["lost-pte"]
