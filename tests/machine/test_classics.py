"""Programs that everybody knows, with what is known about them."""

from __future__ import annotations

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.query import Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult

from tests.program.texts import model


def searched(text: str) -> SearchResult:
    result = search(model(text), Query(bounds=Bounds(seconds=120.0)))
    assert result.exhaustive
    return result


def kinds(text: str) -> set[str]:
    return {found.kind for found in searched(text).found}


# -- mutual exclusion with plain variables ------------------------------------------------------------

EXCLUSION = """\
u8 want[2], turn;
bool inside[2];
{lock}
void use(u8 me) {{
	for (u8 round = 0; round < 2; round++) {{
		lock(me, 1 - me);
		inside[me] = true;
		inside[me] = false;
		unlock(me, 1 - me);
	}}
}}
CPU(0, "first") {{ use(0); }}
CPU(1, "second") {{ use(1); }}
never("crowd: both are inside", inside[0] && inside[1]);
sometimes("the first is inside", inside[0]);
sometimes("the second is inside", inside[1]);
"""

PETERSON = """\
void lock(u8 me, u8 other) { want[me] = 1; turn = other; while (want[other] && turn == other) ; }
void unlock(u8 me, u8 other) { want[me] = 0; }
"""

DEKKER = """\
void lock(u8 me, u8 other) {
	want[me] = 1;
	while (want[other])
		if (turn != me) {
			want[me] = 0;
			while (turn != me) ;
			want[me] = 1;
		}
}
void unlock(u8 me, u8 other) { turn = other; want[me] = 0; }
"""


@pytest.mark.parametrize("lock", [PETERSON, DEKKER], ids=["Peterson", "Dekker"])
def test_peterson_and_dekker_exclude_under_sequential_consistency(lock: str) -> None:
    result = searched(EXCLUSION.format(lock=lock))

    assert result.found == ()
    assert set(result.covers) == {"the first is inside", "the second is inside"}


@pytest.mark.parametrize(
    ("lock", "old", "new"),
    [
        (PETERSON, "want[me] = 1; turn = other;", "turn = other; want[me] = 1;"),
        (PETERSON, "turn = other;", "turn = me;"),
        (PETERSON, "while (want[other] && turn == other) ;", "while (turn == other && want[other] == 2) ;"),
        (DEKKER, "\twant[me] = 1;\n\twhile (want[other])", "\twhile (want[other])"),
    ],
)
def test_a_broken_peterson_or_dekker_lets_both_in(lock: str, old: str, new: str) -> None:
    assert old in lock

    assert "crowd" in kinds(EXCLUSION.format(lock=lock.replace(old, new, 1)))


# -- dining philosophers ----------------------------------------------------------------------------


def philosophers(n: int, lock: str, take: str, put: str) -> str:
    cpus = "\n".join(f'CPU({seat}, "philosopher {seat}") {{ dine({seat}, {(seat + 1) % n}); }}' for seat in range(n))
    return (
        f"{lock} fork[{n}]{' = {' + ', '.join(['{ .count = 1 }'] * n) + '}' if 'semaphore' in lock else ''};\n"
        f"void dine(u8 left, u8 right) {{ {take}(&fork[left]); {take}(&fork[right]); {put}(&fork[right]);"
        f" {put}(&fork[left]); }}\n{cpus}\n"
    )


@pytest.mark.parametrize(("n", "states"), [(2, 19), (3, 87), (4, 391), (5, 1_743)])
@pytest.mark.parametrize(
    ("lock", "take", "put"),
    [
        ("spinlock_t", "spin_lock", "spin_unlock"),
        ("struct mutex", "mutex_lock", "mutex_unlock"),
        ("rwlock_t", "write_lock", "write_unlock"),
        ("struct semaphore", "down", "up"),
    ],
    ids=["spinlock", "mutex", "rwlock", "semaphore"],
)
def test_philosophers_deadlock_in_as_many_steps_as_there_are_and_have_the_known_number_of_states(
    n: int, states: int, lock: str, take: str, put: str
) -> None:
    result = searched(philosophers(n, lock, take, put))

    assert result.states == states
    assert [(found.kind, len(found.schedule)) for found in result.found] == [("deadlock", n)]


# -- a bounded buffer with one wait queue -----------------------------------------------------------

BUFFER = """\
struct mutex m;
wait_queue_head_t queue;
u8 used;
atomic bool try_put(void) {{ if (used == {capacity}) return false; used++; return true; }}
atomic bool try_get(void) {{ if (used == 0) return false; used--; return true; }}
void sleep(void) {{ {prepare}(&queue); mutex_unlock(&m); schedule(); mutex_lock(&m); }}
void put(void) {{ mutex_lock(&m); while (!try_put()) sleep(); {wake}(&queue); mutex_unlock(&m); }}
void get(void) {{ mutex_lock(&m); while (!try_get()) sleep(); {wake}(&queue); mutex_unlock(&m); }}
"""


