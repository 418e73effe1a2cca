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
BETTER: Final = 0.15
"""How much surer another way must be to be believed."""
BELIEVED: Final = 0.75
"""How sure it must be."""


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
    unsure = [at for at, line in enumerate(lines) if line.text.score < sure]
    unsure.sort(key=lambda at: lines[at].strip.pixels.size, reverse=True)
    probes, rest = unsure[:PROBES], unsure[PROBES:]
    wins: Counter[Turn] = Counter()
    for at in probes:
        lines[at] = _best(engine, lines[at], _OTHERS, BETTER)
        wins[lines[at].turn] += 1
    turn, count = wins.most_common(1)[0] if wins else (Turn.NONE, 0)
    if turn is Turn.NONE:
        return
    for at in rest:
        lines[at] = _best(engine, lines[at], (turn,), BETTER)
    if 2 * len(unsure) > len(lines) and 2 * count > len(probes):
        # The whole picture is another way round, with lines that read as
        # something else by chance.
        for at in set(range(len(lines))) - set(unsure):
            lines[at] = _best(engine, lines[at], (turn,), -BETTER)


def _best(engine: Engine, line: Line, turns: Sequence[Turn], better: float) -> Line:
    """The way round that is believed: another one if it is `better` by that much."""
    least = max(BELIEVED, line.text.score + better)
    best = line
    for turn in turns:
        text = engine.read(_DO[turn](line.strip.pixels))
        if text.score >= least:
            best, least = replace(line, text=text, turn=turn), text.score
    return best
