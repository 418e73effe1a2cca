"""Checks of media in the native API's shape."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.domain.labels import Label
from app.domain.scenes import scene_of

if TYPE_CHECKING:
    from app.jobs import AttemptView, DeliveryView, JobStory, JobView


def render_job(job: "JobView") -> dict[str, Any]:
    """One check as a list shows it: what is known without its details."""
    return {
        "trace_id": job.trace_id,
        "type": job.media.value,
        "version": job.version,
        "scene": scene_of(job.scene).value,
        "state": job.state.value,
        "created": moment(job.created),
        "finished": moment(job.finished),
        "settled": moment(job.settled),
        "decided": None if job.decided is None else job.decided.value,
        "suggest": job.suggest,
        "attempts": job.attempt,
    }


def render_story(story: "JobStory") -> dict[str, Any]:
    """One check with its verdict and what was done for it; no address is shown."""
    return {
        **render_job(story.job),
        **_verdict(story),
        "deliveries": [_delivery(each) for each in story.deliveries],
        "tries": [_attempt(each) for each in story.attempts],
    }


def _verdict(story: "JobStory") -> dict[str, Any]:
    """What was found, or why nothing could be; details are kept for some days only."""
    verdict, job = story.verdict, story.job
    if verdict is None:
        if not job.errcode:
            return {}
        return {"error": {"code": job.errcode, "detail": job.reason or ""}}
    shown: dict[str, Any] = {
        "label": Label(verdict.label).title,
        "label_code": verdict.label,
    }
    if verdict.errcode:
        shown["error"] = {"code": verdict.errcode, "detail": verdict.errmsg}
    elif "result" in verdict.body:
        shown["result"] = verdict.body["result"]
    return shown


def _delivery(sent: "DeliveryView") -> dict[str, Any]:
    return {
        "id": sent.id,
        "state": sent.state,
        "attempts": sent.attempt,
        "next_at": moment(sent.next_at),
        "settled": moment(sent.settled),
        "status": sent.status,
        "reason": sent.reason,
    }


def _attempt(one: "AttemptView") -> dict[str, Any]:
    return {
        "delivery_id": one.delivery_id,
        "number": one.number,
        "at": moment(one.at),
        "seconds": round(one.seconds, 3),
        "outcome": one.outcome,
        "status": one.status,
        "reason": one.reason,
    }


def moment(seconds: float | None) -> str | None:
    """Unix seconds as RFC 3339 in UTC."""
    if seconds is None:
        return None
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
