"""What comes out of files of each kind, in real processes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from io import BytesIO

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from app.media.errors import (
    MediaBusyError,
    MediaFault,
    MediaFileError,
    MediaWorkerError,
    Trouble,
)
from app.media.limits import MediaLimits
from app.media.room import NO_AV, Media
from tests.image.rooms import descendants, until
from tests.media import made
from tests.media.rooms import GOOD, heard, pitch, setup, taken_apart, works

pytestmark = pytest.mark.asyncio(loop_scope="module")
RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)
QUIET = {"x265-params": "log-level=none"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[Media]:
    async with Media(setup()) as opened:
        yield opened


def colour(jpeg: bytes) -> tuple[int, ...]:
    small = Image.open(BytesIO(jpeg)).convert("RGB").resize((1, 1))
    return tuple(round(value / 20) for value in np.asarray(small)[0, 0])


def near(rgb: tuple[int, int, int]) -> tuple[int, ...]:
    return tuple(round(value / 20) for value in rgb)


async def test_the_status_names_the_decoders(room: Media) -> None:
    status = room.status()
    assert status.model is not None
    assert status.model.startswith("libavcodec ")
    assert status.missing is None
    assert status.confined


@pytest.mark.parametrize("kind", made.SOUNDS)
async def test_sound_of_each_codec_is_heard(room: Media, kind: str) -> None:
    contents = await taken_apart(room, made.sound(kind, made.tone(2.0)))
    assert contents.why is None
    assert contents.facts.sound is not None
    assert contents.facts.video is None
    assert contents.facts.heard == pytest.approx(2.0, abs=0.15)
    assert pitch(heard(contents)) == pytest.approx(440, abs=3)


@pytest.mark.parametrize("kind", made.VIDEOS)
async def test_video_of_each_codec_is_seen_and_heard(room: Media, kind: str) -> None:
    drawings = [made.plain(RED)] * 10 + [made.plain(GREEN)] * 10
    options = QUIET if kind == "hevc" else None
    data = made.video(kind, drawings, wave=made.tone(4.0), options=options)
    contents = await taken_apart(room, data)
    assert contents.why is None
    assert (contents.facts.width, contents.facts.height) == (160, 120)
    assert contents.facts.stills == len(contents.pictures) == 2
    first, second = contents.pictures
    assert colour(first.data) == near(RED)
    assert colour(second.data) == near(GREEN)
    assert first.start == pytest.approx(0, abs=0.2)
    assert second.start == pytest.approx(2.0, abs=1.2)
    assert pitch(heard(contents)) == pytest.approx(440, abs=3)


async def test_what_is_between_rare_key_frames_is_seen(room: Media) -> None:
    drawings = [made.plain(RED)] * 25 + [made.plain(BLUE)] * 5 + [made.plain(RED)] * 25
    data = made.video("mp4", drawings, gop=1000, options={"sc_threshold": "0"})
    contents = await taken_apart(room, data)
    assert [colour(each.data) for each in contents.pictures] == [near(RED), near(BLUE)]
    assert contents.pictures[1].start == pytest.approx(5.0, abs=1.0)


async def test_a_small_change_is_no_duplicate(room: Media) -> None:
    plain = made.plain((240, 240, 240), (640, 480))
    line = plain.copy()
    line[400:416, 200:440:6] = 0  # as much ink as a line of text has
    data = made.video("mp4", [plain] * 10 + [line] * 10)
    assert (await taken_apart(room, data)).facts.stills == 2


async def test_many_scenes_are_spread_over_the_whole_video() -> None:
    drawings = [made.plain((9 * n, 255 - 9 * n, 128)) for n in range(28)]
    data = made.video("mp4", drawings, rate=1, gop=1)
    async with Media(setup(MediaLimits(frames=5))) as room:
        contents = await taken_apart(room, data)
    starts = [each.start for each in contents.pictures]
    assert 2 <= len(starts) <= 5
    assert starts[0] == 0
    assert starts[-1] is not None
    assert starts[-1] >= 16
    assert contents.facts.spacing >= 4


async def test_a_channel_that_cancels_the_other_out_is_heard(room: Media) -> None:
    wave = made.tone(1.0)
    data = made.stereo(wave, -wave)
    assert pitch(heard(await taken_apart(room, data))) == pytest.approx(440, abs=3)


async def test_a_cover_is_handed_on_as_it_is(room: Media) -> None:
    out = BytesIO()
    Image.new("RGB", (64, 64), RED).save(out, "JPEG")
    data = made.with_cover(made.tone(1.0), out.getvalue())
    contents = await taken_apart(room, data)
    (cover,) = contents.pictures
    assert cover.start is None
    assert colour(cover.data) == near(RED)
    assert contents.facts.stills == 0
    assert contents.facts.covers == 1


async def test_further_tracks_and_subtitles_are_counted(room: Media) -> None:
    data = made.two_tracks(made.tone(1.0), made.tone(1.0, pitch=880))
    contents = await taken_apart(room, data)
    assert contents.facts.spare == 1


async def test_turned_video_is_upright(room: Media) -> None:
    drawing = made.plain(RED)
    drawing = drawing.copy()
    drawing[:, :80] = BLUE  # the left half
    contents = await taken_apart(room, made.turned(drawing, 90))
    picture = Image.open(BytesIO(contents.pictures[0].data))
    assert picture.size == (120, 160)
    pixels = np.asarray(picture)
    assert pixels[20, 60, 2] > 150 > pixels[140, 60, 2]


async def test_long_sound_is_heard_up_to_the_limit() -> None:
    async with Media(setup(MediaLimits(sound_seconds=5))) as room:
        contents = await taken_apart(room, made.sound("flac", made.tone(8.0)))
    assert contents.facts.heard == pytest.approx(5.0, abs=0.01)
    assert len(heard(contents)) == 5 * 16000
    assert contents.why == "only the first part of the sound was heard"
    assert not contents.facts.complete


async def test_too_many_bytes_are_refused_before_anything() -> None:
    room = Media(setup(MediaLimits(size=1000)))
    with pytest.raises(MediaFileError) as caught:
        await room.open(GOOD)
    assert caught.value.fault is MediaFault.TOO_LARGE
    assert room.figures().files == 0


async def test_too_many_pixels_are_refused() -> None:
    async with Media(setup(MediaLimits(pixels=10_000))) as room:
        with pytest.raises(MediaFileError) as caught:
            await room.open(made.video("mp4", [made.plain(RED)] * 3))
        assert caught.value.fault is MediaFault.TOO_LARGE
        await works(room)


async def test_who_finds_no_place_is_told_that_it_is_busy() -> None:
    async with Media(setup(), workers=1, waiting=0) as room:
        task = asyncio.create_task(room.open(GOOD))
        await asyncio.sleep(0)
        with pytest.raises(MediaBusyError):
            await room.open(GOOD)
        assert await task is not None
        assert room.figures().busy == 1
        await works(room)


async def test_a_caller_who_goes_away_leaves_no_process() -> None:
    long = made.sound("flac", made.silence(120.0))
    async with Media(setup()) as room:
        before = descendants()
        task = asyncio.create_task(room.open(long))
        await until(lambda: descendants() > before)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: descendants() <= before)
        assert room.figures().in_flight == 0
        await works(room)


async def test_files_wait_for_a_place_and_are_all_read() -> None:
    async with Media(setup(), workers=1, waiting=3) as room:
        tasks = [asyncio.create_task(room.open(GOOD)) for _ in range(4)]
        await asyncio.sleep(0)
        assert room.figures().waiting + room.figures().in_flight == 4
        assert None not in await asyncio.gather(*tasks)
        assert room.figures().files == 4


async def test_without_the_decoders_the_status_says_what_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = (
        "import sys; sys.modules['av'] = None;"
        "from app.media.child import main; sys.exit(main())"
    )
    command = (sys.executable, "-P", "-c", code)
    monkeypatch.setattr("app.media.room.COMMAND", command)
    async with Media(setup()) as room:
        assert room.status().missing == NO_AV
        assert await room.open(GOOD) is None


async def test_without_any_process_the_trouble_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.media.room.COMMAND", ("/nonexistent/python",))
    async with Media(setup()) as room:
        assert room.status().missing == "no worker can be had at present"
        with pytest.raises(MediaWorkerError) as caught:
            await room.open(GOOD)
    assert caught.value.trouble is Trouble.UNAVAILABLE
