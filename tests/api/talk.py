"""A page's side of a session: sends verbs, and keeps what a page keeps."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from starlette.testclient import TestClient, WebSocketTestSession

Json = dict[str, Any]


class Talk:
    """One connection. `nodes`, `cursor` and `schedule` are what the messages so far amount to."""

    def __init__(self, client: TestClient, **headers: str) -> None:
        self._connecting = client.websocket_connect("/api/session", headers=headers)
        self._socket: WebSocketTestSession | None = None
        self._seq = 0
        self.nodes: dict[int, Json] = {}
        self.cursor = 0
        self.schedule = ""
        self.program: Json = {}

    def __enter__(self) -> Talk:
        self._socket = self._connecting.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connecting.__exit__(kind, error, trace)

    @property
    def socket(self) -> WebSocketTestSession:
        assert self._socket is not None
        return self._socket

    def send(self, type_: str, **fields: object) -> int:
        self._seq += 1
        self.socket.send_json({"type": type_, "seq": self._seq, **fields})
        return self._seq

    def receive(self) -> Json:
        message: Json = self.socket.receive_json()
        if message["type"] == "opened":
            self.nodes = {}
            self.program = message["program"]
        if message["type"] in ("opened", "moved", "followed", "found"):
            self.nodes.update((node["id"], node) for node in message["nodes"])
        if message["type"] in ("opened", "moved"):
            self.cursor, self.schedule = message["cursor"], message["schedule"]
        return message

    def ask(self, type_: str, **fields: object) -> Json:
        """Send a verb and get its answer, whatever it is."""
        seq = self.send(type_, **fields)
        answer = self.receive()
        assert answer["seq"] == seq
        return answer

    def open(self, scenario: str = "lost-update", **fields: object) -> Json:
        answer = self.ask("open", scenario=scenario, **fields)
        assert answer["type"] == "opened", answer
        return answer

    def do(self, type_: str, **fields: object) -> Json:
        """A verb that must succeed."""
        answer = self.ask(type_, **fields)
        assert answer["type"] == "moved", answer
        return answer

    def fails(self, type_: str, **fields: object) -> Json:
        """The problem of a verb that must fail."""
        answer = self.ask(type_, **fields)
        assert answer["type"] == "failed", answer
        problem: Json = answer["problem"]
        return problem

    def find(self, **fields: object) -> tuple[Json, list[Json]]:
        """The end of a search, and the progress before it."""
        seq = self.send("find", **fields)
        progress: list[Json] = []
        while (answer := self.receive())["type"] == "progress":
            assert answer["seq"] == seq
            progress.append(answer)
        assert answer["seq"] == seq
        return answer, progress

    def world(self) -> Json:
        """The world at the cursor, made as a page makes it: from the root's and the differences."""
        path = []
        node = self.nodes[self.cursor]
        while node["parent"] is not None:
            path.append(node)
            node = self.nodes[node["parent"]]
        world: Json = {}
        for step in reversed(path):
            world.update(step["delta"])
        return world


def files(text: str) -> dict[str, object]:
    """A bundle of one file."""
    return {"files": [{"path": "own.c", "text": text}]}
