"""Why a caller is turned away."""

# ruff: noqa: S105 - the names of reasons, not passwords

from enum import StrEnum


class Reason(StrEnum):
    """What was wrong with the caller's credentials or request for them."""

    TOKEN_MISSING = "token_missing"
    TOKEN_UNKNOWN = "token_unknown"
    TOKEN_EXPIRED = "token_expired"
    APPID_MISSING = "appid_missing"
    APPID_INVALID = "appid_invalid"
    APP_UNKNOWN = "app_unknown"
    APP_DISABLED = "app_disabled"
    APP_EXISTS = "app_exists"
    SECRET_MISSING = "secret_missing"
    SECRET_INVALID = "secret_invalid"
    SECRET_WRONG = "secret_wrong"
    GRANT_TYPE = "grant_type"
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    ADMIN_KEY = "admin_key"


_TEXTS = {
    Reason.TOKEN_MISSING: "no access token was given",
    Reason.TOKEN_UNKNOWN: "the access token is unknown",
    Reason.TOKEN_EXPIRED: "the access token has expired",
    Reason.APPID_MISSING: "no appid was given",
    Reason.APPID_INVALID: "an appid is 1 to 64 letters, digits, dots, dashes or _",
    Reason.APP_UNKNOWN: "there is no app with this appid",
    Reason.APP_DISABLED: "the app is disabled",
    Reason.APP_EXISTS: "an app with this appid exists already",
    Reason.SECRET_MISSING: "no secret was given",
    Reason.SECRET_INVALID: "a secret is 1 to 256 printable ASCII characters",
    Reason.SECRET_WRONG: "the secret is wrong",
    Reason.GRANT_TYPE: "the grant type must be client_credential",
    Reason.FORBIDDEN: "the key lacks the scope for this",
    Reason.THROTTLED: "too many wrong secrets; try again later",
    Reason.ADMIN_KEY: "the admin key is unknown or revoked",
}


class AccessError(Exception):
    """The caller is refused for `reason`; the text is fit for an operator.

    `retry_after` is in seconds, set for `THROTTLED` only.
    """

    def __init__(self, reason: Reason, *, retry_after: float | None = None) -> None:
        """Say why, and when another try makes sense."""
        super().__init__(_TEXTS[reason])
        self.reason = reason
        self.retry_after = retry_after


class Window(StrEnum):
    """The period that a quota counts over; days and months are Beijing's."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


class QuotaExceeded(Exception):  # noqa: N818 - reads as the fact it states
    """The quota of `window` is used up; it opens again in `resets_in` seconds."""

    def __init__(self, window: Window, resets_in: float) -> None:
        """Name the window and the seconds until it starts anew."""
        super().__init__(f"the quota of this {window.value} is used up")
        self.window = window
        self.resets_in = resets_in


class RidReason(StrEnum):
    """Why nothing can be told about a rid."""

    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    OTHER_APP = "other_app"
    TOO_OLD = "too_old"


class RidError(Exception):
    """Nothing to tell about a rid, for `reason`."""

    def __init__(self, reason: RidReason) -> None:
        """Say why."""
        super().__init__(f"rid: {reason.value}")
        self.reason = reason
