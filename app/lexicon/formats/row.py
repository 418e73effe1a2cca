"""What reading a wordlist gives, whatever its format: rows, good or refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.entry import Entry
from app.lexicon.validity import Tally, faults

MAX_PROBLEMS = 1000
"""After so many problems the reading stops: it is not the format we expect."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused.

    `line` counts from 1, a header included; `column` is a column name, or
    "" when the whole row or file is meant.
    """

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its first line, and either an entry or problems.

    `stopped` marks the last row of a file that was not read to its end: what it
    holds is then unknown, and the file must not be used, not even in part.
    `header` marks the problem of a header, after which no row can follow.
    """

    line: int
    entry: Entry | None = None
    problems: tuple[Problem, ...] = ()
    header: bool = False
    stopped: bool = False


class FileError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, message: str, line: int = 1) -> None:
        """Say why, and on which line."""
        super().__init__(message)
        self.line = line


def refused(line: int, column: str, message: str) -> Row:
    """A row that is only a problem."""
    return Row(line, problems=(Problem(line, column, message),))


def stop(error: FileError) -> Row:
    """The last row of a file that cannot be read on."""
    return replace(refused(error.line, "", str(error)), stopped=True)


def judged(line: int, entry: Entry) -> Row:
    """The row of an entry, refused if the entry is not valid."""
    problems = tuple(Problem(line, *fault) for fault in faults(entry))
    return Row(line, problems=problems) if problems else Row(line, entry)


def bounded(rows: Iterator[Row], max_problems: int | None) -> Iterator[Row]:
    """Stop after too many problems, and at a list that no service could bear."""
    problems = 0
    tally = Tally()
    for row in rows:
        yield row
        problems += len(row.problems)
        excess = tally.add(row.entry) if row.entry is not None else ""
        if max_problems is not None and problems >= max_problems and not row.stopped:
            excess = f"stopped reading after {problems} problems"
        if excess:
            yield stop(FileError(excess, row.line))
            return
