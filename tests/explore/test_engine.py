"""The fast search against what it must agree with: the model itself, the naive explorer, and known numbers."""

from dataclasses import replace

import pytest
from racewalk.explore.audit import audit
from racewalk.explore.bounds import Bounds, Progress, SearchCancelled
from racewalk.explore.codes import Codes
from racewalk.explore.engine import Engine
from racewalk.explore.naive import explore_naively
from racewalk.explore.query import Goal, Query
from racewalk.explore.search import search
from racewalk.explore.verdict import SearchResult
from racewalk.model import Move, PackedModel
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.session.history import History

from tests.scenario.texts import bundle

LIBRARY = shipped().library


def model_of(text: str) -> PackedModel:
    return build("text", bundle(text), None, LIBRARY).model


def shipped_model(name: str, variant: str) -> PackedModel:
    found = shipped().bundle(name)
    assert found is not None
    return build(name, found, variant, LIBRARY).model


def numbers(result: SearchResult) -> tuple[object, ...]:
    """All that two witnesses must agree on."""
    found = sorted((one.kind, one.verdict, len(one.schedule)) for one in result.found)
    return result.states, result.transitions, result.ends, result.depth, dict(result.covers), found, result.bounds


class Arrays(Engine):
    """Goes on in arrays almost at once."""

    widest = 2


def in_arrays(model: PackedModel, query: Query = Query()) -> SearchResult:  # noqa: B008
    return Arrays(model).answer(query, lambda progress: None, lambda: False)


POINTERS = """
struct node { u8 data; struct node *next; };
POOL(struct node, 3, "N");
struct node *head;
spinlock_t lock;
wrapping u8 turns;
CPU(0, "push") {
	struct node *mine = kmalloc(struct node, .data = 1);
	spin_lock(&lock); mine->next = head; head = mine; spin_unlock(&lock);
}
CPU(1, "pop") {
	struct node *mine;
	spin_lock(&lock); mine = head; if (mine) head = mine->next; spin_unlock(&lock);
	kfree(mine);
}
CPU(2, "peek") { struct node *mine = head; if (mine && mine->data == 1) cover("saw it"); turns++; turns++; }
EVENT("reuse") { head = kmalloc_freed(struct node, .data = 2); turns += 3; }
finally("two: nobody came in between", turns == 2);
"""


@pytest.mark.parametrize("text", [POINTERS])
def test_every_transition_is_the_one_that_the_model_makes(text: str) -> None:
    assert audit(model_of(text), Bounds()) == explore_naively(model_of(text)).transitions


@pytest.mark.parametrize("variant", ["v6.4", "patch-v1", "v6.6"])
def test_every_transition_of_the_mails_race_is_the_one_that_the_model_makes(variant: str) -> None:
    model = shipped_model("uffd-copy", variant)

    assert audit(model, Bounds()) == search(model).transitions


@pytest.mark.parametrize("exact", [True, False])
def test_arrays_and_dictionaries_find_the_same(exact: bool) -> None:
    for model in (model_of(POINTERS), shipped_model("dining", "in-order"), shipped_model("uffd-copy", "patch-v1")):
        naive = explore_naively(model)

        assert numbers(search(model)) == numbers(naive)
        assert numbers(in_arrays(model, Query(exact=exact))) == numbers(naive)


def test_states_are_told_apart_though_their_fingerprints_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from racewalk.explore.fingerprints import U64, Mixer

    def bad_mix(self: Mixer, word: int, values: U64) -> U64:
        return values & values.dtype.type(3)

    monkeypatch.setattr(Mixer, "mix", bad_mix)
    model = model_of(POINTERS)

    assert numbers(in_arrays(model, Query(exact=True))) == numbers(explore_naively(model))
    assert in_arrays(model, Query(exact=False)).states < explore_naively(model).states


