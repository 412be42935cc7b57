"""Retraction and whom it meets: for each kind a text that must be reported, and a look-alike that must not."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.model import Move
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import judge

LIBRARY = shipped().library

MEMORY = """
#include "linux/mm.h"
#include "arch/fault.c"
#include "fs/userfaultfd.c"
#include "kernel/fork.c"
#include "mm/leaks.c"

struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 1, .mapping = &file, .data = 7 };
struct address_space file = { .i_mmap = { &V }, .i_pages = { &H, &H, &H, &H }, .i_size = NR_FILE_PAGES };
struct mm_struct A = { .mm_users = 1, .mmap = { &V } };
struct vm_area_struct V = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };
POOL(struct ptdesc, 2, "T");
POOL(struct page, 2, "P");
POOL(struct anon_vma, 2, "AV");
u8 seen;
"""
"""One private mapping of a file that is one huge page."""


def all_schedules(text: str, use: str = "") -> SearchResult:
    """Of a text that uses the library."""
    header = f"/*---\ntitle: t\nvariants: {{v: {{use: [{use}]}}}}\n---*/\n" if use else ""
    return search(build("own", Bundle.of([("own.c", header + MEMORY + text)]), None, LIBRARY).model)


TWICE = "mm/pgtable-generic.v5.8.c"
EMPTY = "setup { __pte_alloc(&A, &A.pmd[0]); userfaultfd_register(&uffd, &V, VM_UFFD_MISSING); }"
FAULT = 'CPU(1, "b") { seen = user_load(&A, 1); }'
DETACH = "spin_lock(&A.pmd_ptl); pmdp_huge_get_and_clear(&A.pmd[0]); spin_unlock(&A.pmd_ptl);"

# kind: text that has it, look-alike that has it not, library file that both use
CASES = {
    "lost-pte": (
        EMPTY + 'CPU(0, "a") { user_store(&A, 1, 5); ' + DETACH + "}",
        EMPTY + 'CPU(0, "a") { user_store(&A, 1, 5); unmap_vmas(&A); ' + DETACH + "}",
        "",
    ),
    "bad-rss-counter": (
        'CPU(0, "a") { user_store(&A, 1, 5); } finally { dec_mm_counter(&A, MM_ANONPAGES); mmput(&A); }',
        'CPU(0, "a") { user_store(&A, 1, 5); } finally { mmput(&A); }',
        "",
    ),
    "bad-pgtables-bytes": (
        EMPTY + 'CPU(0, "a") { ' + DETACH + " } finally { mmput(&A); }",
        EMPTY + 'CPU(0, "a") { ' + DETACH + " mm_dec_nr_ptes(&A); } finally { mmput(&A); }",
        "",
    ),
    "bug-on": (
        EMPTY + 'CPU(0, "a") { userfaultfd_copy(&uffd, 1, 5); } CPU(1, "b") { ' + DETACH + " }",
        EMPTY + 'CPU(0, "a") { userfaultfd_copy(&uffd, 1, 5); } CPU(1, "b") { mmap_write_lock(&A);'
        " if (!V.anon_vma) { " + DETACH + " } mmap_write_unlock(&A); }",
        "mm/userfaultfd.v6.6.c",
    ),
    "deadlock": (
        FAULT + 'CPU(0, "a") { lock_page(&H); mmap_write_lock(&A); mmap_write_unlock(&A); unlock_page(&H); }',
        FAULT + 'CPU(0, "a") { lock_page(&H); if (mmap_write_trylock(&A)) mmap_write_unlock(&A); unlock_page(&H); }',
        "",
    ),
    "recursive-locking": (
        "#define SPLIT_PTLOCKS false\n" + EMPTY + 'CPU(0, "a") { spinlock_t *pml = pmd_lock(&A, &A.pmd[0]);'
        " spin_lock_nested(pte_lockptr(&A, &A.pmd[0]), SINGLE_DEPTH_NESTING); spin_unlock(pml); }",
        EMPTY + 'CPU(0, "a") { spinlock_t *pml = pmd_lock(&A, &A.pmd[0]);'
        " spinlock_t *ptl = pte_lockptr(&A, &A.pmd[0]);"
        " spin_lock_nested(ptl, SINGLE_DEPTH_NESTING); spin_unlock(ptl); spin_unlock(pml); }",
        "",
    ),
    "lock-order": (
        'CPU(0, "a") { i_mmap_lock_write(&file); vma_start_write(&V); i_mmap_unlock_write(&file); }',
        'CPU(0, "a") { i_mmap_lock_write(&file); vma_try_start_write(&V); i_mmap_unlock_write(&file); }',
        "",
    ),
    "bogus-pmd": (
        EMPTY + 'CPU(0, "a") { unmap_vmas(&A); } CPU(1, "b") { ' + DETACH + " }",
        EMPTY + 'CPU(0, "a") { mmap_read_lock(&A); unmap_vmas(&A); mmap_read_unlock(&A); }'
        'CPU(1, "b") { mmap_write_lock(&A); ' + DETACH + " mmap_write_unlock(&A); }",
        TWICE,
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_the_text_that_has_it_is_reported(kind: str) -> None:
    text, _, use = CASES[kind]

    assert all_schedules(text, use).get(kind) is not None


@pytest.mark.parametrize("kind", CASES)
def test_the_look_alike_is_not_reported(kind: str) -> None:
    _, text, use = CASES[kind]

    assert all_schedules(text, use).found == ()


def run(name: str, variant: str, actors: str) -> list[str]:
    """Kinds that a run finds, in order; `actors` are letters."""
    bundle = shipped().bundle(name)
    assert bundle is not None
    model = build(name, bundle, variant, LIBRARY).model
    state = model.initial()
    kinds = []
    for letter in actors:
        outcome = model.step(state, Move("abcdefgh".index(letter)))
        kinds += [finding.kind for finding in outcome.findings]
        state = outcome.state
    return kinds


# Schedules of the fact sheet's tables, step by step: scenario, variant, actors, what they find.
RUNS = {
    "the assertion fails when the table goes away between the two looks, in a shared mapping": (
        *("uffd-assert", "v6.6", "aaaaaaabbab"),
        ["bug-on"],
    ),
    "and in a private one when anon_vma is set after khugepaged's last look": (
        *("uffd-assert", "v6.6-private", "aaaaaaabbbbab"),
        ["bug-on"],
    ),
    "without the assertion the same steps find nothing": (
        *("uffd-assert", "v6.6-fixed-private", "aaaaaaabbbbab"),
        [],
    ),
    "an exiting process follows an empty PMD to page 0": (
        *("exit-mmap", "v5.8", "aaaabbaabbab"),
        ["bogus-pmd"],
    ),
    "khugepaged waits for the one lock that it holds": (
        *("self-lock", "patch-v1-no-compare", "aaaa"),
        ["recursive-locking"],
    ),
}


@pytest.mark.parametrize("what", RUNS)
def test_a_run_finds_what_the_table_says(what: str) -> None:
    name, variant, actors, kinds = RUNS[what]

    assert run(name, variant, actors) == kinds


def proven(name: str, variant: str) -> SearchResult:
    bundle = shipped().bundle(name)
    assert bundle is not None
    return judge(build(name, bundle, variant, LIBRARY), Bounds()).result


@pytest.mark.parametrize(
    ("variant", "circle"),
    [("v6.4-blocking", "CPU 0 -> CPU 1 -> CPU 0"), ("v6.4-blocking-mmap", "CPU 0 -> CPU 2 -> CPU 0")],
)
def test_a_khugepaged_that_waits_for_the_mmap_lock_closes_a_circle(variant: str, circle: str) -> None:
    found = proven("lock-inversion", variant).get("deadlock")

    assert found is not None
    assert circle in found.finding.message


def test_waiting_for_the_lock_of_the_vma_is_an_inversion_and_no_deadlock() -> None:
    result = proven("lock-inversion", "v6.4-blocking-vma")

    assert result.verdict("lock-order") == "sometimes"
    assert result.verdict("deadlock") == "never"


def test_a_lost_page_of_zeros_leaves_no_trace_in_the_counters() -> None:
    result = proven("uffd-copy", "patch-v1-zeropage")

    assert result.verdict("lost-pte") == "sometimes"
    assert result.verdict("bad-rss-counter") == "never"
    assert result.verdict("leaked-page") == "never"


def test_asking_for_users_under_the_mmap_lock_helps_only_the_process_that_is_scanned() -> None:
    assert proven("exit-mmap", "v5.8-fixed").verdict("bogus-pmd") == "never"
    assert proven("exit-mmap", "v5.8-fixed-other-mm").verdict("bogus-pmd") == "sometimes"
