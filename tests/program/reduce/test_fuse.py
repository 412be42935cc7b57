"""Steps that nobody can tell from the one before them go; whatever somebody could tell stays."""

import pytest
from racewalk.program.reduce import reduce

from tests.program.reduce.verdicts import assert_kept, steps_left, verdicts_of
from tests.program.texts import program

OTHER = 'CPU(1, "other") { shared = 1; }\n'


def left(text: str, actor: int = 0) -> list[str]:
    """The steps that are left of an actor; and nothing is lost by it."""
    assert_kept(program(text), [("fuse",)])
    return steps_left(text, "fuse", actor=actor)


# -- what goes ------------------------------------------------------------------------------------


def test_a_lock_that_nobody_else_takes_costs_no_step() -> None:
    text = """\
	spinlock_t own; u8 shared;
	CPU(0, "one") { shared = 2; spin_lock(&own); shared = 3; spin_unlock(&own); }
	"""
    assert left(text + OTHER) == ["shared = 2", "shared = 3"]


def test_a_release_belongs_to_the_step_before_it() -> None:
    text = """\
	spinlock_t lock; u8 shared;
	CPU(0, "one") { spin_lock(&lock); shared = 2; spin_unlock(&lock); }
	CPU(1, "two") { spin_lock(&lock); shared = 3; spin_unlock(&lock); shared = 4; }
	"""
    assert left(text) == ["spin_lock(&lock)"]


def test_a_lock_that_is_only_ever_shared_never_blocks() -> None:
    text = """\
	struct rw_semaphore rwsem; u8 shared;
	CPU(0, "one") { down_read(&rwsem); shared = 2; up_read(&rwsem); }
	CPU(1, "two") { down_read(&rwsem); shared = 3; up_read(&rwsem); }
	"""
    assert left(text) == ["down_read(&rwsem)"]


def test_a_field_that_only_one_actor_touches_in_this_object_costs_no_step() -> None:
    text = """\
	struct box { u8 value; }; struct box mine, theirs; u8 shared;
	CPU(0, "one") { shared = 2; mine.value = 1; mine.value = 2; }
	CPU(1, "two") { theirs.value = 1; shared = 3; }
	"""
    assert left(text) == ["shared = 2"]
    assert left(text, actor=1) == ["theirs.value = 1"]


def test_a_read_section_costs_no_step_where_nobody_waits_for_readers() -> None:
    text = """\
	u8 shared;
	CPU(0, "one") { rcu_read_lock(); shared = 2; rcu_read_unlock(); }
	"""
    assert left(text + OTHER) == ["rcu_read_lock()"]


def test_interrupts_off_cost_no_step_where_nobody_asks_and_nobody_waits_for_readers() -> None:
    text = """\
	u8 shared;
	CPU(0, "one") { shared = 3; local_irq_disable(); shared = 2; local_irq_enable(); }
	"""
    assert left(text + OTHER) == ["shared = 3", "shared = 2"]


# -- what stays -----------------------------------------------------------------------------------


def test_two_locks_are_never_taken_in_one_step() -> None:
    text = """\
	spinlock_t a, b;
	CPU(0, "one") { spin_lock(&a); spin_lock(&b); spin_unlock(&b); spin_unlock(&a); }
	CPU(1, "two") { spin_lock(&b); spin_lock(&a); spin_unlock(&a); spin_unlock(&b); }
	"""
    assert left(text) == ["spin_lock(&a)", "spin_lock(&b)"]
    assert verdicts_of(text) == {"deadlock": "sometimes"}


def test_a_lock_that_somebody_tries_is_seen_held() -> None:
    text = """\
	spinlock_t lock; u8 x;
	CPU(0, "one") { spin_lock(&lock); x = 1; spin_unlock(&lock); }
	CPU(1, "two") {
		if (spin_trylock(&lock)) { x = 2; spin_unlock(&lock); }
		else { cover("held"); if (x) cover("held late"); }
	}
	"""
    assert left(text) == ["spin_lock(&lock)", "x = 1", "spin_unlock(&lock)"]


