"""One try to deliver a callback: WeChat's event, or a signed native message."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from app.access import AccessError, App, AppSettings
from app.domain.labels import Label
from app.jobs import Delivery, JobVerdict, Outcome, Sent, answered
from app.outbound import Caps, OutboundError, Signer
from app.push import (
    DOWNLOAD_FAILED,
    UNREADABLE,
    Element,
    MediaEvent,
    MediaVerdict,
    Pusher,
    PushError,
    PushTarget,
    Result,
    account_name,
    sender_name,
)
from app.push import Sent as Pushed

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from app.api.media.room import CallbackKeys
    from app.outbound import GuardedClient
    from app.push import PushRoom

EVENT: Final = "media.checked"
LARGEST: Final = 20 * 1024
"""Bytes of a message; of a larger verdict the first findings are sent."""
MOST_FINDINGS: Final = 20
_FAILED: Final = MediaVerdict(errcode=-1, errmsg="system error")
_FAILURES: Final = {each.errcode: each for each in (DOWNLOAD_FAILED, UNREADABLE)}
_CAPS: Final = Caps(body=64 * 1024, total=20.0)
_SENT: Final = {
    Pushed.TAKEN: Sent.TAKEN,
    Pushed.RETRY: Sent.RETRY,
    Pushed.REFUSED: Sent.REFUSED,
}


class Deliveries:
    """Sends callbacks; safe to use from many tasks of one event loop."""

    def __init__(
        self,
        client: "GuardedClient",
        push: "PushRoom",
        keys: "CallbackKeys",
        app_of: "Callable[[str], Awaitable[App]]",
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Go out by `client`; `clock` gives Unix seconds."""
        self._client = client
        self._push = push
        self._keys = keys
        self._app_of = app_of
        self._clock = clock
        self._pusher = Pusher(client, clock=clock)

    async def __call__(self, delivery: Delivery) -> Outcome:
        """Send once; see `app.jobs.worker.Deliver`."""
        if delivery.verdict is None:
            return Outcome(Sent.REFUSED, "the verdict cannot be read")
        if delivery.kind == "native":
            return await self._native(delivery, delivery.verdict)
        return await self._event(delivery, delivery.verdict)

    async def _event(self, delivery: Delivery, verdict: JobVerdict) -> Outcome:
        try:
            target = await self._target(delivery)
        except PushError as error:
            return Outcome(Sent.REFUSED, str(error))
        if target is None:
            return Outcome(Sent.REFUSED, "the app has no push URL any more")
        event = MediaEvent(
            appid=delivery.appid,
            trace_id=delivery.trace_id,
            version=1 if delivery.version == "1" else 2,
            created=int(delivery.finished),
            to_user=target.to_user,
            from_user=sender_name(delivery.trace_id),
            verdict=media_verdict(verdict, delivery.version),
        )
        said = await self._pusher.deliver(target, event)
        return Outcome(_SENT[said.sent], said.why, said.status)

    async def _target(self, delivery: Delivery) -> PushTarget | None:
        """The app's receiver, at the address that the call named if it did."""
        target = await self._push.target(delivery.appid)
        url = (delivery.target or {}).get("url")
        if not isinstance(url, str):
            return target
        if target is None:
            to_user = account_name(delivery.appid)
            return PushTarget(delivery.appid, url, token="", to_user=to_user)
        return replace(target, url=url)

    async def _native(self, delivery: Delivery, verdict: JobVerdict) -> Outcome:
        url = (delivery.target or {}).get("url")
        if not isinstance(url, str):
            return Outcome(Sent.REFUSED, "there is no address")
        body = message(delivery, verdict)
        signer = Signer(self._keys.secrets(await self._app(delivery.appid)))
        headers = signer.headers(delivery.id, int(self._clock()), body)
        headers["content-type"] = "application/json"
        try:
            answer = await self._client.request(
                "POST", url, content=body, headers=headers, caps=_CAPS
            )
        except OutboundError as error:
            return Outcome(Sent.REFUSED if error.final else Sent.RETRY, str(error))
        return answered(answer.status, answer.headers)

    async def _app(self, appid: str) -> App:
        """The app; of one that is gone, what its first callbacks were signed with."""
        try:
            return await self._app_of(appid)
        except AccessError:
            return App(appid, AppSettings())


def media_verdict(verdict: JobVerdict, version: str) -> MediaVerdict:
    """The part of an event that tells the verdict."""
    if verdict.errcode:
        return _FAILURES.get(verdict.errcode, _FAILED)
    told = cast(Mapping[str, Any], verdict.body["wechat"])
    result = told["result"]
    suggest = result["suggest"]
    if version == "1":
        suggest = "risky" if told["isrisky"] else "pass"
    return MediaVerdict(
        Result(suggest, result["label"]),
        tuple(Element(**each) for each in told["detail"]),
    )


def message(delivery: Delivery, verdict: JobVerdict) -> bytes:
    """A native message: the same bytes on every attempt."""
    data: dict[str, Any] = {
        "trace_id": delivery.trace_id,
        "type": delivery.media.value,
        "suggest": verdict.suggest,
        "label": Label(verdict.label).title,
        "label_code": verdict.label,
    }
    if verdict.errcode:
        data["error"] = {"code": verdict.errcode, "detail": verdict.errmsg}
    else:
        data["result"] = verdict.body["result"]
    moment = datetime.fromtimestamp(delivery.finished, UTC).isoformat(
        timespec="milliseconds"
    )
    told = {
        "type": EVENT,
        "timestamp": moment.replace("+00:00", "Z"),
        "data": data,
    }
    body = orjson.dumps(told)
    return body if len(body) <= LARGEST else orjson.dumps(_shortened(told))


def _shortened(told: dict[str, Any]) -> dict[str, Any]:
    """The same with fewer findings; the whole verdict can be asked for."""
    data = told["data"]
    findings = [
        {**each, "text": str(each.get("text", ""))[:200]}
        for each in data["result"]["findings"][:MOST_FINDINGS]
    ]
    result = {**data["result"], "findings": findings, "truncated": True}
    return {**told, "data": {**data, "result": result}}
