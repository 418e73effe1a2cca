"""A verdict for people: one line, the text with its hits marked, the reasons."""

from collections.abc import Iterable, Iterator

import typer

from app.cli_common import visible
from app.domain.finding import Finding, Span, Suggest
from app.domain.verdict import Verdict
from app.text.result import Explanation, TextResult

OPEN, CLOSE = ">>", "<<"
"""Put round each hit, so that it shows without colours too."""

SHOWN_TERM = 40
"""Rules can be long; so many characters tell which one it is."""

_COLOURS = {
    Suggest.PASS: typer.colors.GREEN,
    Suggest.REVIEW: typer.colors.YELLOW,
    Suggest.RISKY: typer.colors.RED,
}


def show(text: str, result: TextResult, verdict: Verdict) -> str:
    """Several lines for a terminal; colours vanish when it is none."""
    name = f"{verdict.label.title} ({verdict.label.value})"
    said = typer.style(verdict.suggest.value, fg=_COLOURS[verdict.suggest], bold=True)
    marked = mark(text, verdict.findings).replace("\n", "\n  ")
    lines = [f"{said}  {name}", f"  {marked}"]
    lines += (f"  {reason(finding)}" for finding in verdict.findings)
    if result.truncated:
        lines.append("  too many hits to list them all, so it needs a review at least")
    if result.explanation is not None:
        lines += (f"  {line}" for line in _explained(result.explanation))
    return "\n".join(lines)


def mark(text: str, findings: Iterable[Finding]) -> str:
    """The text with each hit between `>>` and `<<`, safe for a terminal."""
    pieces, done = [], 0
    for span in _merged(findings):
        hit = f"{OPEN}{visible(text[span.start : span.end])}{CLOSE}"
        pieces.append(visible(text[done : span.start]))
        pieces.append(typer.style(hit, fg=typer.colors.RED, bold=True))
        done = span.end
    return "".join(pieces) + visible(text[done:])


def reason(finding: Finding) -> str:
    """One line about one finding."""
    parts = [
        f"{finding.suggest.value}: {_short(finding.keyword or finding.strategy.value)}",
        f"{finding.strategy.value} {finding.label.title}",
    ]
    if finding.level is not None:
        parts.append(f"level {finding.level}")
    if finding.prob is not None:
        parts.append(f"prob {finding.prob}")
    if finding.start is not None:
        parts.append(f"characters {finding.start} to {finding.end}")
    if finding.folds:
        parts.append(f"undone: {', '.join(finding.folds)}")
    return ", ".join(parts)


def _merged(findings: Iterable[Finding]) -> Iterator[Span]:
    """The places to mark, in order and without overlap."""
    last: Span | None = None
    for span in sorted(span for finding in findings for span in finding.spans):
        if last is not None and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _explained(notes: Explanation) -> list[str]:
    lines = [f"folded: {visible(notes.folded)}"]
    for border in notes.borders:
        kept = "kept" if border.kept else "dropped"
        lines.append(
            f"border: {_short(border.term)} in {visible(border.reading)}, {kept}"
        )
    for exempt in notes.exempt:
        did = "saved" if exempt.saved else "would have saved"
        lines.append(f"exempt: {_short(exempt.phrase)} {did} {_short(exempt.term)}")
    return list(dict.fromkeys(lines))


def _short(term: str) -> str:
    shown = visible(term)
    return shown if len(shown) <= SHOWN_TERM else f"{shown[:SHOWN_TERM]}…"
