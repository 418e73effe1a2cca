"""What a worker tells of a file: its facts, and what of it could not be decoded."""

from collections.abc import Mapping
from typing import Final

from app.media.budget import Budget
from app.media.errors import MediaFault, MediaFileError
from app.media.opening import Opened

_EARLY: Final = 2.0
_EARLY_SHARE: Final = 0.05
"""A file may end so much earlier than it says, in seconds and as a share of them."""


def facts_of(opened: Opened) -> Mapping[str, object]:
    """What is known before anything is decoded, as a message."""
    sound, video = opened.sound, opened.video
    return {
        "kind": "facts",
        "container": opened.container.value,
        "seconds": opened.seconds,
        "sound": None if sound is None else sound.codec_context.name,
        "channels": 0 if sound is None else sound.codec_context.channels,
        "rate": 0 if sound is None else sound.codec_context.sample_rate,
        "video": None if video is None else video.codec_context.name,
        "width": 0 if video is None else video.width,
        "height": 0 if video is None else video.height,
        "covers": len(opened.covers),
        "texts": opened.texts,
        "spare": opened.spare,
    }


def check_tracks(opened: Opened, budget: Budget, *, heard: bool, seen: bool) -> None:
    """Note tracks of which nothing was decoded.

    Raises:
        MediaFileError: that is so of all tracks, and there was time enough.
    """
    if opened.sound is not None and not heard:
        budget.stop("nothing of the sound can be decoded")
    if opened.video is not None and not seen:
        budget.stop("nothing of the video can be decoded")
    if not (heard or seen or opened.covers or budget.spent):
        message = "nothing of the file can be decoded"
        raise MediaFileError(MediaFault.DAMAGED, message)


def check_end(opened: Opened, budget: Budget, end: float) -> None:
    """Note that a file ends well before it says so."""
    stated = opened.stated
    if end < stated - max(_EARLY, _EARLY_SHARE * stated):
        budget.stop("the file ends earlier than it says")
