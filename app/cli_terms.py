"""`seccheck wordlist lists|terms`: what is live."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_operator import Operator, command
from app.cli_rows import HEAD, row_cells
from app.cli_view import PAGE, After, Item, Limit, more, show_table

if TYPE_CHECKING:
    from app.cli_admin import Query

terms_group = typer.Typer(no_args_is_help=True)


@command(terms_group)
def lists(op: Operator) -> None:
    """List the wordlists with whom they concern, where and when."""
    op.show(op.run(lambda api: api.get("/lists")), _lists)


@command(terms_group)
def terms(
    op: Operator,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Part of the term.")
    ] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="One list.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="Name or number.")] = None,
    limit: Limit = PAGE,
    after: After = None,
) -> None:
    """Find live terms; `wordlist stats` tells how they do."""
    query: Query = {"q": text, "list": list_name, "label": label}
    page: Query = {"limit": limit, "after": after}
    op.show(op.run(lambda api: api.get("/terms", {**query, **page})), _terms)


def _lists(page: Item) -> None:
    rows = [
        (
            item["name"],
            item["count"],
            item["enabled"],
            "everyone" if item["apps"] is None else item["apps"],
            item["scenes"] or "all",
            item["starts"],
            item["expires"],
            item["note"],
        )
        for item in page["items"]
    ]
    head = ("LIST", "TERMS", "ON", "APPS", "SCENES", "STARTS", "EXPIRES", "NOTE")
    show_table(head, rows, empty="there are no lists")


def _terms(page: Item) -> None:
    rows = [row_cells(item) for item in page["items"]]
    show_table(HEAD, rows, empty="there are no such terms")
    more(page)
