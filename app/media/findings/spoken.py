"""Words that were said, as the text engine finds them, with times."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from app.domain.finding import Finding, Strategy
from app.domain.seen import Box
from app.image.findings.rules import ReadText, Words
from app.image.findings.words import word_findings
from app.media.speech import Spoken
from app.plugins.door import Reading, TextRegion

_APART: Final = 3.0
"""Seconds of silence after which phrases do not continue each other."""


async def spoken_findings(
    spoken: Sequence[Spoken], name: str, model: str, read: ReadText
) -> Words:
    """Findings in all that was said.

    Phrases are joined and checked like the lines of a picture. The place of a
    phrase is its number, which comes back with each finding.
    """
    regions = tuple(
        TextRegion(phrase.text, Box(number, 0, 0, 0), 1.0, block=block)
        for number, (phrase, block) in enumerate(
            zip(spoken, _blocks(spoken), strict=True)
        )
    )
    said = await word_findings(Reading(name, model, texts=regions), read)
    found = tuple(_timed(each, spoken) for each in said.findings)
    return Words(found, said.truncated)


def _blocks(spoken: Sequence[Spoken]) -> list[int]:
    """Phrases with little silence between them have the same number."""
    blocks = [0] if spoken else []
    for before, after in pairwise(spoken):
        blocks.append(blocks[-1] + (after.start - before.end > _APART))
    return blocks


def _timed(finding: Finding, spoken: Sequence[Spoken]) -> Finding:
    seen = finding.seen
    assert seen is not None  # noqa: S101 - it was found in a reading
    touched = [spoken[box.left] for box in seen.boxes] or spoken
    start, end = touched[0].start, max(each.end for each in touched)
    timed = replace(seen, boxes=(), start=round(start, 2), end=round(end, 2))
    return replace(finding, strategy=Strategy.SPEECH, seen=timed)
