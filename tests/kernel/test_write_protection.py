"""Write protection for a userfaultfd monitor: what must be reported, and what looks alike and must not."""

from __future__ import annotations

import pytest

from tests.kernel.world import alone, kinds, kinds_of, walk

REGISTER = "setup { userfaultfd_register(&uffd, &VA, VM_UFFD_WP); }\n"
TABLE = "setup { __pte_alloc(&A, &A.pmd[0]); }\n"

ONE_LOOK = (
    "mm/mprotect.c",
    "if (pmd_none(pmdp_get_lockless(pmd))) {				/* W5 */",
    "if (!(cp_flags & MM_CP_UFFD_WP) && pmd_none(pmdp_get_lockless(pmd))) {",
)
"""Two plain loads of the PMD, made one by a compiler: what W4 saw is what W5 sees."""

MONITOR_THAT_ANSWERS = """
CPU(1, "monitor") {
	userfaultfd_writeprotect(&uffd, 1, true);
	wait_until(uffd.fault_pending || finished(0));
	if (uffd.fault_pending)
		userfaultfd_writeprotect(&uffd, 1, false);
}
"""


# --- missed-wp-event -------------------------------------------------------------------------------------------


def test_a_store_after_the_protection_was_taken_away_by_somebody_else_is_a_missed_event() -> None:
    taken_away = "userfaultfd_writeprotect(&uffd, 1, true); set_pte_at(&A, 1, &T0.pte[1], __pte_none);"

    assert kinds(TABLE + REGISTER + alone(taken_away + " user_store(&A, 1, 5);")) == {"missed-wp-event"}


def test_a_store_after_the_monitor_has_lifted_the_protection_is_no_missed_event() -> None:
    lifted = "userfaultfd_writeprotect(&uffd, 1, true); userfaultfd_writeprotect(&uffd, 1, false);"

    assert kinds(TABLE + REGISTER + alone(lifted + " user_store(&A, 1, 5);")) == set()


def test_a_store_to_another_page_and_a_load_of_the_protected_one_are_no_missed_events() -> None:
    others = "userfaultfd_writeprotect(&uffd, 1, true); user_store(&A, 2, 5); user_load(&A, 1);"

    assert kinds(TABLE + REGISTER + alone(others)) == set()


def test_a_store_while_the_page_is_being_protected_may_come_first_or_tells_the_monitor() -> None:
    program = 'CPU(0, "program") { user_store(&A, 1, 5); }\n'

    assert kinds(TABLE + REGISTER + program + MONITOR_THAT_ANSWERS) == set()


@pytest.mark.parametrize("flags", ["VM_WRITE", "VM_WRITE | VM_SHARED"])
def test_a_store_to_a_protected_page_waits_for_the_monitor(flags: str) -> None:
    program = 'CPU(0, "program") { wait_until(uffd.wp_armed); user_store(&A, 1, 5); answer = user_load(&A, 1); }\n'
    setup = f"setup {{ VA.vm_flags = {flags}; }}\n" + TABLE + REGISTER
    text = setup + program + 'finally("content: it is stored", answer == 5);\n'

    assert kinds(text + MONITOR_THAT_ANSWERS) == set()
    assert kinds(text + 'CPU(1, "idle monitor") { userfaultfd_writeprotect(&uffd, 1, true); }\n') == {"deadlock"}


def test_a_page_that_was_read_at_a_marker_stays_protected() -> None:
    read_first = "userfaultfd_writeprotect(&uffd, 1, true); user_load(&A, 1);"
    protected = 'assert(T0.pte[1].kind == PTE_PRESENT && T0.pte[1].uffd_wp && !T0.pte[1].write, "unprotected: x");'

    assert kinds(TABLE + REGISTER + alone(read_first + protected)) == set()


def test_a_marker_that_registration_left_behind_is_cleared() -> None:
    left = "userfaultfd_writeprotect(&uffd, 1, true); uffd.wp_armed = 0; VA.vm_flags = VM_WRITE; user_store(&A, 1, 5);"

    assert kinds(TABLE + REGISTER + alone(left)) == set()


# --- lost-marker -----------------------------------------------------------------------------------------------


