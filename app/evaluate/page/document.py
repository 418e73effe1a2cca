"""The page: figures first, then classes, curves, disguises, comparison, errors."""

from collections.abc import Iterator, Sequence
from html import escape

from app.evaluate.compare import Comparison
from app.evaluate.evaluation import Evaluation
from app.evaluate.figures import chance, microseconds, percent, points, span
from app.evaluate.page import plots, tables
from app.evaluate.page.style import COLOURS, PAGE, PLOT
from app.evaluate.perturb import mean_loss
from app.evaluate.remarks import remarks
from app.evaluate.report import Report
from app.evaluate.running import Speed

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing and run nothing, whatever a text in it says."""


def render_page(evaluation: Evaluation) -> str:
    """The whole document."""
    body = "".join(_sections(evaluation))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>seccheck eval</title><style>{COLOURS}{PAGE}{PLOT}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _sections(found: Evaluation) -> Iterator[str]:
    yield _head(found)
    if found.other is None:
        yield from _one(found.report)
    else:
        yield from _two(found)
    yield from _disguises(found)
    last = found.other or found.report
    if last.mistakes:
        yield "<h2>Worst errors</h2>" + tables.mistakes(last.mistakes)


def _head(found: Evaluation) -> str:
    truths = ", ".join(f"{n:,} {name}" for name, n in found.report.truths.items())
    files = escape(", ".join(found.files))
    notes = "".join(f'<p class="note">{escape(line)}</p>' for line in remarks(found))
    return (
        f"<h1>Accuracy on {files}</h1>"
        f'<p class="soft">{found.report.rows:,} texts: {escape(truths)}. Judged by'
        f" {escape(_by(found))}; answers from {found.report.at.value} on count as"
        f" found. Brackets hold 95 % intervals. Seed {found.seed}.</p>{notes}"
    )


def _by(found: Evaluation) -> str:
    other = f" (before) and {found.other_by} (after)" if found.other_by else ""
    return found.judged_by + other


def _one(report: Report) -> Iterator[str]:
    yield _cards(report)
    yield "<h2>Classes</h2>" + tables.classes(report)
    yield "<h2>Taken for what</h2>" + tables.confusion(report.confusion)
    yield "<h2>Verdicts</h2>" + tables.verdicts(report)
    if len(report.parts) > 1:
        yield "<h2>Parts</h2>" + tables.parts(report)
    yield "<h2>Curves</h2>" + _curves(report)


def _cards(report: Report) -> str:
    flagged = report.on_clean.review.hits + report.on_clean.risky.hits
    clean = report.on_clean.passed.of
    cards = (
        ("accuracy", percent(report.accuracy.value), _baseline(report)),
        ("macro-F1", percent(report.macro_f1), span(report.macro_f1_interval)),
        (
            "harm found",
            percent(report.harm.recall.value),
            span(report.harm.recall.interval),
        ),
        (
            "findings that are right",
            percent(report.harm.precision.value),
            span(report.harm.precision.interval),
        ),
        (
            "clean texts not passed",
            percent(flagged / clean if clean else None, 2),
            f"risky {percent(report.on_clean.risky.value, 2)}",
        ),
        (
            "time per text",
            microseconds(report.speed.mean),
            _slowness(report.speed),
        ),
    )
    shown = "".join(
        f'<div class="card"><span>{name}</span><b>{value}</b><span>{more}</span></div>'
        for name, value, more in cards
    )
    return f'<div class="cards">{shown}</div>'


def _baseline(report: Report) -> str:
    name, always = report.commonest
    interval = span(report.accuracy.interval)
    return f"{interval}; always {name}: {percent(always.value)}"


def _slowness(speed: Speed) -> str:
    slow = microseconds(speed.p99)
    return f"of {speed.characters:.0f} characters; 99 % below {slow}"


def _curves(report: Report) -> str:
    drawn = (
        plots.recall_precision(report.scales),
        plots.weight_calibration(report.scales),
    )
    shown = "".join(f"<figure>{svg.render()}</figure>" for svg in drawn)
    return (
        "<p class='soft'>The weight is the level of a listed word or the probability"
        " of a model, from 0 to 100. A level states severity, not probability: only a"
        " model should follow the dashed line. Texts without any finding have no"
        f" weight and end the curves.</p><div class='plots'>{shown}</div>"
    )


def _two(found: Evaluation) -> Iterator[str]:
    """Both judges, and what changes from one to the other."""
    assert found.other is not None  # noqa: S101 - its caller asked
    assert found.comparison is not None  # noqa: S101 - comes with the other report
    yield "<h2>From before to after</h2>" + _verdict(found.comparison)
    yield tables.flips(found.comparison)
    pairs: Sequence[tuple[str, Report]] = (
        (f"Before: {found.judged_by}", found.report),
        (f"After: {found.other_by}", found.other),
    )
    for title, report in pairs:
        yield f"<h2>{escape(title)}</h2>" + _cards(report) + tables.classes(report)
        yield tables.verdicts(report) + _curves(report)


def _verdict(found: Comparison) -> str:
    accuracy = points(found.accuracy, found.accuracy_interval)
    macro = points(found.macro_f1, found.macro_f1_interval)
    return (
        f"<p>{found.mended:,} texts are judged rightly that were not before, and"
        f" {found.broken:,} the other way: accuracy {accuracy} points, macro-F1"
        f" {macro} points. McNemar's p is {chance(found.chance)}: how likely so uneven"
        " a change is if both are equally good.</p>"
    )


def _disguises(found: Evaluation) -> Iterator[str]:
    if found.losses:
        yield "<h2>Under disguise</h2>"
        yield (
            "<p class='soft'>Each disguise changes about"
            f" {percent(found.share, 0)} of the places where it can work. Figures"
            " are of the texts that it changes, the same before and after.</p>"
        )
        drawn = plots.disguise_losses(found.losses).render()
        yield f"<figure class='tall'>{drawn}</figure><br>"
        mean = mean_loss(found.losses)
        yield tables.losses([*found.losses, *([mean] if mean else [])])
    if found.plantings:
        yield "<h2>Listed terms under disguise</h2>"
        yield tables.plantings(found.plantings)
