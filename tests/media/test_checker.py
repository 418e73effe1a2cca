"""The media checker: one verdict with times of all that was heard and seen."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.domain.finding import Strategy, Suggest
from app.domain.labels import Label
from app.domain.policy import Policy, Thresholds
from app.domain.scenes import Scene
from app.image.checker import ImageChecker, NotRun
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.image.findings.rules import ImageRules, ReadText, Words
from app.media.checker import NO_IMAGES, NO_RECOGNISER, MediaChecker
from app.media.contents import Picture, Piece
from app.media.errors import MediaBusyError, MediaFault, MediaFileError
from app.media.findings.rules import MediaRules
from app.media.known import KnownSound, SoundList
from app.media.prints import words_of
from app.media.room import NO_AV, MediaStatus
from app.media.speech import SpeechError, Spoken
from app.media.verdict import Kind, MediaVerdict
from app.plugins.door import Reading
from tests.image.findings.looks import FakeImages
from tests.image.findings.made import code, lines, reads
from tests.media import made
from tests.media.fakes import FakeMedia, FakeRecogniser, contents
from tests.media.rooms import GOOD, samples_of

PASS = (Suggest.PASS, Label.NORMAL)
HELD = (Suggest.REVIEW, Label.OTHER)
HEARS = FakeRecogniser()
STILLS = tuple(Picture(float(n), b"still %d" % n) for n in range(4))
SONG = made.melody(10.0, 1)


async def judged(
    said: object = None,
    *,
    kind: Kind = Kind.AUDIO,
    images: FakeImages | None = None,
    image_rules: ImageRules | None = None,
    read: ReadText | None = None,
    **given: Any,
) -> MediaVerdict:
    media = FakeMedia(contents() if said is None else said)  # type: ignore[arg-type]
    looking = ImageChecker(images.real, image_rules) if images else None
    checker = MediaChecker(media.real, looking, **given)
    return await checker.check(
        GOOD, kind=kind, scene=Scene.COMMENT, caller="app", read=read or reads()
    )


def short(said: MediaVerdict) -> tuple[Suggest, Label]:
    return said.verdict.suggest, said.verdict.label


def names(said: MediaVerdict) -> dict[str, str]:
    return {each.classifier: each.reason for each in said.not_run}


async def test_nothing_said_passes() -> None:
    said = await judged(recogniser=HEARS)
    assert short(said) == PASS
    assert said.not_run == ()
    assert said.whole
    assert not said.unsure
    assert said.models == {"decode": "libav 1", "speech": "ears-1"}


async def test_a_word_that_was_said_has_its_times() -> None:
    spoken = [Spoken("大家好", 0.0, 1.0), Spoken("这里办证刻章快", 1.2, 2.0)]
    said = await judged(recogniser=FakeRecogniser(spoken))
    (found,) = said.verdict.findings
    assert found.strategy is Strategy.SPEECH
    assert found.term == "办证刻章"
    assert found.seen is not None
    assert (found.seen.start, found.seen.end) == (1.2, 2.0)
    assert (found.seen.classifier, found.seen.model) == ("speech", "ears-1")
    assert found.seen.text == "这里办证刻章快"
    assert (found.start, found.end) == (2, 6)
    assert found.seen.boxes == ()
    assert said.verdict.suggest is not Suggest.PASS
    assert said.spoken == tuple(spoken)


async def test_a_word_over_two_phrases_is_found_but_not_over_a_pause() -> None:
    parts = [Spoken("这里办证", 0.0, 1.0), Spoken("刻章快", 1.5, 2.0)]
    said = await judged(recogniser=FakeRecogniser(parts))
    (found,) = said.verdict.findings
    assert found.seen is not None
    assert (found.seen.start, found.seen.end) == (0.0, 2.0)
    apart = [Spoken("傻", 0.0, 1.0), Spoken("瓜", 9.0, 9.5)]
    assert short(await judged(recogniser=FakeRecogniser(apart))) == PASS


async def test_times_count_from_the_beginning_of_the_file() -> None:
    silence = samples_of(made.silence(40.0)).tobytes()
    loud = samples_of(made.tone(2.0)).tobytes()
    pieces = contents(Piece(0.0, silence), Piece(100.0, loud))
    listener = FakeRecogniser([Spoken("办证刻章", 0.5, 1.0)])
    said = await judged(pieces, recogniser=listener)
    assert listener.heard == [(len(loud), 16000)]
    assert said.verdict.findings[0].seen is not None
    assert said.verdict.findings[0].seen.start == 100.5


async def test_without_a_recogniser_it_says_so_and_is_held() -> None:
    said = await judged()
    assert short(said) == HELD
    assert said.not_run == (NotRun("speech", NO_RECOGNISER, forgiven=False),)
    assert said.unsure
    assert not said.whole


@pytest.mark.parametrize("leniency", ["always", "absent"])
async def test_an_operator_may_forgive_that(leniency: str) -> None:
    rules = MediaRules(lenient={"speech": leniency})  # type: ignore[dict-item]
    said = await judged(rules=rules)
    assert short(said) == PASS
    assert said.not_run == (NotRun("speech", NO_RECOGNISER, forgiven=True),)


async def test_silence_needs_no_recogniser() -> None:
    quiet = samples_of(made.silence(3.0)).tobytes()
    assert short(await judged(contents(Piece(0.0, quiet)))) == PASS


@pytest.mark.parametrize("leniency", [None, "absent"])
async def test_a_recogniser_that_fails_is_named(leniency: str | None) -> None:
    def fail() -> None:
        raise SpeechError("it answered with status 500")

    lenient = {"speech": leniency} if leniency else {}
    rules = MediaRules(lenient=lenient)  # type: ignore[arg-type]
    said = await judged(recogniser=FakeRecogniser(act=fail), rules=rules)
    assert short(said) == HELD
    assert names(said) == {"speech": "it answered with status 500"}
    assert "speech" not in said.models


async def test_what_was_heard_before_a_failure_counts() -> None:
    listener = FakeRecogniser([Spoken("办证刻章", 0.0, 1.0)], longest=1.0)

    def once() -> None:
        if len(listener.heard) > 1:
            raise SpeechError("it broke")

    listener.act = once
    said = await judged(recogniser=listener)
    assert [each.term for each in said.verdict.findings] == ["办证刻章"]
    assert names(said) == {"speech": "it broke"}


async def test_speech_that_takes_too_long_is_given_up() -> None:
    class Slow(FakeRecogniser):
        async def recognise(self, pcm: bytes, rate: int) -> Any:
            await asyncio.Event().wait()

    said = await judged(recogniser=Slow(), speech_seconds=0.01)
    assert short(said) == HELD
    assert "longer than allowed" in names(said)["speech"]


async def test_a_truncated_text_is_held() -> None:
    async def read(_: str) -> Words:
        return Words((), truncated=True)

    listener = FakeRecogniser([Spoken("好", 0.0, 1.0)])
    said = await judged(recogniser=listener, read=read)
    assert said.truncated
    assert short(said) == HELD


async def test_the_policy_judges_speech() -> None:
    listener = FakeRecogniser([Spoken("办证刻章", 0.0, 1.0)])
    never = Policy(by_strategy={Strategy.SPEECH: Thresholds(101, 101)})
    assert short(await judged(recogniser=listener, policy=never)) == PASS


async def test_a_known_sound_is_risky_and_has_its_times() -> None:
    words = words_of(samples_of(SONG))
    sounds = SoundList([KnownSound("song", "banned", 20002, words)])
    said = await judged(
        contents(words=words.astype("<u4").tobytes()), recogniser=HEARS, sounds=sounds
    )
    (found,) = said.verdict.findings
    assert (found.strategy, found.term) == (Strategy.KNOWN_AUDIO, "song")
    assert (found.list_name, found.label) == ("banned", Label.PORN)
    assert short(said) == (Suggest.RISKY, Label.PORN)
    assert found.seen is not None
    assert found.seen.start == 0
    assert found.seen.end == pytest.approx(9.0, abs=1.5)
    assert said.models["known_audio"] == "bands-1"
    noise = np.random.default_rng(0).integers(0, 1 << 32, 150, dtype=np.uint32)
    other = contents(words=noise.tobytes())
    assert short(await judged(other, recogniser=HEARS, sounds=sounds)) == PASS


async def test_a_sound_that_is_only_like_a_known_one_is_reviewed() -> None:
    words = words_of(samples_of(SONG))
    rng = np.random.default_rng(2)
    flips = np.zeros(len(words), np.uint32)
    for bit in range(32):
        flips |= (rng.random(len(words)) < 0.25).astype(np.uint32) << bit
    sounds = SoundList([KnownSound("song", "banned", 77, words)])
    like = contents(words=(words ^ flips).astype("<u4").tobytes())
    said = await judged(like, recogniser=HEARS, sounds=sounds)
    assert short(said) == (Suggest.REVIEW, Label.OTHER)


def video(**given: Any) -> object:
    return contents(pictures=STILLS, **given)


async def test_stills_are_looked_at_and_found_with_their_times() -> None:
    images = FakeImages(lines("今天天气"))
    for still in (1, 2):
        images.says(STILLS[still].data, lines("办证刻章"))
    said = await judged(video(), kind=Kind.VIDEO, images=images, recogniser=HEARS)
    (found,) = said.verdict.findings
    assert found.strategy is Strategy.OCR
    assert found.seen is not None
    assert (found.seen.start, found.seen.end) == (1.0, 2.0)
    assert images.looked == [(each.data, "app") for each in STILLS]
    assert said.models["ocr"] == "reader-1"


async def test_the_worst_still_decides_and_codes_of_both_are_told() -> None:
    images = FakeImages(lines("今天"))
    images.says(STILLS[0].data, code("https://a.example"))
    images.says(STILLS[3].data, code("https://b.example"))
    said = await judged(video(), kind=Kind.VIDEO, images=images, recogniser=HEARS)
    starts = [each.seen.start for each in said.verdict.findings if each.seen]
    assert starts == [0.0, 3.0]
    assert said.verdict.suggest is Suggest.REVIEW


async def test_a_cover_has_no_time() -> None:
    images = FakeImages(lines("办证刻章"))
    cover = contents(pictures=(Picture(None, b"cover"),), video=None)
    said = await judged(cover, images=images, recogniser=HEARS)
    (found,) = said.verdict.findings
    assert found.seen is not None
    assert found.seen.start is None


async def test_what_did_not_look_at_a_still_is_told_once() -> None:
    failed = Reading("ocr", "reader-1", error="it took longer than allowed")
    images = FakeImages(failed)
    said = await judged(video(), kind=Kind.VIDEO, images=images, recogniser=HEARS)
    assert names(said) == {"ocr": "it took longer than allowed"}
    assert short(said) == HELD
    forgiving = ImageRules(lenient={"ocr": "always"})
    said = await judged(
        video(),
        kind=Kind.VIDEO,
        images=images,
        image_rules=forgiving,
        recogniser=HEARS,
    )
    assert short(said) == PASS


@pytest.mark.parametrize(
    "error",
    [
        PictureError(Fault.DAMAGED, "it is damaged"),
        WorkerError(Trouble.CRASHED, "it ended its worker"),
    ],
)
async def test_a_still_that_cannot_be_looked_at_is_told(error: Exception) -> None:
    images = FakeImages(lines("今天"))
    images.said[STILLS[2].data] = error
    said = await judged(video(), kind=Kind.VIDEO, images=images, recogniser=HEARS)
    assert names(said) == {"stills": str(error)}
    assert short(said) == HELD


@pytest.mark.parametrize(
    "error", [BusyError("busy"), WorkerError(Trouble.UNAVAILABLE, "none")]
)
async def test_what_will_be_over_is_for_the_caller(error: Exception) -> None:
    images = FakeImages()
    images.usual = error
    with pytest.raises(type(error)):
        await judged(video(), kind=Kind.VIDEO, images=images, recogniser=HEARS)


async def test_without_image_workers_stills_are_not_looked_at() -> None:
    said = await judged(video(), kind=Kind.VIDEO, recogniser=HEARS)
    assert names(said) == {"stills": NO_IMAGES}
    assert short(said) == HELD


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"why": "parts of the file cannot be decoded"}, "decode"),
        ({"spare": 1}, "tracks"),
        ({"texts": 1}, "subtitles"),
    ],
)
async def test_whatever_is_left_out_is_told(given: dict[str, Any], name: str) -> None:
    said = await judged(contents(**given), recogniser=HEARS)
    assert list(names(said)) == [name]
    assert short(said) == HELD
    rules = MediaRules(lenient={name: "always"})
    assert short(await judged(contents(**given), recogniser=HEARS, rules=rules)) == PASS


@pytest.mark.parametrize(
    ("kind", "given"),
    [(Kind.AUDIO, {"sound": None, "video": "h264"}), (Kind.VIDEO, {})],
)
async def test_what_was_promised_must_be_there(
    kind: Kind, given: dict[str, Any]
) -> None:
    with pytest.raises(MediaFileError) as caught:
        await judged(contents(**given), kind=kind)
    assert caught.value.fault is MediaFault.WRONG_KIND


async def test_a_video_sent_as_sound_is_still_looked_at() -> None:
    images = FakeImages(lines("办证刻章"))
    said = await judged(video(), kind=Kind.AUDIO, images=images, recogniser=HEARS)
    assert said.verdict.suggest is not Suggest.PASS


async def test_without_decoders_nothing_is_checked_and_it_says_so() -> None:
    checker = MediaChecker(FakeMedia(None).real, None)
    given: dict[str, Any] = {"scene": Scene.CHAT, "caller": "app", "read": reads()}
    said = await checker.check(GOOD, kind=Kind.AUDIO, **given)
    assert said.not_run == (NotRun("decode", NO_AV, forgiven=False),)
    assert short(said) == HELD
    assert (said.facts.container, said.facts.size) == ("wav", len(GOOD))


async def test_what_is_missing_is_told_with_its_reason() -> None:
    media = FakeMedia(None, MediaStatus(missing=NO_AV))
    checker = MediaChecker(media.real, None)
    assert checker.missing == {
        "decode": NO_AV,
        "speech": NO_RECOGNISER,
        "stills": NO_IMAGES,
    }
    resting = FakeRecogniser(missing="it rests")
    looking = ImageChecker(FakeImages().real)
    there = FakeMedia(contents()).real
    assert MediaChecker(there, looking, recogniser=HEARS).missing == {}
    told = MediaChecker(there, looking, recogniser=resting).missing
    assert told == {"speech": "it rests"}


async def test_errors_of_the_room_are_for_the_caller() -> None:
    with pytest.raises(MediaBusyError):
        await judged(MediaBusyError("busy"))


async def test_known_sounds_may_be_replaced() -> None:
    words = words_of(samples_of(SONG))
    media = FakeMedia(contents(words=words.astype("<u4").tobytes()))
    checker = MediaChecker(media.real, None, recogniser=HEARS)
    given: dict[str, Any] = {"scene": Scene.CHAT, "caller": "app", "read": reads()}
    assert short(await checker.check(GOOD, kind=Kind.AUDIO, **given)) == PASS
    checker.sounds = SoundList([KnownSound("song", "banned", 20002, words)])
    said = await checker.check(GOOD, kind=Kind.AUDIO, **given)
    assert said.verdict.suggest is Suggest.RISKY


def test_facts_can_be_changed_in_copies_only() -> None:
    with pytest.raises(AttributeError):
        contents().facts.size = 5  # type: ignore[misc]
    assert replace(contents().facts, size=5).size == 5
