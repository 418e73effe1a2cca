"""Words in a picture, as the text engine finds them in what was read."""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import Final

from app.domain.finding import Finding, Span, Strategy
from app.domain.seen import Seen
from app.image.findings.rules import ReadText, Words, worst
from app.image.ocr_join import Joined, join
from app.plugins.door import Reading

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
    found = list(said.findings)
    truncated = said.truncated
    covered = {_place(each) for each in found}
    for region, start in zip(joined.regions, joined.starts, strict=True):
        if len(joined.regions) == 1:
            break
        alone = await read(region.text[:LONGEST_LINE])
        truncated = truncated or alone.truncated
        for each in alone.findings:
            moved = _moved(each, start)
            if _place(moved) not in covered:
                covered.add(_place(moved))
                found.append(moved)
    kept, truncated = worst(Words(tuple(found), truncated))
    return Words(tuple(_placed(each, joined, reading) for each in kept), truncated)


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
    regions = [joined.regions[at] for at in touched]
    seen = Seen(
        classifier=reading.classifier,
        model=reading.model,
        boxes=tuple(region.box for region in regions),
        frame=regions[0].frame if regions else 0,
        text=joined.text,
    )
    if not touched or finding.start is None:
        return replace(finding, strategy=Strategy.OCR, seen=seen)
    start = joined.starts[touched[0]]
    end = joined.starts[touched[-1]] + len(regions[-1].text)
    lines = replace(seen, text=joined.text[start:end])
    return replace(_moved(finding, -start), strategy=Strategy.OCR, seen=lines)


def _touched(finding: Finding, joined: Joined) -> list[int]:
    """The numbers of the lines in which something of it stands, in order."""
    touched: set[int] = set()
    for span in finding.spans:
        first = max(0, bisect_right(joined.starts, span.start) - 1)
        last = bisect_left(joined.starts, span.end)
        touched.update(
            at
            for at in range(first, last)
            if joined.starts[at] + len(joined.regions[at].text) > span.start
        )
    return sorted(touched)
