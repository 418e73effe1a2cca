"""The bodies of `/wxa/media_check_async`, for the OpenAPI document."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Url = Annotated[str, Field(min_length=1, max_length=2048, pattern="^https?://")]
MediaType = Literal[1, 2, 3, "1", "2", "3"]


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class MediaV1Request(_Model):
    """Version 1: named by leaving `version` out."""

    version: Literal[1] | None = None
    media_url: Url
    """Where the file is; it is fetched later."""
    media_type: MediaType
    """1 sound, 2 picture; 3 video, beyond WeChat."""
    callback_url: Url | None = None
    """Beyond WeChat: where this event goes; the app must allow its host."""


class MediaV2Request(_Model):
    """Version 2."""

    version: Literal[2, "2"]
    media_url: Url
    """Where the file is; it is fetched later."""
    media_type: MediaType
    """1 sound, 2 picture; 3 video, beyond WeChat."""
    scene: Literal[1, 2, 3, 4] | None = None
    """1 profile, 2 comment, 3 forum, 4 social log; required only in strict apps."""
    openid: Annotated[str | None, Field(max_length=128)] = None
    """Required only in strict apps; an HMAC of it is kept."""
    callback_url: Url | None = None
    """Beyond WeChat: where this event goes; the app must allow its host."""


class MediaAnswer(_Model):
    """The check is on disk; its event carries the same trace_id."""

    errcode: Literal[0]
    errmsg: Literal["ok"]
    trace_id: Annotated[
        str, Field(pattern="^([0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})$")
    ]
