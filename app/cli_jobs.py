"""`seccheck job …`: checks of media, their callbacks, and who receives them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

import typer

from app.cli_common import fail
from app.cli_job_show import (
    print_endpoints,
    print_job,
    print_jobs,
    print_secrets,
)
from app.cli_operator import Operator, command
from app.cli_span import parse_span
from app.cli_view import PAGE, After, Item, Limit, plural

jobs = typer.Typer(
    no_args_is_help=True, help="See checks of media, and send callbacks again."
)

MOST_REPLAYED = 10_000


class _State(StrEnum):
    ACCEPTED = "accepted"
    FETCHING = "fetching"
    CLASSIFIED = "classified"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    DEAD = "dead"
    CANCELLED = "cancelled"


class _Kind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


App = Annotated[str | None, typer.Option("--app", metavar="APPID", help="One app's.")]
InState = Annotated[_State | None, typer.Option(help="Only these.")]
Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Accepted since: 3h, 2d, or 2026-01-31T18:00Z."),
]
Until = Annotated[
    str | None, typer.Option(metavar="TIME", help="Accepted before, likewise.")
]
Trace = Annotated[str, typer.Argument(metavar="TRACE_ID")]
Appid = Annotated[str, typer.Argument(metavar="APPID")]
End = Annotated[
    str,
    typer.Argument(
        metavar="ENDPOINT", help="As `job endpoints` shows it: push, or a host."
    ),
]


@command(jobs, "list")
def list_jobs(
    op: Operator,
    appid: App = None,
    state: InState = None,
    kind: Annotated[_Kind | None, typer.Option("--type", help="Only these.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """List checks of media, newest first; nothing of what was checked is shown."""
    query = {
        "appid": appid,
        "state": state,
        "type": kind,
        "since": _moment(since),
        "until": _moment(until),
        "limit": limit,
        "after": after,
    }
    op.show(op.run(lambda api: api.get("/jobs", query), words=False), print_jobs)


@command(jobs)
def show(op: Operator, trace_id: Trace) -> None:
    """Show a check with its verdict, its callbacks and the newest tries."""
    op.show(op.run(lambda api: api.get(_path(trace_id)), words=False), print_job)


@command(jobs)
def cancel(op: Operator, trace_id: Trace) -> None:
    """Decide a check as `review`, with errcode -1; its callbacks are sent."""
    path = f"{_path(trace_id)}/cancel"
    done = op.run(lambda api: api.post(path), words=False)
    op.show(done, lambda job: typer.echo(f"{job['trace_id']} is {job['state']}"))


@command(jobs)
def replay(
    op: Operator,
    trace_id: Annotated[str | None, typer.Argument(metavar="[TRACE_ID]")] = None,
    appid: App = None,
    state: InState = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST_REPLAYED, help="Checks to look at, newest.")
    ] = MOST_REPLAYED,
) -> None:
    """Send the callbacks of one check again, or of all in a span of time.

    They keep their ids, so that a receiver knows those that it has.
    """
    if trace_id is not None:
        if appid or state or since or until:
            fail("name one check, or say which ones; not both")
        path = f"{_path(trace_id)}/replay"
        op.show(op.run(lambda api: api.post(path), words=False), _sent_one)
        return
    if since is None:
        fail("name a check, or say --since, such as --since 3h")
    body = {
        "appid": appid,
        "state": state,
        "since": _moment(since),
        "until": _moment(until),
        "limit": limit,
    }
    op.show(op.run(lambda api: api.post("/jobs:replay", body), words=False), _sent)


@command(jobs)
def endpoints(op: Operator, appid: App = None) -> None:
    """List receivers of callbacks that fail or are switched off."""
    query = {"appid": appid}
    found = op.run(lambda api: api.get("/callback-endpoints", query), words=False)
    op.show(found, print_endpoints)


@command(jobs)
def disable(
    op: Operator,
    appid: Appid,
    endpoint: End,
    why: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Switch a receiver off: its callbacks are set aside until it is on again."""
    body = {"appid": appid, "endpoint": endpoint, "reason": why}
    path = "/callback-endpoints:disable"
    op.show(op.run(lambda api: api.post(path, body), words=False), print_endpoints)


@command(jobs)
def enable(op: Operator, appid: Appid, endpoint: End) -> None:
    """Switch a receiver on again, and send what was set aside for it."""
    body, path = {"appid": appid, "endpoint": endpoint}, "/callback-endpoints:enable"
    done = op.run(lambda api: api.post(path, body), words=False)
    op.show(done, lambda found: _switched_on(found, f"{endpoint} of {appid}"))


def callback_secret(op: Operator, appid: Appid) -> None:
    """Show the secrets that native callbacks of an app are signed with.

    Raise the app's setting callback_key by one for a new one.
    """
    path = f"/apps/{quote(appid, safe='')}/callback-secrets"
    op.show(op.run(lambda api: api.get(path), words=False), print_secrets)


def secret_command(apps: typer.Typer) -> None:
    """Add `callback-secret` to `seccheck app`."""
    command(apps, "callback-secret")(callback_secret)


def _path(trace_id: str) -> str:
    return f"/jobs/{quote(trace_id, safe='')}"


def _moment(text: str | None) -> str | None:
    """A moment for the API: a span counts back from now.

    Raises:
        CommandError: it is neither a span nor a moment.
    """
    if text is None:
        return None
    try:
        return (datetime.now(UTC) - parse_span(text)).isoformat()
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{text[:40]!r} is no time; write 3h, 2d, 2026-01-31 or 2026-01-31T18:00Z")
    return moment.replace(tzinfo=moment.tzinfo or UTC).isoformat()


def _switched_on(found: Item, which: str) -> None:
    sent = plural(found["freed"], "callback")
    typer.echo(f"{which} is on; {sent} sent now")


def _sent_one(job: Item) -> None:
    sent = sum(one["state"] == "waiting" for one in job["deliveries"])
    typer.echo(f"{job['trace_id']}: {plural(sent, 'callback')} sent again")


def _sent(found: Item) -> None:
    many = plural(found["replayed"], "check")
    typer.echo(f"the callbacks of {many} are sent again")
