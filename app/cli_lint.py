"""How `seccheck wordlist` shows what the linter found."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.cli_common import note, print_json, print_table
from app.lexicon.csvfile import ImportReport
from app.lexicon.lint import Remark, Severity
from app.lexicon.lint_item import SHOWN_TERM

SHOWN_REMARKS = 500
"""Remarks that a table has at most; JSON has no limit."""


def print_remarks(
    remarks: Sequence[Remark], reports: Mapping[str, ImportReport], *, as_json: bool
) -> None:
    """The remarks on standard output, the sum of them on standard error."""
    if as_json:
        print_json([_as_json(remark) for remark in remarks])
    elif remarks:
        # When not all fit, errors matter most; otherwise the order of the files.
        cut = sorted(remarks, key=lambda r: r.severity)[:SHOWN_REMARKS]
        shown = remarks if len(cut) == len(remarks) else cut
        print_table(_HEAD, [_remark_cells(remark) for remark in shown])
    if not as_json and len(remarks) > SHOWN_REMARKS:
        note(f"{len(remarks) - SHOWN_REMARKS} more are not shown; --json has all")
    note(_summary(remarks, reports))


_HEAD = ("PLACE", "SEVERITY", "CHECK", "TERM", "MESSAGE")


def _remark_cells(remark: "Remark") -> tuple[str, ...]:
    """One line of the table of remarks."""
    term = remark.term
    if len(term) > SHOWN_TERM:
        term = term[: SHOWN_TERM - 1] + "…"
    place = f"{remark.file}:{remark.line}"
    return place, remark.severity.value, remark.code.value, term, remark.message


def _as_json(remark: "Remark") -> dict[str, Any]:
    """A remark for another program."""
    return {
        "file": remark.file,
        "line": remark.line,
        "severity": remark.severity.value,
        "check": remark.code.value,
        "term": remark.term,
        "message": remark.message,
    }


def _summary(remarks: Sequence[Remark], reports: Mapping[str, ImportReport]) -> str:
    """How much was looked at, and how much was found."""
    errors = sum(remark.severity is Severity.ERROR for remark in remarks)
    entries = sum(len(report.entries) for report in reports.values())
    return (
        f"{count(len(reports), 'file')} with {count(entries, 'entry', 'entries')}:"
        f" {count(errors, 'error')}, {count(len(remarks) - errors, 'warning')}"
    )


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
