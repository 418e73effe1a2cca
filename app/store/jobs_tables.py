"""Tables of the jobs room: checks, their uploads, deliveries, attempts, endpoints.

Times are Unix seconds of the database's clock. What somebody sent, where a callback
goes and what a verdict says is encrypted; see `app.jobs.sealing`.

`due_at` says when a row may be taken, and for a row that is taken, when its lease
ends: one condition finds both, and NULL means that nothing is left to do. So the
indexes on it hold open work only, however much is finished. `wait` is the time that
`due_at` was set ahead: a row that is due later than that from now was written before
the clock went back.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    literal_column,
)
from sqlalchemy.sql.elements import ColumnElement

from app.store.base import metadata

# SQLite numbers rows by itself only when the key is declared INTEGER.
_row_id = BigInteger().with_variant(Integer, "sqlite")
_TRACE, _APPID, _NAME, _STATE, _TOKEN, _REASON = 64, 64, 64, 12, 32, 200


def same_state(column: Column[str], state: str) -> ColumnElement[bool]:
    """A comparison that an index on the rows of one state is found by.

    SQLite needs the very words of the index, not a bound value.
    """
    if not state.isalpha():
        raise ValueError(state)
    return column == literal_column(f"'{state}'")


def _job(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    return Column(
        "trace_id",
        String(_TRACE),
        ForeignKey("job.trace_id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        index=index,
    )


def _partial(
    name: str,
    where: ColumnElement[bool],
    *columns: Column[object],
    unique: bool = False,
) -> None:
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


# Without a reference to `app`: what was answered is done, whatever becomes of the app.
job = Table(
    "job",
    metadata,
    Column("trace_id", String(_TRACE), primary_key=True),
    Column("appid", String(_APPID), nullable=False),
    Column("media", String(8), nullable=False),  # image, audio or video
    Column("source", String(8), nullable=False),  # url or upload
    Column("scene", SmallInteger, nullable=False),
    Column("version", String(8), nullable=False),  # 1, 2 or native
    Column("user_hash", LargeBinary(32)),  # an HMAC; NULL: nobody was named
    Column("idem_key", String(128)),
    Column("body_hash", LargeBinary(32)),
    # Encrypted: the URL, and what else the check needs; NULL once it is decided.
    Column("content", LargeBinary),
    # Encrypted: where callbacks go; NULL once content is no longer kept.
    Column("plan", LargeBinary),
    Column("state", String(_STATE), nullable=False),
    Column("attempt", Integer, nullable=False),  # counted when the job is taken
    Column("lease", String(_TOKEN)),  # who has it; NULL: nobody
    Column("due_at", Double),
    Column("wait", Double, nullable=False),
    Column("created", Double, nullable=False),
    Column("finished", Double),  # when the verdict was written
    Column("settled", Double),  # when the last callback was taken or given up
    # What the verdict came from: checked, failed, gave_up or cancelled.
    Column("decided", String(12)),
    Column("suggest", String(8)),
    Column("errcode", Integer),
    Column("reason", String(_REASON)),  # of the last failure; nothing of the content
    Column("verdict", LargeBinary),  # encrypted JSON
)
"""One row is one check, from the answer with its trace_id to the last callback."""

_partial("ix_job_open", job.c.due_at.is_not(None), job.c.appid, job.c.due_at)
_partial(
    "uq_job_idem_key", job.c.idem_key.is_not(None), job.c.appid, job.c.idem_key,
    unique=True,
)  # fmt: skip
_partial("ix_job_dead", same_state(job.c.state, "dead"), job.c.created, job.c.trace_id)
_partial("ix_job_settled", job.c.settled.is_not(None), job.c.settled)
_partial("ix_job_content", job.c.plan.is_not(None), job.c.settled)
Index("ix_job_created", job.c.created, job.c.trace_id)
Index("ix_job_app", job.c.appid, job.c.created, job.c.trace_id)

job_upload = Table(
    "job_upload",
    metadata,
    _job(primary_key=True),
    Column("content", LargeBinary, nullable=False),  # encrypted
)
"""Files that came with the request; gone as soon as the check is decided."""

job_delivery = Table(
    "job_delivery",
    metadata,
    # What the receiver tells repetitions by: the same on every attempt.
    Column("id", String(_TRACE + _NAME + 8), primary_key=True),
    _job(index=True),
    Column("appid", String(_APPID), nullable=False),
    Column("name", String(_NAME), nullable=False),  # of the destination
    Column("kind", String(16), nullable=False),  # which schedule it has
    Column("endpoint", String(_NAME), nullable=False),  # see job_endpoint
    Column("target", LargeBinary),  # encrypted; NULL once no longer kept
    Column("state", String(_STATE), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease", String(_TOKEN)),
    Column("due_at", Double),
    Column("wait", Double, nullable=False),
    Column("created", Double, nullable=False),
    Column("settled", Double),
    Column("status", Integer),  # the HTTP status of the last attempt
    Column("reason", String(_REASON)),
)
"""The outbox: one row for each verdict and destination."""

_partial(
    "ix_job_delivery_open",
    job_delivery.c.due_at.is_not(None),
    job_delivery.c.appid,
    job_delivery.c.due_at,
)
for _state in ("held", "dead"):
    _partial(
        f"ix_job_delivery_{_state}",
        same_state(job_delivery.c.state, _state),
        job_delivery.c.appid,
        job_delivery.c.endpoint,
        job_delivery.c.created,
    )

job_attempt = Table(
    "job_attempt",
    metadata,
    Column("id", _row_id, primary_key=True),
    _job(index=True),
    Column("delivery_id", String(_TRACE + _NAME + 8)),  # NULL: a try of the check
    Column("number", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer),
    Column("reason", String(_REASON), nullable=False),
)
"""One row for each try to deliver, and for each try to check that failed."""

job_endpoint = Table(
    "job_endpoint",
    metadata,
    Column("appid", String(_APPID), primary_key=True),
    Column("endpoint", String(_NAME), primary_key=True),
    Column("failing_since", Double),  # NULL: the last attempt arrived
    Column("failures", Integer, nullable=False),  # in a row
    Column("disabled_at", Double, index=True),  # NULL: it is used
    Column("reason", String(_REASON)),
    # When somebody was told that it is disabled; NULL: not yet.
    Column("told_at", Double),
)
"""Receivers that fail, or were switched off; one without a row is well."""
