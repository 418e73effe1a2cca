"""What a receiver's answer to an event says."""

import json
import re
from collections.abc import Mapping
from typing import Any

from app.push.crypto import MessageError
from app.push.signature import signature
from app.push.target import Mode, PushTarget

_TAKEN = frozenset({b"", b"success"})
_OTHER = "it answered something else than `success`"
_FOREIGN = "its answer was encrypted with another token or key"

# No XML parser: what a stranger answers is looked at, not obeyed.
_FIELD = re.compile(
    rb"<(Encrypt|MsgSignature|TimeStamp|Nonce)>\s*(?:<!\[CDATA\[)?\s*([^<>\[\]\s]+)"
)


def remark(target: PushTarget, body: bytes) -> str:
    """What is odd about an answer with status 2xx; "" for a proper one.

    Proper is nothing or `success`, in clear or, where the app has a key, encrypted.
    """
    if body.strip() in _TAKEN:
        return ""
    reply = _encrypted(body)
    if target.mode is Mode.PLAIN or "Encrypt" not in reply:
        return _OTHER
    parts = (reply.get(name, "") for name in ("TimeStamp", "Nonce", "Encrypt"))
    if signature(target.token, *parts) != reply.get("MsgSignature"):
        return _FOREIGN
    try:
        said = target.cipher().decrypt(reply["Encrypt"])
    except MessageError:
        return _FOREIGN
    return "" if said.strip() in _TAKEN else _OTHER


def _encrypted(body: bytes) -> Mapping[str, str]:
    """The fields of an encrypted reply, as far as they are there."""
    if body.lstrip().startswith(b"<"):
        found = _FIELD.findall(body)
        return {
            name.decode(): value.decode("ascii", "replace") for name, value in found
        }
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {name: str(one) for name, one in value.items()}