def test_a_lock_that_somebody_releases_without_holding_it_is_no_lock() -> None:
    text = """\
	spinlock_t lock; u8 x;
	CPU(0, "one") { spin_lock(&lock); x = x + 1; spin_unlock(&lock); }
	CPU(1, "two") { spin_lock(&lock); x = x + 1; spin_unlock(&lock); }
	CPU(2, "three") { spin_unlock(&lock); }
	finally("lost: both count", x == 2);
	"""
    verdicts = verdicts_of(text)

    assert verdicts["lost"] == "sometimes"
    assert verdicts["bad-unlock"] == "always"
    assert left(text) == ["spin_lock(&lock)", "x", "x = x + 1", "spin_unlock(&lock)"]


def test_a_bit_lock_may_be_handed_over() -> None:
    text = """\
	bit_lock_t lock; u8 x;
	CPU(0, "one") { bit_lock(&lock); x = 1; bit_unlock(&lock); }
	CPU(1, "two") { if (x) bit_unlock(&lock); x = 2; }
	"""
    assert left(text) == ["bit_lock(&lock)", "x = 1", "bit_unlock(&lock)"]
    verdicts_of(text)


def test_a_reader_that_somebody_waits_for_is_seen_in_its_section() -> None:
    text = """\
	u8 x, y;
	CPU(0, "reader") { x = 1; rcu_read_lock(); wait_until(y); rcu_read_unlock(); }
	CPU(1, "waiter") { wait_until(x); synchronize_rcu(); y = 1; }
	"""
    assert verdicts_of(text) == {"deadlock": "sometimes"}
    assert left(text) == ["x = 1", "rcu_read_lock()", "wait_until(y)"]


def test_holding_a_spinlock_makes_a_reader_that_somebody_may_wait_for() -> None:
    text = """\
	spinlock_t own; u8 x, y;
	CPU(0, "reader") { x = 1; spin_lock(&own); wait_until(y); spin_unlock(&own); }
	CPU(1, "waiter") { wait_until(x); synchronize_rcu(); y = 1; }
	"""
    assert verdicts_of(text) == {"deadlock": "sometimes"}
    assert "spin_lock(&own)" in left(text)


def test_interrupts_that_somebody_asks_about_are_seen_off() -> None:
    text = """\
	u8 x;
	CPU(0, "one") { x = 1; local_irq_disable(); local_irq_enable(); x = 2; }
	CPU(1, "two") { if (!irqs_enabled(0)) cover("off"); }
	"""
    assert left(text) == ["local_irq_disable()", "local_irq_enable()"]


def test_an_end_that_somebody_asks_about_is_seen_apart_from_the_step_before() -> None:
    text = """\
	spinlock_t own; u8 x;
	CPU(0, "one") { spin_lock(&own); x = 1; spin_unlock(&own); }
	CPU(1, "two") { wait_until(x); assert(finished(0), "early: not finished"); x = 2; }
	"""
    verdicts = verdicts_of(text)

    assert verdicts == {"early": "sometimes"}
    assert left(text) == ["spin_lock(&own)", "spin_unlock(&own)"]


def test_a_fatal_finding_does_not_come_before_what_others_may_still_meet() -> None:
    text = """\
	spinlock_t own; u8 x; bool mine = true;
	CPU(0, "one") { x = 1; spin_lock(&own); BUG_ON(mine); }
	CPU(1, "two") { if (x) report("seen: it was there"); x = 3; }
	"""
    assert verdicts_of(text) == {"bug-on": "always", "seen": "sometimes"}
    assert left(text) == ["x = 1", "spin_lock(&own)"]


def test_a_finding_does_not_become_unavoidable_where_others_end_the_run_before_it() -> None:
    text = """\
	spinlock_t own; u8 x;
	CPU(0, "one") { x = 1; spin_lock(&own); report("late: after the lock"); spin_unlock(&own); }
	CPU(1, "two") { BUG_ON(x); wait_until(x); BUG_ON(x); }
	"""
    assert verdicts_of(text)["late"] == "sometimes"
    assert "spin_lock(&own)" in left(text)


