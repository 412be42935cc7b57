"""Sessions of clients that misbehave, by accident or on purpose."""

from __future__ import annotations

import json

import pytest
from racewalk.api.app import create_app
from racewalk.api.page import Page
from racewalk.api.session import IDLE, TOO_LARGE, TOO_MANY
from racewalk.api.settings import Settings
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.api.talk import Talk, files

ENDLESS = """
u8 turn;
CPU(0, "spins") { for (int i = 0; i < 30000; i++) turn = 1 - turn; }
CPU(1, "looks") { u8 seen = turn; }
"""


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://testserver.evil.example"])
def test_a_page_of_another_origin_gets_no_session(client: TestClient, origin: str) -> None:
    with pytest.raises(WebSocketDisconnect), Talk(client, origin=origin):
        pass


def test_the_page_of_this_server_gets_one(client: TestClient) -> None:
    with Talk(client, origin="http://testserver") as talk:
        talk.open()


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", '"step"', "[" * 50_000, '{"type": "step", "actor": "a"', '{"type": []}', "\ud800"]
)
def test_what_is_no_message_fails_and_the_session_goes_on(talk: Talk, text: str) -> None:
    talk.open()
    talk.socket.send({"type": "websocket.receive", "text": text})

    failed = talk.receive()

    assert failed["problem"]["code"] == "bad-request"
    assert len(json.dumps(failed)) < 2_000
    assert talk.do("step", actor="a")["cursor"] == 1


def test_bytes_are_no_message(talk: Talk) -> None:
    talk.socket.send_bytes(b"\x00\x01")

    assert talk.receive()["problem"]["code"] == "bad-request"


def test_a_wrong_message_is_answered_with_its_own_number(talk: Talk) -> None:
    talk.socket.send_json({"type": "fly", "seq": 41})

    assert talk.receive()["seq"] == 41


def test_numbers_and_names_that_no_page_sends_are_refused_and_not_echoed(talk: Talk) -> None:
    talk.open()
    talk.socket.send_json({"type": "undo", "seq": 2**53})
    number = talk.receive()
    talk.socket.send_json({"type": "find", "seq": 7, "kind": "k" * 201})
    name = talk.receive()

    assert (number["type"], number["seq"]) == ("failed", 0)
    assert (name["type"], name["seq"]) == ("failed", 7)


def test_a_message_that_is_too_large_ends_the_session(talk: Talk) -> None:
    talk.socket.send_text(json.dumps({"type": "open", "scenario": "x" * 300_000}))

    assert talk.receive()["problem"]["code"] == "too-large"
    with pytest.raises(WebSocketDisconnect) as closed:
        talk.receive()
    assert closed.value.code == TOO_LARGE


def test_too_many_sessions_of_one_client_are_turned_away_until_one_closes(built_page: Page) -> None:
    with TestClient(create_app(Settings(sessions_per_client=2), page=built_page)) as client, Talk(client):
        with Talk(client), Talk(client) as third:
            assert third.receive()["problem"]["code"] == "too-many"
            with pytest.raises(WebSocketDisconnect) as closed:
                third.receive()
        with Talk(client) as again:
            again.open()

    assert closed.value.code == TOO_MANY


def test_a_session_that_says_nothing_is_closed(built_page: Page) -> None:
    settings = Settings(session_idle_s=0.05)
    with (
        TestClient(create_app(settings, page=built_page)) as client,
        Talk(client) as talk,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        talk.receive()

    assert closed.value.code == IDLE


def test_a_client_that_sends_too_fast_is_slowed_down_and_loses_nothing(built_page: Page) -> None:
    settings = Settings(messages_per_second=100.0, messages_burst=2)
    with TestClient(create_app(settings, page=built_page)) as client, Talk(client) as talk:
        talk.open()
        for _ in range(20):
            talk.send("undo")
        answers = [talk.receive()["seq"] for _ in range(20)]

    assert answers == list(range(2, 22))


def test_a_session_has_room_for_so_many_steps_and_says_when_it_is_full(built_page: Page) -> None:
    with TestClient(create_app(Settings(session_nodes=3), page=built_page)) as client, Talk(client) as talk:
        talk.open()
        talk.do("step", actor="a")
        talk.do("step", actor="a")

        assert talk.fails("step", actor="b")["code"] == "full"
        assert talk.do("undo")["cursor"] == 1


def test_sessions_share_the_room_for_steps_and_get_it_back_when_one_closes(built_page: Page) -> None:
    settings = Settings(nodes_per_client=3)
    with TestClient(create_app(settings, page=built_page)) as client, Talk(client) as talk:
        with Talk(client) as other:
            other.open(schedule="1.a2")
            talk.open()
            talk.do("step", actor="a")
            for verb in ({"actor": "a"}, {"actor": "b"}):
                assert talk.fails("step", **verb)["code"] == "full"
            assert talk.do("undo")["cursor"] == 0
            with Talk(client) as third:
                refused = third.fails("open", scenario="lost-update")
                assert refused["code"] == "full"
                assert refused["hint"] == "Close tabs with Racewalk that you do not need, or try again later."
            talk.open(schedule="1.a1")  # instead of what it holds

        talk.do("step", actor="b")


def test_a_replay_that_takes_too_long_stops_in_time_and_says_so(built_page: Page) -> None:
    with TestClient(create_app(Settings(verb_s=0.05), page=built_page)) as client, Talk(client) as talk:
        opened = talk.open("endless", bundle=files(ENDLESS), schedule="1.a20000")

    assert "0.05 seconds" in opened["replay"]["message"]
    assert opened["replay"]["at"] == len(opened["nodes"])


def test_a_mistake_of_ours_fails_the_verb_and_not_the_session(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a secret")

    talk.open()
    monkeypatch.setattr("racewalk.api.walk.Walk.step", broken)

    problem = talk.fails("step", actor="a")

    assert problem["code"] == "internal"
    assert "secret" not in json.dumps(problem)
    assert "a secret" in caplog.text
    assert talk.do("undo")["cursor"] == 0


def test_a_text_of_ones_own_counts_as_a_compilation_in_a_session_too(built_page: Page) -> None:
    settings = Settings(compilations_per_minute=2)
    with TestClient(create_app(settings, page=built_page)) as client, Talk(client) as talk:
        bundle = files('u8 x;\nCPU(0, "a") { x = 1; }\nCPU(1, "b") { x = 2; }')
        assert client.post("/api/compile", json=bundle).status_code == 200
        talk.open("own", bundle=bundle)
        refused = talk.fails("open", scenario="own", bundle=bundle)
        over_rest = client.post("/api/compile", json=bundle).json()

        assert talk.fails("variant", variant="default")["code"] == "too-many"
        assert (refused["code"], refused["message"], refused["hint"]) == (
            over_rest["code"],
            over_rest["message"],
            over_rest["hint"],
        )
        assert talk.do("step", actor="a")["type"] == "moved"
        assert talk.open("lost-update")["type"] == "opened"
