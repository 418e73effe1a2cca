"""Views lead back to the pixels that they were made of."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from app.image import codes_views as views
from app.image.codes_spots import Spot
from app.image.codes_views import View

MARK = (140, 90)
SPOT = Spot(60, 40, 220, 160)


def marked() -> Image.Image:
    """White, with one black square around `MARK`."""
    grey = np.full((200, 300), 255, np.uint8)
    grey[MARK[1] - 3 : MARK[1] + 4, MARK[0] - 3 : MARK[0] + 4] = 0
    return Image.fromarray(grey)


def darkest(view: View, *, light: bool = False) -> tuple[float, float]:
    """The middle of the square, in the whole picture."""
    values = np.asarray(view.image).astype(int)
    hit = values > 200 if light else values < 60
    rows, columns = np.nonzero(hit)
    return view.origin(columns.mean() + 0.5, rows.mean() + 0.5)


WAYS: dict[str, Callable[[View], View]] = {
    "as it is": lambda view: view,
    "sharpened": views.sharpened,
    "turned by 30": lambda view: views.turned(view, 30),
    "turned by 60": lambda view: views.turned(view, 60),
    "turned by -10": lambda view: views.turned(view, -10),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("most", [0.7, 1, 3])
def test_points_lead_back(way: str, most: float) -> None:
    made = WAYS[way](views.cut(marked(), SPOT, side=600, most=most))
    x, y = darkest(made)
    assert abs(x - MARK[0] - 0.5) < 1.5
    assert abs(y - MARK[1] - 0.5) < 1.5


def test_an_inverted_view_has_a_wide_white_rim() -> None:
    black = Image.fromarray(255 - np.asarray(marked()))
    made = views.inverted(views.cut(black, SPOT, side=600, most=1))
    assert made.image.getpixel((0, 0)) == 255
    x, y = darkest(made)
    assert abs(x - MARK[0] - 0.5) < 1.5
    assert abs(y - MARK[1] - 0.5) < 1.5


def test_no_view_is_larger_than_asked_for() -> None:
    wide = views.cut(marked(), Spot(0, 0, 300, 200), side=100, most=3)
    assert wide.image.width * wide.image.height <= 1.05 * 100 * 100
    thin = views.cut(marked(), Spot(0, 0, 300, 1), side=4, most=3)
    assert min(thin.image.size) >= 1
