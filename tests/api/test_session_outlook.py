"""What lies ahead, asked from a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from racewalk.api.app import create_app
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from racewalk.explore.bounds import Bounds
from racewalk.explore.workers import Workers
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import Builder
from racewalk.scenario.catalog import shipped
from racewalk.scenario.outlooks import Outlooks
from starlette.testclient import TestClient

from tests.api.talk import Json, Talk, files

SPINS = 'bool flag;\nCPU(0, "spins") { while (!flag) { } }\nCPU(1, "other") { if (flag) flag = false; }'


def lights(answer: Json) -> dict[str, str]:
    return {
        move["actor"] + ("" if move["choice"] is None else f"-{move['choice']}"): move["light"]
        for move in answer["moves"]
    }


def test_each_move_has_a_light_for_the_scenarios_question(talk: Talk) -> None:
    talk.open()
    start = talk.ask("outlook")
    talk.do("step", actor="a")
    after = talk.ask("outlook")

    assert (start["type"], start["kind"], start["node"], start["here"]) == ("outlook", "lost-update", 0, "reachable")
    assert lights(start) == {"a": "reachable", "b": "reachable"}
    assert lights(after) == {"a": "out-of-reach", "b": "unavoidable"}
    assert after["node"] == talk.cursor


def test_the_chances_are_those_of_what_follows_the_cursor(talk: Talk) -> None:
    talk.open()
    start = talk.ask("outlook")["chances"]
    talk.do("step", actor="a")
    talk.do("step", actor="b")
    later = talk.ask("outlook")["chances"]

    assert (start["having"], start["schedules"], start["probability"]) == ("4", "6", 0.5)
    assert start["sentences"][0] == "4 of 6 schedules have lost-update."
    assert (later["having"], later["schedules"], later["probability"]) == ("2", "2", 1.0)
    assert (later["preemptions"], later["switches"]) == (0, 1)


def test_another_kind_may_be_asked_for_and_an_unknown_one_is_out_of_reach(talk: Talk) -> None:
    talk.open("uffd-copy", variant="patch-v1")

    assert talk.ask("outlook", kind="bad-rss-counter")["here"] == "reachable"
    assert talk.ask("outlook", kind="no-such-kind")["here"] == "out-of-reach"


def test_a_graph_that_does_not_fit_has_no_lights_and_sampled_chances(built_page: Page) -> None:
    with TestClient(create_app(Settings(outlook_states=5), page=built_page)) as client, Talk(client) as talk:
        talk.open()
        answer = talk.ask("outlook")

    assert (answer["here"], answer["moves"]) == (None, [])
    assert answer["chances"]["method"] == "sampled"
    assert 0.4 < answer["chances"]["probability"] < 0.6
    assert "5 states" in answer["chances"]["bound"]


def test_what_follows_may_fit_where_the_whole_does_not(built_page: Page) -> None:
    with TestClient(create_app(Settings(outlook_states=5), page=built_page)) as client, Talk(client) as talk:
        talk.open(schedule="1.a1b1")
        answer = talk.ask("outlook")

    assert lights(answer) == {"a": "unavoidable", "b": "unavoidable"}


def test_after_a_fatal_finding_nothing_follows(talk: Talk) -> None:
    talk.open("own", bundle=files('u8 x;\nCPU(0, "one") { x = 1; BUG_ON(x == 1); }\nCPU(1, "two") { x = 0; }'))
    talk.do("step", actor="a")

    assert talk.fails("outlook")["code"] == "not-enabled"


def test_a_livelock_has_no_lights(talk: Talk) -> None:
    talk.open("own", bundle=files(SPINS))

    assert talk.fails("outlook", kind="livelock")["code"] == "bad-request"
    assert talk.ask("outlook")["ends"] is False


def test_without_a_scenario_there_is_nothing_ahead(talk: Talk) -> None:
    assert talk.fails("outlook")["code"] == "not-open"


def test_of_those_that_wait_only_the_last_is_worked_out(talk: Talk) -> None:
    talk.open("uffd-copy", variant="patch-v1")
    asked = [talk.send("outlook") for _ in range(3)]
    answers = {answer["seq"]: answer for answer in (talk.receive() for _ in asked)}

    assert answers[asked[0]]["type"] == answers[asked[2]]["type"] == "outlook"
    assert answers[asked[1]]["type"] == "outlook" or answers[asked[1]]["problem"]["code"] == "cancelled"


def test_moving_on_ends_what_is_only_about_the_place_that_was_left(
    built_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("racewalk.api.looking.LEFT_S", 0.0)
    monkeypatch.setattr(Workers, "run", never_done)
    with TestClient(create_app(Settings(), page=built_page)) as client, Talk(client) as talk:
        talk.open()
        left, after = talk.send("outlook"), talk.send("outlook")
        talk.send("step", actor="a")
        answers = {answer["seq"]: answer for answer in (talk.receive() for _ in range(3))}

    assert answers[left]["problem"]["code"] == "cancelled"
    assert answers[after]["problem"]["code"] == "cancelled"


async def never_done(workers: Workers, job: Json, progress: Callable[[Json], None], clients: object) -> Json:
    """Work about one place that takes for ever."""
    if job["whole"]:
        progress({"whole": False})
    await asyncio.sleep(3600)
    return {}


def test_the_graph_of_all_schedules_is_tried_once_where_it_does_not_fit() -> None:
    built = Builder(shipped().library).build("lost-update", shipped().bundle("lost-update") or Bundle.of([]), None)
    outlooks, told, bounds = Outlooks(), list[Json](), Bounds(states=5)

    first = outlooks.answer(built, [], None, bounds, True, told.append)
    again = outlooks.answer(built, [], None, bounds, False, told.append)

    assert told == [{"whole": False}]
    assert first["lights"] == again["lights"] == []


def test_another_variant_ends_what_is_being_worked_out(talk: Talk) -> None:
    talk.open("uffd-copy", variant="patch-v1")
    asked = talk.send("outlook")
    talk.send("variant", variant="v6.4")
    answers = {answer["seq"]: answer for answer in (talk.receive(), talk.receive())}

    assert answers[asked]["type"] == "outlook" or answers[asked]["problem"]["code"] == "cancelled"
    assert talk.ask("outlook")["here"] == "out-of-reach"
