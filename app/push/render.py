"""The body of a push as JSON or XML."""

import json
import re
from collections.abc import Mapping

from app.push.events import Fields, Value

_UNFIT = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # XML 1.0, Char
)


def to_json(fields: Fields) -> bytes:
    """One object, its text not escaped."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def to_xml(fields: Fields) -> bytes:
    """One `<xml>` element: strings in CDATA, numbers bare, lists by repetition."""
    return f"<xml>{_inside(fields)}</xml>".encode()


def _inside(fields: Mapping[str, Value]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, str):
        return f"<{name}>{_cdata(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{_inside(value)}</{name}>"
    return "".join(_element(name, one) for one in value)


def _cdata(text: str) -> str:
    """Any text; what would end the section is split over two."""
    fit = _UNFIT.sub("\ufffd", text)
    return f"<![CDATA[{fit.replace(']]>', ']]]]><![CDATA[>')}]]>"
