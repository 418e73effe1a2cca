"""Receivers of callbacks that fail, and the secrets that callbacks are signed with."""

from typing import Annotated

from pydantic import Field

from app.access import Scope
from app.api.admin.apps import Appid
from app.api.admin.call import Current
from app.api.admin.jobs import AppidQuery
from app.api.admin.jobs_views import ReceiversView, receiver
from app.api.admin.table import Table
from app.api.admin.types import Closed, View, shows

TABLE = Table("admin: jobs")

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - an example
_WHICH = {"appid": "wx0123456789abcdef", "endpoint": "hooks.example.com"}

Named = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Endpoint = Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]


class ReceiverIn(Closed):
    """A receiver of an app."""

    appid: Named
    endpoint: Endpoint
    """`push`, or the host of callback URLs, as a check shows it."""
    model_config = shows(_WHICH)


class ReceiverOff(ReceiverIn):
    """A receiver to switch off, and why."""

    reason: Annotated[str, Field(max_length=200, pattern=r"^[^\u0000]*$")] = ""
    model_config = shows({**_WHICH, "reason": "moves to another host"})


class Freed(View):
    """How many callbacks that were set aside are sent now."""

    freed: int
    model_config = shows({"freed": 17})


class CallbackSecrets(View):
    """What native callbacks of an app are signed with, newest first."""

    secrets: list[str]
    """By Standard Webhooks; every callback carries a signature of each."""
    model_config = shows({"secrets": [_SECRET]})


@TABLE.get("/callback-endpoints", Scope.JOBS_READ)
async def list_callback_endpoints(
    call: Current, appid: AppidQuery = None
) -> ReceiversView:
    """List receivers of callbacks that fail or are switched off."""
    found = await call.desk.jobs.endpoints(appid)
    return ReceiversView(items=[receiver(end) for end in found])


@TABLE.change(
    "POST",
    "/callback-endpoints:disable",
    Scope.JOBS_WRITE,
    "callback_endpoint.disable",
    refusals=(404,),
)
async def disable_callback_endpoint(call: Current, body: ReceiverOff) -> ReceiversView:
    """Switch a receiver off; its callbacks are set aside until it is on again.

    Answers with the receivers of the app that fail or are switched off.
    """
    call.note(body.appid, endpoint=body.endpoint, reason=body.reason)
    await call.desk.access.get_app(body.appid)
    reason = body.reason or f"switched off by {call.who}"
    await call.desk.jobs.disable(body.appid, body.endpoint, reason)
    return await list_callback_endpoints(call, body.appid)


@TABLE.change(
    "POST",
    "/callback-endpoints:enable",
    Scope.JOBS_WRITE,
    "callback_endpoint.enable",
    refusals=(404,),
)
async def enable_callback_endpoint(call: Current, body: ReceiverIn) -> Freed:
    """Switch a receiver on again, and send what was set aside for it."""
    call.note(body.appid, endpoint=body.endpoint)
    await call.desk.access.get_app(body.appid)
    freed = await call.desk.jobs.enable(body.appid, body.endpoint)
    call.note(body.appid, freed=freed)
    return Freed(freed=freed)


@TABLE.get("/apps/{appid}/callback-secrets", Scope.APPS_ADMIN, refusals=(404,))
async def show_callback_secrets(call: Current, appid: Appid) -> CallbackSecrets:
    """Show what native callbacks of an app are signed with.

    Raise the app's setting `callback_key` by one for a new secret.
    """
    app = await call.desk.access.get_app(appid)
    return CallbackSecrets(secrets=list(call.desk.callback_keys.secrets(app)))
