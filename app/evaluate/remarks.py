"""What a reader must know before believing the figures."""

from collections.abc import Iterator
from typing import Final

from app.evaluate.evaluation import Evaluation

_FEW: Final = 100


def remarks(found: Evaluation) -> Iterator[str]:
    """One sentence for each doubt, the gravest first."""
    report = found.report
    if not report.on_harmful.passed.of:
        yield "No text is harmful here, so recall and precision cannot be measured."
    if not report.on_clean.passed.of:
        yield "No text is clean here, so false alarms cannot be measured."
    few = [item.name for item in report.labels if item.rows < _FEW]
    if few:
        yield f"Fewer than {_FEW} texts: {', '.join(few)}. Look at the intervals."
    if found.broken:
        yield f"{_rows(len(found.broken))} could not be read and are left out."
    yield from _repeats(found)


def _repeats(found: Evaluation) -> Iterator[str]:
    repeats = found.repeats
    if not repeats.repeated:
        return
    mixed = f"; {repeats.mixed:,} groups have several labels" if repeats.mixed else ""
    done = "are left out" if repeats.dropped else "count in full, see --drop-duplicates"
    yield f"{repeats.repeated:,} near-duplicates of other texts {done}{mixed}."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
