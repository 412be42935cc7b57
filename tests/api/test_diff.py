"""Two variants side by side, over HTTP."""

from __future__ import annotations

import pytest
from racewalk.api.diff_views import VariantDiff
from starlette.testclient import TestClient


def test_two_variants_are_compared_with_the_runs_of_the_page(client: TestClient) -> None:
    runs = [{"name": "shown", "schedule": "1.a1b1a1b1"}, {"name": "found", "schedule": ""}]

    answer = client.post(
        "/api/diff", json={"scenario": "lost-update", "left": "plain", "right": "locked", "runs": runs}
    )

    assert answer.status_code == 200
    told = VariantDiff.model_validate(answer.json())
    assert [part.name for part in told.parts] == ["Constants"]
    assert told.same > 0
    assert [run.parts_at for run in told.runs] == [1, None]
    assert told.runs[0].sentences[0] == "They part at once."


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"left": "no-such"}, 404),
        ({"scenario": "no-such"}, 404),
        ({"runs": [{"name": "x", "schedule": "!"}]}, 409),
        ({"bundle": {"files": [{"path": "own.c", "text": "u8"}]}, "left": "default", "right": "default"}, 409),
        ({"runs": [{"name": "x", "schedule": ""}] * 3}, 422),
    ],
)
def test_what_cannot_be_compared_is_refused(client: TestClient, wanted: dict[str, object], status: int) -> None:
    request = {"scenario": "lost-update", "left": "plain", "right": "locked", **wanted}

    assert client.post("/api/diff", json=request).status_code == status
