"""The event `wxa_media_check`: what came out of an asynchronous media check."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

Value = str | int | Mapping[str, "Value"] | Sequence[Mapping[str, "Value"]]
Fields = Mapping[str, Value]
"""The fields of an event by their wire names, in their order."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of `detail`; what is None is not sent."""

    strategy: str
    errcode: int = 0
    suggest: str | None = None
    label: int | None = None
    prob: int | None = None
    level: int | None = None
    keyword: str | None = None

    def fields(self) -> dict[str, str | int]:
        """The element as it is sent."""
        given: dict[str, str | int | None] = {
            "strategy": self.strategy,
            "errcode": self.errcode,
            "suggest": self.suggest,
            "label": self.label,
            "prob": self.prob,
            "level": self.level,
            "keyword": self.keyword,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict as a whole: `pass`, `review` or `risky`, and WeChat's label."""

    suggest: str
    label: int


@dataclass(frozen=True, slots=True)
class MediaVerdict:
    """What came out: a result, or the error that there is none for.

    Version 1 knows two verdicts: `review` counts as no risk there, so turn it into
    what the app wants before.
    """

    result: Result | None = None
    detail: tuple[Element, ...] = ()
    errcode: int = 0
    errmsg: str = "ok"
    extra_info_json: str = ""

    def __post_init__(self) -> None:
        """Keep what was not checked from being read as a pass.

        Raises:
            ValueError: there is neither a result nor an error, or both.
        """
        if (self.result is None) == (self.errcode == 0):
            message = "a media verdict has a result or an error"
            raise ValueError(message)

    @property
    def isrisky(self) -> int:
        """1 for risky content, as version 1 has it."""
        return int(self.result is not None and self.result.suggest == "risky")

    @property
    def status_code(self) -> int:
        """The error as an unsigned number of 32 bits, as version 1 has it."""
        return self.errcode % 2**32


DOWNLOAD_FAILED = MediaVerdict(errcode=-1008, errmsg="下载错误,请检查媒体链接是否有效")
"""The link gave no media: WeChat's own code and text."""

UNREADABLE = MediaVerdict(errcode=-1009, errmsg="解码错误,媒体内容与所声明的类型不符")
"""The link gave something else than was declared. The text is ours, none is known."""


@dataclass(frozen=True, slots=True)
class MediaEvent:
    """One event, the same on every attempt to deliver it.

    `created` is Unix time in seconds. Receivers tell events apart by `from_user` and
    `created`: see `sender_name`.
    """

    appid: str
    trace_id: str
    version: Literal[1, 2]
    created: int
    to_user: str
    from_user: str
    verdict: MediaVerdict

    def fields(self) -> Fields:
        """The event by its wire names (contract section 5.1)."""
        head: dict[str, Value] = {
            "ToUserName": self.to_user,
            "FromUserName": self.from_user,
            "CreateTime": self.created,
            "MsgType": "event",
            "Event": "wxa_media_check",
        }
        return head | (self._first() if self.version == 1 else self._second())

    def _first(self) -> dict[str, Value]:
        return {
            "isrisky": self.verdict.isrisky,
            "extra_info_json": self.verdict.extra_info_json,
            "appid": self.appid,
            "trace_id": self.trace_id,
            "status_code": self.verdict.status_code,
        }

    def _second(self) -> dict[str, Value]:
        verdict = self.verdict
        body: dict[str, Value] = {
            "appid": self.appid,
            "trace_id": self.trace_id,
            "version": 2,
            "detail": [element.fields() for element in verdict.detail],
            "errcode": verdict.errcode,
            "errmsg": verdict.errmsg,
        }
        if verdict.result is not None:
            found = verdict.result
            body["result"] = {"suggest": found.suggest, "label": found.label}
        return body


def account_name(appid: str) -> str:
    """A `ToUserName` for an app that was given none: `gh_` and 12 digits."""
    return f"gh_{blake2b(appid.encode(), digest_size=6).hexdigest()}"


def sender_name(trace_id: str) -> str:
    """A `FromUserName` in the form of an openid, its own for each check.

    Receivers are told to take two events of the same sender and second for one; with
    one sender for all, the second of two checks that end at once would be lost.
    """
    digest = blake2b(trace_id.encode(), digest_size=18).digest()
    return "oSec" + base64.urlsafe_b64encode(digest).decode("ascii")