def test_tables_with_many_entries_are_looked_up_in_another_way_and_find_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("racewalk.explore.lookup.FEW", 2)
    model = shipped_model("uffd-copy", "patch-v1")

    assert numbers(in_arrays(model)) == numbers(search(model))


def test_the_probability_to_have_left_a_state_out_is_told_only_where_there_is_one() -> None:
    model = shipped_model("uffd-copy", "v6.6")

    assert search(model).omission == 0.0
    assert in_arrays(model, Query(exact=True)).omission == 0.0
    assert in_arrays(model, Query(exact=False)).omission == pytest.approx(4_352**2 / 2**64)


@pytest.mark.parametrize("way_out", ["", "stop = true;"])
def test_a_livelock_is_found_in_arrays_and_none_where_there_is_a_way_out(way_out: str) -> None:
    model = model_of(
        'bool stop; u8 a; u8 b;\nCPU(0, "waits") { while (!stop) a = 1 - a; }\n'
        f'CPU(1, "other") {{ b = 1; b = 2; b = 3; {way_out} }}\nCPU(2, "looks") {{ u8 x = a + b; bool y = stop; }}\n'
    )

    assert numbers(in_arrays(model)) == numbers(search(model)) == numbers(explore_naively(model))
    assert (search(model).get("livelock") is None) == bool(way_out)


def test_a_schedule_from_arrays_leads_to_its_finding() -> None:
    model = shipped_model("uffd-copy", "patch-v1")
    for one in in_arrays(model).found:
        history = History(model)
        for move in one.schedule:
            history.step(move)

        assert one.kind in [finding.kind for finding in history.cursor.findings]


def test_a_packed_state_is_the_state_again_when_it_is_unpacked() -> None:
    model = shipped_model("uffd-copy", "v6.6")
    codes = Codes(model)
    state = model.initial()
    for _ in range(40):
        state = model.expand(state)[0][1].state

        assert codes.unpack(codes.pack(state)) == state

    assert codes.pack(model.initial()) == 0


def test_a_slot_with_more_and_more_contents_gets_more_and_more_bits() -> None:
    model = model_of(
        "u16 n; CPU(0, 'a') { while (n < 300) n = n + 1; }\nCPU(1, 'b') { u16 x = n; }\n".replace("'", '"')
    )

    assert numbers(search(model)) == numbers(explore_naively(model))
    assert numbers(in_arrays(model)) == numbers(explore_naively(model))


# -- goals -----------------------------------------------------------------------------------------


def test_the_shortest_schedule_is_the_one_that_a_whole_search_finds() -> None:
    model = shipped_model("uffd-copy", "patch-v1")
    whole = search(model)
    for one in whole.found:
        result = search(model, Query("shortest", Goal("finding", one.kind)))

        assert result.reached is not None
        assert len(result.reached) == len(one.schedule)
        assert result.states <= whole.states
        assert not result.exhaustive


def test_a_goal_that_is_never_met_is_proved_so() -> None:
    result = search(shipped_model("uffd-copy", "v6.6"), Query("shortest", Goal("finding", "lost-pte")))

    assert result.reached is None
    assert result.exhaustive
    assert result.states == 4_352


def test_a_label_is_reached_when_somebody_stands_at_the_step() -> None:
    model = model_of('u8 a; CPU(0, "one") { a = 1; a = 2; }\nCPU(1, "two") { u8 x = a; a = 3; }\n')
    for query in (Query("shortest", Goal("label", "two: a = 3")), Query("switches", Goal("label", "two: a = 3"))):
        result = search(model, query)

        assert result.reached == (Move(1),)
        assert in_arrays(model, query).reached == (Move(1),)
    assert search(model, Query("shortest", Goal("label", "two: a = 3", actor=0))).reached is None


def test_a_cover_is_reached_by_the_step_that_covers_it() -> None:
    result = search(shipped_model("uffd-copy", "patch-v1"), Query("shortest", Goal("cover", "the monitor tries again")))

    assert result.reached is not None
    assert len(result.reached) == 17


