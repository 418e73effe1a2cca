import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.access import App, AppSettings, QuotaExceeded, Quotas, Window
from app.access.beijing import (
    DAY,
    day_left,
    day_number,
    minute_left,
    month_left,
    month_number,
)
from app.access.quotas import CLEARS_PER_MONTH
from app.store import Database
from app.store.tables import quota_use
from tests.access.conftest import START, Clock

API = "/wxa/msg_sec_check"
OPEN = App("a", AppSettings())


def limited(minute: int | None = None, day: int | None = None) -> App:
    return App("a", AppSettings(minute_limit=minute, day_limit=day))


def full(quotas: Quotas, app: App, api: str = API, n: int = 1) -> QuotaExceeded:
    with pytest.raises(QuotaExceeded) as caught:
        quotas.take(app, api, n)
    return caught.value


@pytest.fixture
def quotas(database: Database, clock: Clock) -> Quotas:
    return Quotas(database, clock=clock)


@pytest.fixture
def elsewhere(database: Database, clock: Clock) -> Quotas:
    """Another process over the same database."""
    return Quotas(database, clock=clock)


async def used(quotas: Quotas) -> tuple[int, int]:
    found = await quotas.usage(OPEN, API)
    return found.minute_used, found.day_used


def test_the_minute_is_counted_and_opens_again(quotas: Quotas, clock: Clock) -> None:
    app = limited(minute=2)
    quotas.take(app, API)
    quotas.take(app, API)
    error = full(quotas, app)
    assert error.window is Window.MINUTE
    assert error.resets_in == minute_left(clock.now) <= 60
    quotas.take(app, "/other")
    clock.forward(error.resets_in)
    quotas.take(app, API)


def test_the_day_is_beijings(quotas: Quotas, clock: Clock) -> None:
    app = limited(day=1)
    clock.now = day_number(START) * DAY - 8 * 3600 + DAY - 1.0  # 23:59:59 there
    quotas.take(app, API)
    error = full(quotas, app)
    assert (error.window, error.resets_in) == (Window.DAY, 1.0)
    clock.forward(1)
    quotas.take(app, API)


def test_a_batch_fits_whole_or_not_at_all(quotas: Quotas) -> None:
    app = limited(minute=10, day=12)
    quotas.take(app, API, 6)
    assert full(quotas, app, n=5).window is Window.MINUTE
    quotas.take(app, API, 4)


def test_strict_apps_have_wechats_limits(quotas: Quotas) -> None:
    app = App("a", AppSettings(strict=True))
    quotas.take(app, API, 4000)
    assert full(quotas, app).window is Window.MINUTE


def test_a_limit_of_zero_lets_nothing_in(quotas: Quotas) -> None:
    full(quotas, limited(day=0))


async def test_processes_agree_after_a_flush(quotas: Quotas, elsewhere: Quotas) -> None:
    app = limited(day=10)
    quotas.take(app, API, 6)
    elsewhere.take(app, API, 4)
    await quotas.flush()
    await elsewhere.flush()
    full(elsewhere, app)
    # Six are all that this process knows of until its next exchange.
    quotas.take(app, API)
    await quotas.flush()
    full(quotas, app)
    assert await used(quotas) == await used(elsewhere) == (11, 11)


async def test_usage_counts_what_is_not_yet_shared(
    quotas: Quotas, elsewhere: Quotas
) -> None:
    quotas.take(OPEN, API, 3)
    assert await used(quotas) == (3, 3)
    assert await used(elsewhere) == (0, 0)
    await quotas.flush()
    elsewhere.take(OPEN, API)
    assert await used(elsewhere) == (4, 4)
    found = await quotas.usage(limited(5, 6), API)
    assert (found.minute_limit, found.day_limit) == (5, 6)


async def test_nothing_is_counted_twice(quotas: Quotas) -> None:
    for _ in range(3):
        quotas.take(OPEN, API, 2)
        await quotas.flush()
        await quotas.flush()
    assert await used(quotas) == (6, 6)


async def test_what_comes_during_a_flush_is_kept(quotas: Quotas) -> None:
    quotas.take(OPEN, API)
    flushing = asyncio.create_task(quotas.flush())
    for _ in range(20):
        await asyncio.sleep(0)
        quotas.take(OPEN, API)
    await flushing
    assert await used(quotas) == (21, 21)
    await quotas.flush()
    assert await used(quotas) == (21, 21)


