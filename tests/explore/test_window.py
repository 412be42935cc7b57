"""The window of a finding: where a schedule may be varied and still has it."""

from __future__ import annotations

from hypothesis import given
from racewalk.explore.window import Fit, Opening, openings
from racewalk.model import Model, Move

from tests.explore.tables import Table, tables
from tests.explore.test_twin import failing_runs
from tests.explore.toys import Op, Toy, Vars, actors, assign, find, lost_update, philosophers, release, take


def opened(model: Model, text: str, kind: str) -> tuple[Opening, ...]:
    return openings(model, [Move(ord(letter) - ord("a")) for letter in text], kind)


def window(opening: Opening) -> tuple[int, int]:
    return opening.first, opening.last


def between(before: int, inside: int, after: int, locked: bool = False) -> Toy:
    """A CPU opens a window, does some steps and closes it; the other one does some steps and then looks."""
    idle = [Op(f"idle {number}") for number in range(before)]
    held = [take("lock", 0)] if locked else []
    left = [release("lock")] if locked else []
    first = [
        *idle,
        assign("open", "open", lambda v: 1),
        *[Op(f"inside {number}") for number in range(inside)],
        *held,
        assign("close", "open", lambda v: 0),
        *left,
        *[Op(f"after {number}") for number in range(after)],
    ]
    taken = [take("lock", 1)] if locked else []
    second = [Op("come"), Op("come near"), *taken, find("seen", lambda v: v["open"] == 1), Op("leave")]
    return Toy(actors("cpu", "cpu"), [first, second], {"open": 0, "lock": 0})


def test_a_lost_update_has_one_place_where_a_cpu_must_be_left() -> None:
    (opening,) = opened(lost_update(), "abba", "lost-update")

    assert (opening.actor, opening.at, opening.until, opening.end, opening.preemption) == (0, 1, 3, 4, True)
    assert [place.fails for place in opening.places] == [False, True, False]
    assert [(place.after, place.position) for place in opening.places] == [(None, 0), (0, 1), (1, None)]
    assert opening.fit == Fit(1, 1)  # the load is enough


def test_the_window_is_as_wide_as_what_lies_between_opening_and_closing() -> None:
    (opening,) = opened(between(2, 3, 2), "aaaa" + "bbb", "seen")

    assert opening.until == opening.end  # the first CPU does not go on
    assert window(opening) == (3, 6)
    assert [place.fails for place in opening.places] == [False] * 3 + [True] * 4 + [False] * 3


def test_only_the_last_step_of_the_other_must_fit_in() -> None:
    (opening,) = opened(between(2, 3, 2), "aaaa" + "bbb", "seen")

    assert opening.fit == Fit(6, 6)


def test_a_place_where_the_others_must_wait_says_for_what() -> None:
    (opening,) = opened(between(0, 1, 0, locked=True), "a" + "bbbb", "seen")

    assert window(opening) == (1, 2)
    assert opening.places[3].reason == "CPU 1 waits for lock, held by CPU 0"


def test_who_waits_or_has_finished_is_not_left() -> None:
    model = philosophers(2)

    assert [one.at for one in opened(model, "ab", "deadlock")] == [1]
    done = [Op("done")]
    assert opened(Toy(actors("cpu", "cpu"), [done, [find("bug", lambda v: True)]], {}), "ab", "bug") == ()


def test_a_softirq_that_a_cpu_overtakes_is_left_without_a_preemption() -> None:
    plain = lost_update()
    model = Toy(actors("softirq", "cpu"), plain.programs, plain.variables, plain.at_end)

    (opening,) = opened(model, "abba", "lost-update")

    assert (opening.actor, opening.preemption, window(opening)) == (0, False, (1, 1))


@given(tables(acyclic=True))
def test_the_place_of_the_schedule_itself_has_the_finding_and_the_window_is_around_it(table: Table) -> None:
    for moves in list(failing_runs(table, "bug"))[:6]:
        for opening in openings(table, moves, "bug"):
            assert opening.places[opening.steps].fails
            assert opening.first <= opening.steps <= opening.last
            assert all(place.fails for place in opening.places[opening.first : opening.last + 1])
            if opening.fit is not None:
                assert opening.at <= opening.fit.first <= opening.fit.last < opening.until


def test_a_device_interrupts_and_does_not_preempt() -> None:
    def seen(v: Vars) -> bool:
        return v["open"] == 1

    cpu = [assign("open", "open", lambda v: 1), assign("close", "open", lambda v: 0)]
    model = Toy(actors("cpu", "device"), [cpu, [find("seen", seen)]], {"open": 0})

    (opening,) = opened(model, "ab", "seen")

    assert not opening.preemption
    assert window(opening) == (1, 1)