def buffer(
    capacity: int, producers: int, consumers: int, wake: str = "wake_up", prepare: str = "prepare_to_wait_exclusive"
) -> str:
    """Everybody works for ever; each operation wakes one of those who wait, producer or consumer."""
    text = BUFFER.format(capacity=capacity, wake=wake, prepare=prepare)
    for cpu in range(producers + consumers):
        text += f'CPU({cpu}, "worker {cpu}") {{ for (;;) {"put" if cpu < producers else "get"}(); }}\n'
    return text


@pytest.mark.parametrize(
    ("capacity", "producers", "consumers"),
    [(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2), (2, 1, 2), (2, 2, 2), (2, 2, 3), (2, 3, 2), (3, 2, 3)],
)
def test_a_buffer_with_one_wait_queue_deadlocks_iff_twice_its_capacity_is_less_than_all_who_use_it(
    capacity: int, producers: int, consumers: int
) -> None:
    found = kinds(buffer(capacity, producers, consumers)) - {"livelock"}  # nobody ever finishes

    assert found == ({"deadlock"} if 2 * capacity < producers + consumers else set())


@pytest.mark.parametrize(("capacity", "producers", "consumers"), [(1, 1, 2), (1, 2, 2)])
def test_waking_everybody_or_waiting_not_exclusively_saves_the_buffer(
    capacity: int, producers: int, consumers: int
) -> None:
    assert "deadlock" not in kinds(buffer(capacity, producers, consumers, wake="wake_up_all"))
    assert "deadlock" not in kinds(buffer(capacity, producers, consumers, prepare="prepare_to_wait"))


# -- readers and writers ----------------------------------------------------------------------------

READERS = """\
{locks}
u8 reading, writing;
void read(void) {{
	{read_lock}
	atomic_inc(&reading);
	if (writing) report("mixed: somebody reads while somebody writes");
	if (reading == 2) cover("both read");
	atomic_dec(&reading);
	{read_unlock}
}}
CPU(0, "reader") {{ read(); }}
CPU(1, "reader too") {{ read(); }}
CPU(2, "writer") {{ {write_lock} writing = 1; writing = 0; {write_unlock} }}
sometimes("the writer writes", writing == 1);
"""

BY_SEMAPHORES = {
    "locks": "struct semaphore room = { .count = 1 }, count = { .count = 1 }; u8 readers;",
    "read_lock": "down(&count); readers++; if (readers == 1) down(&room); up(&count);",
    "read_unlock": "down(&count); readers--; if (readers == 0) up(&room); up(&count);",
    "write_lock": "down(&room);",
    "write_unlock": "up(&room);",
}

BY_RWLOCK = {
    "locks": "rwlock_t room;",
    "read_lock": "read_lock(&room);",
    "read_unlock": "read_unlock(&room);",
    "write_lock": "write_lock(&room);",
    "write_unlock": "write_unlock(&room);",
}


@pytest.mark.parametrize("locks", [BY_SEMAPHORES, BY_RWLOCK], ids=["semaphores", "rwlock"])
def test_readers_meet_each_other_and_never_a_writer(locks: dict[str, str]) -> None:
    result = searched(READERS.format(**locks))

    assert result.found == ()
    assert set(result.covers) == {"both read", "the writer writes"}


def test_readers_who_count_themselves_without_a_semaphore_meet_the_writer() -> None:
    careless = BY_SEMAPHORES | {
        "read_lock": "readers++; if (readers == 1) down(&room);",
        "read_unlock": "readers--; if (readers == 0) up(&room);",
    }

    assert "mixed" in kinds(READERS.format(**careless))


# -- producer and consumer with completions ----------------------------------------------------------

HANDOVER = """\
struct completion full, empty;
u8 slot, seen;
CPU(0, "producer") {{ for (u8 i = 1; i <= 3; i++) {{ slot = i; complete(&full); {wait} }} }}
CPU(1, "consumer") {{
	for (u8 i = 1; i <= 3; i++) {{
		wait_for_completion(&full);
		seen = slot;
		assert(seen == i, "wrong: item %d in round %d", seen, i);
		complete(&empty);
	}}
}}
"""


def test_a_producer_that_waits_for_its_consumer_hands_over_every_item() -> None:
    assert kinds(HANDOVER.format(wait="wait_for_completion(&empty);")) == set()
    assert kinds(HANDOVER.format(wait="")) == {"wrong"}
