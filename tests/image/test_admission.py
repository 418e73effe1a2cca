import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from app.image.admission import Job, Queue, QueueLimits
from app.image.errors import BusyError, Trouble, WorkerError
from app.image.setup import Setup
from app.image.visit import Visit

VISIT = Visit(b"", Setup(choices=()), 0.0)


def ask(queue: Queue, picture: bytes = b"x", caller: str = "a") -> asyncio.Task[Visit]:
    return asyncio.create_task(queue.ask(picture, caller))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def taken(queue: Queue, count: int) -> list[str]:
    """Whose jobs come next."""
    callers = []
    for _ in range(count):
        job = await queue.take()
        callers.append(job.caller)
        job.finish(VISIT)
        queue.release(job)
    return callers


async def refused(waiting: Awaitable[Any]) -> None:
    with pytest.raises(BusyError):
        await waiting


async def test_a_job_is_answered() -> None:
    queue = Queue(QueueLimits())
    asking = ask(queue, b"picture")
    job = await queue.take()
    assert (job.picture, queue.waiting, queue.held) == (b"picture", 0, 7)
    job.finish(VISIT)
    assert await asking is VISIT
    queue.release(job)
    assert queue.held == 0


async def test_a_failed_job_raises() -> None:
    queue = Queue(QueueLimits())
    asking = ask(queue)
    (await queue.take()).fail(WorkerError(Trouble.CRASHED, "broken"))
    with pytest.raises(WorkerError, match="broken"):
        await asking


async def test_beyond_the_count_callers_are_busy_at_once() -> None:
    queue = Queue(QueueLimits(count=3, share=1.0))
    waiting = [ask(queue) for _ in range(3)]
    await settle()
    async with asyncio.timeout(1):
        await refused(queue.ask(b"x", "a"))
    assert (queue.waiting, queue.busy) == (3, 1)
    await taken(queue, 3)
    await asyncio.gather(*waiting)


async def test_beyond_the_bytes_callers_are_busy_at_once() -> None:
    queue = Queue(QueueLimits(size=100))
    waiting = ask(queue, bytes(60))
    await settle()
    await refused(queue.ask(bytes(41), "b"))
    second = ask(queue, bytes(40), "b")
    await settle()
    assert queue.held == 100
    job = await queue.take()
    # Still in memory while it is looked at.
    await refused(queue.ask(bytes(1), "c"))
    job.finish(VISIT)
    queue.release(job)
    await taken(queue, 1)
    await asyncio.gather(waiting, second)
    assert queue.held == 0


async def test_one_caller_cannot_fill_the_queue() -> None:
    queue = Queue(QueueLimits(count=4, share=0.5))
    waiting = [ask(queue, caller="a") for _ in range(2)]
    await settle()
    await refused(queue.ask(b"x", "a"))
    waiting += [ask(queue, caller="b") for _ in range(2)]
    await settle()
    assert queue.waiting == 4
    await taken(queue, 4)
    await asyncio.gather(*waiting)


async def test_callers_take_turns() -> None:
    queue = Queue(QueueLimits(count=10, share=1.0))
    waiting = [ask(queue, caller=name) for name in "aaaabbc"]
    await settle()
    assert "".join(await taken(queue, 7)) == "abcabaa"
    await asyncio.gather(*waiting)


async def test_idle_workers_are_no_queue() -> None:
    queue = Queue(QueueLimits(count=0))
    await refused(queue.ask(b"x", "a"))
    taking = asyncio.create_task(queue.take())
    await settle()
    asking = ask(queue)
    job = await taking
    job.finish(VISIT)
    assert await asking is VISIT


async def test_who_has_waited_too_long_is_told_busy() -> None:
    queue = Queue(QueueLimits(seconds=0.02))
    await refused(queue.ask(b"x", "a"))
    assert (queue.waiting, queue.held, queue.busy) == (0, 0, 1)


async def test_a_job_in_work_does_not_expire() -> None:
    queue = Queue(QueueLimits(seconds=0.02))
    asking = ask(queue)
    job = await queue.take()
    await asyncio.sleep(0.05)
    job.finish(VISIT)
    assert await asking is VISIT


async def test_who_has_gone_leaves_no_job() -> None:
    queue = Queue(QueueLimits())
    gone, there = ask(queue, b"gone"), ask(queue, b"there")
    await settle()
    gone.cancel()
    await settle()
    assert (queue.waiting, queue.held) == (1, 5)
    job = await queue.take()
    assert job.picture == b"there"
    job.finish(VISIT)
    assert await there is VISIT


async def test_who_goes_while_the_picture_is_looked_at_is_not_missed() -> None:
    queue = Queue(QueueLimits())
    asking = ask(queue)
    job = await queue.take()
    asking.cancel()
    await settle()
    job.finish(VISIT)
    job.fail(WorkerError(Trouble.CRASHED, "too late"))
    queue.release(job)
    assert queue.held == 0


async def test_all_who_wait_can_be_failed() -> None:
    queue = Queue(QueueLimits())
    waiting = [ask(queue, caller=name) for name in "aab"]
    await settle()
    queue.fail_all(WorkerError(Trouble.UNAVAILABLE, "closed"))
    for each in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(each, WorkerError)
    assert (queue.waiting, queue.held) == (0, 0)


async def test_a_worker_that_stops_waiting_takes_no_job_along() -> None:
    queue = Queue(QueueLimits())
    taking = asyncio.create_task(queue.take())
    await settle()
    taking.cancel()
    await settle()
    asking = ask(queue)
    job: Job = await queue.take()
    job.finish(VISIT)
    assert await asking is VISIT
