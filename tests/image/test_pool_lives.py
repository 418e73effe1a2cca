"""Pools with other limits and other classifiers: how their workers live and end."""

import asyncio
import os

import pytest

from app.image.admission import QueueLimits
from app.image.errors import BusyError, Trouble, WorkerError
from app.image.limits import MEBIBYTE, WorkerLimits
from app.image.pool import Pool
from app.image.setup import Choice
from tests.image.files import bomb, encode, plain, scans, speckled
from tests.image.rooms import (
    GOOD,
    PATIENT,
    choice,
    descendants,
    errors,
    exists,
    one_pool,
    pids,
    setup,
    trouble,
    until,
    works,
)


async def test_a_classifier_that_hangs_ends_with_its_worker() -> None:
    pool = await one_pool(choice("calm"), choice("trouble", 1.0), choice("second"))
    try:
        visit = await pool.look(trouble("sleep"))
        assert errors(visit) == {
            "calm": None,
            "trouble": "it took longer than allowed",
            "second": None,
        }
        await works(pool)
        assert pool.figures().deaths[Trouble.TIMEOUT] == 1
    finally:
        await pool.close()


async def test_a_picture_uses_up_two_workers_at_most() -> None:
    """Two classifiers that hang: the third is not reached, and says so."""
    both = (choice("trouble", 1.0), choice("twin", 1.0), choice("calm"))
    pool = await one_pool(*both)
    try:
        visit = await pool.look(trouble("sleep"))
        assert errors(visit) == {
            "trouble": "it took longer than allowed",
            "twin": "it took longer than allowed",
            "calm": "it was not reached",
        }
        assert pool.figures().deaths[Trouble.TIMEOUT] == 2
        await until(lambda: pool.status().ready == 1)
    finally:
        await pool.close()


async def test_a_picture_that_takes_too_long_altogether_is_given_up() -> None:
    worker = WorkerLimits(seconds=2.0, start_seconds=PATIENT)
    pool = await one_pool(choice("trouble"), choice("calm"), worker=worker)
    try:
        visit = await pool.look(trouble("sleep"))
        assert errors(visit) == {
            "trouble": "it took longer than allowed",
            "calm": "it was not reached",
        }
    finally:
        await pool.close()


async def test_a_picture_that_takes_too_long_to_decode_ends_its_worker() -> None:
    """A JPEG of a thousand passes over a large picture."""
    file = encode(plain(5000, 5000), "JPEG", progressive=True)
    slow = scans(file, 3000)
    limits = WorkerLimits(
        memory=400 * MEBIBYTE,
        decode_seconds=1.5,
        seconds=PATIENT,
        start_seconds=PATIENT,
    )
    pool = await one_pool(choice("calm"), worker=limits)
    try:
        with pytest.raises(WorkerError) as caught:
            await pool.look(slow)
        assert caught.value.trouble is Trouble.TIMEOUT
        await works(pool)
    finally:
        await pool.close()


async def test_a_picture_that_needs_too_much_memory_ends_its_worker_alone() -> None:
    """39 megapixels in 5 kB: within the limit of pixels, not of this memory."""
    limits = WorkerLimits(
        memory=90 * MEBIBYTE,
        decode_seconds=PATIENT,
        seconds=PATIENT,
        start_seconds=PATIENT,
    )
    pool = await one_pool(choice("calm"), worker=limits)
    try:
        with pytest.raises(WorkerError) as caught:
            await pool.look(bomb(6240))
        assert caught.value.trouble is Trouble.MEMORY
        await works(pool)
    finally:
        await pool.close()


