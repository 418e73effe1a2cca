"""Why a request to somebody else's host came to nothing."""

from enum import StrEnum


class Fault(StrEnum):
    """What went wrong; only `refused` is certain to go wrong again."""

    REFUSED = "refused"
    """Our own rules forbid the address, the port, the scheme or the URL."""
    UNRESOLVED = "unresolved"
    """The name has no address at present."""
    UNREACHABLE = "unreachable"
    """No connection, or it broke."""
    UNTRUSTED = "untrusted"
    """The certificate does not prove the name, or TLS failed."""
    TIMEOUT = "timeout"
    """It took longer than allowed, altogether or in one step."""
    TOO_LARGE = "too_large"
    """The answer has more bytes than allowed."""
    BROKEN = "broken"
    """The answer is not proper HTTP, is cut short, or is compressed unasked."""


class OutboundError(Exception):
    """A request failed; the text is one sentence without path, query or body."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault

    @property
    def final(self) -> bool:
        """Whether trying the same URL again is pointless."""
        return self.fault is Fault.REFUSED


def refused(message: str) -> OutboundError:
    """An error of our own making, before anything was sent."""
    return OutboundError(Fault.REFUSED, message)