def test_a_table_that_is_detached_with_a_marker_loses_it_and_one_without_does_not() -> None:
    protect = "userfaultfd_writeprotect(&uffd, 1, true);"
    resolve = "userfaultfd_writeprotect(&uffd, 1, false);"
    detach = "pmdp_huge_get_and_clear(&A.pmd[0]);"

    assert kinds(TABLE + REGISTER + alone(protect + detach)) == {"lost-marker"}
    assert kinds(TABLE + REGISTER + alone(protect + resolve + detach)) == set()


PRIVATE = ("wp-marker.c", ".vm_flags = VM_WRITE | VM_SHARED", ".vm_flags = VM_WRITE")
SHARED_ONLY = ("wp-marker.c", 'finally("content: what the program stored is in the file", H.data == NEW_DATA);', "")


@pytest.mark.parametrize(("variant", "lost"), [("v6.4", False), ("patch-v1", True), ("v6.6", False)])
def test_a_private_mapping_loses_its_marker_where_a_shared_one_does(variant: str, lost: bool) -> None:
    assert ("lost-marker" in kinds_of("wp-marker", variant, PRIVATE, SHARED_ONLY)) is lost


# --- UFFDIO_WRITEPROTECT ---------------------------------------------------------------------------------------


def test_without_registration_nothing_is_protected() -> None:
    call = "answer = userfaultfd_writeprotect(&uffd, 1, true) == -ENOENT; assert(T0.pte[1].kind == PTE_NONE);"

    assert kinds(TABLE + alone(call) + 'finally("answer: it says so", answer);\n') == set()


def test_while_mappings_change_it_is_to_be_tried_again() -> None:
    call = "uffd.mmap_changing = 1; answer = userfaultfd_writeprotect(&uffd, 1, true) == -EAGAIN;"

    assert kinds(TABLE + REGISTER + alone(call) + 'finally("answer: it says so", answer);\n') == set()


def test_where_there_is_no_table_one_is_made_for_the_marker() -> None:
    made = 'finally("made: a marker in a new table", A.pmd[0].table->pte[1].kind == PTE_MARKER);\n'

    assert kinds(REGISTER + alone("userfaultfd_writeprotect(&uffd, 1, true);") + made) == set()


def test_a_huge_page_of_a_file_makes_room_for_a_marker() -> None:
    huge = "user_load(&A, 1); assert(A.pmd[0].kind == PMD_HUGE); userfaultfd_writeprotect(&uffd, 1, true);"
    made = 'finally("made: a marker in a new table", A.pmd[0].table->pte[1].kind == PTE_MARKER);\n'

    assert kinds(REGISTER + alone(huge) + made + "finally { mmput(&A); }\n") == set()


TWO_READS_AND_A_STORE = """
CPU(0, "program") {
	do_user_addr_fault(&A, 1, false);
	do_user_addr_fault(&A, 1, false);
	user_store(&A, 1, 5);
}
"""
V6_4 = "mm/pgtable-generic.v6.4.c, mm/mprotect.v6.4.c"


def test_up_to_v6_4_a_huge_page_that_comes_back_is_passed_over_and_a_store_to_it_is_missed() -> None:
    text = REGISTER + TWO_READS_AND_A_STORE + MONITOR_THAT_ANSWERS

    assert kinds(text, ONE_LOOK, use=V6_4) == {"missed-wp-event"}
    assert kinds(text, ONE_LOOK) == set()


def test_two_looks_at_the_pmd_miss_a_huge_page_that_a_store_takes_away_in_between() -> None:
    assert kinds(REGISTER + TWO_READS_AND_A_STORE + MONITOR_THAT_ANSWERS) == {"missed-wp-event"}


# --- the scenario ----------------------------------------------------------------------------------------------


def test_a_marker_that_is_written_between_the_test_and_the_removal_is_lost_in_patch_v1_and_seen_in_v6_6() -> None:
    race = "a" * 6 + "b" * 14 + "aa"

    assert [found.kind for found in walk("wp-marker", "patch-v1", race)] == ["lost-marker"]
    assert walk("wp-marker", "v6.6", race + "aa") == []


def test_the_two_looks_of_uffdio_writeprotect_leave_a_page_unprotected_in_v6_6() -> None:
    race = "a" * 9 + "b" * 7 + "a" + "bb"

    assert [found.kind for found in walk("wp-marker", "v6.6", race)] == ["not-protected"]


def test_one_look_leaves_nothing_unprotected() -> None:
    assert kinds_of("wp-marker", "v6.6-one-look") == set()
