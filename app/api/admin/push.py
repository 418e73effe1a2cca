"""Where the events of an app are pushed, and whether they arrive."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from app.access import Scope
from app.api.admin.apps import Appid
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import Closed, Flag, Instant, View, instant, shows
from app.api.problems import FieldError, ProblemError
from app.push import Format, Mode, PushChange, PushError, PushSettings, account_name
from app.push.rules import where

TABLE = Table("admin: push")

_SETTINGS = {
    "url": "https://api.example.com/wechat/push",
    "format": "json",
    "mode": "safe",
    "to_user": "gh_9df7d78a1234",
    "callback_hosts": ["hooks.example.com"],
}
_EXAMPLE = {
    **_SETTINGS,
    "token_set": True,
    "aes_key_set": True,
    "verified_at": "2026-11-25T07:30:00Z",
    "changed_at": "2026-11-25T07:30:00Z",
}
_TRIED = {
    "trace_id": "6926a1f8-0c5e8a11-5b2f9d34",
    "outcome": "retry",
    "status": 500,
    "why": "the receiver answered with status 500",
}

Text = Annotated[str, Field(max_length=4000)]


class PushView(View):
    """Push settings of an app; its secrets are never shown."""

    url: str | None
    """Null: nothing is pushed."""
    format: Format
    mode: Mode
    to_user: str
    """The `ToUserName` of its events."""
    callback_hosts: list[str]
    """Hosts that a callback URL named in a call may lead to."""
    token_set: bool
    aes_key_set: bool
    verified_at: Instant | None
    """When the receiver passed the URL check; null: it was not asked."""
    changed_at: Instant | None
    model_config = shows(_EXAMPLE)


class PushIn(Closed):
    """Push settings, all of them; only secrets that are left out stay as they are."""

    url: Text | None = None
    """Null stops the push and forgets both secrets."""
    token: Text | None = None
    """The Token, 3 to 32 letters and digits. Null: as before."""
    aes_key: Text | None = None
    """The EncodingAESKey, 43 letters and digits. Null: as before; empty: none."""
    format: Format = Format.XML
    mode: Mode = Mode.PLAIN
    to_user: Text = ""
    """The `ToUserName` of its events; empty: derived from the appid."""
    callback_hosts: Annotated[list[Text], Field(max_length=1000)] = Field(
        default_factory=list
    )
    """Hosts that a callback URL named in a call may lead to; empty: none."""
    verify: Flag | None = None
    """Whether the receiver must pass the URL check first. Null: when the URL changes
    or a token is given."""
    model_config = shows(
        {
            **_SETTINGS,
            "token": "Sx7dQ2kLm9",
            "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        }
    )


class PushTest(Closed):
    """What event to try."""

    version: Literal[1, 2] = 2
    """Of the check that the event would be about."""
    model_config = shows({"version": 2})


class PushTried(View):
    """What became of a test event."""

    trace_id: str
    """Of the event; there is no check with it."""
    outcome: Literal["taken", "retry", "refused"]
    """`retry`: it did not arrive. `refused`: the rules forbid the URL."""
    status: int | None
    """Of the receiver's answer; null when there was none."""
    why: str
    """One sentence, or empty."""
    model_config = shows(_TRIED)


def _view(appid: str, found: PushSettings) -> PushView:
    return PushView(
        url=found.url,
        format=found.format,
        mode=found.mode,
        to_user=found.to_user or account_name(appid),
        callback_hosts=list(found.callback_hosts),
        token_set=found.token_set,
        aes_key_set=found.aes_key_set,
        verified_at=None if found.verified_at is None else instant(found.verified_at),
        changed_at=None if found.changed_at is None else instant(found.changed_at),
    )


@TABLE.get("/apps/{appid}/push", Scope.APPS_ADMIN, refusals=(404,))
async def show_push(call: Current, appid: Appid) -> PushView:
    """Show the push settings of an app."""
    await call.desk.access.get_app(appid)
    return _view(appid, await call.desk.push.settings(appid))


@TABLE.change(
    "PUT", "/apps/{appid}/push", Scope.APPS_ADMIN, "app.push", refusals=(404, 409, 413)
)
async def put_push(call: Current, appid: Appid, body: PushIn) -> PushView:
    """Replace the push settings of an app.

    Before a URL or token is changed, the receiver must pass the URL check of WeChat.
    """
    call.note(appid, **_noted(body))
    await call.desk.access.get_app(appid)
    change = PushChange(
        url=body.url,
        token=body.token,
        aes_key=body.aes_key,
        format=body.format,
        mode=body.mode,
        to_user="" if body.to_user == account_name(appid) else body.to_user,
        callback_hosts=tuple(body.callback_hosts),
    )
    try:
        done = await call.desk.push.put(appid, change, verify=body.verify)
    except PushError as error:
        raise _problem(error) from None
    # Not before: until it was checked, it may be a secret in the wrong field.
    call.note(appid, to_user=done.to_user, callback_hosts=done.callback_hosts)
    return _view(appid, done)


@TABLE.change(
    "DELETE",
    "/apps/{appid}/push",
    Scope.APPS_ADMIN,
    "app.push_delete",
    refusals=(404,),
)
async def delete_push(call: Current, appid: Appid) -> PushView:
    """Forget the push settings of an app, with its secrets and callback hosts."""
    call.note(appid)
    await call.desk.access.get_app(appid)
    await call.desk.push.remove(appid)
    return _view(appid, await call.desk.push.settings(appid))


@TABLE.change(
    "POST",
    "/apps/{appid}/push:test",
    Scope.APPS_ADMIN,
    "app.push_test",
    refusals=(404, 409, 413),
)
async def try_push(
    call: Current, appid: Appid, body: PushTest | None = None
) -> PushTried:
    """Push one event to the receiver of an app, about a check that never was.

    Its verdict is clean. Whether it arrived is in the answer; it is not repeated.
    """
    call.note(appid)
    await call.desk.access.get_app(appid)
    wanted = body or PushTest()
    try:
        tried = await call.desk.push.test(appid, wanted.version)
    except PushError as error:
        raise _problem(error) from None
    outcome = tried.outcome
    call.note(appid, outcome=outcome.sent.value, answer=outcome.status)
    return PushTried(
        trace_id=tried.event.trace_id,
        outcome=outcome.sent.value,
        status=outcome.status,
        why=outcome.why,
    )


def _noted(body: PushIn) -> dict[str, object]:
    """What the audit log may know: no secret, and no path of the URL."""
    return {
        "where": None if body.url is None else where(body.url),
        "format": body.format.value,
        "mode": body.mode.value,
        "token_changed": body.token is not None,
        "aes_key_changed": body.aes_key is not None,
        "verify": body.verify,
    }


def _problem(error: PushError) -> ProblemError:
    """A wrong field, or a state that does not allow it."""
    said = str(error)
    if not error.field:
        detail = said[:1].upper() + said[1:] + "."
        return ProblemError(HTTPStatus.CONFLICT, "conflict", detail)
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        "The push settings were not changed.",
        errors=[FieldError(f"/{error.field}", said)],
    )
