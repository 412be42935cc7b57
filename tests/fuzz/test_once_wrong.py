"""Programs on which witnesses once disagreed, as the minimiser left them: now they agree."""

from __future__ import annotations

import pytest
from racewalk.explain.spin import missing_tools
from racewalk.fuzz.trial import compare
from racewalk.fuzz.witness import witnesses

TEXTS = {
    "a property that is violated before anybody has moved": """
CPU(1, "cpu 1") {
}
never("never-so: never it is so", 1);
""",
    "a cover behind a start that is a deadlock": """
struct semaphore none;
wait_queue_head_t queue;
CPU(0, "cpu 0") {
	down(&none);
}
DEVICE("device") {
	for (;;) {
		cover("point 1");
		prepare_to_wait_exclusive(&queue);
	}
}
""",
    "a level of which every step ends the run": """
wrapping u8 x = 0;
bit_lock_t bit;
CPU(0, "cpu 0") {
	bit_unlock(&bit);
	WRITE_ONCE(x, 0);
	u8 v2 = x;
}
CPU(1, "cpu 1") {
	u8 v2 = finished(1);
	cmpxchg(&x, 0, x);
	x = (0 / 0);
}
""",
    "an event between the steps of CPUs, which preempts none": """
wrapping u8 x = 0;
bit_lock_t bit;
CPU(0, "cpu 0") {
	bit_unlock(&bit);
	u8 v2 = x;
}
CPU(1, "cpu 1") {
	bit_lock(&bit);
	bit_lock(&bit);
	cmpxchg(&x, 0, 0);
}
EVENT("event") {
	bit_lock(&bit);
	bit_unlock(&bit);
}
""",
    "a property that holds where the search begins": """
bool hub;
CPU(0, "cpu 0") {
	hub = 1;
	BUG_ON(1);
}
CPU(2, "cpu 2") {
	hub = 0;
	int i1 = 2;
	do {
		WRITE_ONCE(hub, 1);
	} while (--i1 > 0 && hub);
	hub ^= 0;
}
sometimes("sometimes it is so", 1);
""",
    "a cover that somebody's preemption meets at once, and the last actor later": """
bool hub = 0;
u8 level;
CPU(0, "cpu 0") {
	hub++;
	u8 v1 = level;
	local_bh_enable();
}
CPU(1, "cpu 1") {
	hub++;
	level = 0;
	cover("point 5");
}
""",
    "states that get another word while somebody asks whether a CPU is stuck": """
struct node {
	int data;
};
struct box {
	wait_queue_head_t outer;
	struct completion inner;
	s16 level;
};
POOL(struct node, 1, "N");
u16 hub;
unsigned long y;
rwlock_t rwlock;
struct mutex mutexs[2];
struct node *head;
struct box box = { .level = 0 };
setup {
	head = kmalloc(struct node, .data = 1);
	hub = 65535;
}
CPU(0, "cpu 0") {
	struct node *m0 = kmalloc(struct node);
	y = xchg(&hub, 0);
	if (y) {
	}
}
CPU(1, "cpu 1") {
	read_lock(&rwlock);
	head = container_of(&head->data, struct node, data);
}
DEVICE("device") {
	for (;;) {
		wait_until(finished(1));
		mutex_lock(&mutexs[y]);
		kfree(head);
	}
}
SOFTIRQ(0, "softirq") {
	wait_until(1);
	mutex_lock(&mutexs[0]);
	wait_for_completion(&box.inner);
	mutex_unlock(&mutexs[0]);
}
EVENT("event") {
	read_lock(&rwlock);
	WRITE_ONCE(hub, 1);
	for_each_object (o1, struct node) {
	}
}
""",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_all_agree_now_on(text: str) -> None:
    trial = compare(text, witnesses(("naive", "modes", "reduced")))

    assert trial.disagreements == ()
    assert not trial.too_large


WRONG_FOR_SPIN = """
s16 hub = 1;
bool always = 1;
int y;
CPU(0, "cpu 0") {
	hub--;
}
CPU(1, "cpu 1") {
	unsigned long kept = y;
	hub = (always ? -1 : kept);
}
"""
"""The number that is chosen takes four bytes between its steps: it may be what `kept` may be."""


@pytest.mark.skipif(bool(missing_tools()), reason="SPIN or a C compiler is not installed")
def test_spin_reads_a_number_of_four_bytes_as_it_was_kept() -> None:
    trial = compare(WRONG_FOR_SPIN, witnesses(("naive", "spin")))

    assert trial.disagreements == ()
