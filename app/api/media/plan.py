"""Where the callbacks of a check go: decided when it is accepted."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from app.jobs import Destination
from app.push import callback_allowed

if TYPE_CHECKING:
    from app.api.media.room import MediaRoom

PUSH: Final = "push"
"""The destination that is the app's own push URL."""
CALLBACK: Final = "callback"
"""The destination that a call names."""


class CallbackRefusedError(Exception):
    """The app does not allow callbacks to this host, or our rules forbid it."""


async def wechat_plan(
    room: "MediaRoom", appid: str, callback_url: str | None
) -> tuple[Destination, ...]:
    """The app's push URL, or the one of the call in its place, in WeChat's shape.

    Raises:
        CallbackRefusedError: the app does not allow the callback's host.
    """
    settings = await room.push.settings(appid)
    if callback_url is not None:
        _check(room, settings.callback_hosts, callback_url)
        return (_to(callback_url, kind="wechat"),)
    return (Destination(PUSH, "wechat"),) if settings.url else ()


async def native_plan(
    room: "MediaRoom", appid: str, callback_url: str | None
) -> tuple[Destination, ...]:
    """The callback URL of the call; without one the caller asks for the verdict.

    Raises:
        CallbackRefusedError: the app does not allow the callback's host.
    """
    if callback_url is None:
        return ()
    settings = await room.push.settings(appid)
    _check(room, settings.callback_hosts, callback_url)
    return (_to(callback_url, kind="native"),)


def _check(room: "MediaRoom", hosts: tuple[str, ...], url: str) -> None:
    if not callback_allowed(url, hosts, room.callback_rules):
        raise CallbackRefusedError


def _to(url: str, *, kind: str) -> Destination:
    host = (urlsplit(url).hostname or "")[:64]
    return Destination(CALLBACK, kind, {"url": url}, endpoint=host)
