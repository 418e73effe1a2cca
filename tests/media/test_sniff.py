import random

import pytest

from app.media.errors import MediaFault, MediaFileError
from app.media.sniff import Container, sniff
from tests.media import made

EXPECTED = {
    "wav": Container.WAV,
    "mp3": Container.MP3,
    "aac": Container.AAC,
    "m4a": Container.MP4,
    "ac3": Container.AC3,
    "wma": Container.ASF,
    "flac": Container.FLAC,
    "vorbis": Container.OGG,
    "opus": Container.OGG,
}
FAULTS = {
    b"": MediaFault.NOT_MEDIA,
    b"hello, this is text and nothing else": MediaFault.NOT_MEDIA,
    b"\xff\xd8\xff\xe0\x00\x10JFIF": MediaFault.NOT_MEDIA,
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": MediaFault.NOT_MEDIA,
    b"#EXTM3U\n#EXT-X-VERSION:3\n/etc/passwd\n": MediaFault.UNSUPPORTED,
    b"\xef\xbb\xbf #EXTM3U\n": MediaFault.UNSUPPORTED,
    b"ffconcat version 1.0\nfile /etc/passwd\n": MediaFault.UNSUPPORTED,
    b"<?xml version='1.0'?><MPD/>": MediaFault.UNSUPPORTED,
    b"\x02#!SILK_V3": MediaFault.UNSUPPORTED,
    b"#!AMR\n": MediaFault.UNSUPPORTED,
    b"\0\0\0\x1cftypavif\0\0\0\0": MediaFault.UNSUPPORTED,
    b"\0\0\0\x1cftypheic\0\0\0\0": MediaFault.UNSUPPORTED,
    b"\xff\xf1\x50\x40\0\0\0\0\0": MediaFault.NOT_MEDIA,
}


@pytest.mark.parametrize("kind", made.SOUNDS)
def test_sound_is_known_by_its_first_bytes(kind: str) -> None:
    assert sniff(made.sound(kind, made.tone(0.5))) is EXPECTED[kind]


@pytest.mark.parametrize(
    ("kind", "container"),
    [
        ("mp4", Container.MP4),
        ("mov", Container.MP4),
        ("webm", Container.MATROSKA),
        ("mkv", Container.MATROSKA),
        ("avi", Container.AVI),
        ("flv", Container.FLV),
        ("ts", Container.MPEGTS),
        ("wmv", Container.ASF),
    ],
)
def test_video_is_known_by_its_first_bytes(kind: str, container: Container) -> None:
    assert sniff(made.video(kind, [made.plain((9, 9, 9))] * 3)) is container


@pytest.mark.parametrize("start", FAULTS)
def test_everything_else_is_refused_with_its_fault(start: bytes) -> None:
    with pytest.raises(MediaFileError) as caught:
        sniff(start)
    assert caught.value.fault is FAULTS[start]


@pytest.mark.parametrize("kind", ["aac", "flac", "mp3"])
def test_tags_before_a_stream_are_skipped(kind: str) -> None:
    tag = b"ID3\x04\0\0\0\0\x01\x00" + bytes(128)
    stream = made.sound(kind, made.tone(0.5))
    assert sniff(tag + stream) is EXPECTED[kind]


def test_a_tag_that_lies_about_its_size_is_still_taken_for_mp3() -> None:
    assert sniff(b"ID3\x04\0\0\x7f\x7f\x7f\x7f") is Container.MP3


def test_chance_is_rarely_taken_for_sound_and_never_breaks() -> None:
    rng = random.Random(1)
    taken = 0
    for _ in range(2000):
        try:
            sniff(rng.randbytes(rng.randrange(700)))
        except MediaFileError:
            continue
        taken += 1
    assert taken < 20
