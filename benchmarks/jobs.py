"""Accepting jobs, claiming them beside many that are done, and their whole way."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import text

from app.jobs import (
    Destination,
    Intake,
    Media,
    NewJob,
    Sealing,
    Share,
    SqlJobStore,
    new_trace_id,
)
from app.jobs.rows import new_row
from app.store import Database, migrate
from app.trial.cipher import Cipher
from benchmarks import jobs_whole, postgres
from benchmarks.report import Claim, Part, Row

CALLERS: Final = 32
ACCEPT_SQLITE: Final = Claim("≥", 4.0)
ACCEPT_POSTGRES: Final = Claim("≥", 0.5)
CLAIM: Final = Claim("≤", 1.5)

_LEASE: Final = 3600.0
_APPS: Final = 10
_CHUNK: Final = 100_000

Accept = Callable[[], Awaitable[object]]
"""Accepts one job."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    seconds: float = 1.5
    """For each side in each round."""
    rounds: int = 4
    few: int = 1_000
    many: int = 1_000_000
    """Jobs that are done."""
    claims: int = 300
    whole: jobs_whole.Size = field(default_factory=jobs_whole.Size)


@dataclass(slots=True)
class House:
    """An open store, and where it is."""

    url: str
    db: Database
    store: SqlJobStore


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("jobs", "Checks that are never lost")
    with _sqlite() as few, _sqlite() as many:
        part.rows += asyncio.run(_measure("SQLite", few, many, size))
    with _sqlite() as url:
        part.rows += _whole("SQLite", url, size)
    if why := postgres.missing():
        part.notes.append(why)
    else:
        with postgres.database() as few, postgres.database() as many:
            part.rows += asyncio.run(_measure("PostgreSQL", few, many, size))
        with postgres.database() as url:
            part.rows += _whole("PostgreSQL", url, size)
    part.notes.append(
        f"Accepting: {CALLERS} callers, each with the next job as soon as it has its"
        f" answer; the middle of the ratios of {size.rounds} rounds. A job is on disk"
        " before its answer (`synchronous=FULL`, `synchronous_commit=on`). Baseline"
        " on SQLite: one transaction for each job. On PostgreSQL: rows made"
        f" beforehand, inserted through asyncpg alone on {CALLERS} connections, one"
        " transaction each."
    )
    part.notes.append(
        "The claim for SQLite is about disks where a flush is the limit; where it"
        " costs little, both sides are limited by the processor."
    )
    part.notes.append(
        f"Claiming: the middle of {size.claims} claims of one job, {_APPS} apps with"
        f" open work, beside {size.many:,} jobs that are done; baseline: beside"
        f" {size.few:,}."
    )
    part.notes += jobs_whole.notes(size.whole)
    return part


def _whole(kind: str, url: str, size: Size) -> list[Row]:
    migrate(url)
    return asyncio.run(jobs_whole.measure(kind, url, size.whole))


async def _measure(kind: str, few: str, many: str, size: Size) -> list[Row]:
    for url in (few, many):
        await asyncio.to_thread(migrate, url)
    async with _open(few) as small, _open(many) as large:
        accepting = await _accepting(kind, small, size)
        return [accepting, await _claiming(kind, small, large, size)]


# ---------------------------------------------------------------- accepting


async def _accepting(kind: str, house: House, size: Size) -> Row:
    intake = Intake(house.store)
    measured: list[float] = []
    baseline: list[float] = []
    async with _bare(house) as bare:
        for _ in range(size.rounds):
            baseline.append(await _rate(bare, size.seconds))
            measured.append(await _rate(lambda: intake.accept(_job()), size.seconds))
    ratio = median(one / other for one, other in zip(measured, baseline, strict=True))
    return Row(
        f"accepting on {kind}",
        f"{median(measured):,.0f} jobs/s",
        f"{median(baseline):,.0f} jobs/s",
        ratio,
        ACCEPT_SQLITE if house.db.sqlite else ACCEPT_POSTGRES,
    )


