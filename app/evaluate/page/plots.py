"""The plots of an evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.evaluate.figures import percent
from app.evaluate.measures.curves import Bin
from app.evaluate.page.svg import Svg
from app.evaluate.perturb import Loss
from app.evaluate.report import Scale

_WIDTH: Final = 460
_HEIGHT: Final = 360
_COLOURS: Final = 8
_STEPS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Square:
    """A square plot of shares against shares."""

    svg: Svg
    left: float = 52
    top: float = 36
    size: float = 268

    def x(self, share: float) -> float:
        return self.left + share * self.size

    def y(self, share: float) -> float:
        return self.top + (1 - share) * self.size

    def frame(self, title: str, across: str, up: str) -> None:
        """Grid, numbers and names of the axes."""
        svg = self.svg
        svg.text(self.left, 18, title, "title")
        for step in _STEPS:
            svg.line(self.x(step), self.y(0), self.x(step), self.y(1), "grid")
            svg.line(self.x(0), self.y(step), self.x(1), self.y(step), "grid")
            number = f"{100 * step:.0f}"
            svg.text(self.x(step), self.y(0) + 16, number, "soft", "middle")
            svg.text(self.left - 8, self.y(step) + 4, number, "soft", "end")
        svg.line(self.x(0), self.y(0), self.x(1), self.y(0), "axis")
        svg.line(self.x(0), self.y(0), self.x(0), self.y(1), "axis")
        svg.text(self.x(0.5), self.y(0) + 34, across, "soft", "middle")
        svg.text(self.x(1), 18, up, "soft", "end")

    def legend(self, place: int, words: Sequence[str]) -> None:
        """One entry beside the plot: a mark and lines of words."""
        at = self.top + 12 + place * 40
        self.svg.box(self.x(1) + 14, at - 9, 10, 10, f"f{_colour(place)}")
        for number, line in enumerate(words):
            kind = "soft" if number else ""
            self.svg.text(self.x(1) + 29, at + 14 * number, line, kind)


def _colour(place: int) -> int:
    return place % _COLOURS + 1


def recall_precision(scales: Sequence[Scale]) -> Svg:
    """Precision against recall, a line for each class."""
    svg = Svg(_WIDTH, _HEIGHT, "Precision against recall")
    plot = _Square(svg)
    plot.frame("Precision against recall", "recall, %", "precision, %")
    for place, scale in enumerate(scales[:_COLOURS]):
        way: list[tuple[float, float]] = []
        for point in scale.curve.points:
            here = (plot.x(point.recall), plot.y(point.precision))
            # Without interpolation: a threshold in between has the next precision.
            way += (
                [(way[-1][0], here[1]), here] if way else [(plot.x(0), here[1]), here]
            )
        svg.path(way, f"curve s{_colour(place)}")
        for x, y in way[1:2] if len(way) == 2 else []:
            svg.dot(x, y, f"f{_colour(place)}", 3)
        plot.legend(place, (scale.name, f"AP {percent(scale.curve.average)}"))
    return svg


def weight_calibration(scales: Sequence[Scale]) -> Svg:
    """The share of true texts in each tenth of the weight, with intervals."""
    svg = Svg(_WIDTH, _HEIGHT, "What a weight is worth")
    plot = _Square(svg)
    plot.frame("What a weight is worth", "level or probability", "truly so, %")
    svg.line(plot.x(0), plot.y(0), plot.x(1), plot.y(1), "ideal")
    for place, scale in enumerate(scales[:_COLOURS]):
        colour = _colour(place)
        bins = scale.calibration.bins
        shift = (place - (min(len(scales), _COLOURS) - 1) / 2) * 3
        way = [(plot.x(b.mean) + shift, plot.y(b.true.value or 0.0)) for b in bins]
        for (x, y), tenth in zip(way, bins, strict=True):
            _whisker(plot, x, tenth, colour)
            svg.dot(x, y, f"f{colour}", 3.5)
        error = scale.calibration.error
        plot.legend(place, (scale.name, f"ECE {percent(error)}"))
    return svg


def _whisker(plot: _Square, x: float, tenth: Bin, colour: int) -> None:
    if tenth.true.interval is not None:
        low, high = tenth.true.interval
        plot.svg.line(x, plot.y(low), x, plot.y(high), f"pale s{colour}")


def disguise_losses(rows: Sequence[Loss]) -> Svg:
    """Recall before and after each disguise, the worst loss first."""
    shown = [row for row in rows if row.family != "none" and row.loss is not None]
    shown.sort(key=lambda row: -(row.loss or 0.0))
    svg = Svg(720, 74 + 24 * len(shown), "Recall under disguise")
    svg.text(
        16, 20, "Recall under disguise: plain (hollow) to disguised (full)", "title"
    )
    left, width = 130, 470
    bottom = 44 + 24 * len(shown)
    for step in _STEPS:
        x = left + step * width
        svg.line(x, 36, x, bottom, "grid")
        svg.text(x, bottom + 18, f"{100 * step:.0f} %", "soft", "middle")
    for number, row in enumerate(shown):
        y = 52 + 24 * number
        before = left + (row.recall_before.value or 0.0) * width
        after = left + (row.recall_after.value or 0.0) * width
        svg.text(left - 10, y + 4, row.family, "", "end")
        svg.line(before, y, after, y, "curve s2")
        svg.dot(before, y, "f2", 5)
        svg.dot(before, y, "ground", 3)
        svg.dot(after, y, "f2", 5)
        svg.text(
            left + width + 14,
            y + 4,
            f"{0.0 - 100 * (row.loss or 0.0):+.1f} points",
            "soft",
        )
    return svg
