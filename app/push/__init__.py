"""The event `wxa_media_check`, pushed to the URL that an app has set."""

from app.push.events import (
    DOWNLOAD_FAILED,
    UNREADABLE,
    Element,
    MediaEvent,
    MediaVerdict,
    Result,
    account_name,
    sender_name,
)
from app.push.room import PushRoom, Tried
from app.push.rules import PushError, callback_allowed
from app.push.sender import LONGER, Outcome, Pusher, Sent, next_try
from app.push.settings import PushChange, PushSettings
from app.push.target import Format, Mode, PushTarget
from app.push.vault import Vault

__all__ = [
    "DOWNLOAD_FAILED",
    "LONGER",
    "UNREADABLE",
    "Element",
    "Format",
    "MediaEvent",
    "MediaVerdict",
    "Mode",
    "Outcome",
    "PushChange",
    "PushError",
    "PushRoom",
    "PushSettings",
    "PushTarget",
    "Pusher",
    "Result",
    "Sent",
    "Tried",
    "Vault",
    "account_name",
    "callback_allowed",
    "next_try",
    "sender_name",
]
