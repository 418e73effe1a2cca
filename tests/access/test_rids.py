import asyncio
import re
from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.access import RidError, RidReason, RidRecord, Rids
from app.access.rids import MAX_WAITING
from app.store import Database
from app.store.tables import rid as rid_table
from tests.access.conftest import START, Clock

RECORD = RidRecord(
    appid="a",
    invoke_time=START,
    cost_ms=1.5,
    path="/wxa/msg_sec_check",
    errcode=47001,
    response='{"errcode":47001,"errmsg":"data format error rid: x"}',
)


@pytest.fixture
def rids(database: Database, clock: Clock) -> Rids:
    return Rids(database, clock=clock)


@pytest.fixture
def elsewhere(database: Database, clock: Clock) -> Rids:
    """Another process over the same database."""
    return Rids(database, clock=clock)


async def refused(rids: Rids, rid: str, appid: str = "a") -> RidReason:
    with pytest.raises(RidError) as caught:
        await rids.get(rid, appid)
    return caught.value.reason


def test_an_id_begins_with_the_time_and_is_never_given_twice(rids: Rids) -> None:
    made = {rids.new() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{8}){2}", rid) for rid in made)
    assert {int(rid[:8], 16) for rid in made} == {int(START)}


async def test_a_record_is_told_to_its_own_app_on_any_process(
    rids: Rids, elsewhere: Rids
) -> None:
    rid = rids.new()
    rids.record(rid, RECORD)
    assert await rids.get(rid, "a") == RECORD
    assert await refused(elsewhere, rid) is RidReason.UNKNOWN
    await rids.flush()
    await rids.flush()
    for one in (rids, elsewhere):
        assert await one.get(rid, "a") == RECORD
        assert await refused(one, rid, "b") is RidReason.OTHER_APP


@pytest.mark.parametrize(
    "rid", ["", "x", "6" * 26, "6B000000-00000000-00000000", "中" * 26, "\0", "\ud800"]
)
async def test_malformed_ids_are_told_apart(rids: Rids, rid: str) -> None:
    assert await refused(rids, rid) is RidReason.MALFORMED


async def test_old_records_are_refused_and_forgotten(
    rids: Rids, clock: Clock, database: Database
) -> None:
    rid = rids.new()
    rids.record(rid, RECORD)
    await rids.flush()
    clock.forward(7 * 86_400)
    assert (await rids.get(rid, "a")).errcode == 47001
    clock.forward(1)
    assert await refused(rids, rid) is RidReason.TOO_OLD
    await rids.flush()
    async with database.read() as connection:
        assert (await connection.execute(select(rid_table))).all() == []


async def test_nothing_of_the_content_is_kept(rids: Rids, database: Database) -> None:
    response = (
        '{"errcode":0,"errmsg":"ok","trace_id":"t","replaced_content":"PRIVATE",'
        '"detail":[{"keyword":"PRIVATE"}],"result":{"suggest":"PRIVATE"}}'
    )
    leaky = RidRecord("a", START, 1.0, "/p?access_token=PRIVATE", 0, response)
    rid = rids.new()
    rids.record(rid, leaky)
    assert "PRIVATE" not in repr(await rids.get(rid, "a"))
    await rids.flush()
    async with database.read() as connection:
        stored = (await connection.execute(select(rid_table))).one()
    assert "PRIVATE" not in repr(stored)
    assert stored.response == '{"errcode":0,"errmsg":"ok","trace_id":"t"}'


@pytest.mark.parametrize(
    ("response", "kept"),
    [
        ("", ""),
        ("not json", ""),
        ("[1]", ""),
        ('{"errmsg":["x"]}', '{"errmsg":null}'),
        ('{"errmsg":"a\\u0000b"}', '{"errmsg":"ab"}'),
        ('{"errmsg":"' + "x" * 900 + '"}', '{"errmsg":"' + "x" * 500 + '"}'),
    ],
)
async def test_odd_answers_do_no_harm(rids: Rids, response: str, kept: str) -> None:
    rid = rids.new()
    path = "/\0\ud800" + "x" * 500
    rids.record(rid, RidRecord("a", START, 1.0, path, 0, response))
    await rids.flush()
    found = await rids.get(rid, "a")
    assert found.response == kept
    assert found.path == "/?" + "x" * 126


async def test_a_flood_is_bounded(rids: Rids) -> None:
    for _ in range(MAX_WAITING + 3):
        rids.record(rids.new(), RECORD)
    assert rids.dropped == 3
    await rids.flush()
    rid = rids.new()
    rids.record(rid, RECORD)
    assert await rids.get(rid, "a") == RECORD


async def test_a_failed_flush_keeps_the_records(
    rids: Rids, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = rids.new()
    rids.record(rid, RECORD)

    def broken(_self: Database) -> object:
        raise OperationalError("", None, OSError())

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", broken)
        with pytest.raises(OperationalError):
            await rids.flush()
    assert await rids.get(rid, "a") == RECORD
    await rids.flush()
    assert await rids.get(rid, "a") == RECORD


async def test_a_record_is_found_while_it_is_written(rids: Rids) -> None:
    rid = rids.new()
    rids.record(rid, RECORD)
    flushing = asyncio.create_task(rids.flush())
    while not flushing.done():
        assert await rids.get(rid, "a") == RECORD
        await asyncio.sleep(0)
    await flushing


async def test_running_writes_by_itself(
    rids: Rids, elsewhere: Rids, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.access.rids.FLUSH_SECONDS", 0.01)
    rid = rids.new()
    rids.record(rid, RECORD)
    running = asyncio.create_task(rids.run())
    async with asyncio.timeout(20):
        while True:
            with suppress(RidError):
                await elsewhere.get(rid, "a")
                break
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
