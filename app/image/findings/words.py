"""Words in a picture, as the text engine finds them in what was read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from app.domain.finding import Finding, Span, Strategy
from app.domain.seen import Seen
from app.image.findings.rules import ReadText, Words
from app.image.ocr_join import Joined, join
from app.plugins.door import Reading, TextRegion

LONGEST_LINE: Final = 2000
"""Code points of one line that are checked by themselves; all are checked joined."""


async def word_findings(reading: Reading, read: ReadText) -> Words:
    """Findings in all that one classifier has read.

    Lines are checked joined, since a term may be broken over two, and each by
    itself, since a neighbour can hide a term by making another word of it.
    """
    if not reading.texts:
        return Words(())
    joined = join(reading.texts)
    said = await read(joined.text)
    found = [_placed(each, joined, reading) for each in said.findings]
    truncated = said.truncated
    covered = [_place(each) for each in said.findings]
    for region, start in zip(joined.regions, joined.starts, strict=True):
        if len(joined.regions) == 1:
            break
        alone = await read(region.text[:LONGEST_LINE])
        truncated = truncated or alone.truncated
        for each in alone.findings:
            moved = _moved(each, start)
            if _place(moved) not in covered:
                covered.append(_place(moved))
                found.append(_placed(moved, joined, reading))
    return Words(tuple(found), truncated)


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.term, finding.label, finding.start, finding.end


def _moved(finding: Finding, by: int) -> Finding:
    """The same, with its places counted from elsewhere."""
    if finding.start is None or finding.end is None:
        return finding
    return replace(
        finding,
        start=finding.start + by,
        end=finding.end + by,
        parts=tuple(Span(part.start + by, part.end + by) for part in finding.parts),
    )


def _placed(finding: Finding, joined: Joined, reading: Reading) -> Finding:
    """A finding in the joined text as one of the lines that it touches."""
    touched = _touched(finding, joined)
    seen = Seen(
        classifier=reading.classifier,
        model=reading.model,
        boxes=tuple(region.box for region in touched),
        frame=touched[0].frame if touched else 0,
        text=joined.text,
    )
    if not touched or finding.start is None:
        return replace(finding, strategy=Strategy.OCR, seen=seen)
    start, end = _stretch(touched, joined)
    lines = replace(seen, text=joined.text[start:end])
    return replace(_moved(finding, -start), strategy=Strategy.OCR, seen=lines)


def _touched(finding: Finding, joined: Joined) -> tuple[TextRegion, ...]:
    """The lines in which something of the finding stands, in order."""
    regions: dict[int, TextRegion] = {}
    for span in finding.spans:
        regions |= {id(each): each for each in joined.between(span.start, span.end)}
    return tuple(_in_order(regions, joined.regions))


def _in_order(
    wanted: dict[int, TextRegion], regions: Sequence[TextRegion]
) -> Iterable[TextRegion]:
    return (region for region in regions if id(region) in wanted)


def _stretch(touched: Sequence[TextRegion], joined: Joined) -> tuple[int, int]:
    """Where the text of these lines begins and ends, with all that is between."""
    starts = [
        (start, start + len(region.text))
        for region, start in zip(joined.regions, joined.starts, strict=True)
        if any(region is each for each in touched)
    ]
    return starts[0][0], starts[-1][1]
