"""Many tasks write in one transaction: what arrives meanwhile shares the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from app.store import database_is_away, disk_is_full

T = TypeVar("T")

Open = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""A transaction, as soon as it may begin."""

Write = Callable[[AsyncConnection, Sequence[T]], Awaitable[Sequence[bool]]]
"""Of each piece, whether it was still to be written."""

_MOST = 100
"""Pieces that share a transaction; SQLite limits the variables of a statement."""


class Together(Generic[T]):
    """Collects what the tasks of one event loop write.

    One transaction is under way at a time. What comes until it has begun belongs to
    it, and nobody waits for company.
    """

    def __init__(self, begin: Open, write: Write[T]) -> None:
        self._open = begin
        self._write = write
        self._waiting: deque[tuple[T, asyncio.Future[bool]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def add(self, one: T) -> bool:
        """Write this, too; whether it was still to be written.

        Cancelled, it takes back what no transaction has yet, and otherwise waits for
        its end. Raises what the database raises.
        """
        loop = asyncio.get_running_loop()
        mine = (one, loop.create_future())
        self._waiting.append(mine)
        if self._writer is None:
            self._writer = loop.create_task(self._run(), name="seccheck-together")
        try:
            return await asyncio.shield(mine[1])
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
            else:
                await asyncio.wait({mine[1]})
            raise

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._commit([])
        finally:
            self._writer = None

    async def _commit(self, batch: "list[tuple[T, asyncio.Future[bool]]]") -> None:
        """One transaction of a batch, or of whatever waits by then.

        Should one piece spoil it, it is one for each.
        """
        try:
            async with self._open() as connection:
                batch = batch or self._next()
                pieces = [one for one, _ in batch]
                done = await self._write(connection, pieces) if pieces else ()
        except asyncio.CancelledError:
            for _, answer in batch or self._next():
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - theirs to handle
            await self._failed(batch or self._next(), error)
            return
        for (_, answer), was in zip(batch, done, strict=True):
            answer.set_result(was)

    def _next(self) -> list[tuple[T, asyncio.Future[bool]]]:
        size = min(len(self._waiting), _MOST)
        return [self._waiting.popleft() for _ in range(size)]

    async def _failed(
        self, batch: list[tuple[T, asyncio.Future[bool]]], error: Exception
    ) -> None:
        if len(batch) > 1 and not (database_is_away(error) or disk_is_full(error)):
            for one in batch:
                await self._commit([one])
            return
        for _, answer in batch:
            answer.set_exception(error)
            answer.exception()  # whoever was cancelled does not ask