def test_a_check_looks_when_its_step_is_done_although_the_step_touches_nothing_shared() -> None:
    text = """\
	spinlock_t own; u8 x, y;
	CPU(0, "one") { x = 1; spin_lock(&own); assert(y != 1, "one: y is one"); spin_unlock(&own); }
	CPU(1, "two") { wait_until(x); y = 1; y = 2; }
	CPU(2, "three") { if (y == 2) x = 2; }
	"""
    assert verdicts_of(text) == {"one": "sometimes"}
    assert "spin_lock(&own)" in left(text)


@pytest.mark.parametrize("kind", ["always", "never", "sometimes"])
def test_what_a_property_of_all_states_reads_is_a_step(kind: str) -> None:
    text = f"""\
	struct box {{ u8 value; }}; struct box mine, theirs; u8 shared;
	CPU(0, "one") {{ shared = 2; mine.value = 1; mine.value = 2; }}
	CPU(1, "two") {{ theirs.value = 1; shared = 3; }}
	{kind}("watched: together", mine.value == 1 && shared == 3);
	"""
    assert left(text) == ["shared = 2", "mine.value = 1", "mine.value = 2"]


def test_an_endless_loop_keeps_a_step() -> None:
    text = """\
	spinlock_t own; u8 shared;
	CPU(0, "one") { for (;;) { spin_lock(&own); spin_unlock(&own); if (shared == 9) break; } }
	CPU(1, "two") { shared = 1; }
	"""
    assert left(text)
    spins = """\
	struct box { u8 value; }; struct box mine, theirs; u8 shared;
	CPU(0, "one") { shared = 2; while (true) { mine.value = 1; } }
	CPU(1, "two") { theirs.value = 1; shared = 3; }
	"""
    assert "mine.value = 1" in left(spins)


def test_the_local_work_of_what_is_fused_stays_within_the_limit_of_a_step() -> None:
    busy = "for (u8 i = 0; i < 250; i++) for (u8 j = 0; j < 2; j++) sum = (sum + i + j) & 7;"
    text = f"""\
	spinlock_t own; u8 shared;
	CPU(0, "one") {{
		u16 sum = 0;
		shared = 1; {busy}
		spin_lock(&own); {busy}
		spin_unlock(&own); {busy}
		shared = sum;
	}}
	CPU(1, "two") {{ shared = 4; }}
	"""
    assert verdicts_of(text) == {}


def test_a_daemon_may_still_rest_where_it_might() -> None:
    text = """\
	spinlock_t own; u8 shared;
	CPU(0, "one") { shared = 1; }
	DEVICE("engine") { for (;;) { spin_lock(&own); shared = shared & 3; spin_unlock(&own); } }
	EVENT("once") { spin_lock(&own2); shared = 2; spin_unlock(&own2); }
	spinlock_t own2;
	finally("untouched: it never began", shared == 1);
	"""
    assert verdicts_of(text) == {"untouched": "sometimes"}
    for actor in (1, 2):
        whole = program(text).actors[actor]
        fused = reduce(program(text), ["fuse"]).actors[actor]
        rests = [[a.steps[step].label for step in sorted(a.rests)] for a in (whole, fused)]
        assert rests[0] == rests[1] != []


def test_a_daemon_may_still_rest_at_the_head_of_its_loop_after_other_steps() -> None:
    text = """\
	spinlock_t own; u8 shared;
	CPU(0, "one") { shared = 1; }
	DEVICE("engine") { shared = 2; for (;;) { spin_lock(&own); spin_unlock(&own); shared = 3; } }
	finally("two: it rests after its first step", shared != 2);
	"""
    assert verdicts_of(text) == {"two": "sometimes"}
    assert "spin_lock(&own)" in left(text, actor=1)


def test_parts_whose_work_together_would_be_too_much_for_a_step_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """\
	spinlock_t own; u8 shared;
	CPU(0, "one") { shared = 2; spin_lock(&own); spin_unlock(&own); }
	"""
    assert steps_left(text + OTHER, "fuse") == ["shared = 2"]

    monkeypatch.setattr("racewalk.program.reduce.fuse.STEP_WORK", 1)

    assert steps_left(text + OTHER, "fuse") == ["shared = 2", "spin_lock(&own)", "spin_unlock(&own)"]


