"""Checks of media, in the hands of operators: look, cancel, send again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from app.access import Scope
from app.api.admin.call import Current
from app.api.admin.jobs_views import (
    JobPage,
    JobShown,
    Kind,
    StateName,
    item,
    shown,
)
from app.api.admin.table import Table
from app.api.admin.types import After, Closed, Limit, Moment, View, shows
from app.api.media.cursor import read_cursor, write_cursor
from app.api.problems import FieldError, ProblemError
from app.jobs import JobStory, UnknownJobError, Wanted

TABLE = Table("admin: jobs")
MOST_REPLAYED = 10_000
"""Checks of one request whose callbacks are sent again."""

AppidQuery = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
TracePath = Annotated[str, Path(pattern=r"^[0-9a-f-]{1,64}$")]


class ReplayIn(Closed):
    """Whose callbacks to send again; what is null does not restrict."""

    appid: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = None
    state: StateName | None = None
    since: Moment | None = None
    until: Moment | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=MOST_REPLAYED)] = MOST_REPLAYED
    """Checks to look at, the newest ones."""
    model_config = shows(
        {
            "appid": "wx0123456789abcdef",
            "state": "dead",
            "since": "2026-11-25T00:00:00Z",
            "until": "2026-11-26T00:00:00Z",
            "limit": 1000,
        }
    )


class Replayed(View):
    """How many checks have their callbacks sent again."""

    replayed: int
    model_config = shows({"replayed": 312})


@TABLE.get("/jobs", Scope.JOBS_READ)
async def list_jobs(
    call: Current,
    appid: AppidQuery = None,
    state: StateName | None = None,
    kind: Annotated[Kind | None, Query(alias="type")] = None,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    after: After = None,
    limit: Limit = 100,
) -> JobPage:
    """List checks of media, newest first.

    `since` is included, `until` is not.
    """
    wanted = Wanted(
        appid,
        state,
        kind,
        since=None if since is None else since.timestamp(),
        until=None if until is None else until.timestamp(),
        before=None if after is None else _place(after),
        limit=limit,
    )
    page = await call.desk.jobs.find(wanted)
    return JobPage(
        items=[item(job) for job in page],
        next=write_cursor(page[-1]) if len(page) == limit else None,
    )


@TABLE.get("/jobs/{trace_id}", Scope.JOBS_READ, refusals=(404,))
async def show_job(call: Current, trace_id: TracePath) -> JobShown:
    """Show a check with its verdict, its callbacks, and the newest 200 tries."""
    return shown(await _find(call, trace_id))


@TABLE.change(
    "POST",
    "/jobs/{trace_id}/cancel",
    Scope.JOBS_WRITE,
    "job.cancel",
    refusals=(404, 409),
)
async def cancel_job(call: Current, trace_id: TracePath) -> JobShown:
    """Decide a check in place of the checkers: `review`, with errcode -1.

    Its callbacks are sent, so that nobody waits for ever.
    """
    call.note(trace_id)
    await _find(call, trace_id)
    if not await call.desk.jobs.cancel(trace_id):
        raise _conflict("The check has its verdict already.")
    return shown(await _find(call, trace_id))


@TABLE.change(
    "POST",
    "/jobs/{trace_id}/replay",
    Scope.JOBS_WRITE,
    "job.replay",
    refusals=(404, 409),
)
async def replay_job(call: Current, trace_id: TracePath) -> JobShown:
    """Send the callbacks of a check again, with their ids."""
    call.note(trace_id)
    await _find(call, trace_id)
    if not await call.desk.jobs.replay(trace_id):
        raise _conflict(
            "There is no callback to send again: none was asked for, one is under way,"
            " or its content is no longer kept."
        )
    return shown(await _find(call, trace_id))


@TABLE.change("POST", "/jobs:replay", Scope.JOBS_WRITE, "job.replay_range")
async def replay_jobs(call: Current, body: ReplayIn) -> Replayed:
    """Send the callbacks of many checks again, with their ids.

    Those that cannot be sent are left out: see the replay of one.
    """
    call.note(
        body.appid or "every app",
        state=body.state,
        since=None if body.since is None else body.since.isoformat(),
        until=None if body.until is None else body.until.isoformat(),
        limit=body.limit,
    )
    wanted = Wanted(
        body.appid,
        body.state,
        since=None if body.since is None else body.since.timestamp(),
        until=None if body.until is None else body.until.timestamp(),
        limit=body.limit,
    )
    count = await call.desk.jobs.replay_all(wanted)
    call.note(body.appid or "every app", replayed=count)
    return Replayed(replayed=count)


async def _find(call: Current, trace_id: str) -> JobStory:
    try:
        return await call.desk.jobs.show(trace_id)
    except UnknownJobError:
        detail = "There is no check of this trace_id."
        raise ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail) from None


def _place(after: str) -> tuple[float, str]:
    try:
        return read_cursor(after)
    except ValueError:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "One or more fields are missing or wrong; see `errors`.",
            errors=[FieldError("/after", "must be the `next` of a page")],
        ) from None


def _conflict(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.CONFLICT, "conflict", detail)
