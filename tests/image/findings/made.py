"""Readings made by hand, and the text engine that reads what is in them."""

from collections.abc import Sequence
from typing import Any

from app.domain.entry import Entry
from app.domain.finding import Finding
from app.domain.labels import Label
from app.domain.scenes import Scene
from app.image.findings.rules import ReadText, Words
from app.plugins.door import Box, CodeRegion, Facts, Match, Reading, TextRegion
from app.text.checker import Checker
from app.text.compiling import compile_snapshot

ENTRIES = (
    Entry("办证刻章", Label.CRIME, 90),
    Entry("傻瓜", Label.ABUSE, 50),
    Entry("代开&发票", Label.CRIME, 90),
    Entry("bad guy", Label.ABUSE, 90),
    Entry("evil.example", Label.FRAUD, 95),
)
DIGEST = bytes(range(32))


def reads(entries: Sequence[Entry] = ENTRIES, scene: Scene = Scene.COMMENT) -> ReadText:
    """A reader that asks the text engine."""
    checker = Checker(compile_snapshot(entries, version="1"))

    async def read(text: str) -> Words:
        result = checker.check(text, scene=scene)
        return Words(result.findings, result.truncated)

    return read


def box(number: int) -> Box:
    return Box(10, 40 * number, 200, 30)


def line(text: str, number: int = 0, *, frame: int = 0, block: Any = 0) -> TextRegion:
    """A line; its box tells its number."""
    return TextRegion(text, box(number), 0.9, frame, block)


def lines(*texts: str) -> Reading:
    """Lines of one block, one below the other."""
    return page(*(line(text, number) for number, text in enumerate(texts)))


def page(*regions: TextRegion, **others: Any) -> Reading:
    return Reading("ocr", "reader-1", texts=regions, **others)


def code(text: str, kind: str = "QRCode", number: int = 0, frame: int = 0) -> Reading:
    return Reading(
        "codes", "zxing-1", codes=(CodeRegion(text, kind, box(number), frame),)
    )


def match(distance: int, **changes: Any) -> Match:
    given = {
        "list_name": "leaked",
        "digest": DIGEST,
        "frame": 0,
        "note": "",
        "label": 20006,
        "exempt": False,
        **changes,
    }
    return Match(distance=distance, **given)


def matches(*found: Match) -> Reading:
    return Reading("known", "pdq-1", matches=found)


def scores(**values: float) -> Reading:
    return Reading("nsfw", "model-1", scores=values)


def facts(**changes: Any) -> Facts:
    return Facts(**{"width": 300, "height": 200, "format": "png", **changes})


def stands_there(finding: Finding) -> bool:
    """Whether the places of a finding lie in its own text and hold its words.

    A disguise may stand between the characters of a word, but not round it, and
    words in columns may begin with any of them.
    """
    seen = finding.seen
    if seen is None or seen.text is None or not finding.spans:
        return False
    wanted = finding.words or (finding.term or "",)
    pieces = [seen.text[span.start : span.end] for span in finding.spans]
    inside = 0 <= (finding.start or 0) < (finding.end or 0) <= len(seen.text)
    return inside and all(
        any(piece and {piece[0], piece[-1]} <= set(word) for piece in pieces)
        for word in wanted
    )
