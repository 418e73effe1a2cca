"""`seccheck wordlist backtest`: what a draft would have decided otherwise."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import fail, note
from app.cli_drafts import DraftId
from app.cli_operator import Operator, command
from app.cli_upload import opened
from app.cli_view import Item, clipped, plural, show_table

if TYPE_CHECKING:
    from app.cli_admin import AdminClient
    from app.domain.scenes import Scene

trials = typer.Typer(no_args_is_help=True)

POLL_SECONDS = 0.3
SHOWN_REFUSALS = 5
SHOWN_TERMS = 50
"""Words that a report names; JSON has all that the server tells."""

SHOWN_EXAMPLE = 60


@command(trials)
def backtest(
    op: Operator,
    number: DraftId,
    file: Annotated[
        Path | None,
        typer.Argument(help="Texts: one per line, CSV with a column text, or JSONL."),
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample",
            help="Use the recent texts that apps opted into keeping.",
        ),
    ] = False,
    scene: Annotated[
        str, typer.Option(help="Scene of texts that name none.")
    ] = "comment",
) -> None:
    """Run a draft against the live version and show which verdicts differ."""
    if sample == (file is not None):
        fail("give a FILE of texts, or --sample")
    body = {"source": "sample"} if file is None else _texts(file, scene)

    async def work(api: "AdminClient") -> Any:
        path = f"/drafts/{number}/backtest"
        begun = await api.post(path, body, long=True)
        return await _finished(api, begun["id"])

    found = op.run(work)
    if found["state"] != "done":
        fail(f"the backtest ended as {found['state']}: {found.get('error') or ''}")
    op.show(found, lambda report: _report(report, number))


async def _finished(api: "AdminClient", number: int) -> Any:
    """Wait until a backtest has ended."""
    while True:
        found = await api.get(f"/backtests/{number}")
        if found["state"] not in {"queued", "waiting", "running"}:
            return found
        await asyncio.sleep(POLL_SECONDS)


def _texts(file: Path, scene: str) -> Item:
    """The request with the texts of a file.

    Raises:
        CommandError: the file cannot be read, or has no text.
    """
    from app.trial.report import Refused
    from app.trial.texts import Lines, read_texts

    found, refused = [], []
    with opened(file) as source:
        for row in read_texts(Lines(source), "auto", _scene(scene)):
            if isinstance(row, Refused):
                refused.append(row)
            else:
                found.append({"text": row.text, "scene": row.scene.value})
    for item in refused[:SHOWN_REFUSALS]:
        note(f"{file.name}:{item.line}: left out, {item.message}")
    if len(refused) > SHOWN_REFUSALS:
        note(f"{len(refused) - SHOWN_REFUSALS} more lines left out")
    if not found:
        fail(f"there is no text in {file}")
    return {"source": "texts", "texts": found}


def _scene(name: str) -> "Scene":
    from app.domain.scenes import parse_scene

    try:
        return parse_scene(name)
    except ValueError as error:
        fail(str(error))


def _report(found: Item, number: int) -> None:
    """The decisions that differ, then the words behind them."""
    summary = found["summary"]
    flips = summary["flips"]
    flipped = sum(flip["count"] for flip in flips)
    texts = plural(summary["texts"], "text")
    typer.echo(
        f"draft {number} against live: {texts},"
        f" {plural(flipped, 'verdict')} would differ ({summary['seconds']:.1f} s)"
    )
    rows = [(flip["before"], flip["after"], flip["count"]) for flip in flips]
    show_table(("LIVE", "DRAFT", "TEXTS"), rows)
    if found["by_term"]:
        typer.echo()
    show_table(
        ("TEXTS", "LIVE", "DRAFT", "BY", "LIST", "TERM", "EXAMPLE"),
        [_term_cells(item) for item in found["by_term"][:SHOWN_TERMS]],
    )
    hidden = len(found["by_term"]) - SHOWN_TERMS
    if hidden > 0:
        note(f"{hidden} more words; --json has them")


def _term_cells(item: Item) -> tuple[object, ...]:
    examples = item["examples"]
    return (
        item["count"],
        item["before"],
        item["after"],
        item["kind"],
        item["list"],
        item["term"],
        clipped(examples[0], SHOWN_EXAMPLE) if examples else "-",
    )
