"""From a picture to what a model is shown, and to which parts of it."""

from typing import Final

import numpy as np
from PIL import Image

from app.image.arrays import Floats, Pixels
from app.image.onnx_manifest import Input

LONG: Final = 2.0
"""From this many times its shorter side a picture is looked at in parts, too."""
MOST_PARTS: Final = 6

_Box = tuple[float, float, float, float]


def parts(pixels: Pixels) -> list[Pixels]:
    """The whole picture, and squares along it if it is long."""
    height, width = pixels.shape[:2]
    short, length = sorted((height, width))
    if length < LONG * short:
        return [pixels]
    count = min(MOST_PARTS, -(-length // short))
    starts = np.linspace(0, length - short, count).round().astype(int).tolist()
    if height > width:
        return [pixels, *(pixels[start : start + short] for start in starts)]
    return [pixels, *(pixels[:, start : start + short] for start in starts)]


def prepared(pixels: Pixels, wanted: Input) -> Floats:
    """The picture as the model wants it, with a first axis of one."""
    fitted = _fitted(Image.fromarray(pixels), wanted)
    values = np.asarray(fitted, np.float32)
    if wanted.colours == "BGR":
        values = values[..., ::-1]
    mean = np.array(wanted.mean, np.float32)
    std = np.array(wanted.std, np.float32)
    values = (values * np.float32(wanted.scale) - mean) / std
    if wanted.layout == "NCHW":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[np.newaxis], np.float32)


def _fitted(picture: Image.Image, wanted: Input) -> Image.Image:
    size = (wanted.width, wanted.height)
    if picture.size == size:
        return picture
    box = _middle(picture.size, size) if wanted.fit == "crop" else None
    return picture.resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)


def _middle(size: tuple[int, int], shape: tuple[int, int]) -> _Box:
    """The largest box of a shape in the middle of a picture."""
    width, height = size
    share = min(width / shape[0], height / shape[1])
    across, down = shape[0] * share, shape[1] * share
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down
