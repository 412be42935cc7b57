"""The report of a finding on an object: who touched it, who allocated it, who freed it, and when, as KASAN tells it."""

from __future__ import annotations

from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.scene import report_of
from racewalk.session.history import History
from racewalk.session.replay import drain, replay
from racewalk.session.schedule import parse_schedule

TEXT = """\
struct item { u8 data; struct rcu_head rcu; };
POOL(struct item, 1, "I");
struct item *head;
u8 seen;

void item_free(struct item *item)
{
	kfree(item);
}
setup { head = kmalloc(struct item, .data = 1); }
CPU(0, "reader") {
	struct item *mine = head;

	seen = mine->data;
}
CPU(1, "remover") {
	struct item *old = head;

	head = NULL;
	item_free(old);
	head = kmalloc(struct item);
	item_free(head);
	item_free(head);
}
"""


def reports(schedule: str) -> list[list[str]]:
    """Of the last step of a schedule the lines of each report, without its rules."""
    built = build("own", Bundle.of([("own.c", TEXT)]), None, lambda path: None)
    history = History(built.model)
    _, stop = drain(replay(history, parse_schedule(schedule)))
    assert stop is None
    node = history.cursor
    return [report_of(built.model, node, finding).splitlines()[1:-1] for finding in node.findings]


def test_a_use_after_free_tells_who_freed_the_object_at_which_step_and_in_which_function() -> None:
    assert reports("1.a1b3a1") == [
        [
            "BUG: KASAN: use-after-free in reader: CPU 0 touches I0.data, which was freed",
            "CPU 0: Comm: reader step: 5",
            "Call Trace:",
            " reader (own.c:14)",
            "Allocated by the setup:",
            "Freed by CPU 1 (remover) at step 4:",
            " item_free (own.c:8)",
            " remover (own.c:20)",
        ]
    ]


def test_of_an_object_that_is_somebody_elses_by_now_the_new_life_is_told_as_well() -> None:
    (lines,) = reports("1.a1b4a1")

    assert lines[4:] == [
        "Allocated by the setup:",
        "Freed by CPU 1 (remover) at step 4:",
        " item_free (own.c:8)",
        " remover (own.c:20)",
        "Given out again by CPU 1 (remover) at step 5:",
        " remover (own.c:21)",
    ]


def test_a_double_free_tells_of_the_first_and_of_the_last_life_only() -> None:
    (lines,) = reports("1.b9")

    assert lines[0] == "BUG: KASAN: double-free in item_free: I0 was freed already"
    assert [line for line in lines if "step" in line] == [
        "CPU 1: Comm: remover step: 9",
        "Allocated by CPU 1 (remover) at step 4:",
        "Freed by CPU 1 (remover) at step 7:",
    ]


def test_the_report_of_what_is_about_no_life_tells_of_none() -> None:
    text = 'u8 x = 254; CPU(0, "a") { atomic_inc(&x); atomic_inc(&x); } CPU(1, "b") { x; }'
    built = build("own", Bundle.of([("own.c", text)]), None, lambda path: None)
    history = History(built.model)
    drain(replay(history, parse_schedule("1.a2")))

    (finding,) = history.cursor.findings
    assert not [line for line in report_of(built.model, history.cursor, finding).splitlines() if "llocated" in line]
