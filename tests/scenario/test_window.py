"""The window of shipped scenarios: who must be left where, and where a developer would put an mdelay()."""

from __future__ import annotations

from racewalk.explore.bounds import Bounds
from racewalk.scenario.question import finding_asked
from racewalk.scenario.telling import Telling
from racewalk.scenario.window import Json, window_report

from tests.scenario.test_progress_map import built

BOUNDS = Bounds(states=200_000)


def told(name: str, variant: str) -> Json:
    one = built(name, variant)
    return window_report(one, finding_asked(one), BOUNDS)


def test_a_lost_update_is_open_between_the_load_and_the_store() -> None:
    window = told("lost-update", "plain")
    (opening,) = window["openings"]

    assert (window["chances"]["having"], window["chances"]["schedules"], window["preemptions"]) == ("4", "6", 1)
    assert (opening["actor"], opening["number"]) == ("a", 1)
    assert [place["fails"] for place in opening["places"]] == [False, True, False]
    assert opening["fit"]["steps"] == 1
    assert window["sentences"][2] == (
        "The window is a single place: one step earlier or later of CPU 0 and it is missed."
    )


def test_in_patch_v1_the_window_opens_with_the_look_at_anon_vma_and_closes_with_ptl() -> None:
    (opening,) = told("uffd-copy", "patch-v1")["openings"]
    places = opening["places"][opening["first"] : opening["last"] + 1]

    assert places[0]["label"] == "retract_page_tables: READ_ONCE(vma->anon_vma)"
    assert places[-1]["label"] == "retract_page_tables: pte_lockptr(mm, pmd)"
    assert opening["places"][opening["last"] + 1]["reason"] == "CPU 1 waits for T0.ptl, held by CPU 0"
    assert opening["fit"]["first"]["label"] == "mfill_atomic: __anon_vma_prepare(vma)"
    assert opening["fit"]["last"]["label"] == "pte_offset_map_lock: spin_lock(ptl)"


def test_in_patch_v1_an_mdelay_after_the_look_at_anon_vma_hits_it() -> None:
    window = told("uffd-copy", "patch-v1")
    delay = window["openings"][0]["delay"]

    assert (delay["function"], delay["text"], delay["after"]) == (
        "retract_page_tables",
        "READ_ONCE(vma->anon_vma)",
        True,
    )
    assert window["sentences"][-1] == (
        "To hit it on a real machine: in retract_page_tables(), after READ_ONCE(vma->anon_vma): mdelay(...); widen it "
        "until userfaultfd_copy() on CPU 1 has done spin_lock(ptl) in pte_offset_map_lock(), called from "
        "mfill_atomic_install_pte()."
    )


def test_gup_fast_must_be_delayed_between_the_pmd_and_the_slot() -> None:
    (opening,) = told("gup-fast-freed-table", "v5.19")["openings"]

    assert opening["delay"]["function"] == "get_user_page_fast_only"
    assert opening["delay"]["until"]["label"] == "collapse_and_free_pmd: pte_free(pmd_pgtable(pmd))"


def test_what_an_interrupt_does_needs_no_preemption() -> None:
    window = told("softirq-lock", "spin_lock")

    assert window["preemptions"] == 0
    assert [opening["preemption"] for opening in window["openings"]] == [False]
    assert window["sentences"][0] == (
        "No preemption is needed for deadlock: it is enough that softirq of CPU 0 comes at the right moment."
    )


def test_a_softirq_that_a_cpu_overtakes_needs_no_preemption_either() -> None:
    window = told("softirq-lock", "unlocked")

    assert (window["preemptions"], [opening["actor"] for opening in window["openings"]]) == (0, ["c"])


def test_a_delay_may_have_to_last_for_a_grace_period() -> None:
    assert told("stale-tlb", "v6.6-no-flush")["sentences"][-1].endswith("widen it until a grace period has ended.")


def test_where_the_order_of_turns_is_enough_there_is_no_opening() -> None:
    window = told("bounded-buffer", "three-for-one")

    assert (window["preemptions"], window["openings"]) == (0, [])
    assert window["sentences"] == [
        "No preemption is needed for deadlock: it is enough who goes next whenever somebody waits or has finished."
    ]


def test_philosophers_starve_with_one_preemption() -> None:
    window = told("dining", "in-order")

    assert (window["preemptions"], window["switches"]) == (1, 2)
    assert [[block["actor"], block["steps"]] for block in window["openings"][0]["others"]] == [["c", 1], ["b", 1]]


def test_what_never_happens_has_no_window() -> None:
    window = told("uffd-copy", "v6.6")

    assert (window["schedule"], window["openings"], window["bounds"]) == (None, [], [])
    assert window["sentences"] == ["No schedule of v6.6 has lost-pte, so there is no window."]


def test_where_the_graph_is_too_large_the_walks_are_counted_aloud() -> None:
    heard: list[Json] = []
    one = built("lost-update", "plain")
    window = window_report(one, finding_asked(one), Bounds(states=5), telling=Telling(heard.append))

    assert window["chances"]["method"] == "sampled"
    assert {"phase": "walks", "done": 1, "of": 10_000} in heard
