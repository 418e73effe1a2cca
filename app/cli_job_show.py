"""How checks of media are shown at the command line."""

import typer

from app.cli_common import visible
from app.cli_view import Item, hint, moment, more, show_table

_COLOURS = {"dead": typer.colors.RED, "cancelled": typer.colors.YELLOW}


def print_jobs(page: Item) -> None:
    """A page of checks."""
    items = page["items"]
    rows = [
        (
            item["trace_id"],
            item["appid"],
            item["type"],
            item["state"],
            _said(item),
            str(item["attempts"]),
            moment(item["created"]),
            item["reason"],
        )
        for item in items
    ]
    head = ("TRACE_ID", "APP", "TYPE", "STATE", "VERDICT", "TRIES", "CREATED", "REASON")
    colours = [_COLOURS.get(item["state"]) for item in items]
    show_table(head, rows, colours=colours, empty="there are no such checks")
    more(page)


def print_job(job: Item) -> None:
    """One check."""
    lines = {
        "trace_id": job["trace_id"],
        "app": job["appid"],
        "type": job["type"],
        "api": "native" if job["version"] == "native" else f"WeChat v{job['version']}",
        "scene": job["scene"],
        "state": job["state"],
        "verdict": " ".join(filter(None, (_said(job), job["label"]))) or "-",
        "error": visible(job["error"] or "-"),
        "created": moment(job["created"]),
        "decided": moment(job["finished"]),
        "settled": moment(job["settled"]),
    }
    for name, value in lines.items():
        typer.echo(f"{name:<10} {value}")
    typer.echo("")
    _deliveries(job)
    if job["tries"]:
        typer.echo("")
        _tries(job)


def _said(job: Item) -> str:
    if job["errcode"]:
        return f"{job['suggest']} ({job['errcode']})"
    return job["suggest"] or ""


def _deliveries(job: Item) -> None:
    rows = [
        (
            one["name"],
            one["endpoint"],
            one["state"],
            str(one["attempts"]),
            moment(one["next_at"]),
            one["status"],
            one["reason"],
        )
        for one in job["deliveries"]
    ]
    head = ("CALLBACK", "ENDPOINT", "STATE", "TRIES", "NEXT", "STATUS", "REASON")
    show_table(head, rows, empty="no callbacks")


def _tries(job: Item) -> None:
    rows = [
        (
            moment(one["at"]),
            "callback" if one["delivery_id"] else "check",
            str(one["number"]),
            one["outcome"],
            one["status"],
            f"{one['seconds']:.2f} s",
            one["reason"],
        )
        for one in job["tries"]
    ]
    head = ("AT", "OF", "TRY", "OUTCOME", "STATUS", "TOOK", "REASON")
    show_table(head, rows)


def print_endpoints(found: Item) -> None:
    """Receivers that fail or are switched off."""
    items = found["items"]
    rows = [
        (
            item["appid"],
            item["endpoint"],
            "off" if item["disabled_at"] else "failing",
            moment(item["disabled_at"] or item["failing_since"]),
            str(item["failures"]),
            item["reason"],
        )
        for item in items
    ]
    off = [item for item in items if item["disabled_at"]]
    head = ("APP", "ENDPOINT", "STATE", "SINCE", "FAILURES", "REASON")
    show_table(head, rows, empty="no receiver fails")
    if off:
        hint(f"job enable {off[0]['appid']} {off[0]['endpoint']}", "switch it on again")


def print_secrets(found: Item) -> None:
    """Secrets, newest first."""
    for number, secret in enumerate(found["secrets"]):
        typer.echo(f"{'secret' if number == 0 else 'former':<8}{secret}")
