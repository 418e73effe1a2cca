"""The door itself: places, and values that cross processes."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from app.plugins.door import Box, Classifier, Frame, Refreshing, Sample
from tests.image.offers.seccheck_trouble import Calm, Refreshed


def frame(width: int = 100, height: int = 50, scale: float = 1.0) -> Frame:
    return Frame(np.zeros((height, width, 3), np.uint8), scale)


@pytest.mark.parametrize(
    ("corners", "box"),
    [
        ((10, 5, 30, 25), Box(10, 5, 20, 20)),
        ((30, 25, 10, 5), Box(10, 5, 20, 20)),  # corners in any order
        ((-5, -5, 500, 500), Box(0, 0, 100, 50)),  # kept within the frame
        ((0.4, 0.4, 0.6, 0.6), Box(0, 0, 1, 1)),
    ],
)
def test_a_place_becomes_a_box(
    corners: tuple[float, float, float, float], box: Box
) -> None:
    assert frame().box(*corners) == box


def test_a_place_in_a_reduced_frame_is_one_of_the_original() -> None:
    assert frame(scale=2.5).box(10, 4, 20, 8) == Box(25, 10, 25, 10)


def test_samples_cross_processes() -> None:
    sample = Sample((frame(),), 100, 50, "png")
    there = pickle.loads(pickle.dumps(sample))  # noqa: S301 - our own
    assert there.frames[0].pixels.shape == (50, 100, 3)


def test_classifiers_need_no_base_class() -> None:
    calm: Classifier = Calm()
    assert not isinstance(calm, Refreshing)
    assert isinstance(Refreshed(), Refreshing)


def test_the_door_needs_no_library() -> None:
    """The service reads readings without loading what makes them."""
    code = (
        "import sys, app.plugins.door, app.plugins.discovery;"
        "sys.exit('numpy' in sys.modules or 'PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