async def test_what_cannot_be_loaded_is_told_and_the_others_look() -> None:
    pool = Pool(
        setup(
            choice("calm"),
            choice("unloadable", file="/models/none.onnx"),
            choice("nobody"),
            choice("dies"),
            choice("second"),
        ),
        queue=QueueLimits(seconds=PATIENT),
    )
    status = await pool.start()
    try:
        assert set(status.models) == {"calm", "second"}
        assert status.missing == {
            "unloadable": "FileNotFoundError: /models/none.onnx",
            "nobody": "no installed package offers a classifier of this name",
            "dies": "it needed more memory to load than allowed",
        }
        visit = await pool.look(GOOD)
        told = errors(visit)
        assert list(visit.setup.names) == [
            "calm",
            "unloadable",
            "nobody",
            "dies",
            "second",
        ]
        assert told["calm"] is told["second"] is None
        missing = "it could not be loaded"  # why is for operators alone
        assert told["nobody"] == told["unloadable"] == told["dies"] == missing
    finally:
        await pool.close()


async def test_a_classifier_that_hangs_while_it_is_loaded_is_left_out() -> None:
    limits = WorkerLimits(memory=400 * MEBIBYTE, start_seconds=8.0, seconds=PATIENT)
    pool = await one_pool(choice("hangs"), choice("calm"), worker=limits)
    try:
        await until(lambda: pool.status().ready == 1)
        assert pool.status().missing == {"hangs": "it took longer to load than allowed"}
        assert errors(await pool.look(GOOD))["calm"] is None
    finally:
        await pool.close()


async def test_workers_are_replaced_after_their_share() -> None:
    limits = WorkerLimits(memory=400 * MEBIBYTE, pictures=3, seconds=PATIENT)
    pool = await one_pool(choice("calm"), worker=limits)
    try:
        seen = set()
        for _ in range(7):
            await works(pool)
            seen.update(pids(pool))
        assert pool.figures().recycled == 2
        assert not any(pool.figures().deaths.values())
        assert len(seen) >= 3
    finally:
        await pool.close()


async def test_values_reach_a_classifier_when_they_change() -> None:
    pool = await one_pool(choice("refreshed"), choice("calm"))

    async def told() -> str:
        return (await pool.look(GOOD)).readings["refreshed"].texts[0].text

    try:
        assert await told() == "0: {}"
        pool.refresh("refreshed", {"file": "/a"})
        assert await told() == "1: {'file': '/a'}"
        assert await told() == "1: {'file': '/a'}"
        pool.refresh("refreshed", {"file": "/b"})
        assert await told() == "2: {'file': '/b'}"
        os.kill(pids(pool)[0], 9)  # a new worker is told, too
        await until(lambda: pool.status().ready == 0)
        assert await told() == "1: {'file': '/b'}"
    finally:
        await pool.close()


async def test_beyond_the_queue_callers_are_busy_at_once() -> None:
    slow = choice("calm", seconds=PATIENT)
    slow = Choice(name="calm", settings={"seconds": "0.3"}, seconds=PATIENT)
    pool = Pool(setup(slow), queue=QueueLimits(count=2, share=1.0, seconds=PATIENT))
    await pool.start()
    try:
        asking = [asyncio.create_task(pool.look(GOOD)) for _ in range(3)]
        await until(lambda: pool.figures().waiting == 2)
        async with asyncio.timeout(0.2):
            with pytest.raises(BusyError):
                await pool.look(GOOD)
        await asyncio.gather(*asking)
        assert pool.figures().busy == 1
    finally:
        await pool.close()


async def test_who_waits_when_the_room_closes_is_told() -> None:
    slow = Choice(name="calm", settings={"seconds": "30"}, seconds=PATIENT)
    pool = Pool(setup(slow), queue=QueueLimits(seconds=PATIENT))
    await pool.start()
    asking = [asyncio.create_task(pool.look(GOOD)) for _ in range(3)]
    await until(lambda: pool.figures().in_flight == 1)
    (pid,) = pids(pool)
    await pool.close()
    for each in await asyncio.gather(*asking, return_exceptions=True):
        assert isinstance(each, WorkerError)
        assert each.trouble is Trouble.UNAVAILABLE
    assert not exists(pid)
    with pytest.raises(WorkerError):
        await pool.look(GOOD)


