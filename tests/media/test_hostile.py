"""Files that mean harm: they end their worker at most, and the next one is read."""

import random
import struct
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import av
import pytest
import pytest_asyncio

from app.image.limits import MEBIBYTE
from app.media.contents import Contents
from app.media.errors import (
    MediaFault,
    MediaFileError,
    MediaWorkerError,
    Trouble,
)
from app.media.limits import MediaLimits
from app.media.opening import guards, refuse
from app.media.room import Media
from tests.media import made
from tests.media.rooms import GOOD, setup, taken_apart, works

pytestmark = pytest.mark.asyncio(loop_scope="module")
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n"
RED = (200, 20, 20)
VIDEO = made.video("mp4", [made.plain(RED)] * 15, wave=made.tone(3.0))
TS = made.video("ts", [made.plain(RED)] * 15, wave=made.tone(3.0))
WEBM = made.video("webm", [made.plain(RED)] * 15, wave=made.tone(3.0))
SOUNDS = {kind: made.sound(kind, made.melody(3.0, 1)) for kind in made.SOUNDS}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[Media]:
    async with Media(setup()) as opened:
        yield opened


async def outcome(room: Media, data: bytes) -> Contents | MediaFault | Trouble:
    """What became of a file; anything else than these three breaks the test."""
    try:
        return await taken_apart(room, data)
    except MediaFileError as error:
        return error.fault
    except MediaWorkerError as error:
        return error.trouble


async def test_hours_of_silence_are_heard_up_to_the_limit() -> None:
    hours = made.sound("opus", made.silence(600.0), bit_rate=6000)
    limits = MediaLimits(sound_seconds=60)
    async with Media(setup(limits)) as room:
        contents = await taken_apart(room, hours)
        assert sum(len(piece.pcm) for piece in contents.pieces) == 60 * 2 * 16000
        assert not contents.facts.complete
        await works(room)


async def test_decoding_stops_when_its_time_is_over() -> None:
    async with Media(setup(MediaLimits(seconds=0.0001))) as room:
        contents = await taken_apart(room, VIDEO)
    assert contents.why == "decoding all of it would take longer than allowed"
    assert not contents.facts.complete


async def test_a_worker_that_needs_too_much_time_is_ended() -> None:
    async with Media(setup(seconds=0.005)) as room:
        with pytest.raises(MediaWorkerError) as caught:
            await room.open(VIDEO)
        assert room.figures().deaths[Trouble.TIMEOUT] == 1
    assert caught.value.trouble is Trouble.TIMEOUT


async def test_what_needs_too_much_memory_is_not_decoded() -> None:
    limits = MediaLimits(pixels=200_000_000, sound_seconds=100_000)
    async with Media(setup(limits, memory=150 * MEBIBYTE)) as room:
        big = made.video("mp4", [made.plain(RED, (12000, 8000))])
        # A decoder without memory gives up or breaks; the service does neither.
        ends = {Trouble.MEMORY, Trouble.CRASHED, MediaFault.DAMAGED}
        assert await outcome(room, big) in ends
        await works(room)


async def test_pictures_that_grow_on_the_way_are_not_decoded() -> None:
    # The header tells a small size, the stream itself a large one.
    small = made.video("ts", [made.plain(RED, (64, 48))] * 5)
    large = made.video("ts", [made.plain((9, 9, 200), (640, 480))] * 5)
    async with Media(setup(MediaLimits(pixels=10_000))) as room:
        contents = await taken_apart(room, small + large)
        assert not contents.facts.complete
        assert contents.facts.stills == 1


async def test_a_clock_that_goes_back_hides_nothing(room: Media) -> None:
    first = made.video("ts", [made.plain(RED)] * 25)
    later = made.video("ts", [made.plain((9, 9, 200))] * 5)
    assert (await taken_apart(room, first + later)).facts.stills == 2


