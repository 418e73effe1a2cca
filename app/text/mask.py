"""The text with its hits hidden."""

from collections.abc import Iterable

from app.domain.finding import Finding

DEFAULT_MASK = "*"


def mask(text: str, findings: Iterable[Finding], sign: str = DEFAULT_MASK) -> str:
    """Replace every code point of every hit by `sign`; the length stays."""
    chars: list[str] | None = None
    for span in (span for item in findings for span in item.spans):
        if chars is None:
            chars = list(text)
        chars[span.start : span.end] = sign * (span.end - span.start)
    return text if chars is None else "".join(chars)
