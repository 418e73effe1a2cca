"""`seccheck picture add|remove`: by hash or by the file of a picture."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from app.cli_common import CommandError, fail, note, visible
from app.cli_operator import Operator, command
from app.cli_picture_lists import Expected, Why, show_version
from app.cli_upload import opened, pieces
from app.cli_view import Item

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

changes = typer.Typer(no_args_is_help=True)

_HASH = re.compile(r"[0-9a-fA-F]{64}")

ListName = Annotated[
    str, typer.Option("--list", metavar="NAME", help="The list of the picture.")
]
Label = Annotated[
    str, typer.Option(help="Name or number, such as porn; exempt for an allowed one.")
]
Remark = Annotated[str, typer.Option("--note", help="A remark that stays with it.")]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of pictures that are listed."""

    list_name: str
    label: str
    note: str
    why: str
    expected: int | None

    @property
    def path(self) -> str:
        """The address of the list."""
        return f"/pictures/lists/{quote(self.list_name, safe='')}"


@command(changes)
def add(
    op: Operator,
    what: Annotated[
        list[str], typer.Argument(metavar="FILE|HASH…", help="Pictures, or hashes.")
    ],
    list_name: ListName,
    label: Label = "other",
    remark: Remark = "",
    quality: Annotated[
        int, typer.Option(min=0, max=100, help="Of given hashes; files tell their own.")
    ] = 100,
    why: Why = "",
    expected: Expected = None,
) -> None:
    """List pictures; the files themselves are not kept.

    All hashes make one version, each file one more.
    """
    hashes = [one for one in what if _HASH.fullmatch(one)]
    files = [Path(one) for one in what if not _HASH.fullmatch(one)]
    said = Said(list_name, label, remark, why, expected)

    async def work(api: "AdminClient") -> tuple[list[Any], str]:
        """What was made, and why there is not more."""
        made: list[Any] = []
        file = None
        try:
            if hashes:
                made.append(await _add(api, said, hashes, quality))
            for file in files:
                made.append(await _upload(api, said, file, first=not made))
        except CommandError as error:
            return made, f"{file}: {error}" if file else str(error)
        return made, ""

    made, fault = op.run(work, words=False)
    if made:
        op.show(made, _changes)
    if fault:
        fail(fault)


@command(changes)
def remove(
    op: Operator,
    hashes: Annotated[
        list[str], typer.Argument(metavar="HASH…", help="64 hexadecimal digits each.")
    ],
    list_name: ListName,
    why: Why = "",
    expected: Expected = None,
) -> None:
    """Take hashes out of a list, all or none."""
    path = f"/pictures/lists/{quote(list_name, safe='')}/remove"
    body, query = {"hashes": hashes, "why": why}, {"expected": expected}
    made = op.run(lambda api: api.post(path, body, query=query), words=False)
    op.show(made, show_change)


async def _add(api: "AdminClient", said: Said, hashes: list[str], quality: int) -> Any:
    pictures = [
        {"hash": one, "label": said.label, "quality": quality, "note": said.note}
        for one in hashes
    ]
    body = {"pictures": pictures, "why": said.why}
    query = {"expected": said.expected}
    return await api.post(f"{said.path}/entries", body, query=query)


async def _upload(
    api: "AdminClient", said: Said, file: Path, *, first: bool
) -> dict[str, Any]:
    """Send a picture; only the first call can be about the expected version."""
    query = {"label": said.label, "note": said.note, "why": said.why}
    expected = said.expected if first else None
    with opened(file) as source:
        made: dict[str, Any] = await api.send(
            "POST",
            f"{said.path}/upload",
            content=pieces(source),
            query=query | {"expected": expected},
            long=True,
        )
    return made | {"file": str(file)}


def _changes(made: list[Item]) -> None:
    for one in made:
        for picture in one.get("pictures", ()):
            typer.echo(
                f"{visible(one['file'])}: {picture['hash']} quality"
                f" {picture['quality']}"
            )
        show_change(one)


def show_change(made: Item) -> None:
    """Say what a call changed, and what to know about it."""
    for warning in made["warnings"]:
        note(warning)
    if made["version"] is None:
        typer.echo(f"nothing changed: {made['unchanged']:,} listed so already")
        return
    show_version(made["version"])
