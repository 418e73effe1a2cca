"""`/wxa/media_check_async`, versions 1 and 2: accepted here, pushed when checked."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import structlog

from app.api.jsonio import dumps
from app.api.media.address import is_address
from app.api.media.plan import CallbackRefusedError, wechat_plan
from app.api.wechat import errors, fields
from app.api.wechat.errors import WechatError
from app.api.wechat.text import check_openid, default_scene
from app.domain.scenes import WECHAT_SCENES, scene_number
from app.jobs import AcceptError, Media, NewJob

if TYPE_CHECKING:
    from app.api.media.room import MediaRoom
    from app.api.rooms import Rooms
    from app.api.wechat.endpoint import Call
    from app.domain.scenes import Scene

_KINDS = {1: Media.AUDIO, 2: Media.IMAGE, 3: Media.VIDEO}
"""WeChat's numbers, and ours for video (contract page, section 4)."""
_SCENES = {n: scene for n, scene in WECHAT_SCENES.items() if n != 5}
_ABSENT = (None, "")
_log = structlog.stdlib.get_logger("seccheck.api")


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """What is to be checked; `openid` is "" when there is none."""

    version: Literal["1", "2"]
    media: Media
    scene: "Scene"
    url: str = field(repr=False)
    openid: str = field(repr=False)
    callback_url: str | None = field(repr=False)


async def check_media(rooms: "Rooms", call: "Call") -> bytes:
    """Answer `/wxa/media_check_async`: the check is on disk once there is a trace_id.

    Version 1 when none is named. Its verdict is pushed, or sent to the `callback_url`
    of the call, which WeChat does not know.
    """
    if rooms.media is None:
        raise WechatError(errors.UNAUTHORIZED)
    request = _read(rooms, call)
    trace_id = await _accept(rooms.media, call.owner.appid, request)
    return dumps({"errcode": 0, "errmsg": "ok", "trace_id": trace_id})


async def _accept(room: "MediaRoom", appid: str, request: MediaRequest) -> str:
    try:
        plan = await wechat_plan(room, appid, request.callback_url)
    except CallbackRefusedError:
        raise WechatError(errors.CALLBACK_REFUSED) from None
    new = NewJob(
        appid=appid,
        media=request.media,
        version=request.version,
        scene=scene_number(request.scene),
        url=request.url,
        user=room.hide(request.openid) if request.openid else None,
        plan=plan,
    )
    try:
        return (await room.intake.accept(new)).trace_id
    except AcceptError as error:
        _log.warning("media_not_accepted", why=type(error).__name__)
        raise WechatError(errors.SYSTEM_ERROR) from None


def _read(rooms: "Rooms", call: "Call") -> MediaRequest:
    """Read a request; complaints come in WeChat's order.

    What is missing first (47001), then the media_type (40004), the scene (40129) and
    the openid (40003).
    """
    given, scene, openid = call.fields, default_scene(rooms, call), ""
    version = fields.number(given, "version")
    if version not in (None, 1, 2):
        raise WechatError(errors.BAD_DATA)
    url = _address(fields.required(given, "media_url"))
    callback_url = fields.text(given, "callback_url") or None
    if callback_url is not None:
        _address(callback_url)
    if given.get("media_type") in _ABSENT:
        raise WechatError(errors.BAD_DATA)
    if version == 2:
        _require(call, given)
    media = _kind(given)
    if version == 2:
        scene = _scene(given) or scene
        openid = fields.text(given, "openid", errors.BAD_OPENID)
        check_openid(openid)
    named: Literal["1", "2"] = "2" if version == 2 else "1"
    return MediaRequest(named, media, scene, url, openid, callback_url)


def _address(url: str) -> str:
    if not is_address(url):
        raise WechatError(errors.BAD_DATA)
    return url


def _require(call: "Call", given: fields.Fields) -> None:
    rules = call.owner.effective
    if rules.require_scene and given.get("scene") in _ABSENT:
        raise WechatError(errors.BAD_DATA)
    if rules.require_openid and given.get("openid") in _ABSENT:
        raise WechatError(errors.BAD_DATA)


def _kind(given: fields.Fields) -> Media:
    number = fields.number(given, "media_type", errors.BAD_MEDIA_TYPE)
    if number not in _KINDS:
        raise WechatError(errors.BAD_MEDIA_TYPE)
    return _KINDS[number]


def _scene(given: fields.Fields) -> "Scene | None":
    number = fields.number(given, "scene", errors.BAD_SCENE)
    if number is not None and number not in _SCENES:
        raise WechatError(errors.BAD_SCENE)
    return None if number is None else _SCENES[number]