async def test_a_pool_can_be_closed_while_it_starts() -> None:
    others = descendants()
    pool = Pool(setup(choice("hangs")), workers=2)
    starting = asyncio.create_task(pool.start())
    await asyncio.sleep(0.5)
    workers = descendants() - others
    await pool.close()
    assert (await starting).ready == 0
    assert workers
    assert not descendants() & workers


async def test_who_has_gone_is_not_looked_for_again() -> None:
    """A picture that ends its worker gets no second one when nobody waits for it."""
    pool = await one_pool(choice("trouble", 3.0), choice("calm"))
    try:
        gone = asyncio.create_task(pool.look(trouble("sleep")))
        await until(lambda: pool.figures().in_flight == 1)
        await asyncio.sleep(0.2)
        gone.cancel()
        await until(lambda: pool.figures().deaths[Trouble.TIMEOUT] == 1)
        await works(pool)
        assert pool.figures().stages["calm"].count == 1
    finally:
        await pool.close()


async def test_before_it_has_started_nobody_waits() -> None:
    with pytest.raises(WorkerError) as caught:
        await Pool(setup(choice("calm"))).look(GOOD)
    assert caught.value.trouble is Trouble.UNAVAILABLE


async def test_where_no_worker_can_be_started_all_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.image.worker.COMMAND", ("/nonexistent/python",))
    pool = Pool(setup(choice("calm")), workers=2)
    status = await pool.start()
    try:
        assert (status.ready, status.models) == (0, {})
        with pytest.raises(WorkerError) as caught:
            await pool.look(GOOD)
        assert caught.value.trouble is Trouble.UNAVAILABLE
        monkeypatch.undo()
        await until(lambda: pool.status().ready == 2)  # it goes on being tried
        await works(pool)
    finally:
        await pool.close()


async def test_two_workers_look_at_two_pictures_at_once() -> None:
    slow = Choice(name="calm", settings={"seconds": "1"}, seconds=PATIENT)
    pool = Pool(setup(slow), workers=2, queue=QueueLimits(seconds=PATIENT))
    await pool.start()
    try:
        asking = [asyncio.create_task(pool.look(GOOD)) for _ in range(2)]
        await until(lambda: pool.figures().in_flight == 2)
        await asyncio.gather(*asking)
        assert len(set(pids(pool))) == 2
    finally:
        await pool.close()


async def test_the_loop_is_free_while_pictures_are_looked_at() -> None:
    pool = await one_pool(choice("calm"))
    try:
        asking = asyncio.gather(
            *(pool.look(encode(speckled(1000, 1000, n), "PNG")) for n in range(4))
        )
        longest, loop = 0.0, asyncio.get_running_loop()
        while not asking.done():
            before = loop.time()
            await asyncio.sleep(0.001)
            longest = max(longest, loop.time() - before)
        await asking
        assert longest < 1.0  # a machine with other work; decoding alone takes longer
    finally:
        await pool.close()


async def test_one_offer_serves_several_choices() -> None:
    pool = await one_pool(
        Choice(name="one", offer="calm", seconds=PATIENT),
        Choice(name="two", offer="calm", seconds=PATIENT),
    )
    try:
        visit = await pool.look(GOOD)
        assert errors(visit) == {"one": None, "two": None}
        assert [each.classifier for each in visit.readings.values()] == ["one", "two"]
    finally:
        await pool.close()


def test_other_event_loops_do_as_well() -> None:
    """Servers run uvloop, which has its own way with processes."""
    uvloop = pytest.importorskip("uvloop")

    async def serve() -> None:
        pool = await one_pool(choice("calm"), choice("trouble"))
        try:
            await works(pool)
            visit = await pool.look(trouble("segfault"))
            assert errors(visit) == {"calm": None, "trouble": "it ended its worker"}
            await works(pool)
            os.kill(pids(pool)[0], 9)
            await until(lambda: pool.status().ready == 0)
            await works(pool)
        finally:
            await pool.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())


async def test_a_pool_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Pool(setup(choice("calm")), workers=0)
