"""`seccheck audit`: who changed what, and who tried to."""

import json
from typing import Annotated

import typer

from app.cli_operator import Operator, command
from app.cli_view import PAGE, After, Item, Limit, moment, more, show_table

audits = typer.Typer(no_args_is_help=True)

_COLOURS = {"refused": typer.colors.YELLOW, "failed": typer.colors.RED}


@command(audits)
def audit(
    op: Operator,
    who: Annotated[str | None, typer.Option(help="Only this name.")] = None,
    action: Annotated[
        str | None, typer.Option(help="Only this, such as draft.publish or draft.")
    ] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """Show the audit log, newest first; nobody can change it."""
    query = {"who": who, "action": action, "limit": limit, "after": after}
    op.show(op.run(lambda api: api.get("/audit", query), words=False), _entries)


def _entries(page: Item) -> None:
    items = page["items"]
    rows = [
        (
            str(item["id"]),
            moment(item["at"]),
            item["who"],
            item["action"],
            item["target"],
            item["outcome"],
            json.dumps(item["detail"], ensure_ascii=False) if item["detail"] else "",
        )
        for item in items
    ]
    colours = [_COLOURS.get(item["outcome"]) for item in items]
    head = ("ID", "AT", "WHO", "ACTION", "TARGET", "OUTCOME", "DETAIL")
    show_table(head, rows, colours=colours, empty="nothing is written down yet")
    more(page)
