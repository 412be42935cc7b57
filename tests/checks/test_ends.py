"""Where a run ends, what is judged there, and when properties speak."""

import pytest
from racewalk.explore.search import search

from tests.program.texts import codes, model, walk

# -- ends ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("daemon", "way", "final"),
    [
        ('EVENT("e") { x = 1; x = 2; }', "a", True),  # it need not happen
        ('EVENT("e") { x = 1; x = 2; }', "ab", False),  # but not by half
        ('EVENT("e") { x = 1; x = 2; }', "abb", True),
        ('DEVICE("d") { for (;;) { x = 1; x = 2; } }', "a", True),
        ('DEVICE("d") { for (;;) { x = 1; x = 2; } }', "ab", False),
        ('DEVICE("d") { for (;;) { x = 1; x = 2; } }', "abb", True),  # at the head again
        ('DEVICE("d") { x = 3; while (true) { x = 1; x = 2; } }', "ab", True),
        ('DEVICE("d") { do { x = 1; x = 2; } while (1); }', "abb", True),
        ('DEVICE("d") { x = 3; for (;;) { wait_until(x == 9); x = 2; } }', "ab", True),
        ('DEVICE("d") { x = 3; spin_lock(&l); x = 2; }', "ab", False),
        ('DEVICE("d") { x = 3; wait_until(x == 9); }', "ab", True),  # it waits in its middle
        ('CPU(1, "other") { x = 1; }', "a", False),
        ('CPU(1, "other") { wait_until(x == 9); }', "a", False),
    ],
)
def test_a_run_is_at_its_end_when_every_cpu_has_finished_and_every_daemon_rests(
    daemon: str, way: str, final: bool
) -> None:
    race = model(f'u8 x;\nspinlock_t l;\nCPU(0, "a") {{ x = 5; }}\n{daemon}\n')

    assert race.is_final(walk(race, way)[0]) is final


def test_rcu_rests_only_when_no_callback_can_run() -> None:
    race = model(
        """\
struct node { u8 v; struct rcu_head rcu; };
POOL(struct node, 1, "N");
void gone(struct rcu_head *head) { kfree(container_of(head, struct node, rcu)); }
CPU(0, "a") { struct node *n = kmalloc(struct node); call_rcu(&n->rcu, gone); }
DEVICE("d") { for (;;) { rcu_read_lock(); wait_until(false); rcu_read_unlock(); } }
"""
    )

    assert not race.is_final(walk(race, "aa")[0])
    assert not race.is_final(walk(race, "aac")[0])  # in the middle of the callback
    assert race.is_final(walk(race, "aacc")[0])
    assert race.is_final(walk(race, "baa")[0])  # the reader that it waits for may rest for ever


def test_finally_is_judged_at_ends_alone() -> None:
    race = model('u8 x;\nCPU(0, "a") { x = 1; x = 2; }\nCPU(1, "b") { x; }\nfinally("two", x == 2);\n')

    assert race.final_findings(walk(race, "ab")[0]) == ()
    assert race.final_findings(walk(race, "aab")[0]) == ()
    assert search(race).found == ()


def test_finally_blocks_run_one_after_another_on_one_copy() -> None:
    race = model(
        """\
u8 x, y;
CPU(0, "a") { x = 1; }
CPU(1, "b") { x = 1; }
finally { y = x + 1; }
finally { assert(y == 2, "first: %d", y); y = 9; report("always: %d", y); }
finally("untouched: what finally does is gone again", y == 0);
"""
    )
    state, _ = walk(race, "ab")

    assert [finding.message for finding in race.final_findings(state)] == ["9"]
    assert race.describe(state)["y"] == 0


# -- deadlocks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stuck"),
    [
        # the device holds the lock, and can go on
        (
            'CPU(0, "a") { spin_lock(&l); spin_unlock(&l); }\nDEVICE("d") { spin_lock(&l); x = 1; spin_unlock(&l); }',
            False,
        ),
        # the device holds the lock and waits for ever
        ('CPU(0, "a") { spin_lock(&l); }\nDEVICE("d") { spin_lock(&l); wait_until(false); spin_unlock(&l); }', True),
        # only one of the device's choices helps
        ('CPU(0, "a") { wait_until(x == 2); }\nDEVICE("d") { x = choose(3); }', True),
        ('CPU(0, "a") { wait_until(x == 2); }\nDEVICE("d") { for (;;) x = choose(3); }', False),
        # a CPU that has finished cannot release
        ('CPU(0, "a") { bit_lock(&b); }\nCPU(1, "b") { bit_lock(&b); }', True),
        # one CPU waits, the other can still end its wait
        ('CPU(0, "a") { wait_until(x); }\nCPU(1, "b") { x = 1; }', False),
        # each waits for the other to finish
        ('CPU(0, "a") { wait_until(finished(1)); }\nCPU(1, "b") { wait_until(finished(0)); }', True),
        # readers that wait for each other's grace period
        (
            'CPU(0, "a") { spin_lock(&l); synchronize_rcu(); }\nCPU(1, "b") { rcu_read_lock(); synchronize_rcu(); }',
            True,
        ),
    ],
)
def test_a_deadlock_is_where_no_cpu_can_ever_go_on_whatever_daemons_do(text: str, stuck: bool) -> None:
    result = search(model(f"spinlock_t l;\nbit_lock_t b;\nu8 x;\n{text}\n"))

    assert (result.get("deadlock") is not None) is stuck


