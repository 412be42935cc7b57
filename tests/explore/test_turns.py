"""Whose request is worked on next."""

import asyncio

from racewalk.explore.turns import Turns


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_client_that_asks_for_much_does_not_keep_another_waiting() -> None:
    async def story() -> list[str]:
        turns, order, gate = Turns(3, 2), [], asyncio.Semaphore(0)

        async def work(client: str) -> None:
            async with turns.turn((client,)):
                order.append(client)
                await gate.acquire()

        greedy = [asyncio.create_task(work("greedy")) for _ in range(20)]
        await settle()
        other = asyncio.create_task(work("other"))
        await settle()
        first = list(order)
        for _ in range(21):
            gate.release()
        await asyncio.gather(*greedy, other)
        return first

    assert asyncio.run(story()) == ["greedy", "greedy", "other"]


def test_a_turn_that_is_cancelled_while_it_waits_or_as_it_is_given_is_not_lost() -> None:
    async def story() -> None:
        turns = Turns(1, 1)

        async def work() -> None:
            async with turns.turn(("a",)):
                await asyncio.sleep(0)

        async with turns.turn(("a",)):
            waits, is_given = asyncio.create_task(work()), asyncio.create_task(work())
            await settle()
            waits.cancel()
            await settle()
        is_given.cancel()
        await asyncio.gather(waits, is_given, return_exceptions=True)
        async with asyncio.timeout(5), turns.turn(("b",)):
            pass

    asyncio.run(story())


def test_all_may_be_cancelled_at_once_as_when_the_server_stops() -> None:
    async def story() -> list[object]:
        turns = Turns(2, 1)

        async def work(client: str) -> None:
            async with turns.turn((client,)):
                await asyncio.sleep(60)

        tasks = [asyncio.create_task(work(client)) for client in "aaabbb"]
        await settle()
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(5), turns.turn(("a",)), turns.turn(("b",)):
            return list(ends)

    assert all(isinstance(end, asyncio.CancelledError) for end in asyncio.run(story()))


def test_clients_that_wait_for_much_take_turns_with_those_that_wait_for_little() -> None:
    async def story() -> str:
        turns, order = Turns(1, 1), []

        async def work(client: str) -> None:
            async with turns.turn((client,)):
                order.append(client)
                await asyncio.sleep(0)

        await asyncio.gather(*[work(client) for client in "aaaaabbc"])
        return "".join(order)

    assert asyncio.run(story()) == "abcabaaa"


def test_what_several_want_comes_when_the_first_of_them_is_next() -> None:
    async def story() -> list[str]:
        turns, order, both = Turns(1, 1), [], ["a"]

        async def work(name: str, clients: list[str]) -> None:
            async with turns.turn(clients):
                order.append(name)
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(work(name, ["a"])) for name in ("first", "second", "third")]
        tasks.append(asyncio.create_task(work("wanted by both", both)))
        await asyncio.sleep(0)
        both.append("b")
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(story()) == ["first", "wanted by both", "second", "third"]
