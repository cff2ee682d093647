"""Who goes in, and who is sent away."""

from __future__ import annotations

import asyncio

import pytest

from mlxs.errors import Overloaded
from mlxs.queue import Queue


def test_lets_in_in_order() -> None:
    order: list[int] = []

    async def visit(queue: Queue, number: int) -> None:
        async with queue.place():
            order.append(number)
            await asyncio.sleep(0)

    async def main() -> None:
        queue = Queue(concurrency=2, size=100, timeout=10)
        await asyncio.gather(*(visit(queue, number) for number in range(20)))
        assert (queue.running, queue.waiting) == (0, 0)

    asyncio.run(main())
    assert order == list(range(20))


def test_refuses_one_too_many() -> None:
    async def main() -> None:
        queue = Queue(concurrency=1, size=1, timeout=10)
        async with queue.place():
            waiting = asyncio.create_task(_visit(queue))
            await asyncio.sleep(0)
            with pytest.raises(Overloaded) as refused:
                await _visit(queue)
            assert refused.value.retry_after
        await waiting

    asyncio.run(main())


def test_refuses_after_the_timeout() -> None:
    async def main() -> None:
        queue = Queue(concurrency=1, size=1, timeout=0.01)
        async with queue.place():
            with pytest.raises(Overloaded, match="--queue-timeout"):
                await _visit(queue)
            assert queue.waiting == 0

    asyncio.run(main())


def test_a_cancelled_wait_leaves_no_gap() -> None:
    async def main() -> None:
        queue = Queue(concurrency=1, size=9, timeout=10)
        async with queue.place():
            tasks = [asyncio.create_task(_visit(queue)) for _ in range(3)]
            await asyncio.sleep(0)
            tasks[0].cancel()
            await asyncio.sleep(0)
            assert queue.waiting == 2
        tasks[1].cancel()  # just let in
        await asyncio.gather(*tasks, return_exceptions=True)
        await _visit(queue)
        assert (queue.running, queue.waiting) == (0, 0)

    asyncio.run(main())


async def _visit(queue: Queue) -> None:
    async with queue.place():
        pass
