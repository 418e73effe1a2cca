"""Numbers as people read them: percent with one digit, intervals in brackets."""

from app.evaluate.measures.intervals import Share

NOTHING = "–"
"""What cannot be measured."""


def percent(value: float | None, digits: int = 1) -> str:
    """A share as percent."""
    return NOTHING if value is None else f"{100 * value:.{digits}f} %"


def span(interval: tuple[float, float] | None) -> str:
    """An interval of shares in percent, without the sign."""
    if interval is None:
        return ""
    low, high = interval
    return f"{100 * low:.1f} to {100 * high:.1f}"


def sure(value: float | None, interval: tuple[float, float] | None) -> str:
    """A share as percent with its interval."""
    if value is None or interval is None:
        return percent(value)
    return f"{percent(value)} ({span(interval)})"


def share(counted: Share) -> str:
    """A counted share with its interval; small shares get a second digit."""
    value = counted.value
    if value is None:
        return NOTHING
    digits = 2 if 0 < value < 0.01 else 1
    return f"{percent(value, digits)} ({span(counted.interval)})"


def points(value: float | None, interval: tuple[float, float] | None = None) -> str:
    """A difference of shares in percentage points, with its sign."""
    if value is None:
        return NOTHING
    shown = f"{100 * value:+.1f}"
    if interval is None:
        return shown
    low, high = interval
    return f"{shown} ({100 * low:+.1f} to {100 * high:+.1f})"


def chance(probability: float) -> str:
    """A probability of chance; below a thousandth only so much is said."""
    return "below 0.001" if probability < 0.001 else f"{probability:.3f}"


def microseconds(value: float) -> str:
    """A duration."""
    return f"{value:.1f} µs" if value < 100 else f"{value:,.0f} µs"
