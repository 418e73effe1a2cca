from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from app.image.arrays import Pixels
from app.image.ocr_engine import Engine, Strip, Text
from app.image.ocr_turns import PROBES, Line, Turn, read_all

Score = dict[Turn, float]

# Four pixels in a square tell which way round a strip is.
MARKS = np.array([[1, 2], [3, 4]], np.uint8)
TURNED = {
    Turn.NONE: MARKS,
    Turn.MIRRORED: MARKS[:, ::-1],
    Turn.AROUND: MARKS[::-1, ::-1],
    Turn.FLIPPED: MARKS[::-1],
}


class Reader:
    """Reads strips made by `strips`: as sure as told, each way round."""

    def __init__(self, *scores: Score, said: str | None = None) -> None:
        self._scores = scores
        self._said = said
        self.read_strips: list[tuple[int, Turn]] = []

    def read(self, pixels: Pixels) -> Text:
        number = int(pixels[0, 0, 1])
        turn = next(
            turn for turn, marks in TURNED.items() if (pixels[..., 0] == marks).all()
        )
        self.read_strips.append((number, turn))
        return Text(self._said or turn.value, self._scores[number].get(turn, 0.1))


def strips(count: int) -> list[Strip]:
    made = []
    for number in range(count):
        pixels = np.zeros((2, 2, 3), np.uint8)
        pixels[..., 0], pixels[..., 1] = MARKS, number
        made.append(Strip(pixels, tall=False))
    return made


def turns(reader: Reader, count: int, *, turns: bool = True) -> list[Turn]:
    lines = read_all(cast(Engine, reader), strips(count), sure=0.95, turns=turns)
    assert all(line.text.text == line.turn.value for line in lines)
    return [line.turn for line in lines]


def test_sure_lines_are_read_once() -> None:
    reader = Reader({Turn.NONE: 0.99}, {Turn.NONE: 0.95})
    assert turns(reader, 2) == [Turn.NONE, Turn.NONE]
    assert len(reader.read_strips) == 2


@pytest.mark.parametrize("turn", [Turn.MIRRORED, Turn.AROUND, Turn.FLIPPED])
def test_a_line_another_way_round_is_noticed(turn: Turn) -> None:
    assert turns(Reader({Turn.NONE: 0.6, turn: 0.98}), 1) == [turn]


@pytest.mark.parametrize(
    ("now", "other", "believed"),
    [(0.9, 0.97, True), (0.9, 0.94, False), (0.2, 0.7, False), (0.4, 0.76, True)],
)
def test_another_way_must_be_clearly_better(
    now: float, other: float, *, believed: bool
) -> None:
    found = turns(Reader({Turn.NONE: now, Turn.MIRRORED: other}), 1)
    assert found == [Turn.MIRRORED if believed else Turn.NONE]


def test_one_line_that_is_turned_makes_all_be_tried() -> None:
    reader = Reader(
        {Turn.NONE: 0.97, Turn.MIRRORED: 0.99},  # by chance sure of something else
        {Turn.NONE: 0.99, Turn.MIRRORED: 0.5},  # really the right way round
        {Turn.NONE: 0.6, Turn.MIRRORED: 0.99},
    )
    assert turns(reader, 3) == [Turn.MIRRORED, Turn.NONE, Turn.MIRRORED]


def test_few_lines_are_tried_while_nothing_helps() -> None:
    reader = Reader(*[{Turn.NONE: 0.5}] * 40)
    assert turns(reader, 40) == [Turn.NONE] * 40
    assert len(reader.read_strips) == 40 + 3 * PROBES


def test_a_whole_picture_that_reads_as_a_letter_is_no_line() -> None:
    (strip,) = strips(1)
    filling = replace(strip, fills=True)
    reader = Reader({Turn.NONE: 0.5, Turn.MIRRORED: 0.99})
    # Its readings are long words, so it is tried; as one letter it would not be.
    lines = read_all(cast(Engine, reader), [filling], sure=0.95, turns=True)
    assert lines[0].turn is Turn.MIRRORED
    letter = Reader({Turn.NONE: 0.5, Turn.MIRRORED: 0.99}, said="x")
    lines = read_all(cast(Engine, letter), [filling], sure=0.95, turns=True)
    assert lines[0].turn is Turn.NONE
    assert len(letter.read_strips) == 1


def test_turns_can_be_left_alone() -> None:
    reader = Reader({Turn.NONE: 0.5, Turn.MIRRORED: 0.99})
    assert turns(reader, 1, turns=False) == [Turn.NONE]


def test_lines_keep_their_strips() -> None:
    given = strips(2)
    reader = Reader({Turn.NONE: 1.0}, {Turn.NONE: 1.0})
    lines = read_all(cast(Engine, reader), given, sure=0.95, turns=True)
    assert lines == [Line(strip, Text("none", 1.0)) for strip in given]
    assert read_all(cast(Engine, reader), [], sure=0.95, turns=True) == []
