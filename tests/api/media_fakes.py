"""A room of media without a database, for tests that have no loop to keep one in."""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any, cast

from app.api.media.room import CallbackKeys, MediaRoom
from app.jobs import (
    Accepted,
    ConflictError,
    Decided,
    JobStory,
    JobVerdict,
    JobView,
    NewJob,
    State,
    UnknownJobError,
    Wanted,
    new_trace_id,
)
from app.outbound import Rules
from app.push import PushSettings
from tests.api.media_world import hide

_CANCELLED = JobVerdict("review", 21000, -1, "cancelled by an operator")


@dataclass
class FakeMedia:
    """Intake, desk and push settings in one; every second job can be sent again."""

    jobs: dict[str, JobView] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    clock: "itertools.count[int]" = field(
        default_factory=lambda: itertools.count(1_800_000_000)
    )

    @property
    def room(self) -> MediaRoom:
        this = cast(Any, self)
        return MediaRoom(this, this, this, CallbackKeys(bytes(32)), Rules(), hide)

    async def settings(self, _appid: str) -> PushSettings:
        return PushSettings(callback_hosts=("hooks.example",))

    async def accept(self, new: NewJob) -> Accepted:
        trace_id = new_trace_id(new.version)
        if new.idem_key is not None:
            known = self.keys.setdefault(
                (new.appid, new.idem_key), (trace_id, new.body_hash)
            )
            if known[1] != new.body_hash:
                raise ConflictError
            if known[0] != trace_id:
                return Accepted(known[0], fresh=False)
        self.jobs[trace_id] = JobView(
            trace_id=trace_id,
            appid=new.appid,
            media=new.media,
            version=new.version,
            scene=new.scene,
            state=State.ACCEPTED,
            attempt=0,
            created=float(next(self.clock)),
            finished=None,
            settled=None,
            decided=None,
            suggest=None,
            errcode=None,
            reason=None,
        )
        return Accepted(trace_id, fresh=True)

    async def find(self, wanted: Wanted) -> list[JobView]:
        return list(self.jobs.values())[: wanted.limit]

    async def show(self, trace_id: str, *, appid: str | None = None) -> JobStory:
        job = self.jobs.get(trace_id)
        if job is None or appid not in (None, job.appid):
            raise UnknownJobError(trace_id)
        verdict = _CANCELLED if job.decided else None
        return JobStory(job, (), (), verdict)

    async def cancel(self, trace_id: str) -> bool:
        job = self.jobs[trace_id]
        if job.decided:
            return False
        self.jobs[trace_id] = replace(
            job,
            state=State.CANCELLED,
            decided=Decided.CANCELLED,
            suggest="review",
            errcode=-1,
            finished=job.created,
        )
        return True

    async def replay(self, trace_id: str) -> bool:
        return self.jobs[trace_id].decided is not None
