"""Searching from a session: it reports, can be cancelled, and never holds up the stepping."""

from __future__ import annotations

import os
import signal
import time

import pytest
from racewalk.api.app import create_app
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from starlette.testclient import TestClient

from tests.api.talk import Talk, files

LARGE = """
u16 a; u16 b; u16 c; u16 d;
CPU(0, "one") { for (int i = 0; i < 200; i++) a = i; }
CPU(1, "two") { for (int i = 0; i < 200; i++) b = i; }
CPU(2, "three") { for (int i = 0; i < 200; i++) c = i; }
CPU(3, "four") { for (int i = 0; i < 200; i++) d = i; u8 x = a + b + c + d > 1000; }
CPU(4, "looks") { u8 x = a + b + c + d > 1000; }
"""


def test_a_search_finds_the_shortest_schedule_and_leaves_the_cursor_alone(talk: Talk) -> None:
    talk.open()
    talk.do("step", actor="a")

    found, _ = talk.find()

    assert found["kind"] == "lost-update"
    assert found["verdict"] == "sometimes"
    assert found["exhaustive"]
    assert found["states"] == 12
    assert "4 steps of plain lead to lost-update" in found["statement"]
    assert talk.nodes[found["tip"]]["number"] == 4
    assert [finding["kind"] for finding in talk.nodes[found["tip"]]["findings"]] == ["lost-update"]
    assert talk.do("seek", node=found["tip"])["schedule"] == found["verdicts"][0]["schedule"]


def test_the_found_schedule_is_one_message_that_needs_no_server_to_walk_through(talk: Talk) -> None:
    talk.open("uffd-copy", variant="patch-v1")

    found, _ = talk.find(kind="bad-rss-counter")

    talk.cursor = found["tip"]
    assert found["kind"] == "bad-rss-counter"
    assert talk.world()["A.rss_stat[1]"] == 1


def test_a_search_of_what_never_happens_says_so(talk: Talk) -> None:
    talk.open(variant="atomic")

    found, _ = talk.find()

    assert (found["verdict"], found["tip"], found["nodes"]) == ("never", None, [])
    assert found["statement"].startswith("Never: no schedule of atomic leads to lost-update; ")


def test_a_search_reports_and_the_session_can_be_stepped_meanwhile(built_page: Page) -> None:
    with TestClient(create_app(Settings(), page=built_page)) as client, Talk(client) as talk:
        talk.open("large", bundle=files(LARGE))
        seq = talk.send("find")
        while talk.receive()["type"] != "progress":
            pass
        stepped = talk.send("step", actor="a")
        answers = {}
        while stepped not in answers:
            answer = talk.receive()
            answers[answer["seq"]] = answer
        talk.send("cancel")
        while (ended := talk.receive())["type"] == "progress":
            pass

    assert answers[stepped]["type"] == "moved"
    assert ended["seq"] == seq
    assert ended["cancelled"]
    assert ended["verdict"] == "unknown"


def test_a_second_search_waits_its_turn_and_opening_ends_the_first(built_page: Page) -> None:
    with TestClient(create_app(Settings(), page=built_page)) as client, Talk(client) as talk:
        talk.open("large", bundle=files(LARGE))
        first = talk.send("find")
        while talk.receive()["type"] != "progress":
            pass
        second = talk.send("find")
        while (refused := talk.receive())["type"] == "progress":
            pass
        talk.send("open", scenario="lost-update")
        while (cancelled := talk.receive())["type"] == "progress":
            pass
        opened = talk.receive()

    assert (refused["seq"], refused["problem"]["code"]) == (second, "busy")
    assert (cancelled["seq"], cancelled["cancelled"]) == (first, True)
    assert opened["type"] == "opened"


def test_a_bounded_search_says_which_bound_ended_it(built_page: Page) -> None:
    with TestClient(create_app(Settings(search_states=500), page=built_page)) as client, Talk(client) as talk:
        talk.open("large", bundle=files(LARGE))
        found, _ = talk.find()

    assert not found["exhaustive"]
    assert found["bounds"] == ["500 states"]
    assert found["verdict"] == "unknown"


def test_no_process_is_left_when_the_client_goes_in_the_middle_of_a_search(built_page: Page) -> None:
    app = create_app(Settings(), page=built_page)
    with TestClient(app) as client:
        with Talk(client) as talk:
            talk.open("large", bundle=files(LARGE))
            talk.send("find")
            while talk.receive()["type"] != "progress":
                pass
        deadline = time.monotonic() + 10
        while app.state.service.workers.processes and time.monotonic() < deadline:
            time.sleep(0.02)
        left = app.state.service.workers.processes

    assert left == ()


def test_cancelling_when_nothing_is_searched_is_no_error(talk: Talk) -> None:
    talk.open()
    talk.send("cancel")

    assert talk.do("step", actor="a")["cursor"] == 1


def test_a_client_has_only_so_many_searches_at_a_time(built_page: Page) -> None:
    settings = Settings(searches_per_client=1)
    with TestClient(create_app(settings, page=built_page)) as client, Talk(client) as first, Talk(client) as second:
        first.open("large", bundle=files(LARGE))
        first.send("find")
        assert first.receive()["type"] == "progress"
        second.open()
        refused, _ = second.find()
        first.send("cancel")
        while first.receive()["type"] == "progress":
            pass
        while (found := second.find()[0])["type"] == "failed":  # until the first one's process is gone
            pass

    assert refused["problem"]["code"] == "busy"
    assert found["type"] == "found"


