"""What the jobs room speaks of: new jobs, leased jobs, verdicts, deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

Version = Literal["1", "2", "native"]

MOST_UPLOAD = 64 * 2**20
"""Bytes of a file that the table takes; the edge has limits of its own below."""

_KEY, _NAME, _REASON = 128, 64, 200


class Media(StrEnum):
    """What is checked."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class State(StrEnum):
    """How far a job is; see docs/jobs.md."""

    ACCEPTED = "accepted"
    """It waits to be checked, the first time or again."""
    FETCHING = "fetching"
    """A worker has it."""
    CLASSIFIED = "classified"
    """The verdict is written, callbacks wait."""
    DELIVERING = "delivering"
    """A callback was tried at least once."""
    DELIVERED = "delivered"
    """All callbacks were taken, or there were none to send."""
    DEAD = "dead"
    """The check was given up, or a callback was."""
    CANCELLED = "cancelled"
    """An operator decided it instead of the check."""


class Decided(StrEnum):
    """What a verdict came from."""

    CHECKED = "checked"
    FAILED = "failed"
    """The check said that it can never succeed."""
    GAVE_UP = "gave_up"
    """It was tried too often."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a callback of one job goes.

    `name` is its own within the job, `kind` the name of a schedule. `endpoint` is
    what is switched off for the app when it fails for days; by default `name`.
    `target` is kept encrypted and handed back for the delivery.
    """

    name: str
    kind: str
    target: Mapping[str, Json] = field(default_factory=dict, repr=False)
    endpoint: str = ""

    def __post_init__(self) -> None:
        """Refuse what the table does not take.

        Raises:
            ValueError: a name is empty or too long.
        """
        _name(self.name, "name")
        _name(self.kind, "kind", most=16)
        if self.endpoint:
            _name(self.endpoint, "endpoint")


@dataclass(frozen=True, slots=True)
class NewJob:
    """A check to be accepted: of a URL, or of a file that came along.

    `user` is an HMAC of the user's id. `extra` is whatever else the check needs; it
    is forgotten with the URL once there is a verdict. `body_hash` tells requests with
    the same `idem_key` apart.
    """

    appid: str
    media: Media
    version: Version
    scene: int
    url: str | None = field(default=None, repr=False)
    upload: bytes | None = field(default=None, repr=False)
    user: bytes | None = field(default=None, repr=False)
    extra: Mapping[str, Json] = field(default_factory=dict, repr=False)
    plan: tuple[Destination, ...] = ()
    idem_key: str | None = None
    body_hash: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Refuse what the tables do not take.

        Raises:
            ValueError: not exactly one of `url` and `upload`, or a value is too long.
        """
        _name(self.appid, "appid")
        if (self.url is None) == (self.upload is None):
            message = "a job has a url or an upload"
            raise ValueError(message)
        if self.idem_key is not None:
            _name(self.idem_key, "idem_key", most=_KEY)
        if len(self.body_hash) > 32 or len(self.user or b"") > 32:
            message = "body_hash and user have 32 bytes at most"
            raise ValueError(message)
        if len(self.upload or b"") > MOST_UPLOAD:
            message = f"upload has more than {MOST_UPLOAD} bytes"
            raise ValueError(message)
        if len({one.name for one in self.plan}) != len(self.plan):
            message = "two destinations have the same name"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job is on disk; `fresh` is False when it was before."""

    trace_id: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job. `attempt` counts this one; `token` is the lease.

    `url` is None for an upload, and for a job whose content cannot be read with the
    key that the service has now: then `readable` is False.
    """

    trace_id: str
    appid: str
    media: Media
    version: Version
    scene: int
    created: float
    attempt: int
    token: str = field(repr=False)
    url: str | None = field(default=None, repr=False)
    user: bytes | None = field(default=None, repr=False)
    extra: Mapping[str, Json] = field(default_factory=dict, repr=False)
    readable: bool = True
    interrupted: bool = False
    """Its last try came to no end: a process died, or lost the lease."""


@dataclass(frozen=True, slots=True)
class JobVerdict:
    """The one answer to a job; `body` is what the callback is made of.

    `suggest` is pass, review or risky. With an `errcode` nothing was checked, and
    `suggest` is review.
    """

    suggest: str
    label: int
    errcode: int = 0
    errmsg: str = "ok"
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A leased callback. `id` is the same on every attempt, and so is the content.

    `created` and `finished` are those of the job; `verdict` and `target` are None when
    they cannot be read with the key that the service has now.
    """

    id: str
    trace_id: str
    appid: str
    media: Media
    version: Version
    scene: int
    name: str
    kind: str
    endpoint: str
    attempt: int
    created: float
    finished: float
    decided: Decided
    token: str = field(repr=False)
    verdict: JobVerdict | None = field(default=None, repr=False)
    target: Mapping[str, Json] | None = field(default=None, repr=False)


class Sent(StrEnum):
    """What became of one try to deliver."""

    TAKEN = "taken"
    RETRY = "retry"
    """Not this time."""
    REFUSED = "refused"
    """Another try is pointless, for this callback."""
    GONE = "gone"
    """The receiver wants no more, now or later: it is switched off."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try, with the HTTP status when there was one.

    `why` is short and free of content. `retry_after` is what the receiver asked for
    in seconds.
    """

    sent: Sent
    why: str = ""
    status: int | None = None
    retry_after: float | None = None


def short(reason: str) -> str:
    """A reason as the tables take it."""
    return reason.replace("\0", "")[:_REASON]


def _name(value: str, what: str, *, most: int = _NAME) -> None:
    value.encode()  # a lone surrogate is a ValueError, too
    if not 0 < len(value) <= most or "\0" in value:
        message = f"{what} has 1 to {most} characters"
        raise ValueError(message)
