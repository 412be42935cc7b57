"""Analyses over HTTP: line by line, and one last line whatever happens."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from racewalk.api import analyses
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


def test_the_progress_of_two_actors_is_mapped(client: TestClient) -> None:
    (*_, last) = lines(
        client,
        analysis="map",
        scenario="dining",
        schedule="1.c1",
        options={"actors": ["a", "b"], "kind": "deadlock", "fixed": True, "to": [1, 1]},
    )

    result = last["result"]
    assert result["codes"][1][1] == "h"
    assert result["to"].startswith("1.")


def test_the_twin_of_a_schedule_is_found(client: TestClient) -> None:
    (*_, last) = lines(client, analysis="twin", variant="plain", schedule="1.a2b2")

    assert (last["result"]["given"], last["result"]["shared"]) == ("passing", 1)


def test_a_window_is_told_with_its_chances(client: TestClient) -> None:
    (*_, last) = lines(client, analysis="window", variant="plain")

    assert last["result"]["chances"]["having"] == "4"
    assert last["result"]["openings"][0]["delay"]["function"] == "increment"


def test_a_fix_is_proved_together_with_what_it_repairs(client: TestClient) -> None:
    source = client.get("/api/scenarios/lost-update").json()["bundle"]["files"]
    edited = [
        {**file, "text": file["text"].replace("#define LOCKED\tfalse", "#define LOCKED\ttrue")} for file in source
    ]

    (*_, last) = lines(client, analysis="prove-both", variant="plain", bundle={"files": edited})

    assert last["result"]["fixed"] is True
    assert last["result"]["sentence"].endswith("after: never, all 16 states.")


def test_a_fix_of_an_own_text_is_compared_with_that_text(client: TestClient) -> None:
    broken = OWN.replace("spin_lock(&l);", "").replace("spin_unlock(&l);", "")
    bundle = {"files": [{"path": "own.c", "text": OWN}]}

    told = lines(client, analysis="prove-both", scenario="own", bundle=bundle, options={"original": {"own.c": broken}})

    assert [line["told"]["side"] for line in told if line["type"] == "progress"][:1] in ([], ["before"])
    assert told[-1]["result"]["before"]["verdict"] == "sometimes"
    assert told[-1]["result"]["fixed"] is True


@pytest.mark.parametrize(
    "wanted",
    [
        {"analysis": "map", "options": {"actors": ["a", "z"]}},
        {"analysis": "map", "options": {"to": "here"}},
        {"analysis": "map", "options": {"fixed": 1}},
        {"analysis": "map", "options": {"cursor": -1}},
        {"analysis": "map", "schedule": "nonsense"},
        {"analysis": "twin", "options": {"kind": "no-such"}},
        {"analysis": "twin", "schedule": "1.z9"},
        {"analysis": "window", "options": {"kind": 7}},
        {"analysis": "prove-both", "options": {"original": ["x"]}},
        {"analysis": "prove-both", "options": {"original": {"../x": ""}}},
        {"analysis": "prove-both", "scenario": "own", "bundle": {"files": [{"path": "own.c", "text": OWN}]}},
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


@pytest.mark.parametrize(
    ("analysis", "phases"),
    [
        ("map", ["states", "places"]),
        ("twin", ["schedule", "states", "compare"]),
        ("window", ["states", "schedule", "places"]),
    ],
)
def test_a_long_analysis_says_which_part_of_the_work_it_is_at(
    client: TestClient, analysis: str, phases: list[str]
) -> None:
    told = lines(client, analysis=analysis, scenario="dining")

    heard = [line["told"]["phase"] for line in told if line["type"] == "progress"]
    assert list(dict.fromkeys(heard)) == phases


def test_a_hint_tells_the_way_from_here(client: TestClient) -> None:
    (*_, last) = lines(client, analysis="hint", variant="plain", schedule="1.a1", options={"order": "steps"})

    assert last["result"]["answer"] == "reached"
    assert [run["actor"] for run in last["result"]["runs"]] == ["b", "a", "b"]


def test_a_hint_has_one_of_two_orders(client: TestClient) -> None:
    (*_, last) = lines(client, analysis="hint", variant="plain", options={"order": "luck"})

    assert last["problem"]["code"] == "bad-request"


def test_who_closes_the_connection_leaves_nothing_that_waits() -> None:
    async def story() -> int:
        async def work() -> dict[str, Any]:
            await asyncio.sleep(60)
            return {}

        async def read() -> None:
            async for _ in analyses._lines(asyncio.create_task(work()), asyncio.Queue()):
                pass

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        reading.cancel()
        await asyncio.wait([reading])
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(story()) == 1
