"""Parts of a picture made easier to read, with the way back to its pixels."""

from math import cos, radians, sin, sqrt
from typing import Final, NamedTuple

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from app.image.arrays import Floats
from app.image.codes_spots import Spot

Point = tuple[float, float]

_SHARPER: Final = ImageFilter.UnsharpMask(radius=4, percent=300, threshold=0)
_SOFTER: Final = ImageFilter.BoxBlur(1)
_WHITE: Final = 255
_QUIET: Final = 40


class View(NamedTuple):
    """A grey picture; `back` maps its points to those of the whole picture."""

    image: Image.Image
    back: Floats

    def origin(self, x: float, y: float) -> Point:
        """Where a point of the view is in the whole picture."""
        across, down, depth = (float(one) for one in self.back @ (x, y, 1.0))
        return across / depth, down / depth


def whole(grey: Image.Image) -> View:
    """The picture as it is."""
    return View(grey, np.eye(3, dtype=np.float32))


def cut(grey: Image.Image, spot: Spot, *, side: float, most: float) -> View:
    """A spot, enlarged up to `most` times to about `side` pixels a side."""
    width, height = spot.right - spot.left, spot.bottom - spot.top
    factor = max(min(most, side / sqrt(width * height)), 1 / max(width, height))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = grey.resize(size, Image.Resampling.BICUBIC, box=spot)
    down, across = height / size[1], width / size[0]
    back = np.array([[across, 0, spot.left], [0, down, spot.top], [0, 0, 1.0]])
    return View(image, back)


def sharpened(view: View) -> View:
    """With stronger edges: helps blurred, faint and small codes."""
    return View(view.image.filter(_SHARPER), view.back)


def inverted(view: View) -> View:
    """Light and dark swapped, on a wider sheet: bars need much white beside them."""
    image = ImageOps.expand(ImageOps.invert(view.image), _QUIET, _WHITE)
    moved = np.array([[1.0, 0, -_QUIET], [0, 1.0, -_QUIET], [0, 0, 1.0]])
    return View(image, view.back @ moved)


def softened(view: View) -> View:
    """With weaker edges: helps where the squares of a code are not quite even."""
    return View(view.image.filter(_SOFTER), view.back)


def turned(view: View, degrees: float) -> View:
    """Turned on a larger sheet, so that no corner is lost."""
    width, height = view.image.size
    angle = radians(degrees)
    along, over = cos(angle), sin(angle)
    new_width = round(width * abs(along) + height * abs(over))
    new_height = round(width * abs(over) + height * abs(along))
    x = width / 2 - along * new_width / 2 - over * new_height / 2
    y = height / 2 + over * new_width / 2 - along * new_height / 2
    map_back = np.array([[along, over, x], [-over, along, y], [0, 0, 1.0]])
    return _mapped(view, (new_width, new_height), map_back)


def _mapped(view: View, size: tuple[int, int], map_back: Floats) -> View:
    image = view.image.transform(
        size,
        Image.Transform.PERSPECTIVE,
        map_back.flatten()[:8].tolist(),
        Image.Resampling.BILINEAR,
        fillcolor=_WHITE,
    )
    return View(image, view.back @ map_back)
