"""Why a picture could not be looked at."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a file; it will be wrong again."""

    NOT_A_PICTURE = "not_a_picture"
    """The bytes do not begin like a picture of any kind that is known."""
    UNSUPPORTED = "unsupported"
    """A kind of picture that is not decoded here."""
    TOO_LARGE = "too_large"
    """More bytes or pixels than allowed."""
    DAMAGED = "damaged"
    """It begins like a picture, but nothing of it can be decoded."""


class Trouble(StrEnum):
    """Why no worker could finish, whatever it was given."""

    CRASHED = "crashed"
    """The worker broke or answered nonsense."""
    TIMEOUT = "timeout"
    """It took longer, by the clock or of the processor, than allowed."""
    MEMORY = "memory"
    """It needed more memory than allowed."""
    UNAVAILABLE = "unavailable"
    """No worker can be started, or the room is closing."""


class ImageError(Exception):
    """A picture was not looked at; the text is one sentence without its content."""


class PictureError(ImageError):
    """The file is at fault: the sender must send another one."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class WorkerError(ImageError):
    """A worker failed, most likely because of the file.

    `trouble` says how. A picture that ends a worker is suspicious.
    """

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class BusyError(ImageError):
    """More pictures are waiting than allowed; the same picture may be sent later."""
