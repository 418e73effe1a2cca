"""Sound and video made for tests, by the codecs that are here."""

import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from io import BytesIO
from itertools import chain
from typing import TypeAlias, cast

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray
from PIL import Image

Wave: TypeAlias = NDArray[np.float32]
Drawing: TypeAlias = "NDArray[np.uint8]"

SOUNDS = {
    # name: container, encoder, rate
    "wav": ("wav", "pcm_s16le", 44100),
    "mp3": ("mp3", "libmp3lame", 44100),
    "aac": ("adts", "aac", 44100),
    "m4a": ("ipod", "aac", 48000),
    "ac3": ("ac3", "ac3", 48000),
    "wma": ("asf", "wmav2", 44100),
    "flac": ("flac", "flac", 44100),
    "vorbis": ("ogg", "vorbis", 44100),
    "opus": ("ogg", "libopus", 48000),
}
VIDEOS = {
    # name: container, encoder of pictures, of sound
    "mp4": ("mp4", "libx264", "aac"),
    "hevc": ("mp4", "libx265", "aac"),
    "mov": ("mov", "mpeg4", "aac"),
    "webm": ("webm", "libvpx", "libopus"),
    "mkv": ("matroska", "libvpx-vp9", "libopus"),
    "avi": ("avi", "mpeg4", "libmp3lame"),
    "flv": ("flv", "flv", "libmp3lame"),
    "ts": ("mpegts", "mpeg2video", "ac3"),
    "wmv": ("asf", "wmv2", "wmav2"),
}


def tone(seconds: float, *, pitch: float = 440.0, rate: int = 48000) -> Wave:
    """One steady tone."""
    at = np.arange(int(seconds * rate)) / rate
    return (0.4 * np.sin(2 * np.pi * pitch * at)).astype(np.float32)


def silence(seconds: float, *, rate: int = 48000) -> Wave:
    return np.zeros(int(seconds * rate), np.float32)


def melody(seconds: float, seed: int, *, rate: int = 48000) -> Wave:
    """Notes with overtones over a rhythm of noise, all chosen by chance."""
    rng = np.random.default_rng(seed)
    total = np.zeros(int(seconds * rate), np.float32)
    beat = rng.uniform(0.18, 0.4)
    for voice in range(3):
        at = 0.0
        while at < seconds:
            length = beat * rng.choice([1, 1, 2, 3])
            pitch = 110 * 2 ** (rng.integers(0, 36) / 12 + voice * 0.3)
            _add(total, _note(length, pitch, rate), int(at * rate))
            at += length
    at = 0.0
    while at < seconds:
        hit = rng.normal(0, 0.15, int(0.06 * rate)).astype(np.float32)
        _add(total, hit * np.linspace(1, 0, len(hit), dtype=np.float32), int(at * rate))
        at += beat * rng.choice([1, 2])
    loudest = float(np.abs(total).max()) or 1.0
    return (0.7 * total / loudest).astype(np.float32)


def _note(seconds: float, pitch: float, rate: int) -> Wave:
    at = np.arange(int(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * pitch * k * at) / k**1.5 for k in range(1, 7))
    note: Wave = (0.3 * wave * np.exp(-3 * at / seconds)).astype(np.float32)
    return note


def _add(total: Wave, part: Wave, at: int) -> None:
    end = min(len(total), at + len(part))
    total[at:end] += part[: end - at]


def plain(colour: tuple[int, int, int], size: tuple[int, int] = (160, 120)) -> Drawing:
    return np.asarray(Image.new("RGB", size, colour))


def sound(kind: str, heard: Wave, *, bit_rate: int | None = None) -> bytes:
    """A file of this kind; the wave has 48000 samples a second."""
    container, codec, rate = SOUNDS[kind]
    out = BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = cast(av.AudioStream, file.add_stream(codec, rate=rate))
        stream.layout = "mono" if kind != "vorbis" else "stereo"
        stream.bit_rate = bit_rate or 96_000
        stream.options = {"strict": "experimental"}  # for vorbis
        _encode_sound(file, stream, heard)
    return out.getvalue()


