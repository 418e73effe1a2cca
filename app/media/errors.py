"""Why a file of sound or video was not looked at."""

from enum import StrEnum

from app.image.errors import Trouble

__all__ = [
    "MediaBusyError",
    "MediaError",
    "MediaFault",
    "MediaFileError",
    "MediaWorkerError",
    "Trouble",
]


class MediaFault(StrEnum):
    """What is wrong with a file; it will be wrong again."""

    NOT_MEDIA = "not_media"
    """The bytes do not begin like sound or video of any kind that is known."""
    UNSUPPORTED = "unsupported"
    """A container or a codec that is not decoded here."""
    TOO_LARGE = "too_large"
    """More bytes, pixels or tracks than allowed."""
    DAMAGED = "damaged"
    """It begins like sound or video, but nothing of it can be decoded."""
    WRONG_KIND = "wrong_kind"
    """Sound was promised and there is none, or video."""


class MediaError(Exception):
    """A file was not looked at; the text is one sentence without its content."""


class MediaFileError(MediaError):
    """The file is at fault: the sender must send another one."""

    def __init__(self, fault: MediaFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class MediaWorkerError(MediaError):
    """A worker failed, most likely because of the file; `trouble` says how."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class MediaBusyError(MediaError):
    """More files are waiting than allowed; the same file may be sent later."""
