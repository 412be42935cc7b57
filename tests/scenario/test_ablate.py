"""Ablation: what is needed is told with a schedule that shows it, and what is not is told to be redundant here."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.replaying import replay_run
from racewalk.scenario.ablate import Ablated, ablate, baseline_of, chosen
from racewalk.scenario.build import UnknownOmission, build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import run_of

from tests.scenario.texts import bundle, lost

LIBRARY = shipped().library

RCU = """\
struct item { u8 data; struct rcu_head rcu; };
POOL(struct item, 2, "I");
struct item *head;
u8 seen;
void item_free(struct rcu_head *rcu) { kfree(container_of(rcu, struct item, rcu)); }
setup { head = kmalloc(struct item, .data = 1); }
CPU(0, "reader") {
	struct item *mine;

	rcu_read_lock();
	mine = READ_ONCE(head);
	seen = mine->data;
	rcu_read_unlock();
}
CPU(1, "writer") {
	struct item *old = head;

	WRITE_ONCE(head, kmalloc(struct item, .data = 2));
	call_rcu(&old->rcu, item_free);
}
"""

FLUSH = """\
u8 table = 1, page = 1;
bool used;
void flush_walks(void)
{
	for (u8 cpu = 0; cpu < NR_CPUS; cpu++)
		if (cpu != smp_processor_id())
			wait_until(irqs_enabled(cpu));
}
CPU(0, "walker") { local_irq_disable(); if (table == 1) used = READ_ONCE(page) == 9; local_irq_enable(); }
CPU(1, "remover") { table = 0; flush_walks(); page = 9; }
finally("walked-away: the walk met its own page", !used);
"""

CHECKED = """\
spinlock_t lock;
bool gone;
u8 slot;
CPU(0, "filler") {
	if (READ_ONCE(gone))
		return;
	spin_lock(&lock);
	if (gone || slot) {
		spin_unlock(&lock);
		return;
	}
	slot = 1;
	spin_unlock(&lock);
}
CPU(1, "remover") { spin_lock(&lock); gone = true; slot = 0; spin_unlock(&lock); }
finally("lost: nothing is in what is gone", !gone || !slot);
"""

PAGES = """\
bit_lock_t page;
u8 owner;
CPU(0, "collapse") {
	bit_lock(&page);
	owner = 1;
	assert(owner == 1, "stolen: somebody else was here");
	owner = 0;
	bit_unlock(&page);
}
CPU(1, "fault") { bit_lock(&page); bit_unlock(&page); }
CPU(2, "writer") { bit_lock(&page); owner = 2; bit_unlock(&page); }
"""


def rows(text: str, variant: str | None = None, bounds: Bounds | None = None) -> dict[str, Ablated]:
    bounds = bounds or Bounds(states=50_000, seconds=60)
    baseline = baseline_of("own", bundle(text), variant, LIBRARY, bounds)
    return {row.candidate.name: row for row in ablate(baseline, baseline.candidates, bounds)}


def test_a_lock_that_is_needed_comes_with_the_schedule_that_shows_it() -> None:
    baseline = baseline_of("own", lost(), "locked", LIBRARY)
    (row,) = ablate(baseline, baseline.candidates)

    assert (row.candidate.name, row.candidate.kind) == ("increment: spin_lock(&lock)", "lock")
    assert (row.outcome, row.kind) == ("needed", "lost-update")
    without = build("own", lost(), "locked", LIBRARY, without=[row.candidate.name])
    assert [one.kind for one in run_of(without, False, row.schedule).findings] == ["lost-update"]
    assert replay_run("own", variant="locked", schedule=row.schedule, bundle=dict(lost().files)).found == []


def test_an_rcu_section_is_needed_and_what_leaves_it_does_no_harm() -> None:
    found = rows(RCU)

    assert {name: row.kind for name, row in found.items()} == {"reader: rcu_read_lock()": "use-after-free"}


def test_a_flush_that_waits_for_walks_with_interrupts_off_is_needed_as_they_are() -> None:
    found = rows(FLUSH)

    assert found["remover: flush_walks()"].kind == "walked-away"
    assert found["walker: local_irq_disable()"].kind == "walked-away"


def test_each_operand_of_a_test_is_left_out_alone() -> None:
    found = rows(CHECKED)

    assert found["filler: gone"].kind == "lost"
    assert found["filler: READ_ONCE(gone)"].outcome == "redundant"
    assert found["filler: slot"].outcome == "redundant"
    assert found["filler: spin_lock(&lock)"].kind == "lost"


def test_a_test_that_is_left_out_is_still_made_and_only_its_answer_is_ignored() -> None:
    found = rows(
        "u8 refs = 2;\nbool gone;\n"
        "bool look(bool *out) { *out = READ_ONCE(gone); return *out; }\n"
        'CPU(0, "a") { bool seen; if (!look(&seen)) { if (!atomic_dec_and_test(&refs)) return; } gone = true; }\n'
        'CPU(1, "b") { if (!atomic_dec_and_test(&refs)) return; gone = true; }\n'
        'finally("held: nobody holds it any more", refs == 0);\n'
        'finally("late: it is gone", gone);\n'
    )

    assert found["a: !atomic_dec_and_test(&refs)"].outcome == "redundant"
    assert found["b: !atomic_dec_and_test(&refs)"].kind == "held"
    assert found["a: !look(&seen)"].kind == "held"


def test_who_did_not_take_a_page_lock_does_not_release_that_of_another() -> None:
    assert rows(PAGES)["fault: bit_lock(&page)"].outcome == "redundant"


def test_a_test_that_only_lets_go_on_when_it_holds_counts_as_true() -> None:
    text = """\
