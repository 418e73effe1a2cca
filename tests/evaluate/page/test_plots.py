"""Plots put numbers where they belong."""

import re

from app.evaluate.disguise import chosen_families
from app.evaluate.measures.curves import calibration, precision_recall
from app.evaluate.measures.intervals import Share
from app.evaluate.page import plots
from app.evaluate.perturb import Loss
from app.evaluate.report import Scale


def scale(weights: list[float], truth: list[bool]) -> Scale:
    return Scale("ads", precision_recall(weights, truth), calibration(weights, truth))


def test_a_line_ends_at_full_recall_on_the_right() -> None:
    drawn = plots.recall_precision([scale([90, 50], [True, True])]).render()
    assert 'd="M52.0 36.0L186.0 36.0L186.0 36.0L320.0 36.0"' in drawn
    assert "AP 100.0 %" in drawn


def test_a_calibrated_bin_lies_on_the_diagonal() -> None:
    drawn = plots.weight_calibration([scale([50, 50], [True, False])]).render()
    dots = re.findall(r'<circle class="f1" cx="([\d.]+)" cy="([\d.]+)"', drawn)
    assert dots == [("186.0", "170.0")]


def test_curves_of_nothing_are_drawn_without_lines() -> None:
    empty = scale([], [])
    for drawn in (plots.recall_precision([empty]), plots.weight_calibration([empty])):
        assert "<path" not in drawn.render()


def loss(name: str, before: int, after: int) -> Loss:
    family = chosen_families([name])[-1]
    ten, clean = Share(10, 10), Share(0, 10)
    lost = (before - after) / 10
    figures = (Share(before, 10), Share(after, 10), clean, clean)
    return Loss(family.name, family.title, ten, *figures, lost, (lost, lost))


def test_the_worst_disguise_comes_first() -> None:
    rows = [loss("none", 9, 9), loss("emoji", 9, 8), loss("pinyin", 9, 2)]
    drawn = plots.disguise_losses(rows).render()
    assert 0 < drawn.index("pinyin") < drawn.index("emoji")
    assert ">none<" not in drawn
    assert "-70.0 points" in drawn
