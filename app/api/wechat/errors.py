"""WeChat's error codes, for every refusal of the compatible endpoints."""

from typing import TYPE_CHECKING

from app.access import AccessError, QuotaExceeded, Reason, RidError, RidReason, Window

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM_ERROR = -1
NOT_GET = 43001
NOT_POST = 43002
EMPTY_BODY = 44002
BAD_DATA = 47001
TOO_LONG = 45002
BAD_SCENE = 40129
BAD_OPENID = 40003
BAD_APPID = 40013
BAD_URL = 40066
BAD_MEDIA_TYPE = 40004
CALLBACK_REFUSED = 40201
UNKNOWN_TOKEN = 40001
UNAUTHORIZED = 48001
RISKY = 87014
BAD_MEDIA_SIZE = 40006
NO_MEDIA = 41005
MEDIA_TIMEOUT = 87015
NOT_FETCHED = -1008
NOT_AN_IMAGE = 750034
MINUTE_LIMIT = 44991
DAY_LIMIT = 45009

MESSAGES: "Mapping[int, str]" = {
    SYSTEM_ERROR: "system error",
    UNKNOWN_TOKEN: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    BAD_OPENID: "invalid openid",
    BAD_MEDIA_TYPE: "invalid media type",
    BAD_APPID: "invalid appid",
    BAD_URL: "invalid url",
    40125: "invalid appsecret,",
    CALLBACK_REFUSED: "invalid url",
    BAD_SCENE: "invalid scene",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    42001: "access_token expired",
    NOT_GET: "require GET method",
    NOT_POST: "require POST method",
    EMPTY_BODY: "empty post data",
    MINUTE_LIMIT: "reach max api minute frequence",
    TOO_LONG: "content size out of limit",
    DAY_LIMIT: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    BAD_DATA: "data format error",
    UNAUTHORIZED: "api unauthorized",
    48006: "forbid to clear quota because of reaching the limit",
    76001: "rid not found",
    76002: "rid is error",
    76003: "could not query this rid,no permission",
    76004: "rid time is error",
    76021: "cgi_path not found, please check",
    RISKY: "risky content",
    BAD_MEDIA_SIZE: "invalid media size",
    NO_MEDIA: "media data missing",
    MEDIA_TIMEOUT: "query timeout, try a content with less size",
    NOT_FETCHED: "下载错误,请检查媒体链接是否有效",
    NOT_AN_IMAGE: "invalid media_type",
}
"""Every code that is ever sent, with WeChat's own words."""


class WechatError(Exception):
    """A refusal with one of WeChat's codes; the words follow from the code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


_BY_REASON: "Mapping[Reason, int]" = {
    Reason.TOKEN_MISSING: 41001,
    Reason.TOKEN_UNKNOWN: UNKNOWN_TOKEN,
    Reason.TOKEN_EXPIRED: 42001,
    Reason.APPID_MISSING: 41002,
    Reason.APPID_INVALID: BAD_APPID,
    Reason.APP_UNKNOWN: BAD_APPID,
    # A new token would be refused as well, so no code that asks for one.
    Reason.APP_DISABLED: UNAUTHORIZED,
    Reason.SECRET_MISSING: 41004,
    Reason.SECRET_WRONG: 40125,
    Reason.GRANT_TYPE: 40002,
    Reason.FORBIDDEN: UNAUTHORIZED,
    Reason.THROTTLED: 45011,
}

_BY_WINDOW: "Mapping[Window, int]" = {
    Window.MINUTE: MINUTE_LIMIT,
    Window.DAY: DAY_LIMIT,
    Window.MONTH: 48006,
}
_BY_RID_REASON: "Mapping[RidReason, int]" = {
    RidReason.UNKNOWN: 76001,
    RidReason.MALFORMED: 76002,
    RidReason.OTHER_APP: 76003,
    RidReason.TOO_OLD: 76004,
}


def from_access(error: AccessError) -> WechatError:
    """Translate a refusal of the access room."""
    return WechatError(_BY_REASON.get(error.reason, UNAUTHORIZED))


def from_quota(error: QuotaExceeded) -> WechatError:
    """Translate a used-up quota: every window has a code of its own."""
    return WechatError(_BY_WINDOW[error.window])


def from_rid(error: RidError) -> WechatError:
    """Translate the reason why a rid tells nothing."""
    return WechatError(_BY_RID_REASON[error.reason])
