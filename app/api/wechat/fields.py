"""Read request fields as leniently as real clients need it.

`null` and `""` mean absent everywhere; whole numbers may come as strings.
"""

from typing import Any

from app.api.wechat.errors import BAD_DATA, WechatError

Fields = dict[str, Any]
_MAX_DIGITS = 12


def text(fields: Fields, name: str, code: int = BAD_DATA) -> str:
    """Return a string field, `""` when absent.

    Raises:
        WechatError: `code`, when it is no string.
    """
    value = fields.get(name)
    if type(value) is str:
        return value
    if value is not None:
        raise WechatError(code)
    return ""


def required(fields: Fields, name: str, code: int = BAD_DATA) -> str:
    """Return a string field that must be there and not empty.

    Raises:
        WechatError: `code`, when it is missing, empty or no string.
    """
    value = text(fields, name, code)
    if not value:
        raise WechatError(code)
    return value


def number(fields: Fields, name: str, code: int = BAD_DATA) -> int | None:
    """Return a whole number, also from a string; None when absent.

    Raises:
        WechatError: `code`, when it is neither.
    """
    value = fields.get(name)
    if type(value) is int:
        return value
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = value.strip()
        if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
            return int(value)
        raise WechatError(code)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WechatError(code)
    if value != value // 1:  # also refuses NaN and infinities
        raise WechatError(code)
    return int(value)


def flag(fields: Fields, name: str) -> bool:
    """Return a truth value, also from 0, 1 and strings; False when absent.

    Raises:
        WechatError: BAD_DATA, when it is none of these.
    """
    value = fields.get(name)
    if isinstance(value, str):
        value = value.strip().lower()
    if value in (None, "", False, 0, "0", "false"):
        return False
    if value in (True, 1, "1", "true"):
        return True
    raise WechatError(BAD_DATA)