u8 version;
bool torn;
CPU(0, "reader") {
	for (;;) {
		u8 before = READ_ONCE(version), after = READ_ONCE(version);

		torn = before != after;
		if (version == before && before == after)
			break;
	}
}
CPU(1, "writer") { version = 1; }
finally("torn: the reader saw one version", !torn);
"""
    baseline = baseline_of("own", bundle(text), None, LIBRARY)
    (candidate,) = [one for one in baseline.candidates if one.name == "reader: version == before"]

    assert candidate.assumed


def test_a_cover_that_nobody_reaches_any_more_is_told() -> None:
    found = rows(
        "/*---\nvariants:\n  v: {expect: never, reach: [went]}\n---*/\nspinlock_t l;\nu8 x;\n"
        'CPU(0, "a") { if (x == 1) cover("went"); }\nCPU(1, "b") { spin_lock(&l); x = 1; spin_unlock(&l); }\n'
    )

    assert found["a: x == 1"].unreached == ("went",)
    assert found["b: spin_lock(&l)"].unreached == ()


def test_a_search_that_is_cut_short_says_nothing() -> None:
    found = rows(CHECKED, bounds=Bounds(states=3, seconds=60))

    assert {row.outcome for row in found.values()} == {"unknown"}


def test_what_the_time_does_not_suffice_for_is_unknown_and_still_in_the_table() -> None:
    baseline = baseline_of("own", bundle(CHECKED), None, LIBRARY)

    found = list(ablate(baseline, baseline.candidates, seconds=0.0))

    assert len(found) == len(baseline.candidates)
    assert {(row.outcome, row.message) for row in found} == {("unknown", "the time was up before it was tried")}


def test_what_is_meant_can_be_named_by_function_or_by_name_and_anything_else_is_refused() -> None:
    baseline = baseline_of("own", bundle(CHECKED), None, LIBRARY)

    assert len(chosen(baseline, functions=["remover"])) == 1
    assert [one.name for one in chosen(baseline, names=["filler: gone"])] == ["filler: gone"]
    for wrong in ({"functions": ["nobody"]}, {"names": ["filler: come"]}):
        with pytest.raises(UnknownOmission):
            chosen(baseline, **wrong)
    with pytest.raises(UnknownOmission):
        build("own", bundle(CHECKED), None, LIBRARY, without=["filler: come"])


@pytest.mark.parametrize("text", [RCU, FLUSH, CHECKED, PAGES])
def test_the_plain_explorer_agrees_on_every_text_with_something_left_out(text: str) -> None:
    for name in rows(text):
        model = build("own", bundle(text), None, LIBRARY, without=[name]).model

        ours, plain = search(model, Query()), explore_naively(model)

        assert (ours.states, ours.transitions) == (plain.states, plain.transitions)
        assert {one.kind: one.verdict for one in ours.found} == {one.kind: one.verdict for one in plain.found}


def test_the_merged_patch_needs_its_second_look_and_the_lock_around_it() -> None:
    files = shipped().bundle("uffd-copy")
    assert files is not None
    baseline = baseline_of("uffd-copy", files, "v6.6", LIBRARY)
    names = [
        "retract_page_tables: vma->anon_vma",
        "retract_page_tables: spin_lock_nested(ptl, SINGLE_DEPTH_NESTING)",
        "pte_offset_map_lock: val == pmdp_get_lockless(pmd)",
        "retract_page_tables: READ_ONCE(vma->anon_vma)",
    ]

    found = {row.candidate.name: row for row in ablate(baseline, chosen(baseline, names=names))}

    assert [found[name].kind for name in names] == ["lost-pte", "detached-write", "detached-write", None]
    assert found[names[3]].outcome == "redundant"