def _encode_sound(
    file: av.container.OutputContainer, stream: av.AudioStream, heard: Wave
) -> None:
    codec = stream.codec_context
    resampler = av.AudioResampler(
        format=codec.format, layout=codec.layout, rate=codec.rate
    )
    for start in range(0, len(heard), 4800):
        frame = av.AudioFrame.from_ndarray(
            heard[None, start : start + 4800], format="flt", layout="mono"
        )
        frame.sample_rate = 48000
        frame.pts = start
        frame.time_base = Fraction(1, 48000)
        for made in resampler.resample(frame):
            file.mux(stream.encode(made))
    for made in resampler.resample(None):
        file.mux(stream.encode(made))
    file.mux(stream.encode(None))


def video(
    kind: str,
    drawings: Sequence[Drawing] | Callable[[], Iterator[Drawing]],
    *,
    wave: Wave | None = None,
    rate: int = 5,
    gop: int = 5,
    options: Mapping[str, object] | None = None,
    times: Sequence[int] = (),
) -> bytes:
    """A file of this kind with `rate` drawings a second, and a sound if given.

    `times` are those of the drawings, if they are not one after the other.
    """
    container, codec, sound_codec = VIDEOS[kind]
    out = BytesIO()
    with av.open(out, "w", format=container) as file:
        shown = iter(drawings() if callable(drawings) else drawings)
        first = next(shown)
        height, width = first.shape[:2]
        stream = cast(av.VideoStream, file.add_stream(codec, rate=rate))
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 1_000_000
        stream.gop_size = gop
        stream.options = dict(options or {})
        heard = None
        if wave is not None:
            heard = cast(av.AudioStream, file.add_stream(sound_codec, rate=48000))
            heard.layout = "stereo"
            heard.bit_rate = 128_000
        for number, drawing in enumerate(chain([first], shown)):
            frame = av.VideoFrame.from_ndarray(drawing, format="rgb24")
            if times:
                frame.pts, frame.time_base = times[number], Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
        if heard is not None and wave is not None:
            _encode_sound(file, heard, wave)
    return out.getvalue()


def stereo(left: Wave, right: Wave) -> bytes:
    """A file with two channels of 48000 samples a second."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48000)
        both = np.stack([left, right], axis=1)
        file.writeframes((both * 32767).astype("<i2").tobytes())
    return out.getvalue()


def with_cover(heard: Wave, picture: bytes) -> bytes:
    """A song with a cover, as players show it."""
    out = BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=44100)
        stream.layout = "mono"
        with av.open(BytesIO(picture), "r", format="jpeg_pipe") as cover:
            shown = file.add_stream_from_template(cover.streams.video[0])
            shown.disposition = Disposition.attached_pic
            packet = next(cover.demux(cover.streams.video[0]))
            packet.stream = shown
            packet.pts = packet.dts = 0
            file.mux(packet)
        _encode_sound(file, stream, heard)
    return out.getvalue()


def two_tracks(*waves: Wave) -> bytes:
    """A file with several tracks of sound."""
    out = BytesIO()
    with av.open(out, "w", format="matroska") as file:
        streams = [file.add_stream("flac", rate=48000) for _ in waves]
        for stream in streams:
            stream.layout = "mono"
        for stream, heard in zip(streams, waves, strict=True):
            _encode_sound(file, stream, heard)
    return out.getvalue()


def turned(drawing: Drawing, degrees: int) -> bytes:
    """A video that asks players to turn it."""
    data = bytearray(video("mp4", [drawing] * 5))
    sides = {90: (0, 65536, -65536, 0), 180: (-65536, 0, 0, -65536)}[degrees]
    a, b, c, d = (side.to_bytes(4, signed=True) for side in sides)
    matrix = b"".join([a, b, bytes(4), c, d, bytes(8), bytes(4), b"\x40\0\0\0"])
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = matrix[:36]
    return bytes(data)
