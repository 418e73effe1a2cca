"""Asynchronous media checks, wired from settings: intake, worker, upkeep."""

from collections.abc import Coroutine, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.api.fetch import Fetcher
from app.api.media.alert import ReceiverAlerts
from app.api.media.check import MediaCheck, MediaSource
from app.api.media.deliver import Deliveries
from app.api.media.room import MediaLimits, MediaRoom
from app.api.media.watch import JobWatch
from app.image.limits import WorkerLimits
from app.jobs import (
    SCHEDULES,
    Intake,
    IntakeRules,
    Schedule,
    Upkeep,
    UpkeepRules,
    Wake,
    Worker,
    WorkerRules,
    listen,
)
from app.media.checker import MediaChecker
from app.media.findings.rules import MediaRules
from app.media.limits import MediaLimits as FileLimits
from app.media.limits import MediaSetup
from app.media.room import Media
from app.media.sherpa import Sherpa
from app.media.transcription import Transcription
from app.outbound import GuardedClient, Rules
from app.ways_out import fetch_rules, push_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.api.rooms import Rooms
    from app.image.checker import ImageChecker
    from app.operators import Operators
    from app.settings import Settings
    from app.settings_media import JobKnobs, MediaKnobs
    from app.store import Database

_HOUR, _DAY = 3600.0, 86_400.0
_RETRY = Schedule((5.0, 30.0, 120.0, 600.0))

Work = tuple[Coroutine[Any, Any, None], str]
"""Something that goes on beside the requests, and its name."""


class MediaWork:
    """Intake for the endpoints, and what works on jobs in this process."""

    def __init__(
        self,
        settings: "Settings",
        operators: "Operators",
        db: "Database",
        hide: "Callable[[str], bytes]",
    ) -> None:
        """Wire everything that needs no other room."""
        self._settings = settings
        self._db = db
        self._store = operators.job_store
        self._wake = Wake()
        knobs = settings.job
        self.room = MediaRoom(
            intake=Intake(self._store, self._wake, IntakeRules(oldest=knobs.backlog)),
            desk=operators.desk.jobs,
            push=operators.desk.push,
            keys=operators.desk.callback_keys,
            callback_rules=push_rules(settings),
            hide=hide,
            limits=MediaLimits(size=int(settings.media.max_size)),
        )
        self._fetching = GuardedClient(rules=fetch_rules(settings))
        self._calling = GuardedClient(rules=push_rules(settings))
        self.media = Media(_setup(settings.media), workers=settings.media.workers)
        self._recogniser = _recogniser(settings.media)
        self._telling = GuardedClient(
            rules=Rules(
                ports=None,
                allow_private=settings.alert_private or settings.allow_private_networks,
            )
        )
        tell = ReceiverAlerts(self._telling, settings.alert_url, settings.alert_secrets)
        self.upkeep = Upkeep(self._store, _upkeep(knobs), tell=tell)
        self.worker: Worker | None = None
        self.watch = JobWatch(operators.desk.jobs)

    def hire(self, rooms: "Rooms", images: "ImageChecker | None") -> None:
        """Have this process work on jobs, with the checkers of its rooms."""
        knobs = self._settings.media
        checker = MediaChecker(
            self.media,
            images,
            recogniser=self._recogniser,
            rules=MediaRules(lenient=knobs.lenient),
        )
        fetcher = Fetcher(self._fetching, int(knobs.max_size), knobs.fetch_seconds)
        source = MediaSource(fetcher, self._store.upload)
        room = self.room
        deliver = Deliveries(self._calling, room.push, room.keys, rooms.access.get_app)
        self.worker = Worker(
            self._store,
            MediaCheck(rooms, source, checker),
            deliver,
            wake=self._wake,
            rules=_rules(self._settings.job),
        )

    def tasks(self) -> Iterator[Work]:
        """What goes on in this process."""
        yield listen(self._db, self._wake), "job bell"
        yield self.watch.run(), "job figures"
        if self.worker is not None:
            yield self._work(self.worker), "jobs"
            yield self.upkeep.run(), "upkeep of jobs"

    async def _work(self, worker: Worker) -> None:
        await self.media.start()
        if isinstance(self._recogniser, Sherpa):
            await self._recogniser.start()
        await worker.run()

    async def close(self) -> None:
        """End what is open; jobs that are under way were given back before."""
        await self.room.intake.close()
        await self.media.close()
        if isinstance(self._recogniser, Sherpa):
            await self._recogniser.close()
        elif self._recogniser is not None:
            await self._recogniser.aclose()
        await self._fetching.aclose()
        await self._calling.aclose()
        await self._telling.aclose()


def _setup(knobs: "MediaKnobs") -> MediaSetup:
    return MediaSetup(
        media=FileLimits(
            size=int(knobs.max_size),
            frames=knobs.frames,
            sound_seconds=knobs.sound_seconds,
        ),
        worker=WorkerLimits(
            memory=int(knobs.memory),
            seconds=knobs.seconds,
            cpu_seconds=knobs.seconds,
        ),
    )


def _recogniser(knobs: "MediaKnobs") -> Sherpa | Transcription | None:
    if knobs.speech_folder is not None:
        return Sherpa(Path(knobs.speech_folder))
    if knobs.speech_url is None:
        return None
    rules = Rules(ports=None, allow_private=knobs.speech_private)
    return Transcription(
        GuardedClient(rules=rules),
        knobs.speech_url,
        knobs.speech_model,
        key=knobs.speech_key,
        language=knobs.speech_language,
    )


def _rules(knobs: "JobKnobs") -> WorkerRules:
    return WorkerRules(
        checks=knobs.checks,
        deliveries=knobs.deliveries,
        lease=knobs.lease,
        poll=knobs.poll,
        claims=knobs.claims,
        retry=_RETRY,
        schedules=_schedules(knobs),
    )


def _schedules(knobs: "JobKnobs") -> Mapping[str, Schedule]:
    if not knobs.callbacks:
        return SCHEDULES
    return dict.fromkeys(SCHEDULES, Schedule(knobs.callbacks))


def _upkeep(knobs: "JobKnobs") -> UpkeepRules:
    return UpkeepRules(
        failing=knobs.failing_hours * _HOUR,
        content=knobs.content_hours * _HOUR,
        rows=knobs.days * _DAY,
    )
