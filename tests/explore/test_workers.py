"""Jobs in processes of their own."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from racewalk.explore.codec import result_from_json, result_to_json
from racewalk.explore.search import search
from racewalk.explore.workers import Json, WorkerFailed, WorkerLimits, Workers

from tests.explore.toys import chosen_by_device

T = TypeVar("T")
COMMAND = (sys.executable, "-m", "tests.explore.odd_jobs")


def with_workers(use: Callable[[Workers], Awaitable[T]], limits: WorkerLimits | None = None) -> T:
    async def run() -> T:
        workers = Workers(COMMAND, limits or WorkerLimits(memory_bytes=512 << 20))
        try:
            return await use(workers)
        finally:
            await workers.close()

    return asyncio.run(run())


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_is_answered_and_the_process_kept_for_the_next() -> None:
    async def use(workers: Workers) -> tuple[Json, Json]:
        return await workers.run({"do": "echo", "text": "é"}), await workers.run({"do": "echo", "text": ""})

    first, second = with_workers(use)

    assert first["echo"] == "é"
    assert first["pid"] == second["pid"]


def test_progress_arrives_in_order() -> None:
    async def use(workers: Workers) -> list[int]:
        seen: list[int] = []
        await workers.run({"do": "progress"}, lambda message: seen.append(message["number"]))
        return seen

    assert with_workers(use) == [0, 1, 2]


@pytest.mark.parametrize(
    ("do", "code"), [("refuse", "bad"), ("eat", "memory"), ("be killed", "memory"), ("die", "internal")]
)
def test_a_job_that_fails_says_how_and_the_next_one_works(do: str, code: str) -> None:
    async def use(workers: Workers) -> tuple[str, Json]:
        with pytest.raises(WorkerFailed) as caught:
            await workers.run({"do": do})
        return caught.value.code, await workers.run({"do": "echo", "text": "still here"})

    failed, answer = with_workers(use)

    assert failed == code
    assert answer["echo"] == "still here"


def test_a_process_that_was_killed_while_it_was_idle_is_replaced() -> None:
    async def use(workers: Workers) -> tuple[Json, Json]:
        first = await workers.run({"do": "echo", "text": ""})
        os.kill(first["pid"], signal.SIGKILL)
        return first, await workers.run({"do": "echo", "text": "of another"})

    first, second = with_workers(use)

    assert second["echo"] == "of another"
    assert first["pid"] != second["pid"]


@pytest.mark.parametrize("kept", [True, False])
def test_a_job_that_kills_its_process_in_the_middle_is_not_begun_again(kept: bool) -> None:
    async def use(workers: Workers) -> list[int]:
        pids: list[int] = []
        if kept:
            await workers.run({"do": "echo", "text": ""})
        with pytest.raises(WorkerFailed, match="ran out of memory"):
            await workers.run({"do": "be killed"}, lambda message: pids.append(message["pid"]))
        return pids

    assert len(with_workers(use)) == 1


def test_closing_starts_no_process_for_jobs_that_wait() -> None:
    async def use(workers: Workers) -> list[str]:
        asked = [asyncio.create_task(workers.run({"do": "wait", "seconds": 60})) for _ in range(5)]
        while not workers.processes:
            await asyncio.sleep(0.01)
        await workers.close()
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert workers.processes == ()
        return [end.code for end in ends if isinstance(end, WorkerFailed)]

    codes = with_workers(use, WorkerLimits(processes=1))

    assert codes == ["unavailable"] * 5


def test_a_job_that_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("racewalk.explore.workers.GRACE_S", 0.0)

    async def use(workers: Workers) -> tuple[str, list[int]]:
        pids: list[int] = []
        with pytest.raises(WorkerFailed) as caught:
            await workers.run({"do": "sleep"}, lambda message: pids.append(message["pid"]))
        return caught.value.code, pids

    code, pids = with_workers(use, WorkerLimits(seconds=1.0))

    assert code == "timeout"
    assert not any(is_alive(pid) for pid in pids)


def test_cancelling_a_job_kills_its_process() -> None:
    async def use(workers: Workers) -> int:
        started: asyncio.Queue[int] = asyncio.Queue()
        task = asyncio.create_task(workers.run({"do": "sleep"}, lambda message: started.put_nowait(message["pid"])))
        pid = await started.get()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workers.processes == ()
        return pid

    assert not is_alive(with_workers(use))


def test_closing_while_a_job_is_cancelled_waits_for_the_same_end_of_its_process() -> None:
    async def use(workers: Workers) -> int:
        started: asyncio.Queue[int] = asyncio.Queue()
        task = asyncio.create_task(workers.run({"do": "sleep"}, lambda message: started.put_nowait(message["pid"])))
        pid = await started.get()
        task.cancel()
        await asyncio.sleep(0)  # its process is being killed
        await workers.close()
        await asyncio.wait([task])
        return pid

    assert not is_alive(with_workers(use))


def test_jobs_beyond_the_queue_are_turned_away() -> None:
    async def use(workers: Workers) -> str:
        started = asyncio.Event()
        first = asyncio.create_task(workers.run({"do": "sleep"}, lambda message: started.set()))
        await started.wait()
        second = asyncio.create_task(workers.run({"do": "echo", "text": "waits"}))
        await asyncio.sleep(0)
        with pytest.raises(WorkerFailed) as caught:
            await workers.run({"do": "echo", "text": "too many"})
        first.cancel()
        assert (await second)["echo"] == "waits"
        return caught.value.code

    assert with_workers(use, WorkerLimits(processes=1, waiting=1)) == "busy"


def test_a_client_with_many_jobs_does_not_keep_another_waiting_for_all_of_them() -> None:
    async def use(workers: Workers) -> list[str]:
        order: list[str] = []

        async def ask(client: str) -> None:
            await workers.run({"do": "echo", "text": ""}, clients=(client,))
            order.append(client)

        await asyncio.gather(*[ask(client) for client in ("greedy",) * 6 + ("other",)])
        return order

    assert with_workers(use, WorkerLimits(processes=1)).index("other") == 1


def test_closing_leaves_no_process_behind() -> None:
    async def use(workers: Workers) -> list[int]:
        answers = await asyncio.gather(*[workers.run({"do": "echo", "text": ""}) for _ in range(4)])
        return [answer["pid"] for answer in answers]

    pids = with_workers(use)

    assert len(set(pids)) <= 2
    assert not any(is_alive(pid) for pid in pids)


def test_a_search_result_crosses_the_border_unchanged() -> None:
    result = search(chosen_by_device())

    assert result_from_json(result_to_json(result)) == result
