"""The lifetime of page tables and what they count: what must be reported, and what looks alike and must not."""

from __future__ import annotations

import pytest

from tests.kernel.world import alone, kinds, kinds_of, searched, walk

TABLE = "setup { __pte_alloc(&A, &A.pmd[0]); }\n"
RULES = '#include "mm/debug_vm.c"\n'
COUNTS = '#include "mm/page_table_check.enabled.c"\n'
TWO_REGIONS = "#define NR_REGIONS 2\n"
FRESH = "struct ptdesc *t = kmalloc(struct ptdesc);"
A0_LEADS_THERE = "set_pmd_at(&A.pmd[0], __pmd_table(t));"
A0_IS_NONE = "set_pmd_at(&A.pmd[0], __pmd_none);"
A0_IS_NEW = "__pte_alloc(&A, &A.pmd[0]);"
ANON = "struct page *p = kmalloc(struct page, .kind = PAGE_ANON, .refcount = 1); page_table_check_alloc(p);"
FILE = "struct page *p = kmalloc(struct page, .kind = PAGE_SHMEM, .refcount = 1); page_table_check_alloc(p);"


def mapped(slot: int, write: bool = False) -> str:
    return f"set_pte_at(&A, {slot}, &T0.pte[{slot}], mk_pte(p, {str(write).lower()}));"


def emptied(slot: int) -> str:
    return f"set_pte_at(&A, {slot}, &T0.pte[{slot}], __pte_none);"


@pytest.mark.parametrize(
    ("kind", "bad", "good"),
    [
        (
            "lost-pte",
            mapped(1) + "pmdp_huge_get_and_clear(&A.pmd[0]);",
            mapped(1) + emptied(1) + "pmdp_huge_get_and_clear(&A.pmd[0]);",
        ),
        ("detached-write", A0_IS_NONE + mapped(1), A0_IS_NONE + emptied(1)),
        (
            "use-after-free",
            "spinlock_t *l = &T0.ptl; pte_free(&T0); spin_lock(l);",
            "spinlock_t *l = &T0.ptl; spin_lock(l); spin_unlock(l);",
        ),
    ],
)
def test_a_table_that_goes_away_takes_with_it_what_is_in_it_and_its_lock(kind: str, bad: str, good: str) -> None:
    assert kind in kinds(TABLE + alone(FILE + bad))
    assert kinds(TABLE + alone(FILE + good)) == set()


@pytest.mark.parametrize(
    ("kind", "bad", "good"),
    [
        ("bogus-pmd", FRESH + A0_LEADS_THERE + "kfree(t);", FRESH + "kfree(t);"),
        ("bogus-pmd", "struct ptdesc *t = kmalloc(struct ptdesc, .kind = PT_DATA);" + A0_LEADS_THERE, A0_IS_NEW),
        (
            "duplicate-table",
            FRESH + A0_LEADS_THERE + "set_pmd_at(&B.pmd[0], __pmd_table(t));",
            A0_IS_NEW + "__pte_alloc(&B, &B.pmd[0]);",
        ),
        (
            "duplicate-table",
            FRESH + A0_LEADS_THERE + "set_pmd_at(&A.pmd[1], __pmd_table(t));",
            A0_IS_NEW + "__pte_alloc(&A, &A.pmd[1]);",
        ),
        ("bad-pgtables-bytes", A0_IS_NEW + A0_IS_NONE, A0_IS_NEW + A0_IS_NONE + "mm_dec_nr_ptes(&A);"),
        ("bad-rss-counter", "inc_mm_counter(&A, MM_ANONPAGES);", "user_load(&A, 1);"),
        ("bad-map-count", "page_add_file_rmap(&H);", "page_add_file_rmap(&H); page_remove_rmap(&H);"),
    ],
)
def test_page_tables_are_what_pmds_and_counters_say(kind: str, bad: str, good: str) -> None:
    assert kind in kinds(TWO_REGIONS + RULES + alone(bad))
    assert kinds(TWO_REGIONS + RULES + alone(good)) == set()


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (
            ANON + mapped(1) + "p->kind = PAGE_SHMEM;" + mapped(2),
            ANON + mapped(1) + emptied(1) + "p->kind = PAGE_SHMEM;" + mapped(2),
        ),
        (
            FILE + mapped(1) + "p->kind = PAGE_ANON;" + emptied(1),
            FILE + mapped(1) + emptied(1) + "p->kind = PAGE_ANON;",
        ),
        (ANON + mapped(1) + mapped(2, write=True), ANON + mapped(1) + mapped(2)),
        (ANON + mapped(1, write=True) + mapped(2, write=True), FILE + mapped(1, write=True) + mapped(2, write=True)),
        (
            FILE + mapped(1) + "page_table_check_pte_clear_range(&A, 0, A.pmd[0]);" + emptied(1),
            FILE + mapped(1) + emptied(1) + "page_table_check_pte_clear_range(&A, 0, A.pmd[0]);",
        ),
        (FILE + mapped(1) + "put_page(p);", FILE + mapped(1) + emptied(1) + "put_page(p);"),
        (
            FILE + "put_page(p);" + "page_table_check_set(p, false); page_table_check_alloc(p);",
            FILE + "page_table_check_alloc(p);",
        ),
    ],
)
def test_each_complaint_of_page_table_check(bad: str, good: str) -> None:
    assert "page-table-check" in kinds(COUNTS + TABLE + alone(bad))
    assert kinds(COUNTS + TABLE + alone(good)) == set()


def test_without_page_table_check_nobody_complains() -> None:
    assert kinds(TABLE + alone(ANON + mapped(1) + mapped(2, write=True))) == set()


@pytest.mark.parametrize("variant", ["v6.5", "v6.6"])
def test_the_rules_cost_no_step_and_no_state(variant: str) -> None:
    rules = ("wp-marker.c", '#include "mm/debug_vm.c"\n', "")

    assert (
        searched("", rules, name="wp-marker", variant=variant).states
        == searched("", name="wp-marker", variant=variant).states
    )


def test_a_retraction_that_forgets_its_table_is_reported_at_exit() -> None:
    forgets = ("mm/khugepaged/retract.v6.6.c", "mm_dec_nr_ptes(mm);", "")

    assert kinds_of("detached-write", "v6.6", forgets) == {"bad-pgtables-bytes"}
    assert kinds_of("detached-write", "v6.6") == set()


def test_the_test_under_ptl_hides_the_missing_look_at_the_pmd_but_for_one_moment() -> None:
    khugepaged_first = "a" * 7 + "b" * 7 + "aaa" + "bbbb"
    anon_vma_first = "aa" + "b" * 7 + "a" * 9 + "bbbb"

    assert [one.kind for one in walk("detached-write", "v6.6-no-pmd-recheck", khugepaged_first)] == ["detached-write"]
    assert walk("detached-write", "v6.6-no-pmd-recheck", anon_vma_first) == []


def test_a_fault_takes_the_lock_of_a_table_that_was_freed_at_once() -> None:
    race = "b" * 6 + "a" * 13 + "b"
    (found,) = walk("free-at-once", "patch-v1-free-at-once", race)

    assert found.kind == "use-after-free"
    assert "T0.ptl" in found.message
    assert walk("free-at-once", "patch-v1", race) == []
