"""The compatible endpoints' bodies, for the OpenAPI document.

The endpoints themselves read leniently and by hand (`fields.py`); these models
say what to send and what comes back.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Suggest = Literal["pass", "review", "risky"]
LabelCode = Literal[100, 10001, 20001, 20002, 20003, 20006, 20008, 20012, 20013, 21000]
_RID = r"^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class WechatOk(_Model):
    """Done, nothing more to say."""

    errcode: Literal[0]
    errmsg: Literal["ok"]


class WechatRefusal(_Model):
    """Any error, over HTTP status 200; see docs/errors.md for the codes."""

    errcode: Annotated[int, Field(examples=[40001])]
    errmsg: str
    """WeChat's words for the code, then ` rid: ` and an id to ask about."""


class TextCheckV1Request(_Model):
    """Version 1: named by leaving `version` out."""

    version: Literal[1] | None = None
    content: Annotated[str, Field(min_length=1)]
    """The text, up to 500 KB of UTF-8."""


class TextCheckV2Request(_Model):
    """Version 2."""

    version: Literal[2, "2"]
    content: Annotated[str, Field(min_length=1)]
    """The text; up to 10,000 characters unless the app has another limit."""
    scene: Literal[1, 2, 3, 4] | None = None
    """1 profile, 2 comment, 3 forum, 4 social log; required only in strict apps."""
    openid: Annotated[str | None, Field(max_length=128)] = None
    """Required only in strict apps; any opaque id will do."""
    title: str | None = None
    """Checked too."""
    nickname: str | None = None
    """Checked too, as a name."""
    signature: str | None = None
    """Checked too, in scene 1."""


class GameTextRequest(_Model):
    """The mini-game check, which knows scene 5 (chat) too."""

    version: Literal[2, "2"] | None = None
    content: Annotated[str, Field(min_length=1)]
    scene: Literal[1, 2, 3, 4, 5] | None = None
    openid: Annotated[str | None, Field(max_length=128)] = None
    nickname: str | None = None


class CheckSummary(_Model):
    """What to do with the text: the worst of all details."""

    suggest: Suggest
    label: LabelCode


class GameSummary(CheckSummary):
    """The verdict with a text that may be shown."""

    replaced_content: str
    """The content, hits masked with `*` unless it passed."""


class CheckDetail(_Model):
    """One checker's view; it counts only when its `errcode` is 0."""

    strategy: Literal[
        "content_model", "minigame_content_model", "keyword", "known_image"
    ]
    errcode: int
    """-1 from a content model that is not installed: it has no view."""
    suggest: Suggest | None = None
    label: LabelCode | None = None
    prob: Annotated[int | None, Field(ge=0, le=100)] = None
    """A model's confidence."""
    level: Annotated[int | None, Field(ge=0, le=100)] = None
    """A word's level."""
    keyword: str | None = None
    """The word of the list that was hit."""


class TextCheckAnswer(_Model):
    """A version 2 verdict. `errcode` 0 means checked, not clean: read `result`."""

    errcode: Literal[0]
    errmsg: Literal["ok"]
    result: CheckSummary
    detail: list[CheckDetail]
    trace_id: Annotated[str, Field(pattern=_RID)]


class GameTextAnswer(_Model):
    """The same with `replaced_content`."""

    errcode: Literal[0]
    errmsg: Literal["ok"]
    result: GameSummary
    detail: list[CheckDetail]
    trace_id: Annotated[str, Field(pattern=_RID)]


class GameImageRequest(_Model):
    """A picture of a game, by its address."""

    media_url: Annotated[str, Field(min_length=1)]
    media_type: Literal[2] = 2
    version: Literal[2] = 2
    scene: Annotated[int | None, Field(ge=1, le=5)] = None
    openid: Annotated[str | None, Field(max_length=128)] = None


class GameImageAnswer(_Model):
    """The verdict on a picture."""

    errcode: Literal[0]
    errmsg: Literal["ok"]
    result: CheckSummary
    detail: list[CheckDetail]
    trace_id: Annotated[str, Field(pattern=_RID)]


class StableTokenRequest(_Model):
    """Ask for the app's stable token."""

    grant_type: Literal["client_credential"]
    appid: Annotated[str, Field(min_length=1)]
    secret: Annotated[str, Field(min_length=1)]
    force_refresh: bool = False
    """End the former token now; 20 times a day, 30 seconds apart."""


class TokenAnswer(_Model):
    """An access token; this answer has no `errcode`."""

    access_token: Annotated[str, Field(min_length=1, max_length=512)]
    expires_in: Annotated[int, Field(ge=0)]
    """Seconds."""


class ClearQuotaRequest(_Model):
    """Start the app's counts anew, ten times a month."""

    appid: Annotated[str, Field(min_length=1)]


class ClearQuotaV2Request(_Model):
    """The same by secret, without a token."""

    appid: Annotated[str, Field(min_length=1)]
    appsecret: Annotated[str, Field(min_length=1)]


class QuotaGetRequest(_Model):
    """Ask for one API's quota."""

    cgi_path: Annotated[str, Field(min_length=1, examples=["/wxa/msg_sec_check"])]


class DayQuota(_Model):
    """Calls of this Beijing day; 2000000000 stands for no limit."""

    daily_limit: int
    used: int
    remain: int


class RateLimit(_Model):
    """So many calls in so many seconds."""

    call_count: int
    refresh_second: int


class QuotaAnswer(_Model):
    """One API's quota."""

    errcode: Literal[0]
    errmsg: Literal["ok"]
    quota: DayQuota
    rate_limit: RateLimit
    component_rate_limit: RateLimit


class RidGetRequest(_Model):
    """Ask what became of a failed request of the last seven days."""

    rid: Annotated[str, Field(min_length=1)]


class RidRequest(_Model):
    """What is kept of it; bodies, queries and addresses are not."""

    invoke_time: int
    """Unix time in seconds."""
    cost_in_ms: int
    request_url: str
    request_body: str
    response_body: str
    client_ip: str


class RidAnswer(_Model):
    """One failed request."""

    errcode: Literal[0]
    errmsg: Literal["ok"]
    request: RidRequest
