"""Opening a file with FFmpeg: from memory, as what it is, and nothing else with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal, NoReturn, TypeVar

import av
from av.stream import Disposition

from app.media.errors import MediaFault, MediaFileError
from app.media.limits import MediaLimits
from app.media.sniff import Container


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SOUND_CODECS: Final = _words(
    "mp3 mp3float mp2 mp2float mp1 mp1float aac aac_fixed aac_latm ac3 ac3_fixed eac3"
    " wmav1 wmav2 wmapro wmavoice wmalossless flac vorbis libvorbis opus libopus alac"
    " amrnb amrwb speex libspeex adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf gsm"
    " gsm_ms pcm_u8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be"
    " pcm_f32le pcm_f32be pcm_f64le pcm_alaw pcm_mulaw nellymoser"
)
VIDEO_CODECS: Final = _words(
    "h264 hevc vp8 vp9 libvpx libvpx-vp9 av1 libdav1d mpeg4 mpeg1video mpeg2video"
    " msmpeg4v1 msmpeg4v2 msmpeg4v3 msmpeg4 h263 h263p flv flv1 wmv1 wmv2 wmv3 vc1"
    " theora mjpeg prores dvvideo svq1 svq3 vp6 vp6f vp6a qtrle rawvideo"
)
_TEXT_CODECS: Final = ("mov_text", "srt", "subrip", "ass", "ssa", "webvtt", "text")
_DECODERS: Final = ",".join(sorted(SOUND_CODECS | VIDEO_CODECS | {*_TEXT_CODECS}))
_STATED: Final = frozenset(
    {
        Container.MP4,
        Container.MATROSKA,
        Container.ASF,
        Container.FLAC,
        Container.WAV,
        Container.AVI,
        Container.FLV,
    }
)
"""Containers that state how long they last, instead of having it guessed."""
_PROBED: Final = 2 * 1024 * 1024
_PROBED_SECONDS: Final = 5
_NO_PROTOCOL: Final = "none"
"""No protocol has this name: whatever a file refers to cannot be opened."""


_T = TypeVar("_T", bound=av.stream.Stream)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is open; each of the two is None where there is no such track.

    `covers` are tracks with one picture, which players show beside the sound.
    """

    file: av.container.InputContainer
    container: Container
    sound: av.AudioStream | None
    video: av.VideoStream | None
    covers: tuple[av.VideoStream, ...]
    texts: int
    spare: int

    @property
    def start(self) -> float:
        """Seconds by the clock of the file at which it begins."""
        return (self.file.start_time or 0) / av.time_base

    @property
    def seconds(self) -> float:
        """How long it says that it lasts; 0 if it does not say so."""
        return max(0.0, (self.file.duration or 0) / av.time_base)

    @property
    def stated(self) -> float:
        """The same where the container states it, 0 where it would be a guess."""
        return self.seconds if self.container in _STATED else 0.0

    def second(self, stamp: int | None, track: av.stream.Stream | None) -> float | None:
        """The second from the beginning at which a stamp of a track is."""
        if stamp is None or track is None or track.time_base is None:
            return None
        return max(0.0, float(stamp * track.time_base) - self.start)


def open_file(data: bytes, container: Container, limits: MediaLimits) -> Opened:
    """Open a file and find its tracks; nothing is decoded but what that needs.

    Raises:
        MediaFileError: it cannot be opened, or has what is not allowed.
    """
    try:
        file = av.open(
            BytesIO(data),
            "r",
            format=container.value,
            metadata_errors="replace",
            io_open=refuse,
            container_options=guards(_names(container), limits),
        )
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError, OSError):
        message = "nothing of the file can be decoded"
        raise MediaFileError(MediaFault.DAMAGED, message) from None
    return _tracks(file, container, limits)


def _names(container: Container) -> str:
    """The demuxer as FFmpeg lists it, which may be under several names."""
    return av.ContainerFormat(container.value, "r").name


def guards(formats: str, limits: MediaLimits) -> dict[str, str]:
    """What FFmpeg is told of what it may do with a file."""
    return {
        "protocol_whitelist": _NO_PROTOCOL,
        "format_whitelist": formats,
        "codec_whitelist": _DECODERS,
        "max_streams": str(limits.tracks + 1),  # one more, to see that there are more
        "probesize": str(_PROBED),
        "analyzeduration": str(_PROBED_SECONDS * av.time_base),
    }


def refuse(*_: object) -> NoReturn:
    """Called for anything else that a file wants to be opened."""
    raise PermissionError


def _tracks(
    file: av.container.InputContainer, container: Container, limits: MediaLimits
) -> Opened:
    streams = list(file.streams)
    if len(streams) > limits.tracks:
        raise MediaFileError(MediaFault.TOO_LARGE, "the file has too many tracks")
    sounds = [each for each in streams if isinstance(each, av.AudioStream)]
    shown = [each for each in streams if isinstance(each, av.VideoStream)]
    covers = tuple(each for each in shown if _is_cover(each))
    videos = [each for each in shown if not _is_cover(each)]
    sound, video = _best(file, "audio", sounds), _best(file, "video", videos)
    _check_codec(sound, SOUND_CODECS)
    _check_codec(video, VIDEO_CODECS)
    if video is not None:
        _check_size(video, limits)
    return Opened(
        file=file,
        container=container,
        sound=sound,
        video=video,
        covers=covers,
        texts=sum(each.type == "subtitle" for each in streams),
        spare=max(0, len(sounds) - 1) + max(0, len(videos) - 1),
    )


def _check_size(video: av.VideoStream, limits: MediaLimits) -> None:
    """Refuse large pictures, and have the decoder refuse them on the way."""
    if video.width * video.height > limits.pixels:
        raise MediaFileError(MediaFault.TOO_LARGE, "the video has too many pixels")
    # Codecs round sizes up to whole blocks.
    video.codec_context.options = {"max_pixels": str(2 * limits.pixels)}


def _is_cover(track: av.VideoStream) -> bool:
    return bool(track.disposition & Disposition.attached_pic)


def _best(
    file: av.container.InputContainer,
    kind: Literal["audio", "video"],
    tracks: Sequence[_T],
) -> _T | None:
    """The track that a player would choose."""
    best = file.streams.best(kind)
    return next((each for each in tracks if each is best), next(iter(tracks), None))


def _check_codec(track: av.stream.Stream | None, codecs: frozenset[str]) -> None:
    if track is None:
        return
    context = track.codec_context
    if context is None or context.name not in codecs:
        message = f"the codec of the {track.type} is not supported"
        raise MediaFileError(MediaFault.UNSUPPORTED, message)
