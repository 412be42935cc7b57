"""The process that searches for the server."""

import asyncio
import sys

import pytest
from racewalk.explore.codec import result_from_json
from racewalk.explore.workers import Json, WorkerFailed, Workers

from tests.scenario.texts import lost

JOB: Json = {
    "name": "own",
    "files": list(lost()),
    "variant": "plain",
    "states": 1_000,
    "seconds": 10.0,
    "memory_bytes": 1 << 28,
}


def run(*jobs: Json) -> list[Json]:
    async def use() -> list[Json]:
        workers = Workers((sys.executable, "-m", "racewalk.scenario.worker"))
        try:
            return [await workers.run(job) for job in jobs]
        finally:
            await workers.close()

    return asyncio.run(use())


def test_it_builds_the_text_and_searches() -> None:
    (answer,) = run(JOB)

    result = result_from_json(answer)
    assert result.verdict("lost-update") == "sometimes"
    assert result.exhaustive


def test_it_searches_the_variant_and_within_the_bounds_that_it_is_given() -> None:
    locked, bounded = run({**JOB, "variant": "locked"}, {**JOB, "states": 3})

    assert result_from_json(locked).verdict("lost-update") == "never"
    assert result_from_json(bounded).bounds == ("3 states",)


@pytest.mark.parametrize("change", [{"files": [("own.c", "CPU(0, ")]}, {"variant": "v9"}, {"files": []}])
def test_a_text_that_does_not_compile_is_refused(change: Json) -> None:
    with pytest.raises(WorkerFailed) as caught:
        run({**JOB, **change})

    assert caught.value.code == "does-not-compile"