# -- switches --------------------------------------------------------------------------------------


def test_the_fewest_switches_may_take_more_steps() -> None:
    model = shipped_model("uffd-copy", "patch-v1")

    result = search(model, Query("switches", Goal("finding", "lost-pte")))

    assert result.reached is not None
    history = History(model)
    for move in result.reached:
        history.step(move)
    switches = [node.switch for node in history.cursor.path() if node.switch is not None]
    assert len(result.reached) == 22  # one step more than the shortest: the monitor returns from its call first
    assert (len(switches), sum(switch.preemption for switch in switches)) == (2, 1)


def test_no_preemption_is_needed_to_find_nothing() -> None:
    model = shipped_model("uffd-copy", "patch-v1")
    none = search(model, Query(bounds=Bounds(preemptions=0)))
    one = search(model, Query(bounds=Bounds(preemptions=1)))
    many = search(model, Query(bounds=Bounds(preemptions=60)))

    assert none.bounds == ("0 preemptions",)
    assert none.verdict("lost-pte") == "unknown"
    assert one.verdict("lost-pte") == "sometimes"
    assert many.bounds == ()
    assert many.states == search(model).states
    assert many.transitions == search(model).transitions


# -- from here -------------------------------------------------------------------------------------


def test_from_a_state_after_the_check_the_page_is_lost_sooner() -> None:
    model = shipped_model("uffd-copy", "patch-v1")
    history = History(model)
    for _ in range(5):
        history.step(Move(0))

    result = search(model, Query("shortest", Goal("finding", "lost-pte"), start=history.cursor.state, last=0))

    assert result.reached is not None
    assert len(result.reached) == 21 - 5


def test_whoever_moved_last_makes_the_first_switch() -> None:
    model = model_of('u8 a; CPU(0, "one") { a = 1; a = 2; }\nCPU(1, "two") { u8 x = a; }\n')
    after = model.expand(model.initial())[0][1].state
    query = Query("switches", Goal("label", "one: a = 2"), start=after, last=0)
    bounded = replace(query, goal=Goal("cover", "no such words"), bounds=Bounds(preemptions=0))

    assert search(model, query).reached == ()
    assert search(model, bounded).states < search(model, replace(bounded, last=None)).states


# -- bounds ----------------------------------------------------------------------------------------


def test_a_search_says_which_bound_ended_it() -> None:
    model = shipped_model("uffd-copy", "v6.6")

    assert search(model, Query(bounds=Bounds(states=100))).bounds == ("100 states",)
    assert search(model, Query(bounds=Bounds(states=100))).states == 100
    assert search(model, Query(bounds=Bounds(seconds=0))).bounds == ("0 seconds",)
    assert search(model, Query(bounds=Bounds(memory_bytes=0))).bounds == ("0 MiB of memory",)
    assert in_arrays(model, Query(bounds=Bounds(states=100))).bounds == ("100 states",)


def test_a_cancelled_search_has_no_verdict() -> None:
    for engine in (Engine, Arrays):
        with pytest.raises(SearchCancelled):
            engine(shipped_model("uffd-copy", "v6.6")).answer(Query(), lambda progress: None, lambda: True)


def test_a_search_tells_how_far_it_has_come() -> None:
    told: list[Progress] = []
    dine = "spin_lock(&f[{0}]); spin_lock(&f[{1}]); spin_unlock(&f[{1}]); spin_unlock(&f[{0}]);"
    seats = [f'CPU({n}, "{n}") {{ {dine.format(n, (n + 1) % 7)} }}' for n in range(7)]
    philosophers = "\n".join(["spinlock_t f[7];", *seats])

    search(model_of(philosophers), Query(bounds=Bounds(seconds=30)), told.append)

    for one in told:
        assert one.states >= one.frontier >= 0
        assert one.memory_bytes > 0
        assert " of " in one.bound
