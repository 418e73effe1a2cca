from typing import Any, cast

import pytest

from app.access import App, AppSettings
from app.api.fetch import Fetcher
from app.api.media.check import FETCH_TRIES, MediaCheck, MediaSource
from app.domain.finding import Suggest
from app.domain.labels import Label
from app.domain.verdict import Verdict
from app.image.checker import NotRun
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.jobs import CheckFailedError, Job, Media, TryLaterError
from app.media.contents import MediaFacts
from app.media.errors import MediaBusyError, MediaFault, MediaFileError
from app.media.verdict import MediaVerdict
from app.outbound import Fault as Far
from app.outbound import GuardedClient, OutboundError
from tests.api.picture_world import CLEAN, REVIEW, RISKY_URL, URL, make_pictures

UNHEARD = MediaVerdict(
    Verdict(Suggest.REVIEW, Label.OTHER),
    MediaFacts(container="wav", size=10),
    {},
    (NotRun("speech", "nobody listens", forgiven=False),),
)


class FakeMedia:
    """A media checker that says or raises what it is told."""

    def __init__(self, said: MediaVerdict | Exception = UNHEARD) -> None:
        self.said = said
        self.asked: list[Any] = []

    async def check(self, data: bytes, **asked: Any) -> MediaVerdict:
        self.asked.append((data, asked))
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


class Made:
    """A check whose web, pictures and sounds are told what to say."""

    def __init__(self, rules: AppSettings | None = None, **given: Any) -> None:
        self.pictures = make_pictures(rules, **given)
        self.media = FakeMedia()
        self.uploads: dict[str, bytes] = {}
        rooms = self.pictures.world.rooms

        async def get_app(appid: str) -> App:
            return App(appid, rules or AppSettings())

        cast(Any, rooms.access).get_app = get_app
        fetcher = Fetcher(cast(GuardedClient, self.pictures.web), 10**6, 5.0)
        source = MediaSource(fetcher, self._upload)
        self.check = MediaCheck(rooms, source, cast(Any, self.media))

    async def _upload(self, job: Job) -> bytes | None:
        return self.uploads.get(job.trace_id)


def job(**changed: Any) -> Job:
    usual: dict[str, Any] = {
        "trace_id": "t1",
        "appid": "wx1",
        "media": Media.IMAGE,
        "version": "2",
        "scene": 2,
        "created": 1.0,
        "attempt": 1,
        "token": "lease",
        "url": URL,
    }
    return Job(**{**usual, **changed})


async def test_a_picture_is_fetched_and_judged() -> None:
    verdict = await Made().check(job(url=RISKY_URL))
    assert (verdict.suggest, verdict.label, verdict.errcode) == ("risky", 20006, 0)
    body = cast(Any, verdict.body)
    assert body["result"]["trace_id"] == "t1"
    assert body["wechat"]["result"] == {"suggest": "risky", "label": 20006}
    assert body["wechat"]["isrisky"] == 1
    assert any(each.get("keyword") == "办证刻章" for each in body["wechat"]["detail"])


async def test_an_upload_is_not_fetched() -> None:
    made = Made()
    made.uploads["t1"] = CLEAN
    verdict = await made.check(job(url=None))
    assert verdict.suggest == "pass"
    assert cast(Any, verdict.body)["wechat"]["isrisky"] == 0
    assert made.pictures.web.asked == []


async def test_an_upload_that_is_gone_fails_for_good() -> None:
    with pytest.raises(CheckFailedError) as caught:
        await Made().check(job(url=None))
    assert caught.value.code == -1008


async def test_the_scene_and_the_lists_of_the_job_count() -> None:
    made = Made()
    await made.check(
        job(url=RISKY_URL, scene=7, extra={"lists": ["a"]}, user=b"u" * 32)
    )
    (seen,) = made.pictures.observer.seen
    assert (seen.scene.value, seen.lists) == ("title", frozenset({"a"}))
    assert seen.user_id == (b"u" * 32).hex()


async def test_review_in_version_1_is_what_the_app_wants() -> None:
    for wanted, risky in (("risky", 1), ("pass", 0)):
        rules = AppSettings(v1_image_review_as=wanted)
        made = Made(rules)
        made.pictures.web.usual = REVIEW
        verdict = await made.check(job(url="https://example.com/other.png"))
        assert verdict.suggest == "review"
        assert cast(Any, verdict.body)["wechat"]["isrisky"] == risky


async def test_what_was_not_looked_at_never_passes() -> None:
    rules = AppSettings(v1_image_review_as="pass", review_as="pass")
    made = Made(rules, absent={"ocr": "not installed"})
    verdict = await made.check(job())
    told = cast(Any, verdict.body)["wechat"]
    assert verdict.suggest == "review"
    assert told["result"]["suggest"] != "pass"
    assert told["isrisky"] == 1


async def test_a_harmless_hit_carries_nothing_past_what_did_not_look() -> None:
    rules = AppSettings(v1_image_review_as="pass", review_as="pass")
    made = Made(rules, absent={"ocr": "not installed"})
    made.pictures.web.usual = REVIEW
    verdict = await made.check(job(url="https://example.com/other.png"))
    told = cast(Any, verdict.body)["wechat"]
    assert verdict.suggest == "review"
    assert told["result"]["suggest"] == "risky"
    assert told["isrisky"] == 1


async def test_an_address_is_tried_a_few_times() -> None:
    made = Made()
    url = "https://example.com/nothing.png"
    for attempt in range(1, FETCH_TRIES):
        with pytest.raises(TryLaterError) as later:
            await made.check(job(url=url, attempt=attempt))
        assert later.value.code == -1008
    with pytest.raises(CheckFailedError) as caught:
        await made.check(job(url=url, attempt=FETCH_TRIES))
    assert caught.value.code == -1008
    assert "nothing.png" not in caught.value.reason


async def test_a_forbidden_address_fails_at_once() -> None:
    made = Made()
    made.pictures.web.files[URL] = OutboundError(Far.REFUSED, "not public")
    with pytest.raises(CheckFailedError):
        await made.check(job())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PictureError(Fault.NOT_A_PICTURE, "no picture"), CheckFailedError),
        (BusyError("busy"), TryLaterError),
        (WorkerError(Trouble.CRASHED, "it broke"), TryLaterError),
    ],
)
async def test_errors_of_pictures(
    error: Exception, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made()

    async def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("app.api.media.check.check_picture", fail)
    with pytest.raises(kind):
        await made.check(job())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MediaFileError(MediaFault.WRONG_KIND, "no sound"), CheckFailedError),
        (MediaBusyError("busy"), TryLaterError),
        (BusyError("busy"), TryLaterError),
    ],
)
async def test_errors_of_sound(error: Exception, kind: type[Exception]) -> None:
    made = Made()
    made.media.said = error
    with pytest.raises(kind):
        await made.check(job(media=Media.AUDIO))


async def test_sound_that_nobody_heard_is_held() -> None:
    made = Made()
    verdict = await made.check(job(media=Media.AUDIO))
    (asked,) = made.media.asked
    assert asked[1]["kind"].value == "audio"
    assert verdict.suggest == "review"
    result = cast(Any, verdict.body)["result"]
    assert result["not_run"][0]["classifier"] == "speech"
    assert result["media"]["container"] == "wav"


async def test_nothing_is_judged_without_words() -> None:
    made = Made()
    made.pictures.world.rooms.checker.ready = False
    with pytest.raises(TryLaterError):
        await made.check(job())
