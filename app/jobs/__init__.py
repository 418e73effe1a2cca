"""Checks that are never lost: accepted on disk, decided once, called back for sure."""

from app.jobs.answers import answered
from app.jobs.desk import (
    AttemptView,
    DeliveryView,
    EndpointView,
    JobDesk,
    JobFigures,
    JobStory,
    JobView,
)
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
from app.jobs.upkeep import Switched, Upkeep, UpkeepFigures, UpkeepRules
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
from app.store.jobs_views import OpenWork, Wanted

__all__ = [
    "CHECK",
    "NATIVE",
    "SCHEDULES",
    "WECHAT",
    "AcceptError",
    "Accepted",
    "AttemptView",
    "BacklogError",
    "CheckFailedError",
    "ConflictError",
    "Decided",
    "Delivery",
    "DeliveryView",
    "Destination",
    "Ending",
    "EndpointView",
    "Intake",
    "IntakeFigures",
    "IntakeRules",
    "Job",
    "JobDesk",
    "JobError",
    "JobFigures",
    "JobStore",
    "JobStory",
    "JobVerdict",
    "JobView",
    "Json",
    "LateError",
    "Media",
    "NewJob",
    "OpenWork",
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
    "Switched",
    "TryLaterError",
    "UnknownJobError",
    "Upkeep",
    "UpkeepFigures",
    "UpkeepRules",
    "Wake",
    "Wanted",
    "Worker",
    "WorkerRules",
    "answered",
    "listen",
    "new_trace_id",
]
