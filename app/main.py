"""The composition root: settings in, ASGI application out.

The only place that knows every room. Each worker process calls `create_app`.
"""

import asyncio
import contextlib
import hmac
import os
import time
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from app import logs
from app.access import Access, Quotas, Rids
from app.api.admin import ClosedDeskError, Desk
from app.api.breaker import Breaker
from app.api.edge import Edge
from app.api.fetch import Fetcher
from app.api.figures import Numbers
from app.api.metrics import Metrics
from app.api.metrics_share import SharedMetrics, run_name
from app.api.pictures import PictureRoom
from app.api.rest import Guard, create_rest
from app.api.rooms import Rooms
from app.api.watch import Watch
from app.image.known import NAME as KNOWN
from app.images import ImageRoom, open_images
from app.lexicon.watch import Follower
from app.media_wiring import MediaWork
from app.operators import Operators, open_operators
from app.outbound import GuardedClient, Rules
from app.pictures.hashing import hasher
from app.pictures.watch import PictureFollower
from app.service_key import secret_key, subkey
from app.settings import Settings
from app.status import image_numbers, job_numbers, numbers
from app.store import Database
from app.text.borders import dictionary
from app.text.checker import Checker
from app.text.model.shipped import FOLDER_NAME, ModelFollower
from app.vitals import Alerts
from app.ways_out import fetch_rules

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

_log = structlog.stdlib.get_logger("seccheck")


class House(NamedTuple):
    """What is open while the service runs: for callers, and for operators."""

    rooms: Rooms
    desk: Desk


class _Background(NamedTuple):
    """Work that goes on beside the requests."""

    follower: Follower
    operators: Operators
    alerts: Alerts
    pictures: "Pictures | None"
    work: MediaWork
    model: ModelFollower | None


class Pictures(NamedTuple):
    """The image room, the lists that it knows, and what fetches pictures."""

    room: ImageRoom
    follower: PictureFollower
    client: GuardedClient


def create_app(settings: Settings | None = None) -> "ASGIApp":
    """Wire the service; its database is opened when the server starts.

    The database must have been prepared (`seccheck serve` does), but it may be
    out of reach at the start: `/readyz` then answers 503 until it is back.
    """
    settings = settings or Settings()
    logs.configure(level=settings.log_level, style=settings.log_format)
    desks: list[Desk] = []

    @contextlib.asynccontextmanager
    async def lifespan(_app: "FastAPI") -> AsyncIterator[None]:
        async with running(settings) as house:
            edge.open(house.rooms)
            desks.append(house.desk)
            yield
            desks.clear()

    def desk() -> Desk:
        if not desks:
            raise ClosedDeskError
        return desks[0]

    edge = Edge(Guard(create_rest(lifespan, desk), int(settings.v1_max_body)))
    return edge


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[House]:
    """Open the rooms and keep their background work going.

    Leaving writes out what is still in memory and closes the database.
    """
    db = Database.open(settings.database)
    checker = Checker()
    access = Access(
        db,
        token_ttl=settings.token_ttl.total_seconds(),
        token_overlap=settings.token_overlap.total_seconds(),
    )
    operators = open_operators(settings, db, access, hold=checker.hold)
    follower = Follower(
        operators.desk.lexicon,
        checker.install,
        operators.artifacts.load,
        prepare=dictionary,
    )
    private = settings.alert_private or settings.allow_private_networks
    rules = Rules(ports=None, allow_private=private)
    client = GuardedClient(rules=rules)
    alerts = Alerts(db, client, settings.alert_url, settings.alert_secrets)
    pictures = _pictures(settings, operators) if settings.image.workers else None
    key = subkey(secret_key(settings), "users of jobs")
    work = MediaWork(settings, operators, db, partial(hidden, key))
    model = _model(settings, checker)
    background = _Background(follower, operators, alerts, pictures, work, model)
    rooms = _rooms(settings, db, checker, background)
    if settings.job.worker:
        work.hire(rooms, pictures and pictures.room.checker)
    rooms.shared_metrics.prepare()
    if settings.workers > 1:
        # Workers share a port: who takes a call that another could have answered
        # must be able to answer it. Alone, it answers the probes meanwhile.
        await follower.refresh()
        if model is not None:
            await model.refresh()
    tasks = _begin(settings, rooms, background)
    if settings.allow_private_networks:
        _log.warning("private_networks_are_open", setting="ALLOW_PRIVATE_NETWORKS")
    _log.info("started", pid=os.getpid())
    try:
        yield House(rooms, operators.desk)
    finally:
        await _stop(tasks)
        await work.close()
        await _flush(rooms, operators.desk)
        if pictures is not None:
            await pictures.room.close()
            await pictures.client.aclose()
        await client.aclose()
        await db.close()
        _log.info("stopped", pid=os.getpid())


