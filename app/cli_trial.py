"""`seccheck wordlist backtest`: what a draft would have decided otherwise."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import CommandError, fail, note
from app.cli_drafts import DraftId
from app.cli_operator import Operator, command
from app.cli_upload import bar, opened, pieces, progress
from app.cli_view import SHOWN_TEXT, Item, plural, show_table

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

trials = typer.Typer(no_args_is_help=True)

POLL_SECONDS = 0.3
PAGE = 1000
"""Words in one answer of the server."""

SHOWN_REFUSALS = 5
SHOWN_TERMS = 50
"""Words that a report names; JSON has all of them."""

EXAMPLE_CONTEXT = 16
"""Characters before the term in an example that is cut."""

_OPEN = {"waiting", "running"}
_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which texts a draft is tried on: those of a file, or else recent ones."""

    number: int
    file: Path | None
    apps: list[str]
    query: dict[str, str]
    examples: int


@command(trials)
def backtest(
    op: Operator,
    number: DraftId,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Texts: one per line, CSV with a column text, or JSON lines;"
            " `-`: standard input."
        ),
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample",
            help="Use the recent texts that apps opted into keeping.",
        ),
    ] = False,
    apps: Annotated[
        list[str] | None,
        typer.Option("--app", help="With --sample, only of this appid. Repeatable."),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="csv, jsonl or text; auto goes by the name and the first line.",
        ),
    ] = "auto",
    scene: Annotated[
        str, typer.Option(help="Scene of texts that name none.")
    ] = "comment",
    examples: Annotated[
        int, typer.Option(min=0, max=3, help="Examples for each word.")
    ] = 1,
) -> None:
    """Run a draft against the live version and show which verdicts differ.

    Nothing is served, and only the examples are kept, encrypted, for a week.
    """
    if sample == (file is not None):
        fail("give a FILE of texts, or --sample")
    if apps and not sample:
        fail("--app chooses among samples; it needs --sample")
    query = {"format": _format(form, file), "scene": scene}
    wish = Wish(number, file, apps or [], query, examples)
    found = op.run(lambda api: _run(api, wish))
    if found["state"] != "done":
        why = f": {found['error']}" if found.get("error") else ""
        fail(f"the backtest ended as {found['state']}{why}")
    op.show(found, lambda report: _report(report, wish))


def _format(wanted: str, file: Path | None) -> str:
    if wanted != "auto" or file is None:
        return wanted
    return _SUFFIXES.get(file.suffix.lower(), wanted)


async def _run(api: "AdminClient", wish: Wish) -> Any:
    """Begin, wait for the end, and fetch everything that was found."""
    begun = await _begin(api, wish)
    try:
        found = await _finished(api, begun["id"])
    except asyncio.CancelledError:
        # Whoever presses Ctrl-C does not want it to go on somewhere else.
        with suppress(CommandError):
            await api.send("DELETE", f"/backtests/{begun['id']}")
        raise
    while found["state"] == "done" and found["next"] is not None:
        query = {"after": found["next"], "limit": PAGE}
        page = await api.get(f"/backtests/{begun['id']}", query)
        found = page | {"by_term": found["by_term"] + page["by_term"]}
    return found


async def _begin(api: "AdminClient", wish: Wish) -> Any:
    path = f"/drafts/{wish.number}/backtest"
    if wish.file is None:
        chosen = {"apps": wish.apps} if wish.apps else {}
        return await api.post(path, {"source": "sample"} | chosen, long=True)
    with opened(wish.file) as source, progress(source, "sending ") as seen:
        return await api.send(
            "POST", path, content=pieces(source, seen), query=wish.query, long=True
        )


async def _finished(api: "AdminClient", number: int) -> Any:
    """Wait until a backtest has ended."""
    with _waiting() as told:
        while True:
            found = await api.get(f"/backtests/{number}", {"limit": PAGE})
            told(found)
            if found["state"] not in _OPEN:
                return found
            await asyncio.sleep(POLL_SECONDS)


@contextmanager
def _waiting() -> Iterator[Callable[[Item], None]]:
    """A bar on a terminal as soon as it is known how much there is to do."""
    with ExitStack() as shown:
        steps: list[Callable[[int], None] | None] = []
        at = 0

        def told(found: Item) -> None:
            nonlocal at
            if found["progress"] is None:
                return
            if not steps:
                steps.append(shown.enter_context(bar(100, "comparing ")))
            reached = round(found["progress"] * 100)
            if steps[0] is not None:
                steps[0](reached - at)
            at = reached

        yield told


def _report(found: Item, wish: Wish) -> None:
    """The decisions that differ, then the words behind them."""
    summary = found["summary"]
    _refusals(summary, wish)
    typer.echo(
        f"draft {wish.number} against {_shown(found['base'])}:"
        f" {plural(summary['texts'], 'text')},"
        f" {plural(summary['flipped'], 'verdict')} would differ"
        f"{_relabelled(summary)} ({summary['seconds']:.1f} s)"
    )
    rows = [
        (flip["before"], flip["after"], flip["count"], _share(flip, summary))
        for flip in summary["flips"]
    ]
    if rows:
        typer.echo()
    show_table(("LIVE", "DRAFT", "TEXTS", "SHARE"), rows)
    if found["by_term"]:
        typer.echo()
    show_table(
        ("TEXTS", "LIVE", "DRAFT", "BY", "LIST", "TERM", "EXAMPLE"),
        [
            cells
            for item in found["by_term"][:SHOWN_TERMS]
            for cells in _term_rows(item, wish.examples)
        ],
    )
    hidden = len(found["by_term"]) - SHOWN_TERMS
    if hidden > 0:
        note(f"{plural(hidden, 'more word')}; --json has them")
    if any(item["examples"] is None for item in found["by_term"]):
        note("examples of real traffic need a key with the scope samples:read")


def _refusals(summary: Item, wish: Wish) -> None:
    """The lines of the file that are no texts."""
    name = "standard input" if str(wish.file) == "-" else getattr(wish.file, "name", "")
    for item in summary["refused_lines"][:SHOWN_REFUSALS]:
        note(f"{name}:{item['line']}: left out, {item['message']}")
    rest = summary["refused"] - min(len(summary["refused_lines"]), SHOWN_REFUSALS)
    if rest > 0:
        note(f"{plural(rest, 'more line')} left out")


def _shown(base: str) -> str:
    """`version:5` in words."""
    return base.replace(":", " ")


def _relabelled(summary: Item) -> str:
    changed = summary["relabelled"]
    return f", {plural(changed, 'label')} alone" if changed else ""


def _share(flip: Item, summary: Item) -> str:
    """How much of all texts, so that even a few of a million show."""
    return f"{flip['count'] / max(summary['texts'], 1):.3%}"


def _term_rows(item: Item, examples: int) -> list[tuple[object, ...]]:
    """A word with an example; further ones stand below."""
    shown = [_around(item["term"], text) for text in item["examples"] or []]
    first, *rest = shown[:examples] or ["-"]
    keys = ("count", "before", "after", "kind", "list", "term")
    blank = (" ",) * len(keys)
    return [
        (*(item[key] for key in keys), first),
        *((*blank, text) for text in rest),
    ]


def _around(term: str, text: str) -> str:
    """The part of a text where the term stands, if it is there as written."""
    if len(text) <= SHOWN_TEXT:
        return text
    start = max(text.find(term) - EXAMPLE_CONTEXT, 0)
    return f"…{text[start:]}" if start else text
