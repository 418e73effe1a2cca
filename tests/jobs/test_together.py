"""Many tasks share a transaction, and each has its own end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.jobs.together import Together


class RefusedError(Exception):
    """A piece that cannot be written."""


class Table:
    """A transaction that waits until it may begin, and refuses what is negative."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.asked = asyncio.Event()
        self.batches: list[list[int]] = []
        self.kept: list[int] = []

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        self.asked.set()
        await self.free.wait()
        yield None

    async def write(self, _connection: object, batch: Sequence[int]) -> list[bool]:
        self.batches.append(list(batch))
        if min(batch, default=0) < 0:
            raise RefusedError
        self.kept += batch
        return [number != 0 for number in batch]

    def together(self) -> Together[int]:
        return Together(self.begin, self.write)


async def test_what_comes_before_it_begins_shares_a_transaction() -> None:
    table = Table()
    together = table.together()
    first = asyncio.create_task(together.add(1))
    await table.asked.wait()
    others = [asyncio.create_task(together.add(number)) for number in (0, 2)]
    await asyncio.sleep(0)
    table.free.set()
    assert await asyncio.gather(first, *others) == [True, False, True]
    assert table.batches == [[1, 0, 2]]


async def test_one_that_fails_spoils_nothing_for_the_others() -> None:
    table = Table()
    together = table.together()
    adds = [asyncio.create_task(together.add(number)) for number in (1, -1, 2)]
    table.free.set()
    ended = await asyncio.gather(*adds, return_exceptions=True)
    assert ended[::2] == [True, True]
    assert isinstance(ended[1], RefusedError)
    assert table.kept == [1, 2]


async def test_whoever_is_cancelled_in_time_is_not_written() -> None:
    table = Table()
    together = table.together()
    kept, left = (asyncio.create_task(together.add(number)) for number in (1, 2))
    await table.asked.wait()
    left.cancel()
    await asyncio.wait({left})
    table.free.set()
    assert await kept
    assert left.cancelled()
    assert table.kept == [1]


async def test_the_cancelled_wait_for_the_end_of_their_transaction() -> None:
    begun, end = asyncio.Event(), asyncio.Event()
    table = Table()
    table.free.set()

    async def write(connection: object, batch: Sequence[int]) -> list[bool]:
        begun.set()
        await end.wait()
        return await table.write(connection, batch)

    task = asyncio.create_task(Together(table.begin, write).add(1))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    end.set()
    await asyncio.wait({task})
    assert task.cancelled()
    assert table.kept == [1]


async def test_it_begins_again_after_a_failure() -> None:
    table = Table()
    table.free.set()
    together = table.together()
    with pytest.raises(RefusedError):
        await together.add(-1)
    assert await together.add(1)