def _rooms(
    settings: Settings, db: Database, checker: Checker, background: _Background
) -> Rooms:
    follower, operators, alerts, pictures, work, model = background
    desk = operators.desk

    def told() -> Numbers:
        upkeep = work.upkeep if work.worker else None
        jobs = job_numbers(work.watch, work.room.intake, work.worker, upkeep)
        told = {**numbers(follower, desk, alerts, model), **jobs}
        if pictures is None:
            return told
        return {**told, **image_numbers(pictures.room.checker, pictures.follower)}

    metrics = Metrics(told)
    folder = None
    if settings.workers > 1:
        folder = settings.data_dir / "metrics" / run_name(os.getppid())
    return Rooms(
        settings=settings,
        checker=checker,
        access=desk.access,
        quotas=Quotas(db),
        rids=Rids(db, rid_days=settings.rid_days),
        metrics=metrics,
        shared_metrics=SharedMetrics(metrics, folder),
        breaker=Breaker(time.monotonic),
        clock=time.time,
        lexicon=follower,
        watch=Watch((desk.vitals, *desk.trial.observers)),
        pictures=pictures and _picture_room(settings, pictures),
        media=work.room,
        model=model,
    )


def _pictures(settings: Settings, operators: Operators) -> Pictures:
    """The image room; its workers are started in the background."""
    room = open_images(settings)
    follower = PictureFollower(
        operators.desk.pictures,
        operators.picture_files.file,
        lambda path: room.images.refresh(KNOWN, {"file": str(path) if path else ""}),
    )
    if KNOWN in settings.image.classifiers:
        room.checker.watch(KNOWN, lambda: follower.trouble)
    operators.desk.hash_picture = hasher(room.images)
    return Pictures(room, follower, GuardedClient(rules=fetch_rules(settings)))


def _picture_room(settings: Settings, pictures: Pictures) -> PictureRoom:
    knobs = settings.image
    fetcher = Fetcher(pictures.client, int(knobs.max_size), knobs.fetch_seconds)
    return PictureRoom(pictures.room.checker, fetcher, pictures.follower)


async def _open_pictures(pictures: Pictures, poll: timedelta) -> None:
    """Start the workers, say once what does not look, and follow the lists."""
    room = pictures.room
    # First, so that no picture is looked at without the lists.
    await pictures.follower.refresh()
    status = await room.images.start()
    _log.info("images_ready", workers=status.ready, models=dict(status.models))
    for name, reason in room.checker.missing.items():
        _log.warning("classifier_missing", classifier=name, reason=reason)
    await pictures.follower.run(poll)


def _begin(
    settings: Settings, rooms: Rooms, background: _Background
) -> list[asyncio.Task[None]]:
    """Start everything that goes on beside the requests."""
    desk = background.operators.desk
    return [
        *_opening(background.pictures, settings.lexicon_poll),
        *_judging(background.model, settings.lexicon_poll),
        *(_start(work, name) for work, name in background.work.tasks()),
        _start(background.follower.run(settings.lexicon_poll), "lexicon"),
        _start(rooms.quotas.run(), "quotas"),
        _start(rooms.rids.run(), "rids"),
        _start(rooms.shared_metrics.run(), "metrics"),
        _start(desk.vitals.run(), "vitals"),
        _start(desk.breaker.run(), "breaker"),
        _start(desk.trial.run(), "trial"),
        _start(background.alerts.run(), "alerts"),
    ]


def _model(settings: Settings, checker: Checker) -> ModelFollower | None:
    if settings.content_model == "off":
        return None
    return ModelFollower(settings.data_dir / FOLDER_NAME, checker.use)


def _judging(model: ModelFollower | None, poll: timedelta) -> list[asyncio.Task[None]]:
    return [] if model is None else [_start(model.run(poll), "content model")]


def _opening(pictures: Pictures | None, poll: timedelta) -> list[asyncio.Task[None]]:
    if pictures is None:
        return []
    return [_start(_open_pictures(pictures, poll), "images")]


def _start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_notice_end)
    return task


def _notice_end(task: asyncio.Task[None]) -> None:
    """Say so when background work ends by itself, which it never should."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("background_work_ended", task=task.get_name(), exc_info=error)


def hidden(key: bytes, user_id: str) -> bytes:
    """What a job keeps of a user's id: an HMAC, from which the id does not follow."""
    return hmac.digest(key, user_id.encode("utf-8", "surrogatepass"), "sha256")


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _flush(rooms: Rooms, desk: Desk) -> None:
    """Write out counts and records; an unreachable database must not stop us."""
    work = (rooms.quotas.flush, rooms.rids.flush, desk.vitals.flush, desk.trial.close)
    for flush in work:
        try:
            await flush()
        except Exception as error:  # noqa: BLE001 - stopping goes on
            _log.error("flush_failed", exc_info=error)
