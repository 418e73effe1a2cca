"""JSON that never fails on odd Unicode, at orjson's speed in the usual case."""

import json
import re
from typing import Any, NoReturn

import orjson

_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAYBE_SURROGATE = (b"\\ud", b"\\uD")


class BadJsonError(ValueError):
    """The bytes are not UTF-8 JSON. The message never quotes them."""


def loads(body: bytes) -> Any:
    r"""Parse UTF-8 JSON, with or without a byte order mark.

    Lone surrogates written as `\ud800` are kept, as clients do send them after
    cutting a text in the middle of an emoji. `NaN` and `Infinity` are refused.

    Raises:
        BadJsonError: anything else, nesting too deep included.
    """
    if body.startswith(_BOM):
        body = body[3:]
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if not any(mark in body for mark in _MAYBE_SURROGATE):
            raise BadJsonError from None
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadJsonError from None


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def dumps(value: Any) -> bytes:
    """Serialise to UTF-8; lone surrogates become U+FFFD."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # orjson says no more than "not valid UTF-8"; the standard library can
        # write them, and one pass over its output replaces them all.
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _SURROGATE.sub("\ufffd", text).encode("utf-8")
