"""`seccheck wordlist …`: everything that operators do with words."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_common import fail, json_option, load_settings
from app.cli_drafts import draft
from app.cli_edits import edits
from app.cli_export import outgoing
from app.cli_import import incoming
from app.cli_shadow import shadow
from app.cli_terms import terms_group
from app.cli_trial import trials
from app.cli_versions import published
from app.cli_vitals import vitals

if TYPE_CHECKING:
    from app.lexicon.csvfile import ImportReport

wordlist = typer.Typer(no_args_is_help=True, help="Change words, and see what they do.")
draft.add_typer(edits)
wordlist.add_typer(draft, name="draft")
wordlist.add_typer(shadow, name="shadow")
for group in (incoming, outgoing, published, terms_group, trials, vitals):
    wordlist.add_typer(group)


@wordlist.command()
def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="CSV files or folders; default: the shipped packs."),
    ] = None,
    as_json: json_option = False,
) -> None:
    """Find mistakes in wordlists, as they would work together.

    Leaves with 1 when there are errors; warnings are for a person to judge.
    """
    from app.cli_lint import print_remarks
    from app.lexicon.lint import Severity
    from app.lexicon.lint import lint as judge

    paths = _expanded(files or [load_settings().wordlists_dir])
    reports = {_shown(path): _read(path) for path in paths}
    remarks = judge(reports)
    print_remarks(remarks, reports, as_json=as_json)
    if any(remark.severity is Severity.ERROR for remark in remarks):
        raise typer.Exit(1)


def _expanded(paths: Iterable[Path]) -> list[Path]:
    """Folders replaced by the lists in them, each file once."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not inside:
            fail(f"there is no CSV file in {path}")
        found |= dict.fromkeys(inside)
    return list(found)


def _shown(path: Path) -> str:
    """The path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _read(path: Path) -> "ImportReport":
    """Read one list or leave with a sentence."""
    from app.lexicon.csvfile import read_entries

    try:
        return read_entries(path)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")
