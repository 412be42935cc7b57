"""Identical jobs share one run, and results are kept."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from racewalk.explore.jobs import Jobs, KeptLimits
from racewalk.explore.workers import Json, WorkerFailed, WorkerLimits, Workers

T = TypeVar("T")
COMMAND = (sys.executable, "-m", "tests.explore.odd_jobs")


def with_jobs(use: Callable[[Jobs], Awaitable[T]], **options: object) -> T:
    async def run() -> T:
        workers = Workers(COMMAND, WorkerLimits(processes=2, memory_bytes=512 << 20))
        try:
            return await use(Jobs(workers, **options))  # type: ignore[arg-type]
        finally:
            await workers.close()

    return asyncio.run(run())


class Asker:
    """One request for a job, and what it is told."""

    def __init__(self, jobs: Jobs, job: Json) -> None:
        self.told: asyncio.Queue[Json] = asyncio.Queue()
        self.task = asyncio.create_task(jobs.do(job, self.told.put_nowait))


def test_two_identical_requests_run_one_job_and_both_get_its_progress_and_its_result() -> None:
    async def use(jobs: Jobs) -> tuple[Json, Json, Json, Json]:
        job = {"do": "wait", "seconds": 0.3}
        first = Asker(jobs, job)
        begun = await first.told.get()
        second = Asker(jobs, dict(reversed(job.items())))  # the same, in another order
        return begun, await second.told.get(), await first.task, await second.task

    first_told, second_told, first, second = with_jobs(use)

    assert first_told == second_told
    assert first == second
    assert first["pid"] == first_told["pid"]


def test_a_job_that_waits_is_done_as_soon_as_the_first_of_those_who_ask_for_it_is_next() -> None:
    async def use() -> list[str]:
        workers, order = Workers(COMMAND, WorkerLimits(processes=1)), []
        jobs = Jobs(workers)

        async def ask(text: str, client: str) -> None:
            await jobs.do({"do": "echo", "text": text}, client=client)
            order.append(f"{text} {client}")

        try:
            asked = [("1", "greedy"), ("2", "greedy"), ("3", "greedy"), ("3", "other")]
            await asyncio.gather(*[ask(text, client) for text, client in asked])
        finally:
            await workers.close()
        return order

    assert asyncio.run(use()) == ["1 greedy", "3 greedy", "3 other", "2 greedy"]


def test_cancelling_one_request_does_not_stop_the_others() -> None:
    async def use(jobs: Jobs) -> tuple[Json, Json]:
        first = Asker(jobs, {"do": "wait", "seconds": 0.3})
        second = Asker(jobs, {"do": "wait", "seconds": 0.3})
        begun = await first.told.get()
        first.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first.task
        return begun, await second.task

    begun, answer = with_jobs(use)

    assert answer["pid"] == begun["pid"]


def test_when_all_have_cancelled_the_process_is_killed_and_the_next_request_begins_anew() -> None:
    async def use(jobs: Jobs) -> tuple[Json, Json]:
        job = {"do": "sleep"}
        askers = [Asker(jobs, job), Asker(jobs, job)]
        begun = await askers[0].told.get()
        for asker in askers:
            asker.task.cancel()
        await asyncio.gather(*[asker.task for asker in askers], return_exceptions=True)
        again = Asker(jobs, job)
        other = await again.told.get()
        again.task.cancel()
        await asyncio.wait([again.task])
        return begun, other

    begun, again = with_jobs(use)

    assert begun["pid"] != again["pid"]


def test_a_result_is_kept_and_a_different_job_is_done_by_itself() -> None:
    async def use(jobs: Jobs) -> list[Json]:
        texts = ["a", "a", "b", "a"]
        return [await jobs.do({"do": "count", "text": text}) for text in texts]

    assert [answer["count"] for answer in with_jobs(use)] == [1, 1, 2, 1]


def test_the_results_asked_for_last_are_kept() -> None:
    async def use(jobs: Jobs) -> list[Json]:
        texts = ["a", "b", "a", "c", "a", "b"]
        return [await jobs.do({"do": "count", "text": text}) for text in texts]

    counts = [answer["count"] for answer in with_jobs(use, limits=KeptLimits(results=2))]

    assert counts == [1, 2, 1, 3, 1, 4]


def test_results_are_kept_only_within_a_size() -> None:
    async def use(jobs: Jobs) -> list[Json]:
        return [await jobs.do({"do": "count", "text": "x" * 100}) for _ in range(2)]

    assert [answer["count"] for answer in with_jobs(use, limits=KeptLimits(size_bytes=50))] == [1, 2]


def test_a_result_that_might_come_out_differently_is_not_kept() -> None:
    async def use(jobs: Jobs) -> list[Json]:
        return [await jobs.do({"do": "count", "text": ""}) for _ in range(2)]

    assert [answer["count"] for answer in with_jobs(use, keep=lambda result: False)] == [1, 2]


@pytest.mark.parametrize("do", ["die", "refuse"])
def test_a_job_that_failed_is_done_again(do: str) -> None:
    async def use(jobs: Jobs) -> list[str]:
        codes = []
        for _ in range(2):
            askers = [Asker(jobs, {"do": do}), Asker(jobs, {"do": do})]
            for asker in askers:
                with pytest.raises(WorkerFailed) as caught:
                    await asker.task
                codes.append(caught.value.code)
        return codes

    assert with_jobs(use) == [{"die": "internal", "refuse": "bad"}[do]] * 4


def test_another_version_of_the_program_answers_anew() -> None:
    async def use() -> list[int]:
        workers = Workers(COMMAND, WorkerLimits(processes=1))
        try:
            return [(await Jobs(workers, version).do({"do": "count", "text": ""}))["count"] for version in ("1", "2")]
        finally:
            await workers.close()

    assert asyncio.run(use()) == [1, 2]
