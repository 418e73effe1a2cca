"""What it costs to take sound and video apart: workers against bare calls."""

import asyncio
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import av
import numpy as np

from app.image.limits import MEBIBYTE
from app.media.limits import MediaSetup
from app.media.room import Media
from benchmarks.measure import Rounds, alternate
from benchmarks.report import Claim, Part, Row
from tests.media import made

_Skip = Literal["NONKEY", "DEFAULT"]
_SIDES: Final = (1280, 720)
_BLOCK: Final = 40
_RATE: Final = 25
_SCENE: Final = 4
_WATCHED: Final = 0.01


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; the tests take little."""

    seconds: int = 60
    """Of sound and video."""
    rounds: int = 5
    longest: float = 60.0
    """Seconds for each comparison."""


def run(size: Size | None = None) -> Part:
    """Measure everything of this part."""
    size = size or Size()
    part = Part("media", "Sound and video")
    wave = made.melody(size.seconds, 1)
    often, rare = _video(size, wave, gop=50), _video(size, wave, gop=250)
    song = made.sound("mp3", wave, bit_rate=128_000)
    measured: tuple[tuple[str, bytes, _Skip | None, float], ...] = (
        ("720p, key frames each 2 s", often, "NONKEY", 5),
        ("720p, key frames each 10 s", rare, "DEFAULT", 2),
        ("MP3", song, None, 15),
    )
    for what, data, skip, most in measured:
        part.rows.append(_row(what, data, partial(_bare, skip=skip), size, most))
    part.rows.append(_memory(often))
    part.notes.append(
        f"Taken apart: {size.seconds} s of a moving picture with music, H.264 and AAC. "
        "Bare: the samples and the key frames by PyAV in this process, without a new "
        "process, stills as JPEG, fingerprints or limits. Where key frames are rare, "
        "all frames are decoded on both sides."
    )
    return part


def _video(size: Size, wave: made.Wave, gop: int) -> bytes:
    options = {"sc_threshold": "0", "preset": "veryfast"}
    frames = partial(_frames, size.seconds * _RATE)
    return made.video("mp4", frames, wave=wave, rate=_RATE, gop=gop, options=options)


def _frames(count: int) -> Iterator[made.Drawing]:
    """Scenes of coloured blocks that move."""
    rng = np.random.default_rng(0)
    width, height = _SIDES
    blocks = np.zeros(0, np.uint8)
    for number in range(count):
        if number % (_RATE * _SCENE) == 0:
            small = rng.integers(
                0, 256, (height // _BLOCK, width // _BLOCK, 3), np.uint8
            )
            blocks = np.kron(small, np.ones((_BLOCK, _BLOCK, 1), np.uint8))
        yield np.roll(blocks, 3 * number, axis=1)


def _row(
    what: str, data: bytes, bare: Callable[[bytes], float], size: Size, most: float
) -> Row:
    turns = {"worker": partial(_worker, data), "bare": partial(bare, data)}
    kept: Rounds = alternate(turns, rounds=size.rounds, seconds=size.longest)
    minute = 60 / size.seconds
    return Row(
        f"{what}: CPU for a minute; bare",
        f"{kept.median('worker') * minute:.2f} s",
        f"{kept.median('bare') * minute:.2f} s",
        kept.ratio("worker", "bare"),
        Claim("≤", most),
    )


def _worker(data: bytes) -> float:
    """Seconds of the processor that a worker takes, with its start."""
    before = _children()
    asyncio.run(_open(data))
    return _children() - before


async def _open(data: bytes) -> None:
    await Media().open(data)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bare(data: bytes, *, skip: _Skip | None) -> float:
    """Seconds of the processor for samples and frames alone, but those to skip."""
    began = time.process_time()
    with av.open(BytesIO(data), "r") as file:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
        for heard in file.decode(audio=0):
            for part in resampler.resample(heard):
                part.to_ndarray()
    if skip is not None:
        with av.open(BytesIO(data), "r") as file:
            file.streams.video[0].codec_context.skip_frame = skip
            file.streams.video[0].codec_context.thread_count = 1
            for shown in file.decode(video=0):
                if shown.key_frame:
                    shown.to_ndarray(format="rgb24")
    return time.process_time() - began


def _memory(data: bytes) -> Row:
    held = asyncio.run(_watched(data)) / MEBIBYTE
    limit = MediaSetup().worker.memory / MEBIBYTE
    return Row(
        "memory of a worker that takes a video apart; its limit",
        f"{held:.0f} MiB",
        f"{limit:.0f} MiB",
        held / limit,
        Claim("≤", 0.5),
    )


async def _watched(data: bytes) -> int:
    """The most memory that a worker was seen to hold."""
    room, most = Media(), 0
    task = asyncio.create_task(room.open(data))
    while not task.done():
        for pid in room.pids():
            most = max(most, _peak(pid))
        await asyncio.sleep(_WATCHED)
    await task
    return most


def _peak(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
