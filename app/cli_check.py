"""`seccheck check`: judge texts on the command line, as the service would."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_common import fail, load_settings

if TYPE_CHECKING:
    from app.cli_words import Words
    from app.domain.scenes import Scene
    from app.settings import Settings
    from app.text.checker import Checker

BROKEN_LINES = 1
"""Exit code when some lines of standard input could not be checked."""


def check(
    text: Annotated[
        str | None, typer.Argument(help="The text; `-` reads standard input.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as one JSON line.")
    ] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help="Read a JSON string or object (text, scene, id) per line of"
            " standard input and write a result per line, in order.",
        ),
    ] = False,
    wordlists: Annotated[
        list[Path] | None,
        typer.Option(
            "--wordlist",
            metavar="FILE",
            help="Use only this CSV instead of the database. Repeatable.",
        ),
    ] = None,
    scene: Annotated[
        str | None, typer.Option(help="Where the text stands, such as comment.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the verdict came about.")
    ] = False,
) -> None:
    """Check a text, or one text per line, and show the verdict.

    Exit code 0 whatever the verdict, 1 when lines of --jsonl were broken, 2
    when nothing could be checked.
    """
    from app.api.jsonio import dumps
    from app.cli_judge import Judge
    from app.cli_lines import check_lines
    from app.cli_show import show

    if jsonl == (text is not None):
        fail("give one TEXT, or --jsonl and texts on standard input")
    settings = load_settings()
    where = _scene(scene or settings.default_scene)
    judge = Judge(
        _checker(wordlists or [], settings),
        scene=where,
        explain=explain,
        search_notice=settings.search_notice,
    )
    if jsonl:
        broken = check_lines(judge, sys.stdin.buffer, sys.stdout.buffer)
        raise typer.Exit(BROKEN_LINES if broken else 0)
    content = sys.stdin.read() if text == "-" else text or ""
    if as_json:
        sys.stdout.buffer.write(dumps(judge.result(content)) + b"\n")
    else:
        typer.echo(show(content, *judge.check(content)))


def _scene(name: str) -> "Scene":
    from app.domain.scenes import parse_scene

    try:
        return parse_scene(name)
    except ValueError as error:
        fail(str(error))


def _checker(files: list[Path], settings: "Settings") -> "Checker":
    from app.text.checker import Checker
    from app.text.compiling import compile_snapshot

    words = _words(files, settings)
    snapshot = compile_snapshot(
        words.entries, version=words.version, engine=settings.engine
    )
    words.warn(snapshot.problems)
    return Checker(snapshot)


def _words(files: list[Path], settings: "Settings") -> "Words":
    from app.cli_words import from_files, from_packs

    if files:
        return from_files(files)
    from app.cli_live import live_words

    return live_words(settings) or from_packs(settings.wordlists_dir)
