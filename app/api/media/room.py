"""What endpoints for media need beside the other rooms, and the callback secrets."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.access import App
    from app.jobs import Intake, JobDesk
    from app.outbound import Rules
    from app.push import PushRoom

MEDIA_PATH: Final = "/v1/media"
ASYNC_PATH: Final = "/wxa/media_check_async"


class MediaOffError(Exception):
    """This service takes no media."""


@dataclass(frozen=True, slots=True)
class CallbackKeys:
    """The secrets that native callbacks of an app are signed with.

    They follow from the service's own key, so nothing is stored, and every machine
    that has that key has them. `callback_key` of the app counts them: raising it
    begins a new one, and the one before signs along until it is raised again.
    """

    key: bytes

    def secrets(self, app: "App") -> tuple[str, ...]:
        """Standard Webhooks secrets, newest first; one or two."""
        newest = app.settings.callback_key
        return tuple(self._secret(app.appid, n) for n in (newest, newest - 1) if n >= 0)

    def _secret(self, appid: str, number: int) -> str:
        made = hmac.digest(self.key, f"{appid}\0{number}".encode(), "sha256")
        return "whsec_" + base64.b64encode(made).decode()


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """`size` is the largest native upload in bytes, `page` the longest list."""

    size: int = 50 * 2**20
    page: int = 100


@dataclass(frozen=True, slots=True)
class MediaRoom:
    """Where media are accepted and asked after.

    `callback_rules` say where callbacks may go at all; of these, an app allows some
    hosts. `hide` makes an HMAC of a user's id, 32 bytes.
    """

    intake: "Intake"
    desk: "JobDesk"
    push: "PushRoom"
    keys: CallbackKeys
    callback_rules: "Rules"
    hide: Callable[[str], bytes]
    limits: MediaLimits = field(default_factory=MediaLimits)