def test_a_cover_and_a_finding_of_what_is_fused_are_still_met() -> None:
    text = """\
	spinlock_t own; u8 shared, mine;
	CPU(0, "one") {
		spin_lock(&own); cover("inside");
		shared = 2; assert(shared == 2, "changed: at once");
		spin_unlock(&own); cover("out");
	}
	"""
    assert verdicts_of(text + OTHER) == {}
    assert left(text + OTHER) == ["spin_lock(&own)"]


def test_a_lock_in_an_object_that_may_be_freed_stays() -> None:
    text = """\
	struct item { spinlock_t lock; u8 data; };
	POOL(struct item, 1, "I");
	struct item *head; u8 x;
	setup { head = kmalloc(struct item); }
	CPU(0, "one") { struct item *mine = head; spin_lock(&mine->lock); x = 1; spin_unlock(&mine->lock); }
	CPU(1, "two") { wait_until(x); kfree(head); }
	"""
    assert verdicts_of(text) == {"use-after-free": "sometimes"}
    assert left(text) == ["spin_lock(&mine->lock)", "x = 1", "spin_unlock(&mine->lock)"]


def test_an_access_that_may_fail_stays_where_it_would_come_early() -> None:
    text = """\
	struct box { u8 value; }; struct box mine; u8 shared; struct box *where[2] = { &mine };
	CPU(0, "one") { u8 at = shared; shared = 5; spin_lock(&own); u8 got = where[at & 1]->value; spin_unlock(&own); }
	CPU(1, "two") { shared = 1; if (shared == 5) report("five: seen"); }
	spinlock_t own;
	"""
    assert verdicts_of(text) == {"null-dereference": "sometimes", "five": "sometimes"}
    assert "spin_lock(&own)" in left(text)


def test_a_lock_that_the_setup_leaves_held_by_nobody_blocks() -> None:
    text = """\
	spinlock_t lock; u8 x;
	setup { spin_lock(&lock); }
	CPU(0, "one") { x = 1; spin_lock(&lock); }
	CPU(1, "two") { x = 2; }
	"""
    assert verdicts_of(text) == {"deadlock": "always"}
    assert left(text) == ["x = 1", "spin_lock(&lock)"]


def test_a_lock_that_the_setup_leaves_held_is_not_free_although_nobody_else_takes_it() -> None:
    text = """\
	spinlock_t lock; u8 x;
	setup { spin_lock(&lock); }
	CPU(0, "one") { x = 1; spin_lock(&lock); spin_unlock(&lock); }
	CPU(1, "two") { if (x) report("one: x was set"); x = 2; }
	"""
    assert verdicts_of(text) == {"deadlock": "always", "one": "sometimes"}
    assert left(text) == ["x = 1", "spin_lock(&lock)", "spin_unlock(&lock)"]


def test_a_lock_that_another_actor_holds_from_its_setup_on_blocks() -> None:
    text = """\
	spinlock_t lock; u8 x;
	CPU(0, "one") { x = 1; spin_lock(&lock); spin_unlock(&lock); }
	CPU(1, "two") { setup { spin_lock(&lock); } wait_until(x); x = 2; spin_unlock(&lock); }
	"""
    assert verdicts_of(text) == {}
    assert left(text) == ["x = 1", "spin_lock(&lock)"]


def test_ending_with_a_lock_in_hand_is_reported_and_in_its_own_step() -> None:
    text = """\
	spinlock_t own; u8 x;
	CPU(0, "one") { x = 1; spin_lock(&own); }
	CPU(1, "two") { if (x == 1) BUG_ON(true); x = 3; }
	"""
    assert verdicts_of(text) == {"unbalanced": "sometimes", "bug-on": "sometimes"}
    assert left(text) == ["x = 1", "spin_lock(&own)"]


def test_what_is_not_understood_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("racewalk.program.reduce.paths.WAYS", 3)
    text = 'spinlock_t own; u8 shared;\nCPU(0, "one") { spin_lock(&own); shared = 2; spin_unlock(&own); }\n' + OTHER

    assert steps_left(text, "fuse") == ["spin_lock(&own)", "shared = 2", "spin_unlock(&own)"]
