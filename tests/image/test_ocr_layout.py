from math import cos, radians, sin
from random import Random

import numpy as np
import pytest

from app.image.ocr_layout import Place, arrange
from app.image.ocr_turns import Turn

Rectangle = tuple[float, float, float, float]
"""Left, top, width, height."""


def place(
    box: Rectangle, *, tall: bool = False, turn: Turn = Turn.NONE, tilt: float = 0
) -> Place:
    """A line in a rectangle, turned around the origin by `tilt` degrees."""
    left, top, width, height = box
    corners = np.array(
        [
            [left, top],
            [left + width, top],
            [left + width, top + height],
            [left, top + height],
        ]
    )
    angle = radians(tilt)
    spin = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
    return Place((corners @ spin).astype(np.float32), tall, turn)


def blocks(*places: Place, seed: int = 1) -> list[list[int]]:
    """The lines by paragraph, whatever order they were found in."""
    order = list(range(len(places)))
    Random(seed).shuffle(order)
    made: dict[int, list[int]] = {}
    for slot in arrange([places[at] for at in order]):
        made.setdefault(slot.block, []).append(order[slot.line])
    assert list(made) == sorted(made)
    return list(made.values())


PARAGRAPH: list[Rectangle] = [(100, 100 + 40 * row, 300, 30) for row in range(4)]


def test_nothing_is_in_no_order() -> None:
    assert arrange([]) == []


@pytest.mark.parametrize("tilt", [0, 10, -10, 30, -30])
def test_lines_of_a_paragraph_go_down(tilt: float) -> None:
    assert blocks(*(place(box, tilt=tilt) for box in PARAGRAPH)) == [[0, 1, 2, 3]]


def test_messages_far_below_each_other_stand_alone() -> None:
    rows = [place((100, 100 * row, 300, 30)) for row in range(4)]
    assert blocks(*rows) == [[0], [1], [2], [3]]


def test_two_columns_of_a_page_are_read_one_after_the_other() -> None:
    left = [place((0, 40 * row, 200, 30)) for row in range(3)]
    right = [place((300, 40 * row, 200, 30)) for row in range(3)]
    assert blocks(*left, *right) == [[0, 1, 2], [3, 4, 5]]


def test_parts_of_a_row_are_read_from_left_to_right() -> None:
    row = [place((0, 0, 100, 30)), place((120, 3, 100, 30)), place((240, 0, 90, 30))]
    assert blocks(*row) == [[0, 1, 2]]


def test_rows_in_parts_are_read_row_by_row() -> None:
    first = [place((0, 0, 100, 30)), place((120, 0, 100, 30))]
    second = [place((0, 40, 100, 30)), place((120, 40, 100, 30))]
    assert blocks(*first, *second) == [[0, 1, 2, 3]]


def test_a_title_is_no_part_of_the_small_print() -> None:
    assert blocks(place((0, 0, 400, 80)), place((0, 90, 400, 20))) == [[0], [1]]


def test_corners_of_a_screen_are_read_from_left_to_right() -> None:
    assert blocks(place((600, 10, 90, 30)), place((20, 14, 60, 30))) == [[1], [0]]


def test_columns_are_read_from_right_to_left() -> None:
    columns = [place((300 - 40 * at, 0, 30, 400), tall=True) for at in range(3)]
    assert blocks(*columns) == [[0, 1, 2]]


def test_columns_in_two_parts_are_read_downwards() -> None:
    upper = [place((300 - 40 * at, 0, 30, 190), tall=True) for at in range(2)]
    lower = [place((300 - 40 * at, 210, 30, 190), tall=True) for at in range(2)]
    assert blocks(*upper, *lower) == [[0, 2, 1, 3]]


def test_a_picture_upside_down_is_read_from_its_top() -> None:
    lines = [place(box, turn=Turn.AROUND) for box in PARAGRAPH]
    assert blocks(*lines) == [[3, 2, 1, 0]]


def test_a_flipped_picture_is_read_from_its_top() -> None:
    lines = [place(box, turn=Turn.FLIPPED) for box in PARAGRAPH]
    assert blocks(*lines) == [[3, 2, 1, 0]]


def test_a_mirrored_picture_is_read_from_right_to_left() -> None:
    row = [(0, 0, 100, 30), (120, 0, 100, 30)]
    lines = [place(box, turn=Turn.MIRRORED) for box in row]
    assert blocks(*lines) == [[1, 0]]


def test_a_picture_turned_to_the_left_is_read_from_its_top() -> None:
    # Text runs upwards, and the next line is to the right.
    lines = [
        place((40 * at, 0, 30, 300), tall=True, turn=Turn.AROUND) for at in range(3)
    ]
    assert blocks(*lines) == [[0, 1, 2]]


def test_what_most_lines_do_comes_first() -> None:
    lines = [place(box) for box in PARAGRAPH]
    stray = place((0, 0, 50, 20), turn=Turn.MIRRORED)
    assert blocks(stray, *lines) == [[1, 2, 3, 4], [0]]


def test_every_line_comes_once() -> None:
    rng = Random(9)
    places = [
        place(
            (rng.uniform(0, 900), rng.uniform(0, 900), rng.uniform(5, 300), 25),
            tall=rng.random() < 0.2,
            turn=rng.choice(list(Turn)),
            tilt=rng.uniform(-20, 20),
        )
        for _ in range(200)
    ]
    slots = arrange(places)
    assert sorted(slot.line for slot in slots) == list(range(200))
    assert arrange(places) == slots
