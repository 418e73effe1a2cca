"""From rows to values and back: what the tables hold, as the room speaks of it."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row

from app.jobs.port import Ending
from app.jobs.sealing import Sealing
from app.jobs.values import (
    Decided,
    Delivery,
    Destination,
    Job,
    JobVerdict,
    Json,
    Media,
    NewJob,
    State,
    short,
)
from app.store.jobs_delivery import HELD, WAITING
from app.trial.cipher import SealError


def new_row(sealing: Sealing, trace_id: str, new: NewJob, now: float) -> dict[str, Any]:
    """A job as it is inserted."""
    return {
        "trace_id": trace_id,
        "appid": new.appid,
        "media": new.media.value,
        "source": "url" if new.upload is None else "upload",
        "scene": new.scene,
        "version": new.version,
        "user_hash": new.user,
        "idem_key": new.idem_key,
        "body_hash": new.body_hash or None,
        "content": sealing.content(trace_id, new.url, new.extra),
        "plan": sealing.plan(trace_id, new.plan),
        "state": State.ACCEPTED.value,
        "attempt": 0,
        "due_at": now,
        "wait": 0.0,
        "created": now,
    }


def leased_job(sealing: Sealing, row: Row[Any], token: str) -> Job:
    """A job from its row as it was before the claim."""
    url: str | None = None
    extra: Mapping[str, Json] = {}
    readable = True
    try:
        url, extra = sealing.open_content(row.trace_id, row.content)
    except SealError:
        readable = False
    return Job(
        trace_id=row.trace_id,
        appid=row.appid,
        media=Media(row.media),
        version=row.version,
        scene=row.scene,
        created=row.created,
        attempt=row.attempt + 1,
        token=token,
        url=url,
        user=row.user_hash,
        extra=extra,
        readable=readable,
        interrupted=row.lease is not None,
    )


def ending_values(
    sealing: Sealing, trace_id: str, ending: Ending, now: float, *, callbacks: bool
) -> dict[str, Any]:
    """The columns of a job that its verdict sets."""
    return {
        "state": _ended(ending.decided, callbacks=callbacks).value,
        "decided": ending.decided.value,
        "finished": now,
        "settled": None if callbacks else now,
        "suggest": ending.verdict.suggest,
        "errcode": ending.verdict.errcode,
        "reason": short(ending.reason) or None,
        "verdict": sealing.verdict(trace_id, ending.verdict),
    }


def _ended(decided: Decided, *, callbacks: bool) -> State:
    if decided is Decided.GAVE_UP:
        return State.DEAD
    if decided is Decided.CANCELLED:
        return State.CANCELLED
    return State.CLASSIFIED if callbacks else State.DELIVERED


def delivery_rows(
    sealing: Sealing,
    job: tuple[str, str],
    plan: Collection[Destination],
    off: Collection[str],
    now: float,
) -> list[dict[str, Any]]:
    """The outbox of a job, given as appid and trace_id; `off` are endpoints."""
    appid, trace_id = job
    rows = []
    for one in plan:
        key = f"msg_{trace_id}_{one.name}"
        endpoint = one.endpoint or one.name
        held = endpoint in off
        rows.append(
            {
                "id": key,
                "trace_id": trace_id,
                "appid": appid,
                "name": one.name,
                "kind": one.kind,
                "endpoint": endpoint,
                "target": sealing.target(key, one.target),
                "state": HELD if held else WAITING,
                "attempt": 0,
                "due_at": None if held else now,
                "wait": 0.0,
                "created": now,
            }
        )
    return rows


def leased_delivery(
    sealing: Sealing, row: Row[Any], job: Row[Any], token: str
) -> Delivery:
    """A callback from its row as it was before the claim, and its job."""
    return Delivery(
        id=row.id,
        trace_id=row.trace_id,
        appid=row.appid,
        media=Media(job.media),
        version=job.version,
        scene=job.scene,
        name=row.name,
        kind=row.kind,
        endpoint=row.endpoint,
        attempt=row.attempt + 1,
        created=job.created,
        finished=job.finished,
        decided=Decided(job.decided),
        token=token,
        verdict=verdict_of(sealing, job),
        target=_target(sealing, row),
    )


def verdict_of(sealing: Sealing, row: Row[Any]) -> JobVerdict | None:
    """The verdict of a job; None: not yet, no longer, or with another key."""
    if row.verdict is None:
        return None
    try:
        return sealing.open_verdict(row.trace_id, row.verdict)
    except SealError:
        return None


def _target(sealing: Sealing, row: Row[Any]) -> Mapping[str, Json] | None:
    if row.target is None:
        return None
    try:
        return sealing.open_target(row.id, row.target)
    except SealError:
        return None


def attempt_row(
    of: Job | Delivery, now: float, outcome: str, reason: str, seconds: float
) -> dict[str, Any]:
    """One try, of a check unless more is said."""
    return {
        "trace_id": of.trace_id,
        "delivery_id": None,
        "number": of.attempt,
        "at": now,
        "seconds": seconds,
        "outcome": outcome,
        "status": None,
        "reason": short(reason),
    }
