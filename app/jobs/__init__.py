"""Checks that are never lost: accepted on disk, decided once, called back for sure."""

from app.jobs.errors import (
    AcceptError,
    BacklogError,
    CheckFailedError,
    ConflictError,
    JobError,
    LateError,
    StoreAwayError,
    StoreFullError,
    TryLaterError,
    UnknownJobError,
)
from app.jobs.intake import Intake, IntakeFigures, IntakeRules, new_trace_id
from app.jobs.port import Ending, JobStore, Retry, Share
from app.jobs.schedule import CHECK, NATIVE, SCHEDULES, WECHAT, Schedule
from app.jobs.sealing import Sealing
from app.jobs.store import SqlJobStore
from app.jobs.values import (
    Accepted,
    Decided,
    Delivery,
    Destination,
    Job,
    JobVerdict,
    Json,
    Media,
    NewJob,
    Outcome,
    Sent,
    State,
)
from app.jobs.wake import Wake, listen
from app.jobs.worker import Worker, WorkerRules

__all__ = [
    "CHECK",
    "NATIVE",
    "SCHEDULES",
    "WECHAT",
    "AcceptError",
    "Accepted",
    "BacklogError",
    "CheckFailedError",
    "ConflictError",
    "Decided",
    "Delivery",
    "Destination",
    "Ending",
    "Intake",
    "IntakeFigures",
    "IntakeRules",
    "Job",
    "JobError",
    "JobStore",
    "JobVerdict",
    "Json",
    "LateError",
    "Media",
    "NewJob",
    "Outcome",
    "Retry",
    "Schedule",
    "Sealing",
    "Sent",
    "Share",
    "SqlJobStore",
    "State",
    "StoreAwayError",
    "StoreFullError",
    "TryLaterError",
    "UnknownJobError",
    "Wake",
    "Worker",
    "WorkerRules",
    "listen",
    "new_trace_id",
]