async def test_a_failed_flush_loses_nothing(
    quotas: Quotas, monkeypatch: pytest.MonkeyPatch
) -> None:
    quotas.take(OPEN, API, 5)

    def broken(_self: Database) -> object:
        raise OperationalError("", None, OSError())

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", broken)
        with pytest.raises(OperationalError):
            await quotas.flush()
        full(quotas, limited(day=5))
    await quotas.flush()
    assert await used(quotas) == (5, 5)


async def test_clearing_starts_anew_everywhere(
    quotas: Quotas, elsewhere: Quotas
) -> None:
    app, other = limited(day=2), App("b", AppSettings(day_limit=1))
    quotas.take(app, API, 2)
    quotas.take(other, API)
    await quotas.flush()
    await elsewhere.usage(app, API)
    full(elsewhere, app)
    await quotas.clear("a")
    quotas.take(app, API)
    full(quotas, other)
    # A refusal makes the other process ask again.
    await elsewhere.flush()
    elsewhere.take(app, API)


async def test_clearing_is_allowed_ten_times_a_month(
    quotas: Quotas, elsewhere: Quotas, clock: Clock
) -> None:
    for _ in range(CLEARS_PER_MONTH):
        await quotas.clear("a")
    with pytest.raises(QuotaExceeded):
        await quotas.clear("a")
    with pytest.raises(QuotaExceeded) as caught:
        await elsewhere.clear("a")
    assert caught.value.window is Window.MONTH
    await quotas.clear("b")
    clock.forward(caught.value.resets_in)
    await quotas.clear("a")


async def test_a_refused_clearing_changes_nothing(quotas: Quotas) -> None:
    for _ in range(CLEARS_PER_MONTH):
        await quotas.clear("a")
    quotas.take(OPEN, API, 7)
    with pytest.raises(QuotaExceeded):
        await quotas.clear("a")
    assert await used(quotas) == (7, 7)


async def test_old_counts_are_forgotten(
    quotas: Quotas, clock: Clock, database: Database
) -> None:
    quotas.take(OPEN, API)
    await quotas.flush()
    clock.forward(3 * DAY)
    await quotas.flush()
    async with database.read() as connection:
        count = select(func.count()).select_from(quota_use)
        assert await connection.scalar(count) == 0


async def test_many_apis_are_shared_in_one_flush(
    quotas: Quotas, elsewhere: Quotas
) -> None:
    for number in range(450):
        quotas.take(OPEN, f"/api/{number}")
        elsewhere.take(OPEN, f"/api/{number}")
    await asyncio.gather(quotas.flush(), elsewhere.flush())
    await quotas.flush()
    found = await quotas.usage(OPEN, "/api/449")
    assert (found.minute_used, found.day_used) == (2, 2)


async def test_clearing_and_flushing_at_once_do_not_block_each_other(
    quotas: Quotas, elsewhere: Quotas
) -> None:
    for number in range(20):
        for one in (quotas, elsewhere):
            one.take(OPEN, f"/api/{number}")
    async with asyncio.timeout(20):
        for _ in range(5):
            await asyncio.gather(quotas.clear("a"), elsewhere.flush())
            elsewhere.take(OPEN, "/api/1")


async def test_running_shares_by_itself_and_survives_failures(
    quotas: Quotas, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.access.quotas.FLUSH_SECONDS", 0.01)
    flush, calls, worked = quotas.flush, 0, asyncio.Event()

    async def sometimes() -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OperationalError("secret-parameter", None, OSError())
        await flush()
        worked.set()

    monkeypatch.setattr(quotas, "flush", sometimes)
    quotas.take(OPEN, API)
    running = asyncio.create_task(quotas.run())
    async with asyncio.timeout(20):
        await worked.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert await used(quotas) == (1, 1)
    warnings = [record.getMessage() for record in caplog.records]
    assert warnings == ["sharing quotas failed (OperationalError), retrying"]


@given(st.floats(0, 4e9))
def test_windows_end_when_the_next_begins(now: float) -> None:
    assert 0 < day_left(now) <= DAY
    assert day_number(now + day_left(now)) == day_number(now) + 1
    assert 0 < month_left(now) <= 31 * DAY
    following = month_number(now + month_left(now) + 0.001)
    assert following - month_number(now) in (1, 89)


def test_months_are_beijings() -> None:
    assert month_number(1_796_054_399) == 202611  # 2026-11-30 23:59:59 there
    assert month_number(1_796_054_400) == 202612
    assert month_left(1_796_054_399) == 1
