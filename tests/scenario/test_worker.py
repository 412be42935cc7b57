"""The process that searches for the server."""

import asyncio
import sys

import pytest
from racewalk.explore.bounds import Bounds
from racewalk.explore.codec import result_from_json
from racewalk.explore.query import Goal
from racewalk.explore.workers import Json, WorkerFailed, Workers
from racewalk.scenario.job import job_of

from tests.scenario.texts import lost

JOB = job_of("own", lost(), "plain", "prove", Goal(), (), Bounds(1_000, 10.0, 1 << 28))


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
    locked, bounded = run({**JOB, "variant": "locked"}, {**JOB, "bounds": [3, 10.0, 1 << 28, None]})

    assert result_from_json(locked).verdict("lost-update") == "never"
    assert result_from_json(bounded).bounds == ("3 states",)


@pytest.mark.parametrize("change", [{"files": [("own.c", "CPU(0, ")]}, {"variant": "v9"}, {"files": []}])
def test_a_text_that_does_not_compile_is_refused(change: Json) -> None:
    with pytest.raises(WorkerFailed) as caught:
        run({**JOB, **change})

    assert caught.value.code == "does-not-compile"


@pytest.mark.parametrize("start", [[[9, None]], [[0, 5]], [[0, None]] * 9])
def test_a_start_that_no_run_leads_to_is_refused(start: list[list[int | None]]) -> None:
    with pytest.raises(WorkerFailed) as caught:
        run({**JOB, "start": start})

    assert caught.value.code == "bad-request"