async def test_a_late_part_hides_nothing_that_follows(room: Media) -> None:
    late = made.video("ts", [made.plain(RED)] * 2, rate=1, times=[80_000, 80_001])
    drawings = [made.plain((0, 0, 25 * n)) for n in range(10)]
    rest = made.video("ts", drawings, rate=1, gop=1)
    assert (await taken_apart(room, late + rest)).facts.stills == 11


async def test_many_tracks_are_refused(room: Media) -> None:
    data = made.two_tracks(*[made.tone(0.2)] * 40)
    assert await outcome(room, data) is MediaFault.TOO_LARGE
    await works(room)


@pytest.mark.parametrize("seed", range(12))
async def test_broken_packets_end_a_worker_at_most(room: Media, seed: int) -> None:
    rng = random.Random(seed)
    for source in rng.sample([VIDEO, TS, WEBM, *SOUNDS.values()], 3):
        data = bytearray(source)
        for _ in range(rng.choice([1, 10, 300])):
            data[rng.randrange(16, len(data))] = rng.randrange(256)
        await outcome(room, bytes(data))
    await works(room)


@pytest.mark.parametrize("kind", made.SOUNDS)
async def test_files_that_are_cut_are_never_whole(room: Media, kind: str) -> None:
    data = SOUNDS[kind]
    said = await outcome(room, data[: len(data) // 3])
    if isinstance(said, Contents) and kind in {"m4a", "flac"}:
        assert not said.facts.complete
    await works(room)


async def test_only_a_head_is_damaged(room: Media) -> None:
    for source in (VIDEO, WEBM, TS, *SOUNDS.values()):
        assert await outcome(room, source[:40]) in {
            MediaFault.DAMAGED,
            MediaFault.NOT_MEDIA,
        }
    await works(room)


async def test_video_without_a_decodable_picture_is_not_whole(room: Media) -> None:
    data = bytearray(VIDEO)
    at = data.index(b"avcC")
    data[at + 4 : at + 30] = bytes(26)
    said = await outcome(room, bytes(data))
    assert not isinstance(said, Trouble)
    if isinstance(said, Contents):
        assert not said.facts.complete


async def test_a_lie_about_the_length_is_seen(room: Media) -> None:
    data = bytearray(SOUNDS["wav"])
    struct.pack_into("<I", data, 4, len(data) * 20)
    at = data.index(b"data")
    struct.pack_into("<I", data, at + 4, len(data) * 20)
    await outcome(room, bytes(data))
    await works(room)


async def test_a_codec_that_nobody_needs_is_not_decoded(room: Media) -> None:
    out = BytesIO()
    with av.open(out, "w", format="matroska") as file:
        stream = file.add_stream("ffv1", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(made.plain(RED, (64, 64)))
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert await outcome(room, out.getvalue()) is MediaFault.UNSUPPORTED


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("hls", HLS + "file:{path}\n#EXT-X-ENDLIST\n"),
        ("hls", HLS + "{path}\n#EXT-X-ENDLIST\n"),
        ("hls", HLS + "http://127.0.0.1:9/a\n#EXT-X-ENDLIST\n"),
        ("concat", "ffconcat version 1.0\nfile {path}\n"),
    ],
)
async def test_even_a_playlist_could_open_nothing(
    form: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "secret.wav"
    path.write_bytes(GOOD)
    written = BytesIO(text.format(path=path).encode())
    opened: list[object] = []

    def deny(*asked: object) -> None:
        opened.append(asked)
        refuse()

    told = guards(f"{form},wav", MediaLimits())
    with pytest.raises((av.FFmpegError, OSError)):
        av.open(written, "r", format=form, io_open=deny, container_options=told)


async def test_closing_ends_what_is_decoded() -> None:
    room = Media(setup())
    await room.start()
    await room.close()
    with pytest.raises(MediaWorkerError) as caught:
        await room.open(GOOD)
    assert caught.value.trouble is Trouble.UNAVAILABLE