def test_bounds_of_a_search_only_tighten_those_of_the_server(built_page: Page) -> None:
    with TestClient(create_app(Settings(search_states=8), page=built_page)) as client, Talk(client) as talk:
        talk.open()
        fewer, _ = talk.find(bounds={"states": 5})
        more, _ = talk.find(bounds={"states": 1_000})

    assert fewer["bounds"] == ["5 states"]
    assert more["bounds"] == ["8 states"]


def test_progress_tells_speed_memory_and_the_nearest_bound_and_cancelling_how_far_it_came(built_page: Page) -> None:
    with TestClient(create_app(Settings(), page=built_page)) as client, Talk(client) as talk:
        talk.open("large", bundle=files(LARGE))
        talk.send("find")
        progress = talk.receive()
        talk.send("cancel")
        while (ended := talk.receive())["type"] == "progress":
            pass

    assert set(progress) == {
        "type",
        "seq",
        "states",
        "frontier",
        "depth",
        "elapsed_s",
        "states_per_s",
        "memory_bytes",
        "bound",
    }
    assert progress["states_per_s"] > 0
    assert ended["states"] >= progress["states"]
    assert ended["statement"] == f"The search was cancelled after {ended['states']:,} states."


def test_two_sessions_that_ask_the_same_share_one_search(built_page: Page) -> None:
    app = create_app(Settings(search_processes=4), page=built_page)
    with TestClient(app) as client, Talk(client) as one, Talk(client) as two:
        for talk in (one, two):
            talk.open("large", bundle=files(LARGE))
            talk.send("find")
            assert talk.receive()["type"] == "progress"
        running = len(app.state.service.workers.processes)
        one.send("cancel")
        while one.receive()["type"] == "progress":
            pass
        still = two.receive()["type"]
        two.send("cancel")
        while two.receive()["type"] == "progress":
            pass

    assert running == 1
    assert still == "progress"


def test_a_search_that_was_done_before_is_answered_without_another(built_page: Page) -> None:
    app = create_app(Settings(), page=built_page)
    with TestClient(app) as client, Talk(client) as first, Talk(client) as second:
        first.open()
        found, _ = first.find()
        for pid in app.state.service.workers.processes:
            os.kill(pid, signal.SIGKILL)
        second.open()
        again, _ = second.find()

    assert again["elapsed_s"] == found["elapsed_s"]
    assert again["statement"] == found["statement"]


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "fast"},
        {"goal": {"kind": "state", "text": ""}},
        {"goal": {"kind": "label", "text": "increment: counter++"}},  # a proof has no goal but a finding
        {"from": "tip"},
        {"bounds": {"states": 0}},
        {"bounds": {"memory": 1}},
    ],
)
def test_a_search_that_cannot_be_asked_for_is_a_bad_request(talk: Talk, fields: dict[str, object]) -> None:
    talk.open()

    assert talk.fails("find", **fields)["code"] == "bad-request"


def test_a_search_for_a_step_that_is_not_there_is_no_proof_that_it_is_never_reached(talk: Talk) -> None:
    talk.open()

    problem = talk.fails("find", mode="shortest", goal={"kind": "label", "text": "increment: counter+"})

    assert problem["code"] == "not-found"
    assert "did you mean" in problem["hint"]


def test_nothing_is_searched_from_where_a_run_has_ended(talk: Talk) -> None:
    talk.open("ended", bundle=files('u8 x;\nu8 *p = &x;\nCPU(0, "w") { p = NULL; }\nCPU(1, "r") { *p = 1; }\n'))
    talk.do("step", actor="a")
    talk.do("run", actor="b", until="finding")

    assert talk.fails("find", **{"from": "cursor"})["code"] == "not-enabled"


def test_a_search_from_the_cursor_goes_on_where_one_stands(talk: Talk) -> None:
    talk.open()
    talk.do("step", actor="a")
    here = talk.do("step", actor="b")["cursor"]

    found, _ = talk.find(**{"from": "cursor"})

    assert found["start"] == here
    assert found["verdict"] == "always"
    assert found["statement"].startswith("From step 2 on, always: ")
    node = talk.nodes[found["tip"]]
    assert node["number"] == 4
    assert talk.nodes[talk.nodes[node["parent"]]["parent"]]["id"] == here
    assert talk.do("seek", node=found["tip"])["schedule"] == found["verdicts"][0]["schedule"]


def test_the_next_search_may_be_asked_for_as_soon_as_there_is_an_answer(talk: Talk) -> None:
    talk.open()

    for states in range(1, 9):
        assert talk.find(bounds={"states": states})[0]["type"] == "found"


def test_fewest_steps_and_fewest_switches_are_different_questions(talk: Talk) -> None:
    talk.open("uffd-copy", variant="patch-v1")

    shortest, _ = talk.find(mode="shortest")
    switches, _ = talk.find(mode="switches")

    assert (shortest["mode"], switches["mode"]) == ("shortest", "switches")
    assert shortest["goal"] == {"kind": "finding", "text": "lost-pte"}
    assert talk.nodes[shortest["tip"]]["number"] <= talk.nodes[switches["tip"]]["number"]
    assert switches["preemptions"] == 1 <= shortest["preemptions"]
    assert switches["statement"].startswith("Reached: ")


def test_a_search_for_a_step_or_a_cover_shows_how_to_get_there(talk: Talk) -> None:
    talk.open(variant="locked")

    found, _ = talk.find(mode="shortest", goal={"kind": "label", "text": "increment: counter++"})
    never, _ = talk.find(mode="shortest", goal={"kind": "finding", "text": "lost-update"})

    assert found["verdict"] == "sometimes"
    assert "lead to the step 'increment: counter++'" in found["statement"]
    assert talk.nodes[found["tip"]]["number"] == 2
    assert (never["verdict"], never["tip"]) == ("never", None)
    assert never["statement"].startswith("Not reachable: ")
