"""A session over its WebSocket: opening, stepping, and coming back after a lost connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.api.talk import Json, Talk, files

LOSING = ({"actor": "a"}, {"actor": "b"}, {"actor": "a"}, {"actor": "b"})


# -- opening ---------------------------------------------------------------------------------------


def test_opening_tells_the_program_the_world_and_the_root(talk: Talk) -> None:
    opened = talk.open(variant="locked")

    program = opened["program"]
    assert program["variant"] == "locked"
    assert [actor["letter"] for actor in program["actors"]] == ["a", "b"]
    assert [step["kind"] for step in program["actors"][0]["steps"]] == ["lock", "load", "store", "unlock"]
    assert program["memory_model"] == "sequentially consistent"
    assert opened["world"]["counter"] == 0
    assert opened["world"]["actor:a"]["status"] == "ready"
    assert [node["number"] for node in opened["nodes"]] == [0]
    assert opened["replay"] is None


def test_every_cell_of_the_world_belongs_to_an_object_of_the_program(talk: Talk) -> None:
    opened = talk.open("uffd-copy")

    def leaves(cells: list[Json]) -> Iterator[str]:
        for cell in cells:
            yield from leaves(cell["children"]) if cell["role"] == "group" else [cell["id"]]

    known = {leaf for thing in opened["program"]["objects"] for leaf in leaves(thing["cells"])}
    assert known == {key for key in opened["world"] if ":" not in key}


def test_a_variant_is_the_first_one_unless_it_is_named(talk: Talk) -> None:
    assert talk.open()["program"]["variant"] == "plain"
    assert talk.fails("open", scenario="lost-update", variant="v9")["code"] == "not-found"


def test_a_text_of_ones_own_is_opened(talk: Talk) -> None:
    opened = talk.open("my race", bundle=files('u8 x;\nCPU(0, "w") { x = 1; }\nCPU(1, "r") { u8 y = x; }'))

    assert opened["program"]["scenario"]["id"] == "my race"
    assert opened["program"]["files"][0]["path"] == "own.c"


def test_a_text_with_errors_is_refused_with_its_diagnostics(talk: Talk) -> None:
    problem = talk.fails("open", scenario="mine", bundle=files('CPU(0, "a") { y = 1; }'))

    assert problem["code"] == "does-not-compile"
    assert problem["diagnostics"][0]["place"]["line"] == 1


def test_a_scenario_that_is_not_there_is_refused(talk: Talk) -> None:
    assert talk.fails("open", scenario="../uffd-copy")["code"] == "not-found"
    assert talk.fails("step", actor="a")["code"] == "not-open"


def test_what_is_not_there_is_named_with_what_is(talk: Talk) -> None:
    said = talk.fails("open", scenario="lost")["message"]

    assert said.startswith("There is no scenario 'lost'; those that exist are ")
    assert "dining, " in said
    assert talk.fails("open", scenario="lost-update", variant="v9")["message"] == (
        "There is no variant 'v9' of lost-update; those that exist are plain, locked, atomic."
    )


# -- stepping ----------------------------------------------------------------------------------------


def test_stepping_by_hand_loses_the_update(talk: Talk) -> None:
    talk.open()
    for step in LOSING[:-1]:
        talk.do("step", **step)

    moved = talk.do("step", **LOSING[-1])

    (node,) = moved["nodes"]
    assert [finding["kind"] for finding in node["findings"]] == ["lost-update"]
    assert node["number"] == 4
    assert node["switch"]
    assert not node["preemption"]
    assert node["switch_reason"] == "CPU 0 had finished"
    assert talk.world()["counter"] == 1
    assert moved["tip"] == moved["cursor"] == node["id"]


def test_a_step_tells_what_changed_and_nothing_else(talk: Talk) -> None:
    talk.open()

    (node,) = talk.do("step", actor="a")["nodes"]

    assert set(node["delta"]) == {"actor:a"}
    assert node["accesses"] == [{"mode": "read", "cell": "counter"}]
    assert node["words"]


def test_a_lock_tells_since_when_it_is_held_and_a_waiter_why_it_waits(talk: Talk) -> None:
    talk.open(variant="locked")
    talk.do("step", actor="a")
    talk.do("step", actor="a")

    world = talk.world()
    assert world["lock"]["lock"]["holders"] == [{"actor": "a", "mode": "held", "since": 1}]
    assert world["lock"]["lock"]["waiters"] == ["b"]
    assert world["actor:b"]["why"] == "waits for lock, held by CPU 0 since step 1"
    assert world["actor:b"]["waits_for"] == "lock"
    assert talk.fails("step", actor="b") == {
        "code": "not-enabled",
        "message": "CPU 1 waits for lock, held by CPU 0 since step 1",
        "hint": None,
        "diagnostics": [],
    }


def test_a_lock_held_since_the_setup_is_held_since_no_step(talk: Talk) -> None:
    opened = talk.open("uffd-copy")

    assert opened["world"]["H.lock"]["lock"]["holders"] == [{"actor": "a", "mode": "held", "since": None}]


def test_a_run_stops_with_its_reason_and_sends_all_its_steps_at_once(talk: Talk) -> None:
    talk.open(variant="locked")

    before_unlock = talk.do("run", actor="a", until="lock")
    to_the_end = talk.do("run", actor="a", until="blocked")

    assert before_unlock["nodes"][0]["label"] == "increment: spin_lock(&lock)"
    assert len(before_unlock["nodes"]) == 3
    assert before_unlock["stopped"] == "before a lock operation"
    assert to_the_end["stopped"] == "CPU 0 has finished"


def test_a_way_is_gone_at_once_and_says_who_cannot_go_on(talk: Talk) -> None:
    talk.open(variant="locked")
    legs = [{"actor": "CPU 0", "after": "increment: spin_lock(&lock)"}, {"actor": "CPU 1", "before": "nowhere"}]

    gone = talk.do("go", legs=legs[:1])
    stuck = talk.do("go", legs=legs[1:])
    unknown = talk.do("go", legs=[{"actor": "CPU 9", "before": "nowhere"}])

    assert [node["label"] for node in gone["nodes"]] == ["increment: spin_lock(&lock)"]
    assert gone["stopped"] is None
    assert stuck["nodes"] == []
    assert "lock, held by CPU 0" in stuck["stopped"]
    assert unknown["stopped"] == "leg 1: nobody is called 'CPU 9'"


def test_a_run_until_somebody_else_may_go_stops_at_the_unlock(talk: Talk) -> None:
    talk.open(variant="locked")
    talk.do("step", actor="a")

    stopped = talk.do("run", actor="a", until="switch")["stopped"]

    assert stopped == "CPU 1 no longer waits"


def test_a_run_until_return_leaves_the_function_of_its_first_step(talk: Talk) -> None:
    text = """
    u8 x; u8 y;
    void inner(void) { x = 1; x = 2; }
    void outer(void) { inner(); y = 1; }
    CPU(0, "w") { outer(); y = 2; }
    CPU(1, "r") { u8 a = x; u8 b = y; }
    """
    talk.open("own", bundle=files(text))

    assert talk.do("run", actor="a", until="return")["stopped"] == "the function has returned"
    assert talk.nodes[talk.cursor]["number"] == 2
    talk.do("run", actor="a", until="return")
    assert talk.nodes[talk.cursor]["number"] == 3


def test_a_run_over_a_call_goes_to_its_return_and_over_a_line_to_the_next_one(talk: Talk) -> None:
    text = """
    u8 x; u8 y;
    void inner(void) { x = 1; x = 2; }
    CPU(0, "w") {
        y = 1;
        inner();
        y = 2;
        y = 3;
    }
    CPU(1, "r") { u8 a = x; u8 b = y; }
    """
    talk.open("own", bundle=files(text))
    talk.do("step", actor="a")

    assert talk.do("run", actor="a", until="over")["stopped"] == "the call has returned"
    assert talk.nodes[talk.cursor]["number"] == 3
    assert talk.do("run", actor="a", until="over")["stopped"] == "on the next line"
    assert talk.nodes[talk.cursor]["number"] == 4


def test_undo_redo_and_seek_move_the_cursor_and_send_no_nodes(talk: Talk) -> None:
    talk.open()
    for step in LOSING:
        talk.do("step", **step)

    assert talk.do("undo") | {"seq": 0} == {
        "seq": 0,
        "type": "moved",
        "nodes": [],
        "cursor": 3,
        "tip": 4,
        "schedule": talk.schedule,
        "stopped": None,
    }
    assert talk.do("redo")["cursor"] == 4
    assert talk.do("seek", node=0)["cursor"] == 0
    assert talk.fails("seek", node=77)["code"] == "not-found"


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        ("step", {"actor": "q"}, "bad-request"),
        ("step", {"actor": "a", "choice": 3}, "not-enabled"),
        ("step", {"actor": "a", "choice": "x"}, "bad-request"),
        ("run", {"actor": "a", "until": "christmas"}, "bad-request"),
        ("step", {}, "bad-request"),
        ("step", {"actor": "a", "extra": 1}, "bad-request"),
        ("variant", {"variant": "v9"}, "not-found"),
        ("fly", {}, "bad-request"),
    ],
)
def test_a_verb_that_makes_no_sense_fails_and_the_session_goes_on(
    talk: Talk, verb: str, fields: dict[str, object], code: str
) -> None:
    talk.open()

    assert talk.fails(verb, **fields)["code"] == code
    assert talk.do("step", actor="a")["cursor"] == 1


# -- coming back -------------------------------------------------------------------------------------


def test_after_a_lost_connection_the_tree_and_the_cursor_are_the_same(client: TestClient) -> None:
    with Talk(client) as before:
        before.open()
        for step in LOSING:
            before.do("step", **step)
        branch = before.schedule
        before.do("seek", node=1)
        before.do("step", actor="a")
        before.do("step", actor="b")
        before.do("undo")

    with Talk(client) as after:
        opened = after.open(variant="plain", schedule=before.schedule, branches=[branch], cursor=2)

    def shape(talk: Talk) -> set[str]:
        def path(node: Json) -> str:
            return "" if node["parent"] is None else f"{path(talk.nodes[node['parent']])}{node['actor']}"

        return {path(node) for node in talk.nodes.values()}

    assert shape(after) == shape(before)
    assert after.schedule == before.schedule
    assert after.world() == before.world()
    assert after.nodes[after.cursor]["number"] == 2
    assert opened["replay"] is None


def test_a_schedule_that_cannot_be_followed_stops_with_what_was_possible(talk: Talk) -> None:
    opened = talk.open(variant="locked", schedule="1.a1b1a1")

    assert opened["replay"] == {
        "at": 2,
        "cause": "impossible",
        "message": "CPU 1 waits for lock, held by CPU 0 since step 1",
        "possible": ["CPU 0 can read counter"],
    }
    assert opened["cursor"] == 1


@pytest.mark.parametrize("schedule", ["nonsense", "1.a99999999", "1.é", "9.a1", "1." + "a1" * 30_000, "\x00"])
def test_an_absurd_schedule_opens_at_the_start_and_says_what_is_wrong(talk: Talk, schedule: str) -> None:
    opened = talk.open(schedule=schedule, branches=[schedule])

    assert opened["cursor"] == 0
    assert "schedule" in opened["replay"]["message"]


def test_a_cursor_beyond_the_schedule_is_its_end(talk: Talk) -> None:
    assert talk.open(schedule="1.a1b1", cursor=99)["cursor"] == 2
    assert talk.open(schedule="1.a1b1", cursor=-5)["cursor"] == 0


def test_another_variant_follows_the_moves_of_a_run_and_says_why_it_stops(talk: Talk) -> None:
    talk.open("lost-update", variant="plain", schedule="1.a1b1a1b1")

    opened = talk.ask("variant", variant="locked")

    assert opened["program"]["variant"] == "locked"
    assert opened["cursor"] == 1
    assert opened["replay"] == {
        "at": 2,
        "cause": "impossible",
        "message": "CPU 1 waits for lock, held by CPU 0 since step 1",
        "possible": ["CPU 0 can read counter"],
    }


def test_a_run_of_21_steps_is_cut_in_v6_4_and_comes_back_whole_in_patch_v1(talk: Talk) -> None:
    whole = talk.open("uffd-copy", variant="patch-v1", schedule="1.a5b14a2")["schedule"]

    cut = talk.ask("variant", variant="v6.4")
    back = talk.ask("variant", variant="patch-v1")

    assert cut["replay"]["at"] < 21
    assert "waits for A.mmap_lock, held by CPU" in cut["replay"]["message"]
    assert "since step" in cut["replay"]["message"]
    assert not any("`" in sentence for sentence in cut["replay"]["possible"])
    assert (back["schedule"], back["replay"]) == (whole, None)
    assert talk.nodes[back["cursor"]]["number"] == 21


def test_a_cut_run_comes_back_with_the_cursor_where_the_person_went_meanwhile(talk: Talk) -> None:
    whole = talk.open("lost-update", variant="plain", schedule="1.a1b1a1b1")["schedule"]
    talk.ask("variant", variant="locked")
    talk.do("undo")

    back = talk.ask("variant", variant="plain")

    assert back["schedule"] == whole
    assert back["cursor"] == 0


def test_a_new_step_makes_another_run_of_it_and_the_cut_one_a_branch(talk: Talk) -> None:
    whole = talk.open("lost-update", variant="plain", schedule="1.a1b1a1b1")["schedule"]
    talk.ask("variant", variant="locked")
    talk.do("step", actor="a")

    back = talk.ask("variant", variant="plain")

    assert back["replay"] is None
    assert [talk.nodes[back["cursor"]][key] for key in ("number", "actor")] == [2, "a"]
    assert back["branches"] == [whole]


def test_branches_come_along_with_their_schedules_and_come_back_after_a_reconnect(client: TestClient) -> None:
    with Talk(client) as talk:
        talk.open("lost-update", variant="plain", schedule="1.a2b2")
        talk.do("seek", node=0)
        talk.do("step", actor="b")
        there = talk.ask("variant", variant="atomic")
    with Talk(client) as talk:
        again = talk.open("lost-update", variant="atomic", schedule=there["schedule"], branches=there["branches"])

    assert len(there["branches"]) == 1
    assert there["branches"][0].startswith("1.a1")
    assert (again["schedule"], again["branches"]) == (there["schedule"], there["branches"])


def test_redo_after_another_variant_never_leads_into_another_branch(talk: Talk) -> None:
    talk.open("lost-update", variant="plain", schedule="1.a1", branches=["1.a2b2"])

    opened = talk.ask("variant", variant="plain")

    assert talk.do("redo")["cursor"] == opened["cursor"]
    assert len(opened["branches"]) == 1


def test_another_variant_keeps_the_cursor_within_the_run(talk: Talk) -> None:
    talk.open("lost-update", variant="plain", schedule="1.a2b2", cursor=3)

    assert talk.ask("variant", variant="plain")["cursor"] == 3
    assert talk.do("redo")["cursor"] == 4


# -- following a schedule ----------------------------------------------------------------------------


def test_a_schedule_is_made_a_branch_and_the_session_stays_where_it_is(talk: Talk) -> None:
    opened = talk.open("lost-update", variant="plain", schedule="1.a2b2", cursor=1)

    followed = talk.ask("follow", schedule="1.b1a1b1")

    assert (followed["type"], followed["replay"]) == ("followed", None)
    assert [node["actor"] for node in followed["nodes"]] == ["b", "a", "b"]
    assert followed["nodes"][-1]["id"] == followed["tip"]
    assert followed["schedule"].startswith("1.b1")
    again = talk.do("seek", node=opened["cursor"])
    assert (again["cursor"], again["schedule"]) == (opened["cursor"], opened["schedule"])
    assert talk.do("redo")["cursor"] == 2


def test_a_schedule_that_has_been_followed_makes_no_new_steps(talk: Talk) -> None:
    talk.open("lost-update", variant="plain", schedule="1.a2b2")

    followed = talk.ask("follow", schedule="1.a2")

    assert (followed["nodes"], talk.nodes[followed["tip"]]["number"]) == ([], 2)


def test_a_schedule_is_followed_as_far_as_it_goes_and_says_why_no_further(talk: Talk) -> None:
    talk.open("lost-update", variant="locked")

    followed = talk.ask("follow", schedule="1.a1b1")

    assert talk.nodes[followed["tip"]]["number"] == 1
    assert followed["replay"]["at"] == 2
    assert "CPU 0" in followed["replay"]["message"]


def test_what_is_no_schedule_is_not_followed(talk: Talk) -> None:
    talk.open("lost-update", variant="plain", schedule="1.a1")

    assert talk.fails("follow", schedule="nonsense")["code"] == "bad-request"
    assert talk.do("redo")["cursor"] == 1


# -- readings ----------------------------------------------------------------------------------------


def test_a_step_says_what_it_uses_and_a_local_what_it_was_made_of(talk: Talk) -> None:
    talk.open()

    load = talk.do("step", actor="a")["nodes"][0]
    reading = {"step": 1, "cell": "counter", "field": None}
    assert [local["reads"] for local in load["delta"]["actor:a"]["locals"]] == [[reading]]
    assert load["ends"] == []
    store = talk.do("step", actor="a")["nodes"][0]
    assert store["uses"] == [{**reading, "how": "stores", "text": "counter++"}]
    assert store["ends"] == [{**reading, "of": "value"}]


def test_who_can_go_says_what_his_next_step_would_touch(talk: Talk) -> None:
    opened = talk.open(variant="locked")
    assert opened["world"]["actor:b"]["touches"] == [{"mode": "lock", "cell": "lock"}]

    taken = talk.do("step", actor="a")["nodes"][0]

    assert taken["delta"]["actor:a"]["touches"] == [{"mode": "read", "cell": "counter"}]
    assert taken["delta"]["actor:b"]["touches"] == []
