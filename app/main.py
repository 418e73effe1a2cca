"""The composition root: settings in, ASGI application out.

The only place that knows every room. Each worker process calls `create_app`.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from app import logs
from app.access import Access, Quotas, Rids
from app.api.breaker import Breaker
from app.api.edge import Edge
from app.api.metrics import Metrics
from app.api.metrics_share import SharedMetrics, run_name
from app.api.rest import Guard, create_rest
from app.api.rooms import Rooms
from app.lexicon.artifacts import COMPILED, Artifacts
from app.lexicon.service import Lexicon
from app.lexicon.watch import Follower
from app.settings import Settings
from app.store import Database
from app.text.borders import dictionary
from app.text.checker import Checker

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

_log = structlog.stdlib.get_logger("seccheck")


def create_app(settings: Settings | None = None) -> "ASGIApp":
    """Wire the service; its database is opened when the server starts.

    The database must have been prepared (`seccheck serve` does), but it may be
    out of reach at the start: `/readyz` then answers 503 until it is back.
    """
    settings = settings or Settings()
    logs.configure(level=settings.log_level, style=settings.log_format)

    @contextlib.asynccontextmanager
    async def lifespan(_app: "FastAPI") -> AsyncIterator[None]:
        async with running(settings) as rooms:
            edge.open(rooms)
            yield

    edge = Edge(Guard(create_rest(lifespan), int(settings.v1_max_body)))
    return edge


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Rooms]:
    """Open the rooms and keep their background work going.

    Leaving writes out what is still in memory and closes the database.
    """
    db = Database.open(settings.database)
    checker = Checker()
    artifacts = Artifacts(
        settings.data_dir / COMPILED, db, settings.database, engine=settings.engine
    )
    follower = Follower(
        Lexicon(db), checker.install, artifacts.load, prepare=dictionary
    )
    rooms = _rooms(settings, db, checker, follower)
    rooms.shared_metrics.prepare()
    if settings.workers > 1:
        # Workers share a port: who takes a call that another could have answered
        # must be able to answer it. Alone, it answers the probes meanwhile.
        await follower.refresh()
    tasks = [
        _start(follower.run(settings.lexicon_poll), "lexicon"),
        _start(rooms.quotas.run(), "quotas"),
        _start(rooms.rids.run(), "rids"),
        _start(rooms.shared_metrics.run(), "metrics"),
    ]
    _log.info("started", pid=os.getpid())
    try:
        yield rooms
    finally:
        await _stop(tasks)
        await _flush(rooms)
        await db.close()
        _log.info("stopped", pid=os.getpid())


def _rooms(
    settings: Settings, db: Database, checker: Checker, follower: Follower
) -> Rooms:
    metrics = Metrics()
    folder = None
    if settings.workers > 1:
        folder = settings.data_dir / "metrics" / run_name(os.getppid())
    return Rooms(
        settings=settings,
        checker=checker,
        access=Access(
            db,
            token_ttl=settings.token_ttl.total_seconds(),
            token_overlap=settings.token_overlap.total_seconds(),
        ),
        quotas=Quotas(db),
        rids=Rids(db, rid_days=settings.rid_days),
        metrics=metrics,
        shared_metrics=SharedMetrics(metrics, folder),
        breaker=Breaker(time.monotonic),
        clock=time.time,
        lexicon_error=lambda: follower.error,
    )


def _start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_notice_end)
    return task


def _notice_end(task: asyncio.Task[None]) -> None:
    """Say so when background work ends by itself, which it never should."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("background_work_ended", task=task.get_name(), exc_info=error)


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _flush(rooms: Rooms) -> None:
    """Write out counts and records; an unreachable database must not stop us."""
    for flush in (rooms.quotas.flush, rooms.rids.flush):
        try:
            await flush()
        except Exception as error:  # noqa: BLE001 - stopping goes on
            _log.error("flush_failed", exc_info=error)
