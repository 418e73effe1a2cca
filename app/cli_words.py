"""Words from CSV files, for `seccheck check`; opens no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli_common import fail, note
from app.domain.entry import Entry
from app.lexicon.csvfile import ImportReport, read_entries
from app.text.grammar import TermError

SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Words:
    """Entries and the lexicon version that they are; "" when from files."""

    entries: Sequence[Entry]
    version: str = ""

    def warn(self, problems: Sequence[TermError]) -> None:
        """Say which terms the engine could not take; the others work."""
        for problem in problems[:SHOWN_PROBLEMS]:
            note(f"ignored the term {problem.term!r}: {problem}")
        if len(problems) > SHOWN_PROBLEMS:
            note(f"ignored {len(problems) - SHOWN_PROBLEMS} more terms")


def from_files(files: Sequence[Path]) -> Words:
    """Read CSV wordlists; nothing else is opened.

    Raises:
        CommandError: a file cannot be read or has a bad row.
    """
    entries: list[Entry] = []
    for path in files:
        report = _read(path)
        if report.problems:
            fail(_first(path, report))
        entries += report.entries
    return Words(entries)


def from_packs(folder: Path) -> Words:
    """Read every pack of a folder, as the first start of the service does.

    Raises:
        CommandError: there is none, or one cannot be read.
    """
    files = sorted(folder.glob("*.csv"))
    if not files:
        fail(f"there is no database yet and no wordlist in {folder}; use --wordlist")
    note(f"no database yet, so the packs in {folder} are used")
    entries: list[Entry] = []
    for path in files:
        report = _read(path)
        if report.problems:
            note(f"left out what cannot be read: {_first(path, report)}")
        entries += report.entries
    return Words(entries)


def _read(path: Path) -> ImportReport:
    try:
        return read_entries(path)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")


def _first(path: Path, report: ImportReport) -> str:
    """The first problem of a file, and how many more there are."""
    first, *others = report.problems
    more = f" (and {len(others)} more problems)" if others else ""
    return f"{path}:{first.line}: {first.message}{more}"