@asynccontextmanager
async def _bare(house: House) -> AsyncIterator[Accept]:
    """One transaction for each job."""
    if house.db.sqlite:

        async def alone() -> None:
            await house.store.accept([(new_trace_id("2"), _job())])

        yield alone
        return
    pool = await asyncpg.create_pool(house.url, min_size=CALLERS, max_size=CALLERS)
    sealing = house.store.sealing
    template = new_row(sealing, "x", _job(), time.time())
    names = list(template)
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    statement = f"INSERT INTO job ({', '.join(names)}) VALUES ({places})"  # noqa: S608

    async def insert() -> None:
        values = list((template | {"trace_id": new_trace_id("2")}).values())
        await pool.execute(statement, *values)

    try:
        yield insert
    finally:
        await pool.close()


async def _rate(accept: Accept, seconds: float) -> float:
    """Jobs per second with all callers at once."""
    end = time.perf_counter() + seconds

    async def call() -> int:
        count = 0
        while time.perf_counter() < end:
            await accept()
            count += 1
        return count

    began = time.perf_counter()
    counts = await asyncio.gather(*(call() for _ in range(CALLERS)))
    return sum(counts) / (time.perf_counter() - began)


# ---------------------------------------------------------------- claiming


async def _claiming(kind: str, small: House, large: House, size: Size) -> Row:
    """Both sides take turns, so that a busy moment strikes both."""
    await _prepare(small, size.few, size.claims)
    await _prepare(large, size.many, size.claims)
    times: dict[str, list[float]] = {small.url: [], large.url: []}
    for number in range(size.claims):
        turn = (small, large) if number % 2 else (large, small)
        for house in turn:
            times[house.url].append(await _claim_time(house, number))
    few, many = median(times[small.url]), median(times[large.url])
    return Row(
        f"claiming on {kind}, {size.many:,} jobs done",
        f"{many * 1e3:.2f} ms",
        f"{few * 1e3:.2f} ms",
        many / few,
        CLAIM,
    )


async def _prepare(house: House, done: int, claims: int) -> None:
    """So many jobs that are done, and enough that are not."""
    await _execute(house, "DELETE FROM job")
    for start in range(0, done, _CHUNK):
        await _finished(house, start, min(start + _CHUNK, done))
    batch = [(new_trace_id("2"), _job(number)) for number in range(claims + _APPS)]
    for start in range(0, len(batch), 200):
        await house.store.accept(batch[start : start + 200])
    if not house.db.sqlite:  # as the server does by itself after a while
        async with house.db.engine.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await outside.execute(text("VACUUM ANALYZE job"))


async def _finished(house: House, start: int, end: int) -> None:
    """Jobs that are done, numbered."""
    if house.db.sqlite:
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT {start} UNION ALL"  # noqa: S608
            f" SELECT i + 1 FROM n WHERE i < {end - 1})"
        )
        series = "n"
    else:
        numbers, series = "", f"generate_series({start}, {end - 1}) AS n(i)"
    await _execute(
        house,
        "INSERT INTO job (trace_id, appid, media, source, scene, version, state,"  # noqa: S608
        f" attempt, wait, created, finished, settled, decided, suggest) {numbers}"
        f" SELECT 'done-' || i, 'wx' || (i % {_APPS}), 'image', 'url', 1, '2',"
        " 'delivered', 1, 60.0, 1.7e9 + i, 1.7e9 + i, 1.7e9 + i, 'checked', 'pass'"
        f" FROM {series}",
    )


async def _claim_time(house: House, number: int) -> float:
    """Seconds for one claim."""
    share = Share(f"wx{number % _APPS}", alone=False)
    began = time.perf_counter()
    taken = await house.store.claim(1, _LEASE, share)
    seconds = time.perf_counter() - began
    assert len(taken) == 1
    return seconds


async def _execute(house: House, statement: str) -> None:
    async with house.db.write() as connection:
        await connection.execute(text(statement))


# ---------------------------------------------------------------- places


@contextmanager
def _sqlite() -> Iterator[str]:
    """A file on the disk that holds the benchmark's own results."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        yield f"sqlite:///{folder}/seccheck.db"


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[House]:
    db = Database.open(url)
    try:
        yield House(url, db, SqlJobStore(db, Sealing(Cipher(bytes(32)))))
    finally:
        await db.close()


def _job(number: int = 0) -> NewJob:
    return NewJob(
        appid=f"wx{number % _APPS}",
        media=Media.IMAGE,
        version="2",
        scene=2,
        url="https://media.example/uploads/2026/11/picture-0123456789.jpg",
        user=bytes(32),
        plan=(Destination("push", "wechat", {"url": "https://app.example/push"}),),
        body_hash=bytes(32),
    )
