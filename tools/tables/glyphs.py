"""Rendered glyphs as bit sets, and how alike two of them are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_SIMPLIFIED_FACE = 2  # position of the SC face in the collection
_SIDE = 48
_SIZE = 44
_INK = 110  # grey level, of 255, from which a pixel counts as drawn
# Glyphs are compared only while one has at most this many times the other's ink.
_INK_RATIO = 1.6


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn character: its pixels, the same thickened by one pixel, their counts."""

    bits: int
    wide: int
    ink: int
    cover: float


def draw(chars: Iterable[str], font_path: str = FONT) -> dict[str, Glyph]:
    """Render every character."""
    font = ImageFont.truetype(font_path, _SIZE, index=_SIMPLIFIED_FACE)
    return {char: _glyph(char, font) for char in chars}


def _glyph(char: str, font: ImageFont.FreeTypeFont) -> Glyph:
    image = Image.new("L", (_SIDE, _SIDE), 0)
    centre = (_SIDE // 2, _SIDE // 2)
    ImageDraw.Draw(image).text(centre, char, font=font, fill=255, anchor="mm")
    mask = image.point([0] * _INK + [255] * (256 - _INK)).convert("1")
    bits = int.from_bytes(mask.tobytes(), "big")
    row = bits | bits << 1 | bits >> 1
    wide = row | row << _SIDE | row >> _SIDE
    return Glyph(bits, wide, bits.bit_count(), wide.bit_count() / _SIZE**2)


def likeness(a: Glyph, b: Glyph) -> float:
    """Share of ink that meets ink of the other, beyond chance: 1 same, 0 unrelated."""
    meeting = (a.bits & b.wide).bit_count() + (b.bits & a.wide).bit_count()
    chance = (a.cover + b.cover) / 2
    return (meeting / (a.ink + b.ink) - chance) / (1 - chance)


def alike(glyphs: dict[str, Glyph], least: float) -> Iterator[tuple[float, str, str]]:
    """All pairs that reach the likeness ``least``; half a minute in pure Python."""
    ordered = sorted(glyphs.items(), key=lambda item: (item[1].ink, item[0]))
    for (one, a), (other, b) in combinations(ordered, 2):
        if b.ink <= a.ink * _INK_RATIO:
            value = likeness(a, b)
            if value >= least:
                yield value, min(one, other), max(one, other)
