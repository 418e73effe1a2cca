"""From bytes to verdict with nothing pretended but the ears."""

from random import Random

import numpy as np
import pytest
from PIL import Image

from app.domain.finding import Strategy, Suggest
from app.domain.scenes import Scene
from app.image.checker import ImageChecker
from app.image.findings.rules import ImageRules
from app.image.look import Images
from app.media.checker import MediaChecker
from app.media.known import KnownSound, SoundList
from app.media.room import Media
from app.media.speech import Spoken
from app.media.verdict import Kind, MediaVerdict
from tests.image.findings.made import reads
from tests.image.pictures.code_marks import qr
from tests.image.pictures.codes import poster
from tests.image.rooms import choice
from tests.image.rooms import setup as image_setup
from tests.media import made
from tests.media.fakes import FakeRecogniser
from tests.media.rooms import setup, taken_apart


def with_code() -> tuple[made.Drawing, str]:
    """A still of a video with a code, and what the code says."""
    page = poster(Random(3), qr(Random(3)))
    sheet = Image.new("RGB", (640, 480), (230, 230, 230))
    picture = page.picture
    picture.thumbnail((620, 460))
    sheet.paste(picture, (10, 10))
    return np.asarray(sheet), page.texts[0]


async def checked(data: bytes, *, sounds: SoundList | None = None) -> MediaVerdict:
    listener = FakeRecogniser([Spoken("大家好", 0.0, 1.0), Spoken("傻瓜", 1.0, 2.0)])
    images = Images(image_setup(choice("codes")))
    async with Media(setup()) as media, images:
        checker = MediaChecker(
            media,
            ImageChecker(images, ImageRules()),
            recogniser=listener,
            sounds=sounds,
        )
        return await checker.check(
            data, kind=Kind.VIDEO, scene=Scene.COMMENT, caller="app", read=reads()
        )


@pytest.mark.parametrize("kind", ["mp4", "webm"])
async def test_a_video_is_seen_and_heard_in_one_verdict(kind: str) -> None:
    still, text = with_code()
    plain = made.plain((90, 120, 90), (640, 480))
    drawings = [plain] * 15 + [still] * 10 + [plain] * 15
    said = await checked(made.video(kind, drawings, wave=made.tone(8.0)))
    by_strategy = {each.strategy: each for each in said.verdict.findings}
    code = by_strategy[Strategy.QRCODE]
    assert code.seen is not None
    assert code.seen.text == text
    assert code.seen.start == pytest.approx(3.0, abs=1.1)
    word = by_strategy[Strategy.SPEECH]
    assert word.term == "傻瓜"
    assert word.seen is not None
    assert (word.seen.start, word.seen.end) == (1.0, 2.0)
    assert said.verdict.suggest is Suggest.REVIEW
    assert said.not_run == ()
    assert set(said.models) == {"decode", "speech", "codes"}


async def test_a_known_song_is_found_under_a_video() -> None:
    song = made.melody(12.0, 7)
    async with Media(setup()) as media:
        listed = await taken_apart(media, made.sound("flac", song))
    words = np.frombuffer(listed.words, "<u4").astype(np.uint32)
    sounds = SoundList([KnownSound("anthem", "banned", 20001, words)])
    part = song[2 * 48000 : 10 * 48000]
    drawings = [made.plain((9, 9, 99))] * 40
    said = await checked(made.video("mp4", drawings, wave=part), sounds=sounds)
    (found,) = [f for f in said.verdict.findings if f.list_name == "banned"]
    assert found.strategy is Strategy.KNOWN_AUDIO
    assert said.verdict.suggest is Suggest.RISKY
