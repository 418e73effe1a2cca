"""The text with its hits hidden."""

from collections.abc import Iterable

from app.domain.finding import Finding, Span

DEFAULT_MASK = "*"


def _spans(findings: Iterable[Finding]) -> Iterable[Span]:
    """What to hide: the parts of a finding, or all of it."""
    for item in findings:
        if item.parts:
            yield from item.parts
        elif item.start is not None and item.end is not None:
            yield Span(item.start, item.end)


def mask(text: str, findings: Iterable[Finding], sign: str = DEFAULT_MASK) -> str:
    """Replace every code point of every hit by `sign`; the length stays."""
    chars: list[str] | None = None
    for span in _spans(findings):
        if chars is None:
            chars = list(text)
        chars[span.start : span.end] = sign * (span.end - span.start)
    return text if chars is None else "".join(chars)
