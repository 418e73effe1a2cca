"""Words from CSV files, for `seccheck check`; opens no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli_common import fail, note
from app.domain.entry import Entry
from app.lexicon.csvfile import ImportReport, read_entries
from app.lexicon.lint import row_remarks
from app.lexicon.validity import settled
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
    """Read CSV wordlists; nothing else is opened. Bad rows are named and left out.

    Raises:
        CommandError: a file or its header cannot be read.
    """
    entries: list[Entry] = []
    for path in files:
        report = _read(path)
        if not report.headed:
            fail(f"{path}:{report.problems[0].line}: {report.problems[0].message}")
        entries += _usable(path, report)
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
    return Words([entry for path in files for entry in _usable(path, _read(path))])


def _read(path: Path) -> ImportReport:
    try:
        return read_entries(path)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror or error}")


def _usable(path: Path, report: ImportReport) -> list[Entry]:
    """The entries as an import would store them; standard error tells of the rest."""
    blocked = [r for r in row_remarks(str(path), report) if r.blocking]
    _tell("left out", [str(remark) for remark in blocked])
    lines = {remark.line for remark in blocked}
    usable: list[Entry] = []
    softened: list[str] = []
    for line, entry in zip(report.lines, report.entries, strict=True):
        if line in lines:
            continue
        usable.append(settled(entry))
        if usable[-1] is not entry:
            softened.append(f"{path}:{line}: {entry.term!r}")
    _tell("matched as standard, not fuzzy:", softened)
    return usable


def _tell(what: str, places: Sequence[str]) -> None:
    """Name the first rows of a kind and count the others."""
    for place in places[:SHOWN_PROBLEMS]:
        note(f"{what} {place}")
    if len(places) > SHOWN_PROBLEMS:
        note(f"{what} {len(places) - SHOWN_PROBLEMS} more rows")
