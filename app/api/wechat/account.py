"""Quotas and failed requests: what an app can ask about itself."""

import re
from typing import TYPE_CHECKING

import orjson

from app.access import AccessError, Reason
from app.api.media.room import ASYNC_PATH, MEDIA_PATH
from app.api.v1 import images, texts
from app.api.wechat import errors, fields
from app.api.wechat.errors import WechatError
from app.api.wechat.images import GAME_IMAGE_PATH, IMAGE_PATH
from app.api.wechat.text import GAME_PATH, TEXT_PATH

if TYPE_CHECKING:
    from app.access import Usage
    from app.api.rooms import Rooms
    from app.api.wechat.endpoint import Call

CLEAR_QUOTA_PATH = "/cgi-bin/clear_quota"
CLEAR_QUOTA_V2_PATH = "/cgi-bin/clear_quota/v2"
QUOTA_GET_PATH = "/cgi-bin/openapi/quota/get"
RID_GET_PATH = "/cgi-bin/openapi/rid/get"
COUNTED_PATHS = frozenset(
    {
        TEXT_PATH,
        GAME_PATH,
        IMAGE_PATH,
        GAME_IMAGE_PATH,
        ASYNC_PATH,
        texts.PATH,
        images.PATH,
        MEDIA_PATH,
    }
)
"""The APIs that count against a quota of their own; the native ones by text or
picture."""

_OK = b'{"errcode":0,"errmsg":"ok"}'
_CGI_PATH = re.compile(r"/[A-Za-z0-9_./:-]{1,200}", re.ASCII)
_NO_LIMIT = 2_000_000_000
"""What an app without a limit reads; a client's 32-bit integer must hold it."""
_MINUTE = 60


async def clear_quota(rooms: "Rooms", call: "Call") -> bytes:
    """Start the counts of the token's own app anew."""
    appid = fields.required(call.fields, "appid", errors.BAD_APPID)
    if appid != call.owner.appid:
        raise WechatError(errors.BAD_APPID)
    await rooms.quotas.clear(appid)
    return _OK


async def clear_quota_v2(rooms: "Rooms", call: "Call") -> bytes:
    """Do the same with the app's secret instead of a token."""
    appid = fields.text(call.fields, "appid")
    secret = fields.text(call.fields, "appsecret")
    if not appid:
        raise AccessError(Reason.APPID_MISSING)
    app = await rooms.access.verify_secret(appid, secret)
    await rooms.quotas.clear(app.appid)
    return _OK


async def quota_get(rooms: "Rooms", call: "Call") -> bytes:
    """Tell how much of one API's quota is used."""
    path = fields.required(call.fields, "cgi_path")
    if not _CGI_PATH.fullmatch(path):
        raise WechatError(76003)
    if path not in COUNTED_PATHS:
        raise WechatError(76021)
    usage = await rooms.quotas.usage(call.owner, path)
    return orjson.dumps(
        {
            "errcode": 0,
            "errmsg": "ok",
            "quota": _day(usage),
            "rate_limit": {
                "call_count": _limit(usage.minute_limit),
                "refresh_second": _MINUTE,
            },
            "component_rate_limit": {"call_count": 0, "refresh_second": 0},
        }
    )


async def rid_get(rooms: "Rooms", call: "Call") -> bytes:
    """Tell what became of a failed request of the last days.

    Bodies, queries and addresses are not kept, so their fields are empty.
    """
    rid = fields.required(call.fields, "rid", 76002)
    record = await rooms.rids.get(rid, call.owner.appid)
    return orjson.dumps(
        {
            "errcode": 0,
            "errmsg": "ok",
            "request": {
                "invoke_time": int(record.invoke_time),
                "cost_in_ms": round(record.cost_ms),
                "request_url": record.path,
                "request_body": "",
                "response_body": record.response,
                "client_ip": "",
            },
        }
    )


def _day(usage: "Usage") -> dict[str, int]:
    limit = _limit(usage.day_limit)
    return {
        "daily_limit": limit,
        "used": usage.day_used,
        "remain": max(0, limit - usage.day_used),
    }


def _limit(limit: int | None) -> int:
    return _NO_LIMIT if limit is None else limit
