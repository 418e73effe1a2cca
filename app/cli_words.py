"""Words from CSV files, for `seccheck check`; opens no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli_common import fail, note
from app.domain.entry import Entry
from app.lexicon.csvfile import read_entries
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
    return Words([entry for path in files for entry in _read(path)])


def _read(path: Path) -> list[Entry]:
    try:
        report = read_entries(path)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")
    if report.problems:
        first, *others = report.problems
        more = f" (and {len(others)} more problems)" if others else ""
        fail(f"{path}:{first.line}: {first.message}{more}")
    return report.entries


def from_packs(folder: Path) -> Words:
    """Read every pack of a folder, as the first start of the service would.

    Raises:
        CommandError: there is none, or one cannot be used.
    """
    files = sorted(folder.glob("*.csv"))
    if not files:
        fail(f"there is no database yet and no wordlist in {folder}; use --wordlist")
    note(f"no database yet, so the packs in {folder} are used")
    return from_files(files)
