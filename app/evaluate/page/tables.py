"""Tables of an evaluation as HTML."""

from collections.abc import Iterable, Sequence
from html import escape

from app.evaluate.compare import Comparison
from app.evaluate.figures import percent, points, share, sure
from app.evaluate.measures.confusion import Confusion
from app.evaluate.mistakes import Mistake
from app.evaluate.perturb import Loss, Planted
from app.evaluate.report import Report, Verdicts

_SHOWN = 300
"""Characters of a text that the page shows."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table of plain cells."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(_row("".join(f"<td>{escape(c)}</td>" for c in row)) for row in rows)
    return _table(_row(top) + body, kind)


def _table(rows: str, kind: str = "") -> str:
    return f'<div class="wide"><table class="{kind}">{rows}</table></div>'


def _row(cells: str) -> str:
    return f"<tr>{cells}</tr>"


def classes(report: Report) -> str:
    """Precision, recall and F1 class by class."""
    averages = {scale.name: scale.curve.average for scale in report.scales}
    rows = []
    for item in (*report.labels, report.harm):
        average = averages.get(item.name)
        rows.append(
            (
                _named(item.name),
                f"{item.rows:,}",
                share(item.precision),
                share(item.recall),
                sure(item.f1, item.f1_interval),
                "" if average is None else f"{100 * average:.1f} %",
            )
        )
    # In a binary file the class of harm would stand there twice.
    unique = list(dict.fromkeys(rows))
    head = ("class", "texts", "precision", "recall", "F1", "average precision")
    return table(head, unique)


def _named(name: str) -> str:
    return "any harm" if name == "any" else name


def confusion(found: Confusion) -> str:
    """True classes down, answers across; the shade is the share of the row."""
    top = '<th class="left">truly \\ taken for</th>'
    top += "".join(f"<th>{escape(_named(name))}</th>" for name in found.classes)
    rows = [_row(top)]
    for name, counts in zip(found.classes, found.counts.tolist(), strict=True):
        total = sum(counts)
        if total:
            cells = "".join(_shaded(count, total) for count in counts)
            rows.append(_row(f"<td>{escape(_named(name))}</td>{cells}"))
    return _table("".join(rows), "heat")


def _shaded(count: int, total: int) -> str:
    depth = 0.6 * count / total
    style = f"background:rgba(var(--shade),{depth:.2f})"
    return f'<td style="{style}">{count:,}</td>'


def verdicts(report: Report) -> str:
    """How clean and harmful texts were answered."""

    def cells(name: str, said: Verdicts) -> tuple[str, ...]:
        shares = (said.passed, said.review, said.risky)
        return (name, f"{said.passed.of:,}", *map(share, shares))

    rows = [cells("clean", report.on_clean), cells("harmful", report.on_harmful)]
    return table(("texts that are", "texts", "pass", "review", "risky"), rows)


def parts(report: Report) -> str:
    """File by file, or by the column that was asked for."""
    rows = [
        (
            item.name,
            f"{item.accuracy.of:,}",
            *map(share, (item.accuracy, item.recall, item.false_alarms)),
        )
        for item in report.parts
    ]
    head = ("part", "texts", "accuracy", "harm found", "clean flagged")
    return table(head, rows)


def losses(rows: Sequence[Loss]) -> str:
    """Disguise by disguise, on the texts that it changes."""
    head = (
        "disguise",
        "texts changed",
        "recall plain",
        "recall disguised",
        "loss, points",
        "clean flagged",
        "when disguised",
    )
    return table(head, (loss_cells(row) for row in rows))


def loss_cells(row: Loss) -> tuple[str, ...]:
    """One disguise in words."""
    return (
        row.family,
        f"{row.changed.hits:,} of {row.changed.of:,}",
        share(row.recall_before),
        share(row.recall_after),
        points(row.loss, row.loss_interval),
        percent(row.alarms_before.value),
        percent(row.alarms_after.value),
    )


def plantings(rows: Sequence[Planted]) -> str:
    """Listed terms found and placed under each disguise."""
    cells = (
        (row.family, f"{row.found.of:,}", share(row.found), share(row.exact))
        for row in rows
    )
    return table(("disguise", "terms", "found", "exact span"), cells)


def flips(found: Comparison) -> str:
    """Answers that differ between two judges."""
    rows = (
        (_named(flip.truth), flip.before, flip.after, f"{flip.count:,}")
        for flip in found.flips
    )
    return table(("truly", "before", "after", "texts"), rows)


def mistakes(rows: Sequence[Mistake]) -> str:
    """Texts that were judged wrongly."""
    head = ("kind", "truth", "answer", "weight", "text")
    body = [_row("".join(f"<th>{name}</th>" for name in head))]
    for item in rows:
        said = item.judgement
        cells = (item.kind, _named(item.sample.truth), said.suggest.value)
        plain = "".join(f'<td class="left">{escape(cell)}</td>' for cell in cells)
        weight = f"<td>{said.weight:.0f}</td>"
        text = f'<td class="text"><bdi>{_cut(item.sample.text)}</bdi></td>'
        body.append(_row(plain + weight + text))
    return _table("".join(body))


def _cut(text: str) -> str:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    # A lone surrogate cannot be written to a file.
    return escape(shown.encode(errors="backslashreplace").decode())
