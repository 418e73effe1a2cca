"""Checks of media and their receivers, as the admin API shows them."""

from typing import Any, Literal

from app.api.admin.types import Instant, Page, View, instant, shows
from app.api.v1.media_render import render_story
from app.domain.scenes import scene_of
from app.jobs import AttemptView, DeliveryView, EndpointView, JobStory, JobView

_TRACE = "6926a1f8-0c5e8a11-5b2f9d34"
_JOB: dict[str, Any] = {
    "trace_id": _TRACE,
    "appid": "wx0123456789abcdef",
    "type": "image",
    "version": "2",
    "scene": "comment",
    "state": "dead",
    "attempts": 1,
    "created": "2026-11-25T07:30:00Z",
    "finished": "2026-11-25T07:30:02Z",
    "settled": "2026-11-25T10:05:40Z",
    "decided": "checked",
    "suggest": "risky",
    "errcode": 0,
    "reason": None,
}
_DELIVERY = {
    "id": f"msg_{_TRACE}_push",
    "name": "push",
    "endpoint": "push",
    "state": "dead",
    "attempts": 8,
    "next_at": None,
    "settled": "2026-11-25T10:05:40Z",
    "status": 500,
    "reason": "the receiver answered with status 500",
}
_TRY = {
    "delivery_id": f"msg_{_TRACE}_push",
    "number": 8,
    "at": "2026-11-25T10:05:40Z",
    "seconds": 0.112,
    "outcome": "retry",
    "status": 500,
    "reason": "the receiver answered with status 500",
}
_RECEIVER = {
    "appid": "wx0123456789abcdef",
    "endpoint": "push",
    "failing_since": "2026-11-20T07:30:00Z",
    "failures": 41,
    "disabled_at": "2026-11-25T07:30:00Z",
    "reason": "the receiver answered with status 500",
}

Kind = Literal["image", "audio", "video"]
StateName = Literal[
    "accepted",
    "fetching",
    "classified",
    "delivering",
    "delivered",
    "dead",
    "cancelled",
]


class JobItem(View):
    """A check: nothing of what was checked."""

    trace_id: str
    appid: str
    type: Kind
    version: Literal["1", "2", "native"]
    """Of the API that it came by."""
    scene: str
    state: StateName
    attempts: int
    """How often it was begun."""
    created: Instant
    finished: Instant | None
    """When it was decided."""
    settled: Instant | None
    """When the last callback was taken or given up."""
    decided: Literal["checked", "failed", "gave_up", "cancelled"] | None
    suggest: Literal["pass", "review", "risky"] | None
    errcode: int | None
    """Not 0: nothing was checked."""
    reason: str | None
    model_config = shows(_JOB)


class JobPage(Page[JobItem]):
    """Checks, newest first."""

    model_config = shows({"items": [_JOB], "next": f"1795591800.0~{_TRACE}"})


class DeliveryItem(View):
    """A callback of a check."""

    id: str
    """The same on every attempt."""
    name: str
    endpoint: str
    """What is switched off when it fails for days: `push`, or a host."""
    state: str
    attempts: int
    next_at: Instant | None
    settled: Instant | None
    status: int | None
    reason: str | None
    model_config = shows(_DELIVERY)


class TryItem(View):
    """One try of the check, or of a callback."""

    delivery_id: str | None
    """Null: of the check."""
    number: int
    at: Instant
    seconds: float
    outcome: str
    status: int | None
    reason: str
    model_config = shows(_TRY)


class JobShown(JobItem):
    """A check with its callbacks and tries."""

    label: str | None
    """What it is about; null while, or when, there is no verdict."""
    error: str | None
    """Why nothing could be checked."""
    result: dict[str, Any] | None
    """What was found, as the native API shows it; kept for some days."""
    deliveries: list[DeliveryItem]
    tries: list[TryItem]
    model_config = shows(
        {
            **_JOB,
            "label": "crime",
            "error": None,
            "result": {"suggest": "risky", "label": "crime", "label_code": 20006},
            "deliveries": [_DELIVERY],
            "tries": [_TRY],
        }
    )


class ReceiverView(View):
    """Where callbacks of an app go that fails, or is switched off."""

    appid: str
    endpoint: str
    """`push`, or the host of callback URLs."""
    failing_since: Instant | None
    failures: int
    disabled_at: Instant | None
    """Null: it still gets callbacks."""
    reason: str | None
    model_config = shows(_RECEIVER)


class ReceiversView(View):
    """Every receiver that fails or is switched off."""

    items: list[ReceiverView]
    model_config = shows({"items": [_RECEIVER]})


def item(job: JobView) -> JobItem:
    """A check in a list."""
    return JobItem(**_fields(job))


def shown(story: JobStory) -> JobShown:
    """A check by itself."""
    told = render_story(story)
    error = told.get("error")
    return JobShown(
        **_fields(story.job),
        label=told.get("label"),
        error=error["detail"] if error else None,
        result=told.get("result"),
        deliveries=list(map(_delivery, story.deliveries)),
        tries=list(map(_try, story.attempts)),
    )


def receiver(end: EndpointView) -> ReceiverView:
    """A receiver."""
    return ReceiverView(
        appid=end.appid,
        endpoint=end.endpoint,
        failing_since=_at(end.failing_since),
        failures=end.failures,
        disabled_at=_at(end.disabled_at),
        reason=end.reason,
    )


def _fields(job: JobView) -> dict[str, Any]:
    return {
        "trace_id": job.trace_id,
        "appid": job.appid,
        "type": job.media.value,
        "version": job.version,
        "scene": scene_of(job.scene).value,
        "state": job.state.value,
        "attempts": job.attempt,
        "created": instant(job.created),
        "finished": _at(job.finished),
        "settled": _at(job.settled),
        "decided": None if job.decided is None else job.decided.value,
        "suggest": job.suggest,
        "errcode": job.errcode,
        "reason": job.reason,
    }


def _delivery(sent: DeliveryView) -> DeliveryItem:
    return DeliveryItem(
        id=sent.id,
        name=sent.name,
        endpoint=sent.endpoint,
        state=sent.state,
        attempts=sent.attempt,
        next_at=_at(sent.next_at),
        settled=_at(sent.settled),
        status=sent.status,
        reason=sent.reason,
    )


def _try(one: AttemptView) -> TryItem:
    return TryItem(
        delivery_id=one.delivery_id,
        number=one.number,
        at=instant(one.at),
        seconds=one.seconds,
        outcome=one.outcome,
        status=one.status,
        reason=one.reason,
    )


def _at(seconds: float | None) -> Any:
    return None if seconds is None else instant(seconds)
