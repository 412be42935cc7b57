"""Programs on which witnesses once disagreed, as the minimiser left them: now they agree."""

from __future__ import annotations

import pytest
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
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_all_agree_now_on(text: str) -> None:
    trial = compare(text, witnesses(("naive", "modes", "reduced")))

    assert trial.disagreements == ()
    assert not trial.too_large
