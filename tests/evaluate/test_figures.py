"""Numbers as people read them."""

from app.evaluate import figures
from app.evaluate.measures.intervals import Share


def test_shares_and_intervals() -> None:
    assert figures.share(Share(8, 10)) == "80.0 % (49.0 to 94.3)"
    assert figures.share(Share(1, 1000)) == "0.10 % (0.0 to 0.6)"
    assert figures.share(Share(0, 0)) == "–"
    assert figures.sure(0.5, None) == "50.0 %"
    assert figures.sure(None, None) == "–"
    assert figures.span(None) == ""


def test_differences_have_signs() -> None:
    assert figures.points(0.123, (0.1, 0.15)) == "+12.3 (+10.0 to +15.0)"
    assert figures.points(-0.02) == "-2.0"
    assert figures.points(None) == "–"


def test_chance_and_time() -> None:
    assert figures.chance(0.0001) == "below 0.001"
    assert figures.chance(0.02) == "0.020"
    assert figures.microseconds(12.34) == "12.3 µs"
    assert figures.microseconds(12345.6) == "12,346 µs"
