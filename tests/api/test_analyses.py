"""Analyses over HTTP: line by line, and one last line whatever happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

OWN = """\
spinlock_t l;
u8 x;
CPU(0, "a") { spin_lock(&l); x++; spin_unlock(&l); }
CPU(1, "b") { spin_lock(&l); x++; spin_unlock(&l); }
finally("lost: two", x == 2);
"""


def lines(client: TestClient, **wanted: object) -> list[dict[str, Any]]:
    answer = client.post("/api/analyses", json={"scenario": "lost-update", **wanted})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_ablation_tells_each_row_and_then_all_of_them(client: TestClient) -> None:
    told = lines(client, analysis="ablate", variant="locked")

    parts = [line["told"]["part"] for line in told if line["type"] == "progress" and "part" in line["told"]]
    assert [part["outcome"] for part in parts] == ["needed"]
    assert told[-1]["type"] == "done"
    assert told[-1]["result"]["rows"] == parts


def test_an_edited_text_is_proven(client: TestClient) -> None:
    bundle = {"files": [{"path": "own.c", "text": OWN}]}

    (*_, last) = lines(client, analysis="check", scenario="own", bundle=bundle)

    assert (last["result"]["verdict"], last["result"]["exhaustive"]) == ("never", True)


def test_what_is_left_out_is_left_out(client: TestClient) -> None:
    bundle = {"files": [{"path": "own.c", "text": OWN}]}

    (*_, last) = lines(client, analysis="check", scenario="own", bundle=bundle, without=["a: spin_lock(&l)"])

    assert [finding["kind"] for finding in last["result"]["findings"]] == ["lost"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"analysis": "ablate", "options": {"names": ["nothing: such"]}},
        {"analysis": "ablate", "options": {"functions": "increment"}},
        {"analysis": "check", "variant": "no-such"},
        {"analysis": "check", "bundle": {"files": [{"path": "x.c", "text": "u8"}]}},
    ],
)
def test_what_cannot_be_analysed_is_said_in_the_last_line(client: TestClient, wanted: dict[str, object]) -> None:
    (last,) = lines(client, **wanted)

    assert last["type"] == "failed"
    assert last["problem"]["message"]


def test_an_unknown_analysis_is_not_found(client: TestClient) -> None:
    answer = client.post("/api/analyses", json={"analysis": "magic", "scenario": "dining"})

    assert answer.status_code == 404
    assert "ablate" in answer.json()["hint"]
