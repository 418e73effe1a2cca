"""An evaluation on the terminal."""

from collections.abc import Iterator, Sequence

from app.cli_common import table_lines, visible
from app.evaluate.compare import Comparison
from app.evaluate.evaluation import Evaluation
from app.evaluate.figures import (
    chance,
    microseconds,
    percent,
    points,
    share,
    sure,
)
from app.evaluate.mistakes import Mistake
from app.evaluate.perturb import Loss, mean_loss
from app.evaluate.remarks import remarks
from app.evaluate.report import Report, Verdicts

SHOWN_TEXT = 100
"""Characters of a text on one line."""
SHOWN_FLIPS = 20


def lines(found: Evaluation) -> Iterator[str]:
    """Everything that was measured, line by line."""
    truths = ", ".join(
        f"{n:,} {_class(name)}" for name, n in found.report.truths.items()
    )
    yield f"{', '.join(found.files)}: {found.report.rows:,} texts ({truths})"
    for remark in remarks(found):
        yield f"note: {remark}"
    if found.other is None or found.comparison is None:
        yield from _titled(f"judged by {found.judged_by}", _report(found.report))
    else:
        yield from _titled(f"before: {found.judged_by}", _report(found.report))
        yield from _titled(f"after: {found.other_by}", _report(found.other))
        yield from _titled("from before to after", _comparison(found.comparison))
    yield from _disguises(found)
    last = found.other or found.report
    if last.mistakes:
        yield from _titled("worst errors", _mistakes(last.mistakes))


def _titled(title: str, body: Iterator[str]) -> Iterator[str]:
    yield ""
    yield f"== {title}"
    yield from body


def _report(report: Report) -> Iterator[str]:
    name, always = report.commonest
    base = f"always {_class(name)}: {percent(always.value)}"
    yield f"accuracy {share(report.accuracy)}; {base}"
    yield f"macro-F1 {sure(report.macro_f1, report.macro_f1_interval)}"
    speed = report.speed
    yield (
        f"time     {microseconds(speed.mean)} per text of {speed.characters:.0f}"
        f" characters (median {microseconds(speed.median)}, 99 % below"
        f" {microseconds(speed.p99)})"
    )
    yield ""
    yield from _classes(report)
    yield ""
    yield from _confusion(report)
    yield ""
    yield from _verdicts(report)
    if len(report.parts) > 1:
        yield ""
        yield from _parts(report)


def _class(name: str) -> str:
    return "any harm" if name == "any" else name


def _classes(report: Report) -> list[str]:
    averages = {scale.name: scale.curve.average for scale in report.scales}
    rows: dict[str, tuple[str, ...]] = {}
    for item in (*report.labels, report.harm):
        rows[item.name] = (
            _class(item.name),
            f"{item.rows:,}",
            share(item.precision),
            share(item.recall),
            sure(item.f1, item.f1_interval),
            percent(averages[item.name]) if item.name in averages else "",
        )
    head = ("class", "texts", "precision", "recall", "F1", "avg precision")
    return table_lines(head, list(rows.values()))


def _confusion(report: Report) -> list[str]:
    found = report.confusion
    head = ("truly \\ taken for", *map(_class, found.classes))
    rows = [
        (_class(name), *(f"{count:,}" for count in counts))
        for name, counts in zip(found.classes, found.counts.tolist(), strict=True)
        if sum(counts)
    ]
    return table_lines(head, rows)


def _verdicts(report: Report) -> list[str]:
    def cells(name: str, said: Verdicts) -> tuple[str, ...]:
        return (name, *map(share, (said.passed, said.review, said.risky)))

    rows = [cells("clean", report.on_clean), cells("harmful", report.on_harmful)]
    return table_lines(("texts that are", "pass", "review", "risky"), rows)


def _parts(report: Report) -> list[str]:
    rows = [
        (item.name, *map(share, (item.accuracy, item.recall, item.false_alarms)))
        for item in report.parts
    ]
    return table_lines(("part", "accuracy", "harm found", "clean flagged"), rows)


def _comparison(found: Comparison) -> Iterator[str]:
    yield f"accuracy {points(found.accuracy, found.accuracy_interval)} points"
    yield f"macro-F1 {points(found.macro_f1, found.macro_f1_interval)} points"
    yield (
        f"{found.mended:,} texts mended, {found.broken:,} broken; McNemar p:"
        f" {chance(found.chance)}"
    )
    if found.flips:
        yield ""
        rows = [
            (_class(flip.truth), flip.before, flip.after, f"{flip.count:,}")
            for flip in found.flips[:SHOWN_FLIPS]
        ]
        yield from table_lines(("truly", "before", "after", "texts"), rows)
    rest = len(found.flips) - SHOWN_FLIPS
    if rest > 0:
        yield f"and {rest} more kinds of change, all in --json"
    for item in found.examples:
        place = f"{item.sample.source}:{item.sample.line}"
        yield f"{place}  {item.before} -> {item.after}  {_text(item.sample.text)}"


def _disguises(found: Evaluation) -> Iterator[str]:
    if found.losses:
        title = f"under disguise, {percent(found.share, 0)} of the places changed"
        yield from _titled(title, iter(_losses(found.losses)))
    if found.plantings:
        rows = [
            (row.family, f"{row.found.of:,}", share(row.found), share(row.exact))
            for row in found.plantings
        ]
        head = ("disguise", "terms", "found", "exact span")
        yield from _titled("listed terms under disguise", iter(table_lines(head, rows)))


def _losses(rows: Sequence[Loss]) -> list[str]:
    head = (
        "disguise",
        "changed",
        "recall plain",
        "disguised",
        "loss, points",
        "clean flagged",
        "when disguised",
    )
    mean = mean_loss(rows)
    cells = [
        (
            row.family,
            percent(row.changed.value, 0),
            percent(row.recall_before.value),
            percent(row.recall_after.value),
            points(row.loss, row.loss_interval),
            percent(row.alarms_before.value),
            percent(row.alarms_after.value),
        )
        for row in (*rows, *([mean] if mean else []))
    ]
    return table_lines(head, cells)


def _mistakes(rows: Sequence[Mistake]) -> Iterator[str]:
    for item in rows:
        place = f"{item.sample.source}:{item.sample.line}"
        said = f"{_class(item.sample.truth)} taken for {_class(item.said)}"
        weight = f"weight {item.judgement.weight:.0f}"
        yield f"{item.kind}: {said}, {weight}  {place}"
        yield f"  {_text(item.sample.text)}"


def _text(text: str) -> str:
    """A text on one line, with nothing that drives the terminal."""
    shown = text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"
    return visible(shown).replace("\n", "\\n").replace("\t", "\\t")
