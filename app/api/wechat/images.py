"""`/wxa/img_sec_check`, and the mini-game check of a picture by its address."""

from typing import TYPE_CHECKING, Any

import structlog

from app.api.forms import FormError, is_form, read_form
from app.api.http import header
from app.api.jsonio import dumps
from app.api.pictures import Asked, ImagesOffError, check_picture, pictures_of
from app.api.wechat import errors, fields, render
from app.api.wechat.errors import WechatError
from app.api.wechat.text import check_openid, default_scene, require_ready
from app.domain.finding import Suggest
from app.domain.scenes import WECHAT_SCENES
from app.image.errors import BusyError, Fault, PictureError, Trouble, WorkerError
from app.image.sniff import sniff
from app.outbound import OutboundError

if TYPE_CHECKING:
    from starlette.types import Scope as AsgiScope

    from app.api.forms import Part
    from app.api.rooms import Rooms
    from app.api.wechat.endpoint import Call
    from app.image.checker import ImageVerdict

IMAGE_PATH = "/wxa/img_sec_check"
GAME_IMAGE_PATH = "/wxa/game/content_spam/media_check_sync"
FORM_ROOM = 64 * 1024
"""Bytes that a form may have beside its picture."""

_OK = b'{"errcode":0,"errmsg":"ok"}'
_FIELD = "media"
_IMAGE = 2
_log = structlog.stdlib.get_logger("seccheck.api")


def read_picture(scope: "AsgiScope", body: bytes) -> dict[str, Any]:
    """Find the picture in a body: in a form, or as the body itself.

    Raises:
        WechatError: 44002 for an empty body, 47001 for one of another kind, 41005
            for a form without a file.
    """
    if not body:
        raise WechatError(errors.EMPTY_BODY)
    kind = header(scope, b"content-type")
    if is_form(kind, body):
        try:
            return {_FIELD: _chosen(read_form(kind, body))}
        except FormError:
            raise WechatError(errors.BAD_DATA) from None
    try:
        sniff(body)
    except PictureError:
        raise WechatError(errors.BAD_DATA) from None
    return {_FIELD: body}


def _chosen(parts: "list[Part]") -> bytes:
    """The file named `media`, else the first file; a field if a picture is in it."""
    files = [part for part in parts if part.filename is not None or _pictured(part)]
    for part in sorted(files, key=lambda part: part.name != _FIELD):
        if part.data:
            return part.data
    raise WechatError(errors.NO_MEDIA)


def _pictured(part: "Part") -> bool:
    """Whether a part begins like a picture of any kind."""
    try:
        sniff(part.data)
    except PictureError as error:
        return error.fault is not Fault.NOT_A_PICTURE
    return True


async def check_image(rooms: "Rooms", call: "Call") -> bytes:
    """Answer `/wxa/img_sec_check`, which knows `ok` and 87014 only."""
    require_ready(rooms)
    rules = call.owner.effective
    picture: bytes = call.fields[_FIELD]
    if rules.max_image is not None and len(picture) > rules.max_image:
        raise WechatError(errors.BAD_MEDIA_SIZE)
    asked = Asked(call.owner.appid, default_scene(rooms, call))
    verdict = await _look(rooms, IMAGE_PATH, picture, asked)
    said = verdict.verdict.suggest
    if said is Suggest.REVIEW:
        said = Suggest(rules.v1_image_review_as)
    if verdict.unsure or (said is Suggest.PASS and not verdict.whole):
        raise WechatError(errors.MEDIA_TIMEOUT)
    if said is Suggest.RISKY:
        raise WechatError(errors.RISKY)
    return _OK


async def check_game_image(rooms: "Rooms", call: "Call") -> bytes:
    """Answer the mini-game check: fetch a picture, and say at once what it is."""
    require_ready(rooms)
    rules, url = call.owner.effective, fields.required(call.fields, "media_url")
    asked = _read_game(rooms, call)
    try:
        picture = await pictures_of(rooms).fetcher.get(url)
    except ImagesOffError:
        raise WechatError(errors.UNAUTHORIZED) from None
    except OutboundError:
        raise WechatError(errors.NOT_FETCHED) from None
    verdict = await _look(rooms, GAME_IMAGE_PATH, picture, asked)
    review_as = render.review_shown_as(rules.review_as, whole=verdict.whole)
    return dumps(
        {
            "errcode": 0,
            "errmsg": "ok",
            "result": render.result(verdict.verdict, review_as),
            "detail": render.image_detail(verdict, render.GAME_MODEL, rules),
            "trace_id": rooms.rids.new(),
        }
    )


def _read_game(rooms: "Rooms", call: "Call") -> Asked:
    """Read the request; complaints come in the order of the text check."""
    given, rules = call.fields, call.owner.effective
    if fields.number(given, "version") not in (None, 2):
        raise WechatError(errors.BAD_DATA)
    if fields.number(given, "media_type", errors.NOT_AN_IMAGE) not in (None, _IMAGE):
        raise WechatError(errors.NOT_AN_IMAGE)
    if rules.require_scene and given.get("scene") in (None, ""):
        raise WechatError(errors.BAD_DATA)
    if rules.require_openid and given.get("openid") in (None, ""):
        raise WechatError(errors.BAD_DATA)
    number = fields.number(given, "scene", errors.BAD_SCENE)
    if number is not None and number not in WECHAT_SCENES:
        raise WechatError(errors.BAD_SCENE)
    openid = fields.text(given, "openid", errors.BAD_OPENID)
    check_openid(openid)
    scene = default_scene(rooms, call) if number is None else WECHAT_SCENES[number]
    return Asked(call.owner.appid, scene, openid or None)


async def _look(
    rooms: "Rooms", path: str, picture: bytes, asked: Asked
) -> "ImageVerdict":
    """Check a picture.

    Raises:
        WechatError: it could not be checked; -1 asks to come again.
    """
    try:
        return await check_picture(rooms, path, picture, asked)
    except ImagesOffError:
        raise WechatError(errors.UNAUTHORIZED) from None
    except BusyError:
        raise WechatError(errors.SYSTEM_ERROR) from None
    except PictureError as error:
        raise WechatError(_OF_FAULT[error.fault]) from None
    except WorkerError as error:
        _log.warning("picture_not_checked", trouble=error.trouble.value, path=path)
        raise WechatError(_OF_TROUBLE[error.trouble]) from None


_OF_FAULT = {
    Fault.NOT_A_PICTURE: errors.BAD_DATA,
    Fault.UNSUPPORTED: errors.BAD_DATA,
    Fault.TOO_LARGE: errors.BAD_MEDIA_SIZE,
    Fault.DAMAGED: errors.BAD_DATA,
}
_OF_TROUBLE = {
    Trouble.CRASHED: errors.MEDIA_TIMEOUT,
    Trouble.TIMEOUT: errors.MEDIA_TIMEOUT,
    Trouble.MEMORY: errors.MEDIA_TIMEOUT,
    Trouble.UNAVAILABLE: errors.SYSTEM_ERROR,
}