def test_who_waits_for_a_grace_period_waits_for_its_readers() -> None:
    race = model(
        'CPU(0, "a") { rcu_read_lock(); synchronize_rcu(); }\nCPU(1, "b") { rcu_read_lock(); synchronize_rcu(); }\n'
    )

    (found,) = race.stuck_findings(walk(race, "abab")[0])

    assert "CPU 0 -> CPU 1 -> CPU 0" in found.message
    assert found.details == (
        "CPU 0 waits for CPU 1 to leave the RCU read section",
        "CPU 1 waits for CPU 0 to leave the RCU read section",
    )


def test_where_a_device_has_more_states_than_are_looked_at_the_doubt_is_told() -> None:
    text = """\
wrapping unsigned long n;
bool go;
CPU(0, "a") { wait_until(go); }
DEVICE("d") { for (;;) { n++; if (n == LAST) go = true; } }
CPU(1, "b") { n; }
"""
    far, near = model(text.replace("LAST", "60000")), model(text.replace("LAST", "300"))

    (doubt,) = far.stuck_findings(walk(far, "b")[0])

    assert (doubt.kind, doubt.warning, doubt.fatal) == ("maybe-deadlock", True, False)
    assert near.stuck_findings(walk(near, "b")[0]) == ()


# -- properties ---------------------------------------------------------------------------------------


def test_an_invariant_speaks_when_it_breaks_and_again_when_it_breaks_again() -> None:
    race = model(
        'u8 x;\nalways("small: x is small", x < 2);\nCPU(0, "a") { x = 2; x = 3; x = 0; x = 4; }\nCPU(1, "b") { x; }\n'
    )

    kinds = [[finding.kind for finding in walk(race, "a" * steps)[1]] for steps in range(5)]

    assert kinds == [[], ["small"], ["small"], ["small"], ["small", "small"]]


def test_an_invariant_that_is_broken_from_the_start_is_found_there() -> None:
    race = model('u8 x = 5;\nalways("small: x is small", x < 2);\nCPU(0, "a") { x = 6; }\nCPU(1, "b") { x; }\n')

    assert [finding.kind for finding in race.initial_findings(race.initial())] == ["small"]
    assert walk(race, "a")[1] == list(race.initial_findings(race.initial()))


def test_trouble_in_a_property_makes_it_false() -> None:
    text = 'struct s {{ u8 v; }} *p;\nu8 x;\n{kind}("p: points to 0", p->v == 0);\nCPU(0, "a") {{ x = 1; }}\n'

    always, never = model(text.format(kind="always")), model(text.format(kind="never"))

    assert [finding.kind for finding in always.initial_findings(always.initial())] == ["p"]
    assert never.initial_findings(never.initial()) == ()


def test_a_property_that_must_be_met_is_met_where_it_first_holds() -> None:
    race = model(
        'u8 x;\nsometimes("x is two", x == 2);\nsometimes("x is 0", x == 0);\n'
        'CPU(0, "a") { x++; x++; }\nCPU(1, "b") { x; }\n'
    )

    assert race.covers == ("x is two", "x is 0")
    assert race.initial_covers == ("x is 0",)
    assert search(race).covers["x is two"] == 4


@pytest.mark.parametrize("body", ["x = 1", "spin_lock(&l)", "wait_until(x)", "kfree(NULL ? p : p)", "f()"])
def test_a_property_only_looks(body: str) -> None:
    text = f"""\
struct s {{ u8 v; }};
POOL(struct s, 1, "S");
struct s *p;
u8 x;
spinlock_t l;
int f(void) {{ x = 1; return x; }}
always("look", ({body}, 1));
CPU(0, "a") {{ }}
"""
    assert codes(text) == ["property-acts"]


def test_what_a_check_calls_may_only_read() -> None:
    sums = "u8 f(void) { u8 i, s = 0; for (i = 0; i < 3; i++) s += x; return s; }"
    reading = f'u8 x;\n{sums}\nCPU(0, "a") {{ assert(!f()); }}\n'
    acting = 'u8 x;\nu8 f(void) { x = 1; return x; }\nCPU(0, "a") { assert(f()); }\n'
    waiting = 'u8 x;\nu8 f(void) { wait_until(x); return x; }\nCPU(0, "a") { assert(f()); }\n'

    assert codes(reading) == []
    assert codes(acting) == ["check-acts"]
    assert codes(waiting) == ["check-acts"]
