"""Counts and what follows from them, by hand."""

import pytest

from app.evaluate.measures.confusion import Confusion

TRUTHS = ["normal"] * 6 + ["ads"] * 3 + ["abuse"]
SAID = ["normal"] * 5 + ["ads"] + ["ads", "ads", "normal"] + ["porn"]


@pytest.fixture
def confusion() -> Confusion:
    return Confusion.of(TRUTHS, SAID)


def test_pairs_are_counted_by_truth_and_answer(confusion: Confusion) -> None:
    assert confusion.classes == ("normal", "ads", "abuse", "porn")
    assert confusion.counts.tolist() == [
        [5, 1, 0, 0],
        [1, 2, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
    ]
    assert confusion.true_classes == ("normal", "ads", "abuse")


def test_accuracy_is_the_diagonal(confusion: Confusion) -> None:
    assert (confusion.accuracy.hits, confusion.accuracy.of) == (7, 10)


def test_precision_recall_and_f1_of_a_class(confusion: Confusion) -> None:
    ads = confusion.figures("ads", seed=1)
    assert (ads.precision.hits, ads.precision.of) == (2, 3)
    assert (ads.recall.hits, ads.recall.of, ads.rows) == (2, 3, 3)
    assert ads.f1 == pytest.approx(2 / 3)
    assert ads.f1_interval is not None
    assert ads.f1_interval[0] < 2 / 3 < ads.f1_interval[1]


def test_a_class_never_answered_has_no_precision_but_an_f1(
    confusion: Confusion,
) -> None:
    abuse = confusion.figures("abuse", seed=1)
    assert abuse.precision.value is None
    assert abuse.f1 == 0


def test_macro_f1_is_the_mean_over_true_classes(confusion: Confusion) -> None:
    # normal: 2*5/(6+6); ads: 2*2/(3+3); abuse: 0; porn is no true class.
    value, interval = confusion.macro_f1(seed=1)
    assert value == pytest.approx((10 / 12 + 4 / 6 + 0) / 3)
    assert interval is not None
    assert interval[0] <= value <= interval[1]


def test_intervals_are_repeatable(confusion: Confusion) -> None:
    assert confusion.macro_f1(seed=3) == confusion.macro_f1(seed=3)
