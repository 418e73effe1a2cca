"""Results as a table on the terminal, as JSON, and in docs/benchmarks.md."""

import json
import os
import platform
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

ROOT: Final = Path(__file__).resolve().parent.parent
RESULTS: Final = Path(__file__).resolve().parent / "results"
PAGE: Final = ROOT / "docs" / "benchmarks.md"
PACKAGES: Final = (
    "pyahocorasick", "daachorse", "fastapi", "pydantic", "uvicorn", "uvloop", "orjson"
)  # fmt: skip
_COLUMNS: Final = ("What", "Measured", "Baseline", "Ratio", "Claim", "Holds")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a ratio must be."""

    sign: str
    limit: float

    def holds(self, ratio: float) -> bool:
        """Whether a measured ratio fulfils it."""
        return ratio <= self.limit if self.sign == "≤" else ratio >= self.limit

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: figures are for reading, the ratio is the result."""

    what: str
    measured: str
    baseline: str = ""
    ratio: float | None = None
    claim: Claim | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the claim holds; None when there is none."""
        if self.claim is None or self.ratio is None:
            return None
        return self.claim.holds(self.ratio)

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        holds = {None: "", True: "yes", False: "**no**"}[self.holds]
        claim = "" if self.claim is None else str(self.claim)
        return (self.what, self.measured, self.baseline, ratio, claim, holds)


@dataclass
class Part:
    """The results of one part of the benchmarks."""

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    load: tuple[float, float] = (0.0, 0.0)
    """The machine's load before and after."""

    @property
    def failed(self) -> list[Row]:
        """Rows whose claim does not hold."""
        return [row for row in self.rows if row.holds is False]


def show(part: Part, console: Console) -> None:
    """Print one part."""
    table = Table(title=part.title, title_justify="left")
    for name in _COLUMNS:
        right = name in {"Ratio", "Claim"}
        table.add_column(name, justify="right" if right else "left")
    for row in part.rows:
        style = "red" if row.holds is False else None
        table.add_row(*(cell.strip("*") for cell in row.cells()), style=style)
    console.print(table)
    for note in part.notes:
        console.print(f"  {note}", highlight=False)


def machine() -> dict[str, str]:
    """Where this was measured, as far as it matters."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.is_file() else ""
    found = re.search(r"model name\s*:\s*(.+)", text)
    return found[1].strip() if found else platform.machine()


def save(part: Part, folder: Path = RESULTS) -> Path:
    """Write one part as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{part.name}.json"
    shown: dict[str, Any] = {"machine": machine(), **asdict(part)}
    for row, made in zip(part.rows, shown["rows"], strict=True):
        made["holds"] = row.holds
    target.write_text(json.dumps(shown, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return target


def markdown(part: Part) -> str:
    """One part as a table with its conditions."""
    lines = [_line(_COLUMNS), _line(["---"] * len(_COLUMNS))]
    lines += [_line(row.cells()) for row in part.rows]
    if part.notes:
        lines += ["", *(f"- {note}" for note in part.notes)]
    known = ", ".join(f"{key} {value}" for key, value in machine().items())
    before, after = part.load
    lines += ["", f"Measured on: {known}; load {before:.1f} before, {after:.1f} after."]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def write_page(parts: Iterable[Part], page: Path = PAGE) -> None:
    """Put the tables between their markers in the documentation.

    Raises:
        ValueError: the page has no markers for a part.
    """
    text = page.read_text("utf-8")
    for part in parts:
        begin, end = f"<!-- {part.name}: begin -->", f"<!-- {part.name}: end -->"
        if begin not in text or end not in text:
            message = f"{page.name} has no place for the part {part.name!r}"
            raise ValueError(message)
        before, _, rest = text.partition(begin)
        after = rest.partition(end)[2]
        text = f"{before}{begin}\n\n{markdown(part)}\n\n{end}{after}"
    page.write_text(text, "utf-8")
