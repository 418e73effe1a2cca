"""Codes by themselves, as black marks on white with their quiet zones."""

from math import sqrt
from random import Random
from string import ascii_letters, digits
from typing import Final, NamedTuple

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from tests.image.pictures.paint import Picture
from tests.image.pictures.words import sentence

_LEVELS: Final = "LMQH"
_FINE: Final = 8
"""Pixels of a module before it is brought to its size."""
_LETTERS: Final = ascii_letters + digits


class Code(NamedTuple):
    """A drawn code and its content."""

    picture: Picture
    text: str


def qr(
    rng: Random,
    *,
    level: str | None = None,
    module: float | None = None,
    span: tuple[float, float] = (3.0, 8.0),
) -> Code:
    """A QR code of any content and strength; `module` is in pixels."""
    made, text = _square(rng, level or rng.choice(_LEVELS))
    return Code(_drawn(made, module or rng.uniform(*span)), text)


def _square(rng: Random, level: str) -> tuple[zxingcpp.Barcode, str]:
    text = _content(rng)
    kind = zxingcpp.BarcodeFormat.QRCode
    return zxingcpp.create_barcode(text, kind, ec_level=level), text


def with_logo(rng: Random, *, level: str = "H") -> Code:
    """A QR code with a picture in its middle, on a white rim or not.

    As large as its error correction bears: a perfect drawing of it can be read.
    """
    made, text = _square(rng, level)
    share = rng.uniform(0.08, 0.2) if level == "H" else rng.uniform(0.04, 0.12)
    rim = rng.choice((0.0, 0.12))
    colour = tuple(rng.randrange(256) for _ in range(3))
    perfect = _drawn(made, _FINE)
    while not _readable(covered := _covered(perfect, share, rim, colour), text):
        share *= 0.85
    return Code(_sized(covered, rng.uniform(3.0, 8.0)), text)


def _covered(
    picture: Picture, share: float, rim: float, colour: tuple[int, ...]
) -> Picture:
    """With a rounded square over this share of the code."""
    copy = picture.copy()
    half = (copy.width - 2 * _quiet(copy)) * sqrt(share) / 2
    low, high = copy.width / 2 - half, copy.width / 2 + half
    draw = ImageDraw.Draw(copy)
    draw.rounded_rectangle((low, low, high, high), half / 4, fill=(255, 255, 255))
    low, high = low + rim * half, high - rim * half
    draw.rounded_rectangle((low, low, high, high), half / 4, fill=colour)
    return copy


def _readable(picture: Picture, text: str) -> bool:
    codes = zxingcpp.read_barcodes(
        np.asarray(picture.convert("L")),
        is_pure=True,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return text in {code.text for code in codes}


def bars(
    rng: Random,
    *,
    module: float | None = None,
    span: tuple[float, float] = (2.0, 4.0),
) -> Code:
    """A barcode of one of the kinds on goods and parcels."""
    kind, text = rng.choice(
        (
            ("EAN13", _checked(rng, 12)),
            ("EAN8", _checked(rng, 7)),
            ("Code128", "SF" + "".join(rng.choices(digits, k=13))),
            ("Code128", "".join(rng.choices(digits, k=16))),
            ("Code39", "".join(rng.choices(ascii_letters[26:] + digits, k=8))),
            ("ITF", _checked(rng, 13)),
        )
    )
    made = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(kind))
    return Code(_drawn(made, module or rng.uniform(*span)), text)


def _content(rng: Random) -> str:
    mixed = "".join(rng.choices(_LETTERS, k=22))
    return rng.choice(
        (
            f"https://u.example.com/{mixed}",
            f"https://qm.example.com/cgi/qr?k={mixed * 3}&authKey={mixed}",
            f"wxp://f2f0{mixed}",
            f"加微信 {mixed[:8]} {sentence(rng)}",
            "".join(rng.choices(digits, k=11)),
        )
    )


def _checked(rng: Random, length: int) -> str:
    """Digits with the check digit of the EAN codes."""
    head = rng.choices(range(10), k=length)
    weighed = sum(
        digit * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(head))
    )
    return "".join(map(str, head)) + str(-weighed % 10)


def _drawn(made: zxingcpp.Barcode, module: float) -> Picture:
    fine = np.asarray(zxingcpp.write_barcode_to_image(made, scale=_FINE))
    return _sized(Image.fromarray(fine).convert("RGB"), module)


def _sized(fine: Picture, module: float) -> Picture:
    width, height = (max(1, round(side * module / _FINE)) for side in fine.size)
    return fine.resize((width, height), Image.Resampling.LANCZOS)


def _quiet(picture: Picture) -> int:
    """The white on each side, in pixels."""
    dark = np.flatnonzero((np.asarray(picture.convert("L")) < 128).any(axis=0))
    return int(dark[0])
