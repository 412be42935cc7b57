"""Collapse: of each kind of finding a text that must be reported, and one that looks alike and must not."""

from __future__ import annotations

import pytest
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped

HEAD = """\
#include "linux/mm.h"
#include "mm/khugepaged/retract.%(version)s.c"
#include "mm/khugepaged/pte-mapped.%(version)s.c"
#include "arch/fault.c"
#include "kernel/fork.c"
#include "mm/shmem.c"
#include "mm/madvise.c"
#include "fs/userfaultfd.c"
#include "mm/leaks.c"
#include "mm/leaks-file.c"
#define PTRS_PER_PTE 2

struct address_space file = { .i_mmap = { &VA }, .i_size = NR_FILE_PAGES };
struct mm_struct A = { .mm_users = 1, .mmap = { &VA } };
struct vm_area_struct VA = { .vm_mm = &A, .vm_end = HPAGE_PMD_SIZE, .vm_file = &file, .vm_flags = VM_WRITE };
struct userfaultfd_ctx uffd = { .mm = &A };
POOL(struct ptdesc, 3, "T");
POOL(struct page, 6, "P");
POOL(struct anon_vma, 2, "AV");
struct collapse_control cc = { .is_khugepaged = true };

void add_to_file(unsigned long index, u8 data) {
    file.i_pages[index] = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1, .mapping = &file, .index = index,
                                  .data = data);
}
bool is_collapsed(void) { return file.i_pages[0] && file.i_pages[0]->huge; }
bool holds(unsigned long index, u8 data) {
    return file.i_pages[index] ? page_data(file.i_pages[index], index) == data : !data;
}
setup { add_to_file(0, 5); user_load(&A, 0); }
finally { mmput(&A); check_pages(); check_page_cache(&file); }
"""

KHUGEPAGED = 'CPU(0, "khugepaged") { collapse_file(&A, 0, &file, 0, &cc); }\n'
FULL = "setup { add_to_file(1, 6); }\n" + KHUGEPAGED
COLLAPSED = 'finally("content: done, and as it was", is_collapsed() && holds(0, 5) && holds(1, 6));\n'
PUT_BACK = 'finally("content: given up, and as it was", !is_collapsed() && holds(0, 5) && holds(1, 6));\n'
PIN = """\
setup { get_page(file.i_pages[1]); }
CPU(1, "pin") { wait_until(finished(0)); put_page(file.i_pages[1]); }
"""
LOCK = """\
CPU(1, "locker") {
    setup { lock_page(file.i_pages[1]); }
    wait_until(finished(0));
    unlock_page(file.i_pages[1]);
}
"""

Edit = tuple[str, str, str]
"""A file of the library, and what is put in the place of what."""

COLLAPSE = "mm/khugepaged/collapse_file.c"
RMAP = "mm/rmap-file.c"


def all_schedules(text: str, version: str = "v6.6", edits: tuple[Edit, ...] = ()) -> SearchResult:
    """Of a text that uses the library of a version, with replacements in files of it."""

    def library(path: str) -> str | None:
        content = shipped().library(path)
        for file, old, new in edits:
            if file == path:
                assert content is not None
                assert content.count(old) == 1
                content = content.replace(old, new)
        return content

    return search(build("own", Bundle.of([("own.c", HEAD % {"version": version} + text)]), None, library).model)


def kinds(text: str, version: str = "v6.6", *edits: Edit) -> set[str]:
    result = all_schedules(text, version, edits)

    assert result.exhaustive
    return {found.kind for found in result.found}


def test_a_collapse_that_nobody_disturbs_keeps_the_contents_and_leaks_nothing() -> None:
    assert kinds(FULL + COLLAPSED) == set()


def test_a_collapse_fills_holes_with_zeros() -> None:
    zeros = 'finally("content: zeros", is_collapsed() && holds(0, 5) && holds(1, 0));'

    assert kinds(KHUGEPAGED + zeros) == set()


COPY_SHARED = """\
setup { VA.vm_flags = VM_WRITE | VM_SHARED; userfaultfd_register(&uffd, &VA, VM_UFFD_MINOR); }
int copied;
CPU(1, "monitor") { copied = userfaultfd_copy(&uffd, 1, 9); }
finally("content: what was stored", holds(0, 5) && holds(1, copied ? 0 : 9));
"""


def test_a_hole_that_a_monitor_fills_by_way_of_a_shared_mapping_is_filled_once_for_all() -> None:
    result = all_schedules(KHUGEPAGED + COPY_SHARED)

    assert result.exhaustive
    assert not result.found
    assert {"UFFDIO_COPY fills a hole", "the range is collapsed"} <= set(result.covers)


