"""The check of a job: fetch the file, have it looked at, write the verdict down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.access import AccessError, App, AppSettings
from app.api.media.render import render_media
from app.api.pictures import (
    Asked,
    ImagesOffError,
    Reader,
    check_picture,
    words_only,
)
from app.api.v1.image_render import render_image
from app.api.wechat import render
from app.domain.finding import Suggest
from app.domain.scenes import scene_of
from app.image.errors import BusyError, ImageError, PictureError
from app.jobs import CheckFailedError, Job, JobVerdict, Media, TryLaterError
from app.media.errors import MediaBusyError, MediaError, MediaFileError
from app.media.verdict import Kind
from app.outbound import OutboundError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.api.fetch import Fetcher
    from app.api.rooms import Rooms
    from app.image.checker import ImageVerdict
    from app.media.checker import MediaChecker
    from app.media.verdict import MediaVerdict

NOT_FETCHED: Final = -1008
"""WeChat's code for an address that gave no media."""
UNREADABLE: Final = -1009
"""What WeChat was seen to send for sound and video that it could not use."""
FETCH_TRIES: Final = 3
"""Tries of an address that may come back; then its callback says that it did not."""
_FETCH_WAIT: Final = 3.0
_BUSY_WAIT: Final = 2.0
_PATH: Final = "media"


@dataclass(frozen=True, slots=True)
class MediaSource:
    """Where files come from: `fetcher` for addresses, `upload` for those of a job."""

    fetcher: "Fetcher"
    upload: "Callable[[Job], Awaitable[bytes | None]]"


class MediaCheck:
    """Judges leased jobs; safe to use from many tasks of one event loop."""

    def __init__(
        self, rooms: "Rooms", source: MediaSource, media: "MediaChecker"
    ) -> None:
        """Have pictures looked at by `rooms`, sound and video by `media`."""
        self._rooms = rooms
        self._source = source
        self._media = media

    async def __call__(self, job: Job) -> JobVerdict:
        """The verdict on a job.

        Raises:
            CheckFailedError: it can never be checked.
            TryLaterError: not now.
        """
        if not self._rooms.checker.ready:
            raise TryLaterError(-1, "the words are not loaded yet", wait=_BUSY_WAIT)
        rules = await self._rules(job.appid)
        data = await self._file(job)
        if job.media is Media.IMAGE:
            seen = await self._picture(job, data)
            shown = render_image(seen, trace_id=job.trace_id)
            return _verdict(seen, shown, rules)
        heard = await self._sound(job, data)
        return _verdict(heard, render_media(heard), rules)

    async def _rules(self, appid: str) -> AppSettings:
        """How verdicts are shown to the app; one that is gone gets the usual way."""
        try:
            app: App = await self._rooms.access.get_app(appid)
        except AccessError:
            return AppSettings()
        return app.effective

    async def _file(self, job: Job) -> bytes:
        if job.url is None:
            data = await self._source.upload(job)
            if data is None:
                raise CheckFailedError(NOT_FETCHED, "the uploaded file is gone")
            return data
        try:
            return await self._source.fetcher.get(job.url)
        except OutboundError as error:
            reason = str(error)
            if error.final or job.attempt >= FETCH_TRIES:
                raise CheckFailedError(NOT_FETCHED, reason) from None
            wait = _FETCH_WAIT * job.attempt
            raise TryLaterError(NOT_FETCHED, reason, wait=wait) from None

    async def _picture(self, job: Job, data: bytes) -> "ImageVerdict":
        try:
            return await check_picture(self._rooms, _PATH, data, _asked(job))
        except PictureError as error:
            raise CheckFailedError(NOT_FETCHED, str(error)) from None
        except BusyError as error:
            raise TryLaterError(-1, str(error), wait=_BUSY_WAIT) from None
        except ImagesOffError:
            raise CheckFailedError(-1, "image checks are switched off") from None
        except ImageError as error:
            raise TryLaterError(NOT_FETCHED, str(error)) from None

    async def _sound(self, job: Job, data: bytes) -> "MediaVerdict":
        asked = _asked(job)
        reader = Reader(words_only(self._rooms), asked)
        kind = Kind.AUDIO if job.media is Media.AUDIO else Kind.VIDEO
        try:
            said = await self._media.check(
                data, kind=kind, scene=asked.scene, caller=job.appid, read=reader
            )
        except MediaFileError as error:
            raise CheckFailedError(UNREADABLE, str(error)) from None
        except (MediaBusyError, BusyError) as error:
            raise TryLaterError(-1, str(error), wait=_BUSY_WAIT) from None
        except (MediaError, ImageError) as error:
            raise TryLaterError(UNREADABLE, str(error)) from None
        self._rooms.metrics.picture(f"{_PATH} {job.media.value}", said.verdict)
        return said


def _asked(job: Job) -> Asked:
    lists = job.extra.get("lists")
    return Asked(
        job.appid,
        scene_of(job.scene),
        job.user.hex() if job.user is not None else None,
        frozenset(map(str, lists)) if isinstance(lists, list) else None,
    )


def _verdict(
    said: "ImageVerdict | MediaVerdict", shown: Mapping[str, Any], rules: AppSettings
) -> JobVerdict:
    """What is kept: the native result, and how it is told in WeChat's words."""
    verdict = said.verdict
    review_as = render.review_shown_as(rules.review_as, whole=said.whole)
    v1 = verdict.suggest
    if v1 is Suggest.REVIEW:
        shown_as = rules.v1_image_review_as
        v1 = Suggest(render.review_shown_as(shown_as, whole=said.whole))
    return JobVerdict(
        suggest=verdict.suggest.value,
        label=verdict.label.value,
        body={
            "result": shown,
            "wechat": {
                "result": render.result(verdict, review_as),
                "detail": render.image_detail(said, render.CONTENT_MODEL, rules),
                "isrisky": int(v1 is Suggest.RISKY),
            },
        },
    )
