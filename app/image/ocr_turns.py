"""Lines that are mirrored or upside down: noticed by how unsure the reader is.

A reader of the right way round is nearly sure of itself, and of any other way
round nearly never. So only unsure lines are tried in other ways, few at first;
a way that helps them is then tried with the others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.image.arrays import Pixels
from app.image.ocr_engine import Engine, Strip, Text

PROBES: Final = 3
"""Unsure lines that are tried in every way, the largest ones."""
BELIEVED: Final = 0.75
"""How sure another way must be to be believed."""
DOUBT: Final = 0.5
"""What may be left of the doubt, so that another way is clearly better."""


class Turn(StrEnum):
    """What was done to a strip before it was read.

    A column lies on its left side already: turned around, it lies on its right.
    """

    NONE = "none"
    AROUND = "around"
    MIRRORED = "mirrored"
    FLIPPED = "flipped"


_DO: Final[dict[Turn, Callable[[Pixels], Pixels]]] = {
    Turn.NONE: lambda strip: strip,
    Turn.AROUND: lambda strip: strip[::-1, ::-1],
    Turn.MIRRORED: lambda strip: strip[:, ::-1],
    Turn.FLIPPED: lambda strip: strip[::-1],
}
_OTHERS: Final = (Turn.MIRRORED, Turn.AROUND, Turn.FLIPPED)


@dataclass(frozen=True, slots=True)
class Line:
    """A strip with what it says and which way round that is."""

    strip: Strip
    text: Text
    turn: Turn = Turn.NONE


def read_all(
    engine: Engine, strips: Sequence[Strip], *, sure: float, turns: bool
) -> list[Line]:
    """Read all strips, those that are unsure in other ways, too.

    Readings below `sure` count as unsure; `turns` is False to take what comes.
    """
    lines = [Line(strip, engine.read(strip.pixels)) for strip in strips]
    if turns:
        _turn(engine, lines, sure)
    return lines


def _turn(engine: Engine, lines: list[Line], sure: float) -> None:
    """Replace lines by better ones where another way round helps."""
    unsure = [
        at
        for at, line in enumerate(lines)
        if line.text.score < sure and not _mirage(line)
    ]
    unsure.sort(key=lambda at: lines[at].strip.pixels.size, reverse=True)
    probes = unsure[:PROBES]
    wins: Counter[Turn] = Counter()
    for at in probes:
        lines[at] = _best(engine, lines[at], _OTHERS, left=DOUBT)
        wins[lines[at].turn] += 1
    turns = [turn for turn, _ in wins.most_common() if turn is not Turn.NONE]
    # Something is another way round; then the rest may be, too, and may have
    # read as something else by chance.
    for at in set(range(len(lines))) - set(probes) if turns else ():
        lines[at] = _best(engine, lines[at], turns[:1], left=1.0)


def _mirage(line: Line) -> bool:
    """Whether a whole picture was taken for a letter, as happens with fog."""
    return line.strip.fills and len(line.text.text.strip()) <= 1


def _best(engine: Engine, line: Line, turns: Sequence[Turn], *, left: float) -> Line:
    """The way round that is believed; another one must leave less of the doubt."""
    best, most = line, left * (1 - line.text.score)
    for turn in turns:
        text = engine.read(_DO[turn](line.strip.pixels))
        if text.score >= BELIEVED and 1 - text.score < most:
            best, most = replace(line, text=text, turn=turn), 1 - text.score
    return best