def test_a_collapse_that_does_not_count_the_holes_again_loses_what_a_monitor_stored_in_one() -> None:
    count = ("mm/khugepaged/collapse_file.c", "!= nr_none) {", "== 7) {")

    assert "content" in kinds(KHUGEPAGED + COPY_SHARED, "v6.6", count)


@pytest.mark.parametrize(
    ("other", "cover"),
    [
        (LOCK, "a small page is locked: the collapse is given up"),
        (PIN, "a small page is in use: the collapse is given up"),
    ],
)
def test_a_page_that_somebody_holds_stops_the_collapse_and_everything_is_put_back(other: str, cover: str) -> None:
    result = all_schedules(FULL + other + PUT_BACK)

    assert result.exhaustive
    assert not result.found
    assert cover in result.covers


def test_a_hole_over_which_a_userfaultfd_waits_stops_the_collapse() -> None:
    text = """\
setup { userfaultfd_register(&uffd, &VA, VM_UFFD_MISSING); }
finally("content: the hole is still there", !is_collapsed() && !file.i_pages[1]);
"""

    assert kinds(KHUGEPAGED + text) == set()


def test_a_small_page_that_keeps_one_reference_is_reported_as_leaked() -> None:
    one_too_few = (COLLAPSE, "folio_put_refs(page, 3);", "folio_put_refs(page, 2);")

    assert kinds(FULL, "v6.6", one_too_few) == {"leaked-page"}


def test_a_reader_who_drops_the_last_reference_of_a_small_page_leaks_nothing() -> None:
    reader = """\
u8 seen;
CPU(1, "reader") { seen = user_load(&A, 1); }
finally("content: what the file holds", seen == 6);
"""
    result = all_schedules(FULL + reader)

    assert result.exhaustive
    assert not result.found
    assert "a page left the file while its lock was waited for" in result.covers


def test_a_page_that_is_unmapped_and_still_counted_as_mapped_is_reported() -> None:
    counted = (RMAP, "	page_remove_rmap(page);\n	put_page(page);\n", "	put_page(page);\n")

    assert kinds(FULL + PIN, "v6.6", counted) == {"bad-map-count"}
    assert kinds(FULL + PIN) == set()


def test_a_page_that_is_unmapped_and_still_in_the_rss_counter_is_reported() -> None:
    counted = (RMAP, "	dec_mm_counter(mm, mm_counter(page));\n", "")

    assert kinds(FULL, "v6.6", counted) == {"bad-rss-counter"}


def test_contents_that_are_copied_while_somebody_may_still_write_are_reported() -> None:
    writer = """\
CPU(1, "writer") {
    setup { VA.vm_flags = VM_WRITE | VM_SHARED; user_store(&A, 0, 5); }
    user_store(&A, 0, 9);
}
finally("content: the file holds what was written", holds(0, 9));
"""
    isolated = "	*mapped = page->mapcount > 0;\n"
    early = (COLLAPSE, isolated, isolated + "	hpage_data[page->index] = page->data;\n")
    not_later = (COLLAPSE, "hpage_data[i] = cc->pagelist[i] ? cc->pagelist[i]->data : 0;", ";")

    assert kinds(FULL + writer, "v6.6", early, not_later) == {"content"}
    assert kinds(FULL + writer) == set()


def test_a_table_whose_file_pages_were_counted_out_is_no_lost_pte() -> None:
    text = """\
struct page H = { .kind = PAGE_SHMEM, .huge = true, .refcount = 2, .mapcount = 1, .mapping = &file };
setup {
    zap_pte(&VA, &A.pmd[0], 0);
    put_page(file.i_pages[0]);
    file.i_pages[0] = &H;
    file.i_pages[1] = &H;
    A.pmd[0].table->pte[0] = mk_pte(&H, false);
    A.rss_stat[MM_SHMEMPAGES] = 1;
}
CPU(0, "collapser") { lock_and_collapse_pte_mapped_thp(&A, 0, false); }
"""
    result = all_schedules(text, "v6.4")

    assert not result.found
    assert "the table of small entries is taken away" in result.covers


def test_an_anonymous_page_in_such_a_table_is_a_lost_pte_all_the_same() -> None:
    text = """\
setup { user_store(&A, 0, 9); T0.accounted = true; }
CPU(0, "collapser") { spin_lock(&A.pmd_ptl); pmdp_huge_get_and_clear(&A.pmd[0]); spin_unlock(&A.pmd_ptl); }
"""

    assert "lost-pte" in kinds(text, "v6.4")
