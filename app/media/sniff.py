"""The container of sound or video by its first bytes; name and type are never asked."""

import re
from enum import StrEnum
from typing import Final

from app.media.errors import MediaFault, MediaFileError


class Container(StrEnum):
    """What is decoded; the value is FFmpeg's name of the demuxer that is forced."""

    WAV = "wav"
    MP3 = "mp3"
    AAC = "aac"
    AC3 = "ac3"
    EAC3 = "eac3"
    ASF = "asf"
    FLAC = "flac"
    OGG = "ogg"
    MP4 = "mov"
    MATROSKA = "matroska"
    AVI = "avi"
    FLV = "flv"
    MPEGTS = "mpegts"


_ASF: Final = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_KNOWN: Final = (
    (re.compile(rb"RIFF.{4}WAVE|RF64.{4}WAVE", re.DOTALL), Container.WAV),
    (re.compile(rb"RIFF.{4}AVI ", re.DOTALL), Container.AVI),
    (re.compile(re.escape(_ASF)), Container.ASF),
    (re.compile(rb"fLaC"), Container.FLAC),
    (re.compile(rb"OggS\0"), Container.OGG),
    (re.compile(rb"\x1a\x45\xdf\xa3"), Container.MATROSKA),
    (re.compile(rb"FLV\x01"), Container.FLV),
    # Old QuickTime files begin with any of these boxes, without `ftyp`.
    (re.compile(rb".{4}(?:moov|mdat|wide|free|skip)", re.DOTALL), Container.MP4),
    # Packets of 188 bytes, each with the same first byte; 192 with a time before it.
    (re.compile(rb"G.{187}G.{187}G", re.DOTALL), Container.MPEGTS),
    (re.compile(rb".{4}G.{191}G.{191}G", re.DOTALL), Container.MPEGTS),
)
_REFUSED: Final = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*#EXTM3U"), "HLS playlist"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*ffconcat"), "concat list"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<"), "DASH or other XML"),
    (re.compile(rb"\x02?#!SILK"), "SILK"),
    (re.compile(rb"#!AMR"), "AMR"),
    (re.compile(rb"MThd"), "MIDI"),
    (re.compile(rb"\0\0\x01[\xba\xb3]"), "MPEG program stream"),
    (re.compile(rb"FORM.{4}AIF", re.DOTALL), "AIFF"),
    (re.compile(rb"\.RMF|\.ra\xfd"), "RealMedia"),
)
_PICTURES: Final = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1"}
_HEAD: Final = 600
_MOST_TAGS: Final = 4
_EAC3: Final = 11
"""From this version of the bit stream on it is E-AC-3."""


def sniff(data: bytes) -> Container:
    """The container in which a player would play the file.

    Raises:
        MediaFileError: it is neither sound nor video, or of a kind not decoded.
    """
    head = data[:_HEAD]
    if head[:3] == b"ID3":
        return _behind_tags(data)
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    for pattern, known in _KNOWN:
        if pattern.match(head):
            return known
    for pattern, name in _REFUSED:
        if pattern.match(head):
            raise _unsupported(name)
    found = _by_sync(data, 0)
    if found is None:
        message = "the file is neither sound nor video"
        raise MediaFileError(MediaFault.NOT_MEDIA, message)
    return found


def _behind_tags(data: bytes) -> Container:
    """What follows tags of ID3v2, which stand before several kinds."""
    at = 0
    for _ in range(_MOST_TAGS):
        if data[at : at + 3] != b"ID3" or len(data) < at + 10:
            break
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size
    if data[at : at + 4] == b"fLaC":
        return Container.FLAC
    # Padding may follow the tags, which players skip.
    return _by_sync(data, at) or Container.MP3


def _by_brand(head: bytes) -> Container:
    if head[8:12] in _PICTURES:
        raise _unsupported("picture")
    return Container.MP4


def _by_sync(data: bytes, at: int) -> Container | None:
    """Streams without a header: each frame begins with the same bits."""
    head = data[at : at + 8]
    if len(head) < 8:
        return None
    if head[:2] == b"\x0b\x77":
        return Container.EAC3 if head[5] >> 3 >= _EAC3 else Container.AC3
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return Container.AAC if _adts(data, at) else None
    layer, rate, sampling = head[1] & 0x06, head[2] >> 4, head[2] >> 2 & 3
    sound = layer != 0 and head[1] & 0x18 != 0x08 and rate != 15 and sampling != 3
    return Container.MP3 if sound else None


def _adts(data: bytes, at: int) -> bool:
    """Whether another frame of AAC follows this one, or nothing does."""
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    after = data[at + size : at + size + 2]
    follows = len(after) < 2 or (after[0] == 0xFF and after[1] & 0xF6 == 0xF0)
    return size > 7 and follows


def _unsupported(name: str) -> MediaFileError:
    message = f"{name} files are not supported"
    return MediaFileError(MediaFault.UNSUPPORTED, message)
