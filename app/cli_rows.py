"""Terms on the command line: the options that describe one, and the columns of one."""

from typing import Annotated, Any

import typer

from app.cli_view import Item

ListName = Annotated[
    str, typer.Option("--list", metavar="NAME", help="The list of the term.")
]
Label = Annotated[
    str, typer.Option(help="Name or number, such as fraud; exempt for a safe phrase.")
]
Level = Annotated[int, typer.Option(min=0, max=100, help="How grave, 0 to 100.")]
Match = Annotated[str, typer.Option(help="exact, standard or fuzzy.")]
Scenes = Annotated[
    list[str] | None,
    typer.Option("--scene", help="Only in this scene, such as comment. Repeatable."),
]
Apps = Annotated[
    list[str] | None,
    typer.Option("--app", help="Only for this appid. Repeatable; default: everyone."),
]
Starts = Annotated[
    str | None, typer.Option(help="First moment, 2026-01-31 or with time and zone.")
]
Expires = Annotated[
    str | None, typer.Option(help="First moment after the end, written likewise.")
]
Note = Annotated[str, typer.Option(help="A remark that stays with it.")]

HEAD = ("LIST", "TERM", "LABEL", "LEVEL", "MATCH", "SCENES")
"""The columns of `row_cells`."""


def row_cells(row: Item) -> tuple[Any, ...]:
    """One term as cells of a table."""
    return (
        row["list"],
        row["term"],
        row["label"],
        row["level"],
        row["match"],
        row["scenes"] or "all",
    )


def given(**fields: Any) -> dict[str, Any]:
    """The fields that were named, for a request body."""
    return {k: v for k, v in fields.items() if v not in (None, "", [])}


def told(row: Item | None) -> str:
    """One term in one line of words: `fraud 90 standard`, scenes and times if any."""
    if row is None:
        return "-"
    parts = [str(row["label"]), str(row["level"]), str(row["match"])]
    parts += row["scenes"]
    parts += [f"from {row['starts']}"] if row.get("starts") else []
    parts += [f"until {row['expires']}"] if row.get("expires") else []
    return " ".join(parts)
